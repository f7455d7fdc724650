import { createHmac, createPublicKey, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Case, NotRun, assertEqual, assert, inSequence } from '../case.ts';
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

/** The genuine token with changes in its header and claims, signed again. */
function forged(genuine: string, signer: Signer, header: Json = {}, claims: Json = {}): string {
  const old = readToken(genuine);
  const input = `${encoded({ ...old.header, ...header })}.${encoded({ ...old.claims, ...claims })}`;
  return `${input}.${signer(input).toString('base64url')}`;
}

/** Forged tokens by the name of the forgery. */
async function forgeries(world: World, genuine: string): Promise<Record<string, string>> {
  const { body } = await world.http.send('GET', '/.well-known/jwks.json');
  const [published = {}] = (body as { keys: Record<string, string>[] }).keys;
  const publicKey = createPublicKey({ key: published, format: 'jwk' });
  const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
  const { privateKey, publicKey: foreignPublicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const foreign = signedWith(privateKey);
  const jwk = foreignPublicKey.export({ format: 'jwk' }) as Json;
  const [head = '', claims = '', signature = ''] = genuine.split('.');
  const noSignature: Signer = () => Buffer.alloc(0);
  const now = Math.floor(Date.now() / 1000);
  return {
    'alg none': forged(genuine, noSignature, { alg: 'none' }),
    'alg None': forged(genuine, noSignature, { alg: 'None' }),
    'HS256 with the public key': forged(genuine, macOf(pem), { alg: 'HS256' }),
    'HS256 with the JWK': forged(genuine, macOf(JSON.stringify(published)), { alg: 'HS256' }),
    'HS256 with an empty key': forged(genuine, macOf(''), { alg: 'HS256' }),
    'unknown kid': forged(genuine, foreign, { kid: 'unknown' }),
    'kid is a path': forged(genuine, foreign, { kid: '../../dev/null' }),
    'kid is null': forged(genuine, foreign, { kid: null }),
    'a foreign key': forged(genuine, foreign),
    jwk: forged(genuine, foreign, { jwk, kid: undefined }),
    jku: forged(genuine, foreign, { jku: 'http://127.0.0.1:9/jwks.json' }),
    x5u: forged(genuine, foreign, { x5u: 'http://127.0.0.1:9/cert.pem' }),
    'no signature': `${head}.${claims}.`,
    'two parts': `${head}.${claims}`,
    'changed claims': `${head}.${encoded({ ...readToken(genuine).claims, sub: 'another' })}.${signature}`,
    'a later expiry': `${head}.${encoded({ ...readToken(genuine).claims, exp: now + 9e8 })}.${signature}`,
    'wrong typ': `${encoded({ ...readToken(genuine).header, typ: 'JWT' })}.${claims}.${signature}`,
    expired: forged(genuine, foreign, {}, { exp: now - 3600 }),
    'not valid yet': forged(genuine, foreign, {}, { nbf: now + 3600 }),
    'wrong issuer': forged(genuine, foreign, {}, { iss: 'https://eve.example' }),
    'wrong audience': forged(genuine, foreign, {}, { aud: 'other' }),
    'a signature of zeros': `${head}.${claims}.${Buffer.alloc(64).toString('base64url')}`,
    'a padded signature': `${head}.${claims}.${signature}=`,
    'not a token': 'eyJhbGciOiJFUzI1NiJ9',
  };
}

async function assertNoAccess(world: World, name: string, token: string): Promise<void> {
  const first = await world.call('GET', '/me/addresses', { token });
  const second = await world.glue('GET', '/customers', { token });
  for (const { status } of [first, second])
    assert(`${name} is rejected as an access token`, [401, 403].includes(status), status);
}

export const tokens: Case[] = [
  {
    number: 27,
    title: 'an attacker collects 200 refresh tokens and 10 mailed tokens, and changes a bit of them',
    async run(world) {
      const customer = await world.customer();
      const refreshTokens = await inSequence(200, async () => (await world.anonymousLogin()).refresh_token ?? '');
      const visitor = await world.visitorToken();
      const mailed = await inSequence(10, async () => {
        await world.call('POST', '/password/reset', { token: visitor, json: { email: customer.email } });
        return world.mailedToken(customer.email, 'password-reset');
      });
      assertEqual('number of different tokens', new Set([...refreshTokens, ...mailed]).size, 210);
      for (const token of mailed)
        assert('a mailed token has at least 128 bits', Buffer.from(token, 'base64url').length >= 16, token.length);
      for (const token of refreshTokens) {
        assert(
          'a refresh token has a MAC of at least 128 bits',
          Buffer.from(token, 'base64url').length >= 16 + 4 + 16,
          token.length,
        );
        assert(
          'a changed refresh token is rejected',
          (await world.refresh(withFlippedBit(token), visitor)).status === 401,
        );
      }
      return 'all tokens are different and long, and a changed one is rejected (none in a dump: test/refresh.e2e-spec.ts)';
    },
  },
  {
    number: 28,
    title: 'an attacker sends 24 forged access tokens, in both APIs',
    async run(world) {
      const { access } = await world.logIn(await world.customer());
      for (const [name, token] of Object.entries(await forgeries(world, access))) {
        assertEqual(`status of /me with: ${name}`, (await world.call('GET', '/me', { token })).status, 401);
        assertEqual(
          `status of the Glue API with: ${name}`,
          (await world.glue('GET', '/customers', { token })).status,
          401,
        );
      }
      assertEqual('access to the profile with the genuine token', await world.canReadProfile(access), [true, true]);
      return 'all get 401 (forgeries with the right key: test/tokens.e2e-spec.ts)';
    },
  },
  {
    number: 29,
    title: 'an attacker sends refresh, mailed, SaaS, service and anonymous tokens as access tokens, in both APIs',
    async run(world) {
      const customer = await world.customer();
      const visitor = await world.visitorToken();
      const { body } = await world.tryLogin(customer);
      const { refresh_token, saas_token } = body as Record<string, string>;
      await world.call('POST', '/password/reset', { token: visitor, json: { email: customer.email } });
      const others = {
        'a refresh token': refresh_token ?? '',
        'a SaaS token': saas_token ?? '',
        'a mailed token': await world.mailedToken(customer.email, 'password-reset'),
        'a service token': await world.serviceToken(),
        'an anonymous token': visitor,
      };
      for (const [name, token] of Object.entries(others)) await assertNoAccess(world, name, token);
      return 'all are rejected (Foyer issues no ID tokens)';
    },
  },
  {
    number: 30,
    title: 'an operator rotates the signing key: publishes a new one, signs with it, and removes the old one',
    async run(world) {
      const customer = await world.customer();
      const { access } = await world.logIn(customer);
      if (!world.startProcess) throw new NotRun('the case starts processes, which is possible only with its own demo');
      const secrets = JSON.parse(readFileSync(join(world.home, '.foyer/secrets.json'), 'utf8')) as {
        signingKeys: string[];
      };
      const [oldPem = ''] = secrets.signingKeys;
      const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      const newPem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
      const withKeys = <T>(keys: string[], work: (other: World) => Promise<T>): Promise<T> =>
        world.withProcess({ SIGNING_KEYS: keys.join('\n'), JOBS: 'off' }, work);
      const publishedKeys = async (other: World): Promise<unknown[]> => {
        const { body } = await other.http.send('GET', '/.well-known/jwks.json');
        return (body as { keys: { kid: string }[] }).keys.map(({ kid }) => kid);
      };
      const signingKey = async (other: World): Promise<unknown> =>
        readToken((await other.logIn(customer)).access).header.kid;
      const oldKey = readToken(access).header.kid;
      const newKey = await withKeys([oldPem, newPem], async (other) => {
        const keys = await publishedKeys(other);
        assertEqual('keys after the new one is published', [keys.length, keys[0]], [2, oldKey]);
        assertEqual('id of the key that signs', await signingKey(other), oldKey);
        return keys[1];
      });
      await withKeys([newPem, oldPem], async (other) => {
        assertEqual('keys after the new one signs', await publishedKeys(other), [newKey, oldKey]);
        assertEqual('id of the key that signs', await signingKey(other), newKey);
        assertEqual('access to the profile with a token of the old key', await other.canReadProfile(access), [
          true,
          true,
        ]);
      });
      await withKeys([newPem], async (other) => {
        assertEqual('keys after the old one is removed', await publishedKeys(other), [newKey]);
        assertEqual('access to the profile with a token of the old key', await other.canReadProfile(access), [
          false,
          false,
        ]);
      });
      return 'both keys are published until the old one is removed; its tokens are valid until then';
    },
  },
  {
    number: 31,
    title:
      'a customer sends access tokens to processes whose clocks are a minute off, a month ahead and an hour behind',
    async run(world) {
      const customer = await world.customer();
      const [valid, ended] = [await world.logIn(customer), await world.logIn(customer)];
      await world.call('GET', '/logout', { token: ended.access, query: { accessToken: ended.access } });
      const at = (seconds: number, token: string): Promise<boolean[]> =>
        world.withProcess(clockAt(seconds), (other) => other.canReadProfile(token));
      for (const seconds of [60, -60])
        assertEqual(`access to the profile by a clock that is off by ${seconds} s`, await at(seconds, valid.access), [
          true,
          true,
        ]);
      const short = await world.withSettings({ lifetimes: { customerAccess: 60 } }, () => world.logIn(customer));
      assertEqual('access with a token of a minute after two minutes', await at(120, short.access), [false, false]);
      assertEqual('access with a token of 30 days after 31 days', await at(31 * 86_400, valid.access), [false, false]);
      assertEqual('access with a logged-out token by a clock an hour behind', await at(-3600, ended.access), [
        false,
        false,
      ]);
      return 'a minute makes no difference; expired tokens are rejected, and logged-out ones by any clock';
    },
  },
  {
    number: 32,
    title: 'a customer logs in, refreshes and logs out; an attacker sends secrets in queries and paths',
    async run(world) {
      const customer = await world.customer();
      const { access, refresh } = await world.logIn(customer);
      const visitor = await world.visitorToken();
      const logout = await world.logIn(customer);
      const responses = {
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
      for (const [name, { headers, status }] of Object.entries(responses)) {
        assert(`${name} succeeds with ${status}`, status < 300);
        assertEqual(`Cache-Control of ${name}`, headers['cache-control'], 'no-store');
      }
      const secret = 'abuse-secret-in-a-query-0123456789';
      const rejections = [
        await world.refresh(secret, visitor),
        await world.call('GET', '/logout', { token: access, query: { accessToken: secret } }),
        await world.call('GET', `/signup/optin/${secret}`, { token: visitor }),
        await world.glue('DELETE', `/refresh-tokens/${secret}`),
        await world.call('GET', `/nothing/${secret}`, { token: visitor }),
      ];
      for (const { text } of rejections)
        assert('the response does not contain the secret', !text.includes(secret), text);
      await world.withSettings({ strict: true }, async () => {
        const { refresh: otherRefresh, access: otherAccess } = await world.logIn(customer);
        const inQuery = [
          await world.refresh(otherRefresh, visitor),
          await world.call('GET', '/logout', { token: otherAccess, query: { accessToken: otherAccess } }),
        ];
        assertEqual(
          'statuses of tokens in a query at a strict tenant',
          inQuery.map(({ status }) => status),
          [400, 400],
        );
        const headers = { 'refresh-token': otherRefresh };
        assertEqual(
          'status of a refresh token in a header',
          (await world.call('GET', '/refreshauthtoken', { token: visitor, headers })).status,
          200,
        );
      });
      const log = world.log?.();
      if (log === undefined)
        return 'responses with tokens have no-store; error responses contain no secret (the log cannot be read)';
      assert('the log contains requests', log.includes('/refreshauthtoken'));
      for (const token of [secret, access, refresh, logout.access, visitor, customer.password]) {
        assert('the log contains no secret', !log.includes(token), token);
      }
      assert('the log contains no JWT', !/eyJ[\w-]{20,}\.eyJ/.test(log));
      return `responses with tokens have no-store; error responses and ${log.split('\n').length} lines of the log contain no secret`;
    },
  },
  {
    number: 107,
    title: 'tokens are introspected without a secret of the tenant, and other secrets are sent as tokens',
    async run(world) {
      const person = await world.customer();
      const { access, refresh } = await world.logIn(person);
      assertEqual('a valid token', (await world.introspect(access)).body, {
        ...{ active: true, token_type: 'Bearer' },
        ...readToken(access).claims,
      });
      const callers: Record<string, string>[] = [
        { client_secret: 'a wrong secret' },
        { client_id: await world.newStorefrontClient(), client_secret: '' },
        { client_id: `${world.tenant}-unknown` },
        { client_id: 'unknown-service' },
        { client_id: 'foyer-backoffice' },
      ];
      for (const credentials of callers) {
        const { status, text } = await world.introspect(access, credentials);
        assert(`a caller without the secret is rejected: ${text}`, [400, 401].includes(status), status);
        assert('the response reveals nothing about the token', !text.includes('active'), text);
      }
      await world.call('POST', '/password/reset', { token: await world.visitorToken(), json: { email: person.email } });
      const others = [
        refresh,
        withFlippedBit(access),
        ...Object.values(await forgeries(world, access)),
        await world.mailedToken(person.email, 'password-reset'),
        person.password,
        '',
      ];
      await world.call('GET', '/logout', { token: access, query: { accessToken: access } });
      for (const token of [...others, access]) {
        assertEqual('the response for another text', (await world.introspect(token)).text, '{"active":false}');
      }
      return `${callers.length} callers get nothing; ${others.length + 1} texts return only {"active":false}`;
    },
  },
];

/** The token with its last bit flipped. */
function withFlippedBit(token: string): string {
  const bytes = Buffer.from(token, 'base64url');
  bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
  return bytes.toString('base64url');
}
