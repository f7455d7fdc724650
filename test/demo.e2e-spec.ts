import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EntityManager } from '@mikro-orm/postgresql';
import { provisionDemo } from '../src/demo/demo.js';
import { Tenant } from '../src/tenants/tenant.entity.js';
import { TenantsService } from '../src/tenants/tenants.service.js';
import { type CollectionDocument, GlueClient, type ResourceDocument } from './support/glue.js';
import { IdentityProvider, SECRET } from './support/provider.js';
import { Shop, ApiClient } from './support/shop.js';

const TENANT = 'demo';

const tokenIn = (body: unknown): string => String((body as ResourceDocument).data.attributes.accessToken);

describe('the demo', () => {
  let shop: Shop;
  let home: string;
  beforeEach(async () => {
    home = mkdtempSync(join(tmpdir(), 'foyer-story-'));
    shop = await Shop.open({}, { stores: [{ code: 'DEMO', tenant: TENANT }] });
  });
  afterEach(async () => {
    await shop.close();
    rmSync(home, { recursive: true, force: true });
  });

  const start = (port: number) => {
    const publicUrl = `http://127.0.0.1:${port}`;
    const secrets = { signingKeys: [], secret: '', serviceClientSecret: 'a secret of the demo' };
    return provisionDemo(shop.app, { ...shop.config, publicUrl }, secrets, home);
  };
  const resetLink = async (email: string): Promise<string> => {
    await (await shop.visitor(TENANT)).post('/password/reset', 204, { email });
    return /https?:\/\/\S+(?=\?)/.exec((await shop.mailTo(email, 'password-reset')).text)?.[0] ?? '';
  };
  const changeTenant = async (change: (row: Tenant) => void): Promise<void> => {
    const em = shop.app.get(EntityManager).fork();
    await em.transactional(async (inside) => change(await inside.findOneOrFail(Tenant, { name: TENANT })));
    shop.advanceClock(10); // Settings are cached for some seconds.
  };

  it('mails links to its own mailbox, also after a start on another port', async () => {
    await start(4100);
    expect(await resetLink('ada@demo.example')).toBe('http://127.0.0.1:4100/mailbox/link');
    await start(4102);
    expect(await resetLink('grace@demo.example')).toBe('http://127.0.0.1:4102/mailbox/link');
  });

  it('moves the links of older versions, which had no tenant, and adds links that those versions did not have', async () => {
    await start(4100);
    const old = 'http://127.0.0.1:4100/mailbox/link?for=password-reset&token=';
    await changeTenant(({ settings }) => (settings.links = { passwordReset: old }));
    await start(4102);
    const { links } = (await shop.app.get(TenantsService).settingsOf(TENANT)) ?? {};
    const link = (purpose: string) => `http://127.0.0.1:4102/mailbox/link?for=${purpose}&tenant=demo&token=`;
    expect(links).toMatchObject({ passwordReset: link('password-reset'), optIn: link('opt-in') });
  });

  it('does not change a link to a storefront', async () => {
    await start(4100);
    await changeTenant(({ settings }) => {
      settings.links = { ...settings.links, passwordReset: 'https://shop.example/reset?token=' };
    });
    await start(4102);
    expect(await resetLink('ada@demo.example')).toBe('https://shop.example/reset');
  });

  it('starts again at a strict tenant, which rejects the common password, with the same customers', async () => {
    const { customers } = await start(4100);
    const mails = await shop.mailsTo('ada@demo.example');
    expect(mails.map(({ kind }) => kind)).toEqual(['awaiting-activation']);
    await changeTenant((row) => {
      row.settings = { ...row.settings, strict: true };
    });
    expect((await start(4100)).customers).toEqual(customers);
    expect(await shop.mailsTo('ada@demo.example')).toEqual(mails);
  });

  it('has a company with two units, whose users can be tried in the Glue API', async () => {
    const { customers, companyUsers } = await start(4100);
    await start(4100);
    expect(companyUsers.map(({ email, group }) => `${email} ${group}`)).toEqual([
      ...[
        'ada@demo.example Admin',
        'ada@demo.example Requester',
        'grace@demo.example Buyer',
        'cleo@demo.example Buyer',
      ],
    ]);
    const [{ email: username, password } = { email: '', password: '' }] = customers;
    const unauthenticated = new GlueClient(shop);
    const login = await unauthenticated.send('POST', '/access-tokens', { attributes: { username, password } });
    const ada = new GlueClient(shop, tokenIn(login.body));
    const get = async (client: GlueClient, path: string) =>
      ((await client.send('GET', path)).body as CollectionDocument).data;
    const users = await get(ada, '/company-users');
    expect(users.map(({ attributes }) => attributes)).toEqual([
      { isActive: true, isDefault: true },
      { isActive: true, isDefault: false },
      { isActive: true, isDefault: false },
      { isActive: false, isDefault: false },
    ]);
    const units = await get(ada, '/company-business-units/mine?include=company-business-unit-addresses');
    expect(units).toMatchObject([
      {
        attributes: { name: 'Analytical Engines Berlin', email: 'berlin@engines.example' },
        relationships: { 'company-business-unit-addresses': { data: [{}, {}] } },
      },
    ]);
    const [, london] = await get(ada, '/company-users/mine');
    const attributes = { idCompanyUser: london?.id };
    const switched = await ada.send('POST', '/company-user-access-tokens', { attributes });
    const roles = await get(new GlueClient(shop, tokenIn(switched.body)), '/company-roles/mine');
    expect(roles).toMatchObject([{ attributes: { name: 'Requester' } }]);
  });

  it('has customers who keep their password when they link an identity by mail', async () => {
    const provider = await IdentityProvider.listen();
    try {
      const { issuer, redirectUri } = provider;
      const own = { name: 'own', issuer, clientId: 'shop', clientSecret: SECRET, redirectUris: [redirectUri] };
      const { customers } = await start(4100);
      await changeTenant(({ settings }) => (settings.identityProviders = [own]));
      const [{ email, password } = { email: '', password: '' }] = customers;
      const query = await provider.logIn(provider.addUser({ email, email_verified: true }));
      const visitor = await shop.visitor(TENANT);
      const response = await visitor.send('POST', `/socialLogin?${new URLSearchParams({ ...query }).toString()}`);
      expect(response.body).toMatchObject({ type: 'confirmation_required' });
      const { token } = await shop.mailTo(email, 'link-identity');
      await visitor.post('/me/identities/confirm', 204, { token });
      const login = await visitor.post<{ access_token: string }>('/login', 200, { email, password });
      const linked = await new ApiClient(shop, login.access_token, TENANT).get<unknown[]>('/me/identities');
      expect(linked).toHaveLength(1);
    } finally {
      await provider.close();
    }
  });
});
