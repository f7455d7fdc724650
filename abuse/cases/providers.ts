import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SignJWT, UnsecuredJWT, exportJWK } from 'jose';
import { IdentityProvider, SECRET } from '../../test/support/provider.ts';
import { type Case, inParallel, assertEqual, assert } from '../case.ts';
import type { HttpResponse } from '../http.ts';
import type { World } from '../world.ts';

const API = 'https://api.abuse.example';

/** Starts identity providers on this machine, adds them to the settings of the tenant, and runs `work`. */
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
    return await world.withSettings({ identityProviders }, () => work(...providers));
  } finally {
    await Promise.all(providers.map((provider) => provider.close()));
  }
}

/** Sends the code of a provider to Foyer, as a storefront does. */
async function socialLogin(world: World, query: Record<string, string>): Promise<HttpResponse> {
  return world.call('POST', '/socialLogin', { token: await world.visitorToken(), query });
}

/** @returns the profile of the customer who logged in */
async function profileAfter(world: World, response: HttpResponse): Promise<Record<string, unknown>> {
  assertEqual(`status of the social login, ${response.text}`, response.status, 200);
  const { access_token: token } = response.body as { access_token: string };
  return (await world.call('GET', '/me', { token })).body as Record<string, unknown>;
}

const verified = (email: string): { email: string; email_verified: boolean } => ({ email, email_verified: true });

export const providers: Case[] = [
  {
    number: 33,
    title:
      'an attacker sends codes of a provider with a wrong or missing verifier, nonce or redirect, twice, or of another client',
    async run(world) {
      return withProviders(world, ['keycloak'], async (provider) => {
        const login = provider.addUser(verified(world.newPerson().email));
        const newCode = (clientId?: string): Promise<Record<string, string>> =>
          provider.logIn(login, clientId ? { clientId } : {}).then((given) => ({ ...given }));
        const assertRejected = async (requirement: string, query: Record<string, string>): Promise<void> => {
          const { status, text } = await socialLogin(world, query);
          assert(requirement, [400, 401].includes(status), `${status} ${text}`);
        };
        const valid = await newCode();
        await profileAfter(world, await socialLogin(world, valid));
        await assertRejected('a code that was used before is rejected', valid);
        const other = await newCode();
        const { code_verifier: verifier = '', nonce = '', redirect_uri: redirect = '' } = await newCode();
        await assertRejected('another verifier is rejected', { ...other, code_verifier: verifier });
        await assertRejected('another nonce is rejected', { ...(await newCode()), nonce: `${nonce}x` });
        for (const uri of [`${redirect}/`, `${redirect}?x=1`, `${redirect}.evil.example`, 'https://evil.example/cb']) {
          await assertRejected(`the redirect ${uri} is rejected`, { ...(await newCode()), redirect_uri: uri });
        }
        for (const name of ['code', 'code_verifier']) {
          const { [name]: _left, ...rest } = await newCode();
          await assertRejected(`a request without ${name} is rejected`, rest);
        }
        await assertRejected("another client's code is rejected", await newCode('app'));
        await assertRejected('an invalid code is rejected', { ...(await newCode()), code: 'invented' });
        const shared = await newCode();
        const statuses = await inParallel(4, async () => (await socialLogin(world, shared)).status);
        assertEqual(
          'at most one of 4 parallel logins with one code succeeds',
          statuses.filter((status) => status === 200).length <= 1,
          true,
        );
        return 'each gets 400 or 401; a code is valid once (the nonce is checked if the storefront sends it; Foyer issues no codes)';
      });
    },
  },
  {
    number: 34,
    title:
      'an attacker logs in at a provider with the e-mail address of a customer; two providers have the same subject',
    async run(world) {
      return withProviders(world, ['keycloak', 'auth0'], async (first, second) => {
        const owner = await world.customer();
        for (const claims of [verified(owner.email), { email: owner.email, email_verified: false }, {}]) {
          const { status, text } = await socialLogin(world, { ...(await first.logIn(first.addUser(claims))) });
          assert(
            `the login with ${JSON.stringify(claims)} is rejected`,
            [400, 401, 403].includes(status),
            `${status} ${text}`,
          );
        }
        const claims = verified(world.newPerson().email);
        const login = first.addUser(claims);
        const customer = await profileAfter(world, await socialLogin(world, { ...(await first.logIn(login)) }));
        assert('another address creates another customer', customer.id !== owner.id, customer.id);
        // At the provider, the address now belongs to another person. Only the subject identifies a customer.
        const newHolder = await socialLogin(world, { ...(await first.logIn(first.addUser(verified(claims.email)))) });
        assert('the new holder of the address is rejected', newHolder.status >= 400, newHolder.text);
        Object.assign(claims, verified(owner.email));
        const again = await profileAfter(world, await socialLogin(world, { ...(await first.logIn(login)) }));
        assertEqual('customer id after a change of the address', again.id, customer.id);
        // The same subject at another issuer.
        second.addUser(verified(world.newPerson().email), login);
        const other = await profileAfter(
          world,
          await socialLogin(world, { state: 'auth0--x', ...(await second.logIn(login)) }),
        );
        assert('the same subject of another issuer is another customer', other.id !== customer.id, other.id);
        await world.logIn(owner);
        return 'the login is rejected until the owner confirms it by mail; issuer and subject identify a customer';
      });
    },
  },
  {
    number: 35,
    title: 'an attacker exchanges 14 invalid tokens of another system, and a valid one with unknown configurations',
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
        const claims = { ...verified(world.newPerson().email), sub: 'ada', iss: issuer, aud: API, exp: now + 300 };
        return new SignJWT({ ...claims, ...changes })
          .setProtectedHeader({ alg: 'ES256', kid: 'k', ...header })
          .sign(key);
      };
      const exchange = async (subjectAccessToken: string, config?: string): Promise<HttpResponse> =>
        world.call('POST', '/exchangeauthtoken', {
          token: await world.visitorToken(),
          query: { subjectAccessToken, ...(config && { config }) },
        });
      const now = Math.floor(Date.now() / 1000);
      const valid = await token();
      const invalid: Record<string, string> = {
        'another issuer': await token({ iss: 'https://evil.example' }),
        'no issuer': await token({ iss: undefined }),
        'another audience': await token({ aud: 'https://other.example' }),
        'no audience': await token({ aud: undefined }),
        expired: await token({ exp: now - 60 }),
        'no expiry': await token({ exp: undefined }),
        'not valid yet': await token({ nbf: now + 600 }),
        'no subject': await token({ sub: undefined }),
        'another key': await token({}, other.privateKey),
        'an unknown key': await token({}, privateKey, { kid: 'x' }),
        'no signature': new UnsecuredJWT({ sub: 'ada', iss: issuer, aud: API, exp: now + 300 }).encode(),
        'a changed signature': `${valid.slice(0, -8)}AAAAAAAA`,
        'a token of Foyer': (await world.logIn(await world.customer())).access,
        'not a token': 'invented',
      };
      try {
        return await world.withSettings({ tokenExchange }, async () => {
          for (const [name, each] of Object.entries(invalid)) {
            const { status, text } = await exchange(each);
            assert(`a token is rejected: ${name}`, [400, 401].includes(status), `${status} ${text}`);
          }
          for (const config of ['gone', 'unknown', '__proto__', 'constructor']) {
            const { status, text, milliseconds } = await exchange(valid, config);
            assert(
              `the configuration ${config} is rejected within 5 s`,
              [400, 401].includes(status) && milliseconds < 5000,
              `${status} ${text}`,
            );
          }
          assertEqual('status of the valid token', (await exchange(valid)).status, 200);
          const once = await token({ sub: 'once', jti: 'once' });
          const replayed = [await exchange(once), await exchange(once)].map(({ status }) => status);
          return `each gets 400 or 401 (a valid token twice: ${replayed.join(', ')})`;
        });
      } finally {
        server.close();
      }
    },
  },
  {
    number: 97,
    title:
      'an attacker sends the session id of another visitor in a socialLogin, without and with a token of that visitor',
    async run(world) {
      return withProviders(world, ['keycloak'], async (provider) => {
        const victim = await world.anonymousLogin();
        const logIn = async (more: Record<string, string>): Promise<unknown> => {
          const query = { ...(await provider.logIn(provider.addUser(verified(world.newPerson().email)))), ...more };
          const headers = { 'session-id': victim.sessionId ?? '' };
          const response = await world.call('POST', '/socialLogin', {
            token: await world.visitorToken(),
            query,
            headers,
          });
          assertEqual(`status of the social login, ${response.text}`, response.status, 200);
          return (response.body as { session_id: string }).session_id;
        };
        const other = await world.anonymousLogin();
        assert('without a token the login gets another session', (await logIn({})) !== victim.sessionId);
        assert(
          'with the token of another visitor the login gets another session',
          (await logIn({ anonymous_token: other.access_token! })) !== victim.sessionId,
        );
        assertEqual(
          'session id with the token of the visitor',
          await logIn({ anonymous_token: victim.access_token! }),
          victim.sessionId,
        );
        return 'the session id is ignored without a token of that visitor';
      });
    },
  },
];

const pair = () => generateKeyPairSync('ec', { namedCurve: 'P-256' });
