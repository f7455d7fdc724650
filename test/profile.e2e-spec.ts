import { assignedLegalEntity } from './support/responses.js';
import { invalidFields, expectErrorMessage } from './support/errors.js';
import { type Body, Shop } from './support/shop.js';

const MERGE_PATCH = 'application/merge-patch+json';

describe("the customer's own profile", () => {
  let shop: Shop;
  beforeAll(async () => (shop = await Shop.open()));
  afterAll(() => shop.close());

  describe('is returned', () => {
    it('in full, without absent fields', async () => {
      const john = await shop.customer({
        customerDetails: {
          title: 'MR',
          firstName: 'John',
          middleName: '',
          lastName: 'Doe',
          contactPhone: '123456789',
          company: 'Emporix',
          preferredLanguage: 'de_DE',
          preferredCurrency: 'EUR',
          preferredSite: 'main',
          b2b: { companyRegistrationId: '123-456-789' },
        },
      });
      expect(await john.get('/me')).toEqual({
        id: john.id,
        customerNumber: john.id,
        title: 'MR',
        firstName: 'John',
        middleName: '',
        lastName: 'Doe',
        contactEmail: john.email,
        contactPhone: '123456789',
        company: 'Emporix',
        preferredLanguage: 'de_DE',
        preferredCurrency: 'EUR',
        preferredSite: 'main',
        type: 'CUSTOMER',
        accounts: [{ id: john.email }],
        businessModel: 'B2B',
        b2b: { companyRegistrationId: '123-456-789', legalEntities: [assignedLegalEntity('Emporix')] },
        metadata: { mixins: {}, version: expect.any(Number) as number },
        lastLogin: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) as string,
      });
    });

    it('with the defaults of the tenant for fields that were not set', async () => {
      const ada = await shop.customer();
      expect(await ada.get('/me')).toEqual({
        id: ada.id,
        customerNumber: ada.id,
        contactEmail: ada.email,
        preferredLanguage: 'en_US',
        preferredCurrency: 'USD',
        preferredSite: 'main',
        type: 'CUSTOMER',
        accounts: [{ id: ada.email }],
        businessModel: 'B2C',
        metadata: { mixins: {}, version: expect.any(Number) as number },
        lastLogin: expect.any(String) as string,
      });
    });

    it('to an anonymous visitor as a placeholder', async () => {
      const visitor = await shop.visitor();
      const placeholder = {
        firstName: 'Anonymous',
        lastName: 'Anonymous',
        preferredSite: 'default',
        customerNumber: '00000000',
        id: '00000000',
        accounts: [],
      };
      expect(await visitor.get('/me')).toEqual(placeholder);
      expect(await visitor.get('/me?expand=addresses,mixin:*')).toEqual(placeholder);
    });

    it('with addresses and mixins only if they are requested, in any order', async () => {
      const ada = await shop.customer();
      await ada.patch('/me', 200, { mixins: { loyalty: { points: 20 }, shoes: { size: 38 } } });
      const { id } = await ada.post('/me/addresses', 201, { city: 'Berlin' });
      const all = { loyalty: { points: 20 }, shoes: { size: 38 } };

      const getExpanded = async (expand: string): Promise<Body> => {
        const { addresses, defaultAddress, mixins } = await ada.get<{ addresses?: Body[] } & Body>(`/me${expand}`);
        return { addresses: addresses?.map((address) => address.id), default: (defaultAddress as Body)?.id, mixins };
      };
      expect(await getExpanded('')).toEqual({});
      expect(await getExpanded('?expand=addresses')).toEqual({ addresses: [id], default: id });
      expect(await getExpanded('?expand=mixin:*')).toEqual({ mixins: all });
      expect(await getExpanded('?expand=mixin:shoes')).toEqual({ mixins: { shoes: { size: 38 } } });
      expect(await getExpanded('?expand=addresses,mixin:*')).toEqual({ addresses: [id], default: id, mixins: all });
      expect(await getExpanded('?expand=mixin:*,addresses')).toEqual({ addresses: [id], default: id, mixins: all });
      expect(await getExpanded('?expand=mixin:hats')).toEqual({ mixins: {} });
      expect(await getExpanded('?expand=everything')).toEqual({});
    });

    it('also for a path with a trailing slash', async () => {
      const ada = await shop.customer();
      expect(await ada.get('/me/')).toMatchObject({ id: ada.id });
      await ada.patch('/me/', 200, { firstName: 'Ada' });
      expect(await ada.get('/me')).toMatchObject({ firstName: 'Ada' });
    });
  });

  describe.each(['patch', 'put'] as const)('%s', (method) => {
    it('keeps absent fields and removes null fields', async () => {
      const ada = await shop.customer({ customerDetails: { firstName: 'Ada', lastName: 'Byron', company: 'Engines' } });
      await ada[method]('/me', 200, { lastName: 'Lovelace', company: null });
      const after = await ada.get('/me');
      expect(after).toMatchObject({ firstName: 'Ada', lastName: 'Lovelace', contactEmail: ada.email });
      expect(after).not.toHaveProperty('company');
    });

    it('changes nothing if the body is empty', async () => {
      const ada = await shop.customer({ customerDetails: { firstName: 'Ada' } });
      await ada[method]('/me', 200, {});
      await ada[method]('/me', 200);
      expect(await ada.get('/me')).toMatchObject({ firstName: 'Ada', contactEmail: ada.email });
    });

    it('returns 409 for a stale metadata.version and increases the version on a change', async () => {
      const ada = await shop.customer();
      const version = async (): Promise<number> =>
        (await ada.get<{ metadata: { version: number } }>('/me')).metadata.version;
      const first = await version();
      await ada[method]('/me', 200, { firstName: 'Ada', metadata: { version: first } });
      expect(await version()).toBeGreaterThan(first);
      const stale = await ada.send(method.toUpperCase(), '/me', {
        body: { firstName: 'Eve', metadata: { version: first } },
      });
      expectErrorMessage(stale, 409);
      expect(stale.body.type).toBe('conflict_resource');
      await ada[method]('/me', 409, { firstName: 'Eve', metadata: { version: first + 7 } });
      expect(await ada.get('/me')).toMatchObject({ firstName: 'Ada' });
    });
  });

  it.each([
    ['preferredLanguage', 'de_DE', 'en_US'],
    ['preferredCurrency', 'EUR', 'USD'],
    ['preferredSite', 'berlin', 'main'],
  ])('resets %s to the default if it is null', async (field, own, standard) => {
    const ada = await shop.customer();
    await ada.patch('/me', 200, { [field]: own });
    expect(await ada.get('/me')).toMatchObject({ [field]: own });
    await ada.patch('/me', 200, { [field]: null });
    expect(await ada.get('/me')).toMatchObject({ [field]: standard });
  });

  it.each([[null], [''], ['  ']])('rejects the contactEmail %p', async (contactEmail) => {
    const ada = await shop.customer();
    const response = await ada.send('PATCH', '/me', { body: { contactEmail, firstName: 'Ada' } });
    expectErrorMessage(response);
    const after = await ada.get('/me');
    expect(after).toMatchObject({ contactEmail: ada.email });
    expect(after).not.toHaveProperty('firstName');
  });

  it('accepts another contactEmail without changing the login e-mail', async () => {
    const ada = await shop.customer();
    const { email } = shop.person();
    await ada.patch('/me', 200, { contactEmail: email });
    expect(await ada.get('/me')).toMatchObject({ contactEmail: email, accounts: [{ id: ada.email }] });
    const visitor = await shop.visitor();
    await visitor.post('/login', 400, { email, password: ada.password });
    await visitor.post('/login', 200, { email: ada.email, password: ada.password });
  });

  it('merges mixins by RFC 7396: merges objects, replaces arrays and removes null values', async () => {
    const ada = await shop.customer();
    const mixins = async (): Promise<unknown> => (await ada.get('/me?expand=mixin:*')).mixins;
    await ada.patch('/me', 200, { mixins: { shoes: { size: 38, colours: ['red', 'blue'] }, hats: { size: 5 } } });
    await ada.patch('/me', 200, { mixins: { shoes: { colours: ['green'], wide: true }, hats: { size: null } } });
    expect(await mixins()).toEqual({ shoes: { size: 38, colours: ['green'], wide: true }, hats: {} });
    await ada.patch('/me', 200, { mixins: { hats: null } });
    expect(await mixins()).toEqual({ shoes: { size: 38, colours: ['green'], wide: true } });
    await ada.patch('/me', 200, { mixins: null });
    expect(await mixins()).toEqual({});
  });

  it('stores mixins with unusual keys and values unchanged', async () => {
    const ada = await shop.customer();
    const odd = {
      length: 3,
      then: 'now',
      'a.b': [[1.5, true, { '': 'é𝄞' }]],
      $ref: '#/x',
      since: '2026-01-01',
    };
    await ada.patch('/me', 200, { mixins: { odd } });
    expect((await ada.get('/me?expand=mixin:odd')).mixins).toEqual({ odd });
  });

  it('merges metadata.mixins without a version check if no version is sent', async () => {
    const ada = await shop.customer();
    const schemas = async (): Promise<unknown> => (await ada.get<{ metadata: Body }>('/me')).metadata.mixins;
    await ada.patch('/me', 200, {
      metadata: { mixins: { shoes: 'https://a.example/1', hats: 'https://a.example/2' } },
    });
    await ada.patch('/me', 200, { metadata: { mixins: { shoes: 'https://a.example/3', hats: null } } });
    expect(await schemas()).toEqual({ shoes: 'https://a.example/3' });
  });

  it('accepts only one of two concurrent changes with the same version', async () => {
    const ada = await shop.customer();
    const { metadata } = await ada.get<{ metadata: { version: number } }>('/me');
    const { version } = metadata;
    const responses = await Promise.all(
      ['Ada', 'Eve'].map((firstName) => ada.send('PATCH', '/me', { body: { firstName, metadata: { version } } })),
    );
    expect(responses.map(({ status }) => status).sort()).toEqual([200, 409]);
  });

  it('applies both of two concurrent changes without a version', async () => {
    const ada = await shop.customer();
    await Promise.all([ada.patch('/me', 200, { firstName: 'Ada' }), ada.patch('/me', 200, { lastName: 'Lovelace' })]);
    await Promise.all([
      ada.patch('/me', 200, { mixins: { shoes: { size: 38 } } }),
      ada.patch('/me', 200, { mixins: { hats: { size: 5 } } }),
    ]);
    expect(await ada.get('/me?expand=mixin:*')).toMatchObject({
      firstName: 'Ada',
      lastName: 'Lovelace',
      mixins: { shoes: { size: 38 }, hats: { size: 5 } },
    });
  });

  it.each([[MERGE_PATCH], [`${MERGE_PATCH}; charset=utf-8`], ['application/json; charset=UTF-8']])(
    'is updated by a body of the type %s',
    async (type) => {
      const ada = await shop.customer({ customerDetails: { firstName: 'Eve', company: 'Engines' } });
      for (const method of ['PATCH', 'PUT']) {
        const body = JSON.stringify({ firstName: method, company: null });
        const { status } = await ada.send(method, '/me', { body, headers: { 'content-type': type } });
        expect(status).toBe(200);
        const after = await ada.get('/me');
        expect(after).toMatchObject({ firstName: method });
        expect(after).not.toHaveProperty('company');
      }
    },
  );

  it('ignores read-only and unknown fields', async () => {
    const ada = await shop.customer();
    const staff = await shop.serviceClient();
    const before = await staff.get<{ metadata: { version: number } } & Body>(`/customers/${ada.id}`);
    const sent = {
      active: false,
      onHold: true,
      id: '4711',
      customerNumber: '4711',
      tenant: 'other',
      email: 'eve@example.com',
      businessModel: 'B2B',
      b2b: { legalEntities: [{ id: 'D165356', name: 'Emporix', contactAssignmentId: 'D436432' }] },
      accounts: [{ id: 'eve@example.com' }],
      addresses: [{ city: 'Berlin' }],
      restriction: 'DE',
      version: 99,
      lastLogin: null,
      createdAt: '1970-01-01T00:00:00.000Z',
      shoeSize: 38,
    };
    for (const method of ['PATCH', 'PUT']) expect((await ada.send(method, '/me', { body: sent })).status).toBe(200);
    const version = before.metadata.version + 2;
    expect(await staff.get(`/customers/${ada.id}`)).toEqual({ ...before, metadata: { ...before.metadata, version } });
    expect(await ada.get('/me/addresses')).toEqual([]);
    await (await shop.visitor()).post('/login', 200, { email: ada.email, password: ada.password });
  });

  it.each(['PATCH', 'PUT'])('has the currency in capitals after a %s', async (method) => {
    const ada = await shop.customer({ customerDetails: { preferredCurrency: 'chf' } });
    expect(await ada.get('/me')).toMatchObject({ preferredCurrency: 'CHF' });
    expect((await ada.send(method, '/me', { body: { preferredCurrency: 'eur' } })).status).toBe(200);
    expect(await ada.get('/me')).toMatchObject({ preferredCurrency: 'EUR' });
  });

  it.each(['https://x.example/ada.png', 'HTTP://x.example/ada.png', ''])(
    'accepts the photoUrl %j',
    async (photoUrl) => {
      const ada = await shop.customer();
      await ada.patch('/me', 200, { photoUrl });
      expect(await ada.get('/me')).toMatchObject({ photoUrl });
    },
  );

  it('does not check the version if metadata.version is null', async () => {
    const ada = await shop.customer();
    await ada.patch('/me', 200, { firstName: 'Ada', metadata: { version: null } });
    expect(await ada.get('/me')).toMatchObject({ firstName: 'Ada' });
  });

  describe('with a companyRegistrationId', () => {
    const b2b = { companyRegistrationId: '123' };
    const named = { firstName: 'Ada', lastName: 'Lovelace', company: 'Engines' };

    it.each(['firstName', 'lastName', 'company'])('requires %s, stored or in the same request', async (field) => {
      const ada = await shop.customer();
      const rejected = await ada.send('PATCH', '/me', { body: { ...named, [field]: ' ', b2b } });
      expectErrorMessage(rejected);
      expect(invalidFields(rejected)).toEqual([field]);
      expect(await ada.get('/me')).not.toHaveProperty('b2b');
      await ada.patch('/me', 200, { [field]: 'Known' });
      const { [field as keyof typeof named]: _known, ...others } = named;
      await ada.patch('/me', 200, { ...others, b2b });
      expect(await ada.get('/me')).toMatchObject({ [field]: 'Known', b2b });
    });

    it.each([null, '', ' '])('cannot lose the company: %j', async (company) => {
      const ada = await shop.customer();
      await ada.patch('/me', 200, { ...named, b2b });
      const rejected = await ada.send('PATCH', '/me', { body: { company } });
      expectErrorMessage(rejected);
      expect(invalidFields(rejected)).toEqual(['company']);
      await ada.patch('/me', 200, { company, b2b: null });
      expect(await ada.get('/me')).not.toHaveProperty('b2b');
    });

    it('that an employee stored without names can change other fields', async () => {
      const ada = await shop.customer();
      await (await shop.serviceClient()).patch(`/customers/${ada.id}`, 200, { b2b });
      await ada.patch('/me', 200, { contactPhone: '1', b2b });
      expect(await ada.get('/me')).toMatchObject({ contactPhone: '1', b2b });
    });
  });

  it('reports a wrong type rather than a wrong length', async () => {
    const ada = await shop.customer();
    for (const field of ['contactPhone', 'preferredLanguage', 'photoUrl']) {
      const { body } = await ada.send('PATCH', '/me', { body: { [field]: 123456789 } });
      expect(body.message).toBe(`${field} must be a string`);
    }
    const { body } = await ada.send('PATCH', '/me', { body: { contactEmail: 5 } });
    expect(body.message).toBe('contactEmail must be an e-mail address');
  });

  it.each<[string, Body]>([
    ['firstName', { firstName: 5 }],
    ['lastName', { lastName: 'x'.repeat(256) }],
    ['contactEmail', { contactEmail: 'not an address' }],
    ['preferredCurrency', { preferredCurrency: 'EURO' }],
    ['b2b', { b2b: 'Engines' }],
    ['b2b', { b2b: [] }],
    ['b2b.companyRegistrationId', { b2b: { companyRegistrationId: 5 } }],
    ['mixins', { mixins: [] }],
    ['mixins', { mixins: { big: 'x'.repeat(65_536) } }],
    ['metadata', { metadata: 'first' }],
    ['metadata', { metadata: [] }],
    ['metadata.version', { metadata: { version: '1' } }],
    ['metadata.version', { metadata: { version: 1.5 } }],
    ['photoUrl', { photoUrl: 'javascript:alert(1)' }],
    ['photoUrl', { photoUrl: 'data:text/html,x' }],
    ['photoUrl', { photoUrl: '/ada.png' }],
    ['metadata.mixins', { metadata: { mixins: 'x' } }],
  ])('rejects an invalid value and names %s', async (field, body) => {
    const ada = await shop.customer();
    const before = await ada.get('/me?expand=mixin:*');
    for (const method of ['PATCH', 'PUT']) {
      const response = await ada.send(method, '/me', { body });
      expectErrorMessage(response);
      expect(invalidFields(response)).toEqual([field]);
      expect(response.body.message).toContain(field);
    }
    expect(await ada.get('/me?expand=mixin:*')).toEqual(before);
  });
});
