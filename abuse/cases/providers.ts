import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SignJWT, UnsecuredJWT, exportJWK } from 'jose';
import { IdentityProvider, SECRET } from '../../test/support/provider.ts';
import { type Case, atOnce, expect, hold } from '../case.ts';
import type { Answer } from '../http.ts';
import type { World } from '../world.ts';

const API = 'https://api.abuse.example';

/** Plays beside identity providers on this machine, which customers of the shop may come from. */
async function withProviders<T>(
  world: World,
  names: string[],
  work: (...providers: IdentityProvider[]) => Promise<T>,
): Promise<T> {
  const providers = await Promise.all(names.map(() => IdentityProvider.listen()));
  const identityProviders = providers.map(({ issuer, redirectUri }, index) => ({
    name: names[index],
    issuer,
    clientId: 'shop',
    clientSecret: SECRET,
    redirectUris: [redirectUri],
  }));
  try {
    return await world.set({ identityProviders }, () => work(...providers));
  } finally {
    await Promise.all(providers.map((provider) => provider.close()));
  }
}

/** Brings back what a provider gave, as a storefront does. */
async function bring(world: World, query: Record<string, string>): Promise<Answer> {
  return world.call('POST', '/socialLogin', { token: await world.visitor(), query });
}

async function meOf(world: World, answer: Answer): Promise<Record<string, unknown>> {
  expect(`a login at a provider: ${answer.text}`, answer.status, 200);
  const { access_token: token } = answer.body as { access_token: string };
  return (await world.call('GET', '/me', { token })).body as Record<string, unknown>;
}

const verified = (email: string): { email: string; email_verified: boolean } => ({ email, email_verified: true });

export const providers: Case[] = [
  {
    number: 33,
    tries:
      'a code of a provider with another verifier, nonce and redirect, without each, twice, of another client, made up',
    async run(world) {
      return withProviders(world, ['keycloak'], async (provider) => {
        const login = provider.know(verified(world.stranger().email));
        const fresh = (clientId?: string): Promise<Record<string, string>> =>
          provider.logIn(login, clientId ? { clientId } : {}).then((given) => ({ ...given }));
        const refused = async (what: string, query: Record<string, string>): Promise<void> => {
          const { status, text } = await bring(world, query);
          hold(what, [400, 401].includes(status), `${status} ${text}`);
        };
        const good = await fresh();
        await meOf(world, await bring(world, good));
        await refused('the same code again', good);
        const other = await fresh();
        const { code_verifier: verifier = '', nonce = '', redirect_uri: redirect = '' } = await fresh();
        await refused('another verifier', { ...other, code_verifier: verifier });
        await refused('another nonce', { ...(await fresh()), nonce: `${nonce}x` });
        for (const uri of [`${redirect}/`, `${redirect}?x=1`, `${redirect}.evil.example`, 'https://evil.example/cb']) {
          await refused(`the redirect ${uri}`, { ...(await fresh()), redirect_uri: uri });
        }
        for (const name of ['code', 'code_verifier']) {
          const { [name]: _left, ...rest } = await fresh();
          await refused(`without ${name}`, rest);
        }
        await refused("another client's code", await fresh('app'));
        await refused('a made-up code', { ...(await fresh()), code: 'made-up' });
        const twice = await fresh();
        const statuses = await atOnce(4, async () => (await bring(world, twice)).status);
        expect('one code, 4 times at once', statuses.filter((status) => status === 200).length <= 1, true);
        return '400 or 401; a code works once (a nonce is checked where the storefront sends one; Foyer gives out no codes)';
      });
    },
  },
  {
    number: 34,
    tries: "a provider's login under the e-mail address of a customer, verified or not; one subject at two providers",
    async run(world) {
      return withProviders(world, ['keycloak', 'auth0'], async (first, second) => {
        const owner = await world.customer();
        for (const claims of [verified(owner.email), { email: owner.email, email_verified: false }, {}]) {
          const { status, text } = await bring(world, { ...(await first.logIn(first.know(claims))) });
          hold(`no way in with ${JSON.stringify(claims)}`, [400, 401, 403].includes(status), `${status} ${text}`);
        }
        const claims = verified(world.stranger().email);
        const login = first.know(claims);
        const customer = await meOf(world, await bring(world, { ...(await first.logIn(login)) }));
        hold('another customer', customer.id !== owner.id, customer.id);
        // The address passes to somebody else at the provider; the subject is what counts.
        const heir = await bring(world, { ...(await first.logIn(first.know(verified(claims.email)))) });
        hold('whom the address was passed on to', heir.status >= 400, heir.text);
        Object.assign(claims, verified(owner.email));
        const again = await meOf(world, await bring(world, { ...(await first.logIn(login)) }));
        expect('the customer, under any address', again.id, customer.id);
        // The same subject, told by another issuer.
        (second as unknown as { people: Map<string, object> }).people.set(login, verified(world.stranger().email));
        const stranger = await meOf(world, await bring(world, { state: 'auth0--x', ...(await second.logIn(login)) }));
        hold('the same subject of another issuer', stranger.id !== customer.id, stranger.id);
        await world.logIn(owner);
        return 'nobody is let in before the owner confirms by mail; issuer and subject are the key';
      });
    },
  },
  {
    number: 35,
    tries: '14 tokens of another system that are not what they should be, and configurations that are not there',
    async run(world) {
      const [{ privateKey, publicKey }, other] = [pair(), pair()];
      const keys = { keys: [{ ...(await exportJWK(publicKey)), kid: 'k', alg: 'ES256', use: 'sig' }] };
      const server = createServer((_request, response) => response.end(JSON.stringify(keys)));
      await new Promise<void>((open) => server.listen(0, '127.0.0.1', open));
      const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      const offline = { jwks: `${issuer}/jwks`, issuer, audience: API };
      const tokenExchange = { default: offline, overrides: { gone: { ...offline, jwks: 'http://127.0.0.1:9/jwks' } } };
      const token = async (changes: Record<string, unknown> = {}, key = privateKey, header = {}): Promise<string> => {
        const now = Math.floor(Date.now() / 1000);
        const claims = { ...verified(world.stranger().email), sub: 'ada', iss: issuer, aud: API, exp: now + 300 };
        return new SignJWT({ ...claims, ...changes })
          .setProtectedHeader({ alg: 'ES256', kid: 'k', ...header })
          .sign(key);
      };
      const exchange = async (subjectAccessToken: string, config?: string): Promise<Answer> =>
        world.call('POST', '/exchangeauthtoken', {
          token: await world.visitor(),
          query: { subjectAccessToken, ...(config && { config }) },
        });
      const now = Math.floor(Date.now() / 1000);
      const good = await token();
      const bad: Record<string, string> = {
        'another issuer': await token({ iss: 'https://evil.example' }),
        'no issuer': await token({ iss: undefined }),
        'another audience': await token({ aud: 'https://other.example' }),
        'no audience': await token({ aud: undefined }),
        expired: await token({ exp: now - 60 }),
        'no end': await token({ exp: undefined }),
        'not yet': await token({ nbf: now + 600 }),
        'no subject': await token({ sub: undefined }),
        'another key': await token({}, other.privateKey),
        'a key that is not there': await token({}, privateKey, { kid: 'x' }),
        'no signature': new UnsecuredJWT({ sub: 'ada', iss: issuer, aud: API, exp: now + 300 }).encode(),
        'a changed one': `${good.slice(0, -8)}AAAAAAAA`,
        'an own token': (await world.logIn(await world.customer())).access,
        'no token': 'made-up',
      };
      try {
        return await world.set({ tokenExchange }, async () => {
          for (const [name, each] of Object.entries(bad)) {
            const { status, text } = await exchange(each);
            hold(name, [400, 401].includes(status), `${status} ${text}`);
          }
          for (const config of ['gone', 'unknown', '__proto__', 'constructor']) {
            const { status, text, milliseconds } = await exchange(good, config);
            hold(
              `the configuration ${config}`,
              [400, 401].includes(status) && milliseconds < 5000,
              `${status} ${text}`,
            );
          }
          expect('the good one', (await exchange(good)).status, 200);
          const once = await token({ sub: 'once', jti: 'once' });
          const replayed = [await exchange(once), await exchange(once)].map(({ status }) => status);
          return `400 or 401, never 500 (the same one twice: ${replayed.join(', ')})`;
        });
      } finally {
        server.close();
      }
    },
  },
];

const pair = () => generateKeyPairSync('ec', { namedCurve: 'P-256' });
