import { createHmac, createPublicKey, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Case, NotRun, expect, hold, times } from '../case.ts';
import { clockAt } from '../clock.ts';
import type { World } from '../world.ts';

type Json = Record<string, unknown>;

const encoded = (part: Json): string => Buffer.from(JSON.stringify(part)).toString('base64url');

const readToken = (token: string): { header: Json; claims: Json } => {
  const [header, claims] = token.split('.').map((part) => Buffer.from(part, 'base64url').toString());
  return { header: JSON.parse(header || '{}') as Json, claims: JSON.parse(claims || '{}') as Json };
};

type Signer = (input: string) => Buffer;

const signedWith =
  (key: KeyObject): Signer =>
  (input) =>
    sign('sha256', Buffer.from(input), { key, dsaEncoding: 'ieee-p1363' });

const macOf =
  (secret: string | Buffer): Signer =>
  (input) =>
    createHmac('sha256', secret).update(input).digest();

/** Like the genuine one, but for the changes. */
function forged(genuine: string, signer: Signer, header: Json = {}, claims: Json = {}): string {
  const old = readToken(genuine);
  const input = `${encoded({ ...old.header, ...header })}.${encoded({ ...old.claims, ...claims })}`;
  return `${input}.${signer(input).toString('base64url')}`;
}

/** Every forgery by its name. */
async function forgeries(world: World, genuine: string): Promise<Record<string, string>> {
  const { body } = await world.http.send('GET', '/.well-known/jwks.json');
  const [published = {}] = (body as { keys: Record<string, string>[] }).keys;
  const publicKey = createPublicKey({ key: published, format: 'jwk' });
  const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
  const { privateKey, publicKey: ownPublic } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const own = signedWith(privateKey);
  const jwk = ownPublic.export({ format: 'jwk' }) as Json;
  const [head = '', claims = '', signature = ''] = genuine.split('.');
  const nothing: Signer = () => Buffer.alloc(0);
  const now = Math.floor(Date.now() / 1000);
  return {
    'alg none': forged(genuine, nothing, { alg: 'none' }),
    'alg None': forged(genuine, nothing, { alg: 'None' }),
    'HS256 with the public key': forged(genuine, macOf(pem), { alg: 'HS256' }),
    'HS256 with the JWK': forged(genuine, macOf(JSON.stringify(published)), { alg: 'HS256' }),
    'HS256 with nothing': forged(genuine, macOf(''), { alg: 'HS256' }),
    'unknown kid': forged(genuine, own, { kid: 'unknown' }),
    'kid a path': forged(genuine, own, { kid: '../../dev/null' }),
    'kid null': forged(genuine, own, { kid: null }),
    "a stranger's key": forged(genuine, own),
    jwk: forged(genuine, own, { jwk, kid: undefined }),
    jku: forged(genuine, own, { jku: 'http://127.0.0.1:9/jwks.json' }),
    x5u: forged(genuine, own, { x5u: 'http://127.0.0.1:9/cert.pem' }),
    'no signature': `${head}.${claims}.`,
    'two parts': `${head}.${claims}`,
    'changed claims': `${head}.${encoded({ ...readToken(genuine).claims, sub: 'somebody' })}.${signature}`,
    'a later end': `${head}.${encoded({ ...readToken(genuine).claims, exp: now + 9e8 })}.${signature}`,
    'wrong typ': `${encoded({ ...readToken(genuine).header, typ: 'JWT' })}.${claims}.${signature}`,
    expired: forged(genuine, own, {}, { exp: now - 3600 }),
    'not yet': forged(genuine, own, {}, { nbf: now + 3600 }),
    'wrong issuer': forged(genuine, own, {}, { iss: 'https://eve.example' }),
    'wrong audience': forged(genuine, own, {}, { aud: 'other' }),
    'a signature of zeros': `${head}.${claims}.${Buffer.alloc(64).toString('base64url')}`,
    'a signature in other letters': `${head}.${claims}.${signature}=`,
    'not even one': 'eyJhbGciOiJFUzI1NiJ9',
  };
}

async function refusedAsAccess(world: World, name: string, token: string): Promise<void> {
  const first = await world.call('GET', '/me/addresses', { token });
  const second = await world.glue('GET', '/customers', { token });
  for (const { status } of [first, second]) hold(`${name} as an access token`, [401, 403].includes(status), status);
}

export const tokens: Case[] = [
  {
    number: 27,
    tries: '200 refresh tokens and 10 mailed ones',
    async run(world) {
      const customer = await world.customer();
      const refreshTokens = await times(200, async () => (await world.anonymous()).refresh_token ?? '');
      const visitor = await world.visitor();
      const mailed = await times(10, async () => {
        await world.call('POST', '/password/reset', { token: visitor, json: { email: customer.email } });
        return world.mailed(customer.email, 'password-reset');
      });
      expect('different ones', new Set([...refreshTokens, ...mailed]).size, 210);
      for (const token of mailed) hold('128 bits', Buffer.from(token, 'base64url').length >= 16, token.length);
      for (const token of refreshTokens) {
        hold('a MAC of 128 bits', Buffer.from(token, 'base64url').length >= 16 + 4 + 16, token.length);
        hold('a changed one', (await world.refresh(changed(token), visitor)).status === 401);
      }
      return 'long, never twice, none guessed from another (that a dump holds none: test/refresh.e2e-spec.ts)';
    },
  },
  {
    number: 28,
    tries: '24 forged access tokens, in both dialects',
    async run(world) {
      const { access } = await world.logIn(await world.customer());
      for (const [name, token] of Object.entries(await forgeries(world, access))) {
        expect(`${name} at /me`, (await world.call('GET', '/me', { token })).status, 401);
        expect(`${name} in Glue`, (await world.glue('GET', '/customers', { token })).status, 401);
      }
      expect('the genuine one', await world.opens(access), [true, true]);
      return '401 to all (forged with the right key: test/tokens.e2e-spec.ts)';
    },
  },
  {
    number: 29,
    tries: 'refresh, mailed, SaaS, service and visitor’s tokens as access tokens, in both dialects',
    async run(world) {
      const customer = await world.customer();
      const visitor = await world.visitor();
      const { body } = await world.tryLogin(customer);
      const { refresh_token, saas_token } = body as Record<string, string>;
      await world.call('POST', '/password/reset', { token: visitor, json: { email: customer.email } });
      const others = {
        'a refresh token': refresh_token ?? '',
        'a SaaS token': saas_token ?? '',
        'a mailed token': await world.mailed(customer.email, 'password-reset'),
        'a service’s token': await world.staff(),
        'a visitor’s token': visitor,
      };
      for (const [name, token] of Object.entries(others)) await refusedAsAccess(world, name, token);
      return 'refused (there are no ID tokens of Foyer’s own)';
    },
  },
  {
    number: 30,
    tries: 'a signing key that is changed: published first, then signing, then the old one gone',
    async run(world) {
      const customer = await world.customer();
      const { access } = await world.logIn(customer);
      if (!world.another) throw new NotRun('it starts processes, and does so only beside a demo of its own');
      const secrets = JSON.parse(readFileSync(join(world.home, '.foyer/secrets.json'), 'utf8')) as {
        signingKeys: string[];
      };
      const [old = ''] = secrets.signingKeys;
      const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      const fresh = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
      const beside = <T>(keys: string[], work: (other: World) => Promise<T>): Promise<T> =>
        world.beside({ SIGNING_KEYS: keys.join('\n'), JOBS: 'off' }, work);
      const published = async (other: World): Promise<unknown[]> => {
        const { body } = await other.http.send('GET', '/.well-known/jwks.json');
        return (body as { keys: { kid: string }[] }).keys.map(({ kid }) => kid);
      };
      const signedBy = async (other: World): Promise<unknown> =>
        readToken((await other.logIn(customer)).access).header.kid;
      const oldKey = readToken(access).header.kid;
      const newKey = await beside([old, fresh], async (other) => {
        const keys = await published(other);
        expect('keys, once the new one is published', [keys.length, keys[0]], [2, oldKey]);
        expect('the key that signs', await signedBy(other), oldKey);
        return keys[1];
      });
      await beside([fresh, old], async (other) => {
        expect('keys, once the new one signs', await published(other), [newKey, oldKey]);
        expect('the key that signs', await signedBy(other), newKey);
        expect('a token of the old key', await other.opens(access), [true, true]);
      });
      await beside([fresh], async (other) => {
        expect('keys in the end', await published(other), [newKey]);
        expect('a token of the old key', await other.opens(access), [false, false]);
      });
      return 'both are published before and while the new one signs; with the old one its tokens go';
    },
  },
  {
    number: 31,
    tries: 'access tokens at processes whose clocks are a minute off, a month ahead and an hour behind',
    async run(world) {
      const customer = await world.customer();
      const [alive, ended] = [await world.logIn(customer), await world.logIn(customer)];
      await world.call('GET', '/logout', { token: ended.access, query: { accessToken: ended.access } });
      const at = (seconds: number, token: string): Promise<boolean[]> =>
        world.beside(clockAt(seconds), (other) => other.opens(token));
      for (const seconds of [60, -60]) expect(`${seconds} s`, await at(seconds, alive.access), [true, true]);
      const short = await world.set({ lifetimes: { customerAccess: 60 } }, () => world.logIn(customer));
      expect('one of a minute, after two', await at(120, short.access), [false, false]);
      expect('one of 30 days, after 31', await at(31 * 86_400, alive.access), [false, false]);
      expect('one that was logged out, an hour before', await at(-3600, ended.access), [false, false]);
      return 'a minute off changes nothing; what has expired is refused, and what has ended stays so by any clock';
    },
  },
  {
    number: 32,
    tries: 'every answer with a token in it, and tokens in queries and paths',
    async run(world) {
      const customer = await world.customer();
      const { access, refresh } = await world.logIn(customer);
      const visitor = await world.visitor();
      const logout = await world.logIn(customer);
      const answers = {
        login: await world.tryLogin(customer),
        'login by Glue': await world.tryGlueLogin(customer),
        refresh: await world.refresh(refresh, visitor),
        'refresh by Glue': await world.glueRefresh((await world.glueLogIn(customer)).refresh),
        anonymous: await world.http.send('GET', '/customerlogin/auth/anonymous/login', {
          query: { tenant: world.tenant, client_id: `${world.tenant}-storefront` },
        }),
        logout: await world.call('GET', '/logout', { token: logout.access, query: { accessToken: logout.access } }),
        validate: await world.call('GET', '/validateauthtoken', { token: access }),
      };
      for (const [name, { headers, status }] of Object.entries(answers)) {
        hold(`${name}: ${status}`, status < 300);
        expect(`Cache-Control of ${name}`, headers['cache-control'], 'no-store');
      }
      const secret = 'abuse-secret-in-a-query-0123456789';
      const refusals = [
        await world.refresh(secret, visitor),
        await world.call('GET', '/logout', { token: access, query: { accessToken: secret } }),
        await world.call('GET', `/signup/optin/${secret}`, { token: visitor }),
        await world.glue('DELETE', `/refresh-tokens/${secret}`),
        await world.call('GET', `/nothing/${secret}`, { token: visitor }),
      ];
      for (const { text } of refusals) hold('a refusal repeats the secret', !text.includes(secret), text);
      await world.set({ strict: true }, async () => {
        const { refresh: other, access: theirs } = await world.logIn(customer);
        const strictly = [
          await world.refresh(other, visitor),
          await world.call('GET', '/logout', { token: theirs, query: { accessToken: theirs } }),
        ];
        expect(
          'a token in a query where it is strict',
          strictly.map(({ status }) => status),
          [400, 400],
        );
        const headers = { 'refresh-token': other };
        expect('in a header', (await world.call('GET', '/refreshauthtoken', { token: visitor, headers })).status, 200);
      });
      const log = world.log?.();
      if (log === undefined) return 'no-store, and no refusal repeats one (the log is not ours to read)';
      hold('the log has requests', log.includes('/refreshauthtoken'));
      for (const token of [secret, access, refresh, logout.access, visitor, customer.password]) {
        hold('the log holds a secret', !log.includes(token), token);
      }
      hold('the log holds a JWT', !/eyJ[\w-]{20,}\.eyJ/.test(log));
      return `no-store, no refusal repeats one, ${log.split('\n').length} lines of the log hold none`;
    },
  },
];

/** One bit of it turned. */
function changed(token: string): string {
  const bytes = Buffer.from(token, 'base64url');
  bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
  return bytes.toString('base64url');
}
