import { generateKeyPairSync } from 'node:crypto';
import { EntityManager } from '@mikro-orm/postgresql';
import { TenantsService } from '../src/tenants/tenants.service.js';
import { RequestScope } from '../src/tenants/request-scope.js';
import { Tenant } from '../src/tenants/tenant.entity.js';
import { validationError } from './support/responses.js';
import { type Response, type Body, Shop } from './support/shop.js';

const SECRET = 'a secret that must not come out';

const { publicKey: key } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const publicKey = key.export({ format: 'jwk' });

const provider = (more: Body = {}): Body => ({
  name: 'keycloak',
  issuer: 'https://login.acme.example/realms/shop',
  clientId: 'shop',
  clientSecret: SECRET,
  redirectUris: ['https://acme.example/callback'],
  ...more,
});
const online = (more: Body = {}): Body => ({
  domain: 'https://login.acme.example/realms/shop',
  tokenIntrospectEndpoint: 'protocol/openid-connect/token/introspect',
  clientId: 'shop',
  clientSecret: SECRET,
  ...more,
});

describe('the settings of identity providers', () => {
  let shop: Shop;
  let headers: Record<string, string>;
  beforeAll(async () => (shop = await Shop.open()));
  afterAll(() => shop.close());

  let tenant: string;
  let count = 0;
  beforeEach(async () => {
    tenant = `tenant${++count}`;
    await shop.addTenant(tenant);
    headers = { authorization: `Bearer ${(await shop.employee('admin', tenant)).token}` };
  });

  const patch = (body: Body): Promise<Response> => shop.send('PATCH', `/admin/${tenant}/settings`, { headers, body });
  const get = async (): Promise<Body> => (await shop.send('GET', `/admin/${tenant}/settings`, { headers })).body;
  const stored = async (): Promise<Tenant['settings']> =>
    (await shop.app.get(EntityManager).fork().findOneOrFail(Tenant, { name: tenant })).settings;
  /** Decrypts a stored secret. */
  const decrypted = (sealed: string | undefined): Promise<string> =>
    RequestScope.run(shop.app.get(EntityManager), async () => {
      await shop.app.get(TenantsService).enter(tenant);
      return shop.app.get(TenantsService).openSecret(sealed ?? '');
    });

  it('encrypt secrets and never return them', async () => {
    const { status, text } = await patch({
      identityProviders: [provider()],
      tokenExchange: { default: online(), overrides: { site_PL: online() } },
    });
    expect(status).toBe(200);
    const shown = await get();
    expect(shown).toMatchObject({
      identityProviders: [provider({ clientSecret: '***' })],
      tokenExchange: { default: online({ clientSecret: '***' }), overrides: { site_PL: { clientSecret: '***' } } },
    });
    const { identityProviders, tokenExchange } = await stored();
    expect(`${text}${JSON.stringify(shown)}${JSON.stringify(await stored())}`).not.toContain(SECRET);
    const secrets = [identityProviders?.[0], tokenExchange?.default, tokenExchange?.overrides?.site_PL];
    for (const { clientSecret } of secrets.map((config) => config ?? {}))
      expect(await decrypted(clientSecret)).toBe(SECRET);
  });

  it('keep a secret that is omitted or sent masked, change it, and remove it with null', async () => {
    await patch({ identityProviders: [provider()], tokenExchange: { default: online() } });
    const secrets = async () => {
      const { identityProviders, tokenExchange } = await stored();
      const found = [identityProviders?.[0]?.clientSecret, tokenExchange?.default?.clientSecret];
      return Promise.all(found.map(async (secret) => secret && decrypted(secret)));
    };
    const { identityProviders, tokenExchange } = await get();
    await patch({ identityProviders, tokenExchange });
    expect(await secrets()).toEqual([SECRET, SECRET]);
    await patch({
      identityProviders: [provider({ clientSecret: undefined })],
      tokenExchange: { default: { issuer: 'x' } },
    });
    expect(await secrets()).toEqual([SECRET, SECRET]);
    const other = { clientSecret: 'another' };
    await patch({ identityProviders: [provider(other)], tokenExchange: { default: other } });
    expect(await secrets()).toEqual(['another', 'another']);
    await patch({ identityProviders: [provider({ clientSecret: null })] });
    expect(await secrets()).toEqual([undefined, 'another']);
    await patch({ tokenExchange: null });
    expect((await get()).tokenExchange).toEqual({});
  });

  it('reject a new address without the secret, so that a stored secret is not sent there', async () => {
    await patch({ identityProviders: [provider()], tokenExchange: { default: online() } });
    const elsewhere = 'https://eve.example';
    const moved = await patch({ identityProviders: [provider({ issuer: elsewhere, clientSecret: '***' })] });
    expect([moved.status, moved.body]).toEqual([400, validationError('identityProviders.0.clientSecret')]);
    const other = await patch({ tokenExchange: { default: { domain: elsewhere } } });
    expect([other.status, other.body]).toEqual([400, validationError('tokenExchange.default.clientSecret')]);
    expect((await patch({ identityProviders: [provider({ issuer: elsewhere })] })).status).toBe(200);
  });

  it('name the invalid field and change nothing', async () => {
    const { status, body } = await patch({
      identityProviders: [provider({ redirectUri: 'https://acme.example/callback' })],
      tokenExchange: { default: { jwks: 'http://login.acme.example/jwks' } },
    });
    expect(status).toBe(400);
    expect(body.details).toEqual([
      {
        type: 'validation_failure',
        field: 'identityProviders.0.redirectUri',
        message: 'identityProviders.0.redirectUri is not known',
      },
      {
        type: 'validation_failure',
        field: 'tokenExchange.default.jwks',
        message:
          'tokenExchange.default.jwks must be a URL: https, or http on localhost, without a password; or a key set {"keys": […]} of 1 to 100 public keys',
      },
    ]);
    expect(await get()).toMatchObject({ identityProviders: [], tokenExchange: {} });
  });

  it.each<[string, string, unknown]>([
    ['no means of verification', 'tokenExchange.default', { default: { issuer: 'https://login.acme.example' } }],
    ['keys without an issuer', 'tokenExchange.default', { default: { jwks: { keys: [publicKey] } } }],
    [
      'trusted e-mail addresses without an issuer',
      'tokenExchange.default',
      { default: { jwks: 'https://login.acme.example/jwks', trustEmail: true } },
    ],
    [
      'introspection without a secret',
      'tokenExchange.overrides.x',
      { overrides: { x: online({ clientSecret: null }) } },
    ],
  ])('reject %s in tokenExchange', async (_what, field, tokenExchange) => {
    const { status, body } = await patch({ tokenExchange });
    expect([status, body]).toEqual([400, validationError(field)]);
    expect((await get()).tokenExchange).toEqual({});
  });

  it('accept the keys of a provider, and the vendor’s storefront client, whose secret is never returned', async () => {
    const jwks = { keys: [publicKey] };
    const config = { jwks, issuer: 'https://login.acme.example', storefrontClientId: 'storefront' };
    const response = await patch({ tokenExchange: { default: { ...config, storefrontClientSecret: SECRET } } });
    expect(response.status).toBe(200);
    const { tokenExchange } = await get();
    expect(tokenExchange).toEqual({ default: { ...config, storefrontClientSecret: '***' } });
    await patch({ tokenExchange });
    const sealed = (await stored()).tokenExchange?.default?.storefrontClientSecret;
    expect([sealed?.includes(SECRET), await decrypted(sealed)]).toEqual([false, SECRET]);
    await patch({ tokenExchange: { default: { storefrontClientSecret: null } } });
    expect((await get()).tokenExchange).toEqual({ default: config });
  });

  it('accept the vendor’s names: a domain without a scheme, and a token endpoint below it', async () => {
    const auth0 = provider({ issuer: undefined, domain: 'acme.eu.auth0.com', tokenEndpoint: 'oauth/token' });
    expect((await patch({ identityProviders: [auth0] })).status).toBe(200);
  });
});
