import { EntityManager } from '@mikro-orm/postgresql';
import { Tenant } from '../src/tenants/tenant.entity.js';
import { defaultSettings } from '../src/tenants/tenant-settings.js';
import { validationError } from './support/responses.js';
import { invalidFields } from './support/errors.js';
import { type Body, Shop } from './support/shop.js';

describe('the settings of a tenant', () => {
  let shop: Shop;
  beforeAll(async () => (shop = await Shop.open()));
  afterAll(() => shop.close());

  let count = 0;
  /** Creates a tenant. @returns functions that access its settings as an admin */
  const newTenant = async () => {
    const name = `tenant${++count}`;
    await shop.addTenant(name);
    const { token } = await shop.employee('admin', name);
    const headers = { authorization: `Bearer ${token}` };
    const path = `/admin/${name}/settings`;
    return {
      name,
      get: async () => (await shop.send('GET', path, { headers })).body,
      patch: (body: unknown) => shop.send('PATCH', path, { headers, body }),
      stored: async () => (await shop.app.get(EntityManager).fork().findOneOrFail(Tenant, { name })).settings,
    };
  };

  it('have their defaults until they are changed', async () => {
    expect(await (await newTenant()).get()).toEqual(defaultSettings);
  });

  it('can be changed individually and apply immediately', async () => {
    const { name, get, patch, stored } = await newTenant();
    const { status, body } = await patch({ activation: 'none', lifetimes: { anonymousAccess: 60 } });
    const expected = {
      ...defaultSettings,
      activation: 'none',
      lifetimes: { ...defaultSettings.lifetimes, anonymousAccess: 60 },
    };
    expect([status, body]).toEqual([200, expected]);
    expect((await shop.logInAnonymously({}, name)).expires_in).toBe(60);
    await patch({ lifetimes: { anonymousRefresh: 90 }, links: { storefront: 'https://acme.example/' } });
    expect(await get()).toEqual({
      ...expected,
      links: { ...defaultSettings.links, storefront: 'https://acme.example/' },
      lifetimes: { ...expected.lifetimes, anonymousRefresh: 90 },
    });
    expect(await stored()).toEqual({
      activation: 'none',
      links: { storefront: 'https://acme.example/' },
      lifetimes: { anonymousAccess: 60, anonymousRefresh: 90 },
    });
  });

  it('are reset to the default by null, individually or as a group', async () => {
    const { get, patch } = await newTenant();
    await patch({
      preferredSite: 'berlin',
      mailFrom: 'Acme <a@acme.example>',
      lifetimes: { optIn: 60, saasToken: 60 },
    });
    await patch({ mailFrom: null, lifetimes: { optIn: null } });
    expect(await get()).toEqual({
      ...defaultSettings,
      preferredSite: 'berlin',
      lifetimes: { ...defaultSettings.lifetimes, saasToken: 60 },
    });
    await patch({ preferredSite: null, lifetimes: null });
    expect(await get()).toEqual(defaultSettings);
  });

  it('are all rejected if any is invalid or unknown; the response names each of those', async () => {
    const { get, patch } = await newTenant();
    const response = await patch({
      preferredSite: 'berlin',
      activation: 'never',
      activaton: 'none',
      mailFrom: 'a@b.example\r\nBcc: eve@b.example',
      links: { storefront: 'acme.example' },
      lifetimes: { optIn: 0, optin: 60 },
    });
    expect(response.status).toBe(400);
    expect(invalidFields(response)).toEqual([
      'activation',
      'activaton',
      'mailFrom',
      'links.storefront',
      'lifetimes.optIn',
      'lifetimes.optin',
    ]);
    expect(await get()).toEqual(defaultSettings);
    expect((await patch([])).status).toBe(400);
    expect((await patch({ links: 'x' })).body).toEqual(validationError('links'));
    expect((await patch(undefined)).status).toBe(200);
  });

  it('reject the removal of a restriction that a customer has', async () => {
    const { name, get, patch } = await newTenant();
    await patch({ restrictions: ['DE', 'AT', 'CH'], activation: 'none' });
    const { id } = await (await shop.visitor(name)).post<{ id: string }>('/signup', 201, shop.person());
    const staff = await shop.serviceClient(undefined, name);
    await staff.patch(`/customers/${id}`, 200, { restriction: 'AT' });
    for (const restrictions of [['DE'], [], null]) {
      const { status, body } = await patch({ restrictions, preferredSite: 'berlin' });
      expect([status, body]).toEqual([400, validationError('restrictions')]);
      expect(body.message).toContain('AT');
    }
    expect(await get()).toMatchObject({ restrictions: ['DE', 'AT', 'CH'], preferredSite: 'main' });
    expect((await patch({ restrictions: ['AT', 'FR'] })).status).toBe(200);
    await staff.patch(`/customers/${id}`, 200, { restriction: null });
    expect((await patch({ restrictions: [] })).status).toBe(200);
  });

  it('lose no change in concurrent requests', async () => {
    const { stored, patch } = await newTenant();
    const changes: Body[] = [
      { preferredSite: 'berlin' },
      { preferredCurrency: 'EUR' },
      { links: { storefront: 'https://acme.example/' } },
      { links: { optIn: 'https://acme.example/optin?t=' } },
      { lifetimes: { optIn: 60 } },
      { lifetimes: { saasToken: 70 } },
    ];
    const responses = await Promise.all(changes.map((change) => patch(change)));
    expect(responses.map(({ status }) => status)).toEqual(changes.map(() => 200));
    expect(await stored()).toEqual({
      preferredSite: 'berlin',
      preferredCurrency: 'EUR',
      links: { storefront: 'https://acme.example/', optIn: 'https://acme.example/optin?t=' },
      lifetimes: { optIn: 60, saasToken: 70 },
    });
  });

  it('also accept the content type of a merge patch', async () => {
    const { name } = await newTenant();
    const { token } = await shop.employee('admin', name);
    const { status, body } = await shop.send('PATCH', `/admin/${name}/settings`, {
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/merge-patch+json' },
      body: '{"preferredSite":"berlin"}',
    });
    expect([status, body.preferredSite]).toEqual([200, 'berlin']);
  });

  it('include settings that only other services use', async () => {
    const { name, patch } = await newTenant();
    await patch({ enableOrderAddressPropagation: true });
    const { token } = await shop.serviceClient('foyer.admin', name);
    const { body } = await shop.send('GET', `/admin/${name}/settings`, {
      headers: { authorization: `Bearer ${token}` },
    });
    expect(body).toMatchObject({ enableOrderAddressPropagation: true });
  });

  it('can be changed only by admins of the tenant', async () => {
    const { name } = await newTenant();
    const patchStatus = async (token: string | undefined) =>
      (await shop.send('PATCH', `/admin/${name}/settings`, { headers: { authorization: `Bearer ${token}` }, body: {} }))
        .status;
    expect(await patchStatus((await shop.employee('admin')).token)).toBe(401);
    expect(await patchStatus((await shop.employee('support', name)).token)).toBe(403);
    expect(await patchStatus((await shop.employee('viewer', name)).token)).toBe(403);
    expect(await patchStatus((await shop.visitor(name)).token)).toBe(403);
    expect(await patchStatus((await shop.serviceClient('foyer.admin', name)).token)).toBe(200);
  });
});
