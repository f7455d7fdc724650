import {
  answered,
  Glue,
  GlueClient,
  type GlueCustomer,
  invalidToken,
  type Many,
  missingToken,
  newAddress,
  refused,
  tokens,
} from '../support/glue.js';
import { deadRefreshToken, deadToken, duplicate } from '../support/answers.js';
import { rows } from '../support/rows.js';
import { type Body, type LoggedIn, Shop, Visitor } from '../support/shop.js';

/** One customer, seen from both dialects. */
describe('a customer of both dialects', () => {
  let shop: Shop;
  let glue: Glue;
  beforeAll(async () => {
    shop = await Shop.open({ activation: 'none' });
    glue = new Glue(shop);
  });
  afterAll(() => shop.close());

  const numberOf = async (email: string): Promise<string> => {
    const [row] = await rows<{ customer_id: string }>(shop, 'select customer_id from accounts where email = $1', [
      email,
    ]);
    return row?.customer_id ?? '';
  };
  /** Logged in through both. */
  const both = async (changes: Body = {}): Promise<{ first: LoggedIn; second: GlueCustomer }> => {
    const second = await glue.customer(changes);
    return { first: await shop.logIn({ ...second, id: await numberOf(second.email) }), second };
  };
  const NEW = 'another long password';

  it('signs up in the first and is at home in the second', async () => {
    const { email, password } = await shop.signedUp({
      customerDetails: { title: 'MRS', firstName: 'Ada', lastName: 'Lovelace' },
    });
    const { data } = await glue.stranger.post('/access-tokens', 201, { username: email, password });
    const second = new GlueClient(shop, String(data.attributes.accessToken));
    const { data: list } = await second.get<Many>('/customers');
    const { id, attributes } = list[0] ?? { id: '', attributes: {} };
    expect(id).toMatch(/^DE--\d+$/);
    expect(attributes).toEqual({
      ...{ firstName: 'Ada', lastName: 'Lovelace', email, gender: null, dateOfBirth: null, salutation: 'Mrs' },
      ...{ createdAt: expect.any(String), updatedAt: expect.any(String) },
    });
  });

  it('has one address row: what the second adds, the first shows', async () => {
    const { first, second } = await both();
    const attributes = { ...newAddress, address3: 'Back door', company: 'Engines', phone: '1234' };
    const { data } = await second.post(`${second.path}/addresses`, 201, attributes);
    expect(await first.get('/me/addresses')).toEqual([
      {
        id: data.id,
        ...{ contactName: 'Ada Lovelace', companyName: 'Engines', contactPhone: '1234' },
        ...{ street: 'Platz der Republik', streetNumber: '1', streetAppendix: 'Back door' },
        ...{ zipCode: '11011', city: 'Berlin', country: 'DE' },
        ...{ tags: [], isDefault: true, metadata: { mixins: {}, version: 1 }, mixins: {} },
      },
    ]);
  });

  it('has three defaults, each for itself', async () => {
    const { first, second } = await both();
    const made: string[] = [];
    for (const changes of [{}, { isDefaultShipping: true }, { isDefaultBilling: true }, {}]) {
      made.push((await second.post(`${second.path}/addresses`, 201, { ...newAddress, ...changes })).data.id);
    }
    await first.patch(`/me/addresses/${made[3] ?? ''}`, 200, { isDefault: true });
    const ofFirst = await first.get<{ id: string; isDefault: boolean }[]>('/me/addresses');
    const ofSecond = (await second.get<Many>(`${second.path}/addresses`)).data;
    const marked = (name: string) => ofSecond.filter(({ attributes }) => attributes[name]).map(({ id }) => id);
    expect({
      isDefault: ofFirst.filter(({ isDefault }) => isDefault).map(({ id }) => id),
      shipping: marked('isDefaultShipping'),
      billing: marked('isDefaultBilling'),
    }).toEqual({ isDefault: [made[3]], shipping: [made[1]], billing: [made[2]] });
  });

  it('keeps of an address what one dialect does not know when the other changes it', async () => {
    const { first, second } = await both();
    const { id } = await first.post<{ id: string }>('/me/addresses', 201, {
      ...{ contactName: 'Ada Lovelace', street: 'Main', city: 'Berlin', country: 'DE', state: 'BE', tags: ['HOME'] },
      ...{
        extraLine1: 'c/o Babbage',
        mixins: { door: { code: 5 } },
        metadata: { mixins: { door: 'https://x.example' } },
      },
    });
    await second.patch(`${second.path}/addresses/${id}`, 200, { city: 'Potsdam', salutation: 'Dr' });
    expect(await first.get(`/me/addresses/${id}`)).toEqual({
      ...{ id, contactName: 'Ada Lovelace', street: 'Main', city: 'Potsdam', country: 'DE', state: 'BE' },
      ...{ tags: ['HOME'], extraLine1: 'c/o Babbage', isDefault: true },
      ...{ mixins: { door: { code: 5 } }, metadata: { mixins: { door: 'https://x.example' }, version: 2 } },
    });
    await first.patch(`/me/addresses/${id}`, 200, { city: 'Cottbus' });
    const { data } = await second.get(`${second.path}/addresses/${id}`);
    expect(data.attributes).toMatchObject({
      salutation: 'Dr',
      firstName: 'Ada',
      lastName: 'Lovelace',
      city: 'Cottbus',
    });
    expect(data.attributes).toMatchObject({ isDefaultShipping: true, isDefaultBilling: true });
  });

  it('has one name at an address, in two parts or as a whole', async () => {
    const { first, second } = await both();
    const { data } = await second.post(`${second.path}/addresses`, 201, newAddress);
    await second.patch(`${second.path}/addresses/${data.id}`, 200, { lastName: 'King' });
    expect(await first.get(`/me/addresses/${data.id}`)).toMatchObject({ contactName: 'Ada King' });
    await first.patch(`/me/addresses/${data.id}`, 200, { contactName: 'Grace Brewster Hopper' });
    expect((await second.get(`${second.path}/addresses/${data.id}`)).data.attributes).toMatchObject({
      firstName: 'Grace Brewster',
      lastName: 'Hopper',
    });
  });

  it.each([
    ['Mr', 'MR'],
    ['Ms', 'MS'],
    ['Mrs', 'MRS'],
    ['Dr', 'DR'],
  ])('has the salutation %s here and the title %s there', async (salutation, title) => {
    const { first, second } = await both({ salutation });
    expect(await first.get('/me')).toMatchObject({ title });
    await first.patch('/me', 200, { title: null });
    expect((await second.get(second.path)).data.attributes.salutation).toBeNull();
    await first.patch('/me', 200, { title });
    expect((await second.get(second.path)).data.attributes.salutation).toBe(salutation);
    await second.patch(second.path, 200, { salutation });
    expect(await first.get('/me')).toMatchObject({ title });
  });

  it('keeps of the profile what one dialect does not know when the other changes it', async () => {
    const { first, second } = await both({ dateOfBirth: '1815-12-10' });
    const known = {
      ...{ title: 'PROF', middleName: 'Augusta', contactPhone: '1234', company: 'Engines', preferredCurrency: 'EUR' },
      ...{ photoUrl: 'https://x.example/ada.png', b2b: { companyRegistrationId: '1-2-3' } },
      ...{ mixins: { shoes: { size: 38 } }, metadata: { mixins: { shoes: 'https://x.example' } } },
    };
    await first.patch('/me', 200, known);
    await second.patch(second.path, 200, { firstName: 'Byron' });
    const { b2b: _b2b, metadata: _metadata, ...plain } = known;
    expect(await first.get('/me?expand=mixin:*')).toMatchObject({
      ...plain,
      firstName: 'Byron',
      b2b: { companyRegistrationId: '1-2-3' },
      metadata: { mixins: { shoes: 'https://x.example' } },
    });
    await first.patch('/me', 200, { firstName: 'Ada' });
    expect((await second.get(second.path)).data.attributes).toMatchObject({
      ...{ firstName: 'Ada', gender: 'Female', dateOfBirth: '1815-12-10' },
    });
  });

  it('changes the password in the second, and old sessions of both are dead', async () => {
    const { first, second } = await both();
    const elsewhere = await glue.logIn(second);
    const attributes = { password: second.password, newPassword: NEW, confirmPassword: NEW };
    await second.patch(`/customer-password/${second.reference}`, 204, attributes);
    expect((await first.send('GET', '/me')).body).toEqual(deadToken);
    expect(await elsewhere.send('GET', second.path)).toEqual(invalidToken);
    await shop.logIn({ ...first, id: first.id, email: first.email, password: NEW });
  });

  it('changes the password in the first, and old sessions of both are dead', async () => {
    const { first, second } = await both();
    const elsewhere = await shop.logIn(first);
    await first.post('/password/change', 204, { currentPassword: first.password, newPassword: NEW });
    expect((await elsewhere.send('GET', '/me')).body).toEqual(deadToken);
    expect(await second.send('GET', second.path)).toEqual(invalidToken);
    const { refreshToken } = second.login;
    expect((await glue.stranger.send('POST', '/refresh-tokens', { attributes: { refreshToken } })).status).toBe(401);
    await glue.logIn({ ...second, reference: second.reference, email: second.email, password: NEW });
  });

  it('restores the password in one, and every session of both is dead', async () => {
    const { first, second } = await both();
    await glue.stranger.post('/customer-forgotten-password', 204, { email: second.email });
    const { token: restorePasswordKey } = await shop.mailTo(second.email, 'password-reset');
    const attributes = { restorePasswordKey, password: NEW, confirmPassword: NEW };
    await glue.stranger.patch('/customer-restore-password/mine', 204, attributes);
    expect((await first.send('GET', '/me')).body).toEqual(deadToken);
    expect(await second.send('GET', second.path)).toEqual(invalidToken);
  });

  it('uses the access token of one dialect in the other', async () => {
    const { first, second } = await both();
    expect((await new GlueClient(shop, first.token).get(second.path)).data.id).toBe(second.reference);
    expect(await new Visitor(shop, second.token).get('/me')).toMatchObject({ id: first.id });
  });

  it('is neither a visitor nor staff, whose tokens open nothing of a customer', async () => {
    const { second } = await both();
    for (const { token } of [await shop.visitor(), await shop.employee(), await glue.agent()]) {
      expect(await new GlueClient(shop, token).send('GET', second.path)).toEqual(missingToken);
    }
  });

  it('does not carry on in the first with a refresh token of the second, whoever asks', async () => {
    const { second } = await both();
    const clerk = await glue.agent();
    await rows(shop, `insert into clients (tenant, id, kind) values ('shop', 'shop-glue', 'storefront')`);
    shop.later(10);
    const { data } = await clerk.post('/agent-customer-impersonation-access-tokens', 201, {
      customerReference: second.reference,
    });
    const bearers = [
      second.token,
      String(data.attributes.accessToken),
      (await shop.anonymous({ client_id: 'shop-glue' })).access_token,
    ];
    for (const bearer of bearers) {
      const answer = await new Visitor(shop, bearer).send(
        'GET',
        `/refreshauthtoken?refreshToken=${second.login.refreshToken}`,
      );
      expect([answer.status, answer.body]).toEqual([401, deadRefreshToken]);
    }
    await glue.stranger.post('/refresh-tokens', 201, { refreshToken: second.login.refreshToken });
  });

  it('does not carry on in one dialect with the refresh token of the other', async () => {
    const { first, second } = await both();
    const visitor = await shop.visitor();
    const answer = await visitor.send('GET', `/refreshauthtoken?refreshToken=${second.login.refreshToken}`);
    expect({ status: answer.status, body: answer.body }).toEqual({ status: 401, body: deadRefreshToken });
    const attributes = { refreshToken: first.login.refresh_token };
    expect(await glue.stranger.send('POST', '/refresh-tokens', { attributes })).toEqual(
      refused('004', 'Failed to refresh token.'),
    );
    await visitor.get(`/refreshauthtoken?refreshToken=${first.login.refresh_token}`);
    const own = { refreshToken: second.login.refreshToken };
    expect(await glue.stranger.send('POST', '/refresh-tokens', { attributes: own })).toEqual(tokens('refresh-tokens'));
  });

  it('is logged out in one, and the session of the other lives on', async () => {
    const { first, second } = await both();
    await first.get(`/logout?accessToken=${first.token ?? ''}`, 204);
    await second.get(second.path);
  });

  it('has an e-mail that is taken in both', async () => {
    const second = await glue.registered();
    const visitor = await shop.visitor();
    const { email, password } = second;
    expect((await visitor.send('POST', '/signup', { body: { email, password } })).body).toEqual(
      duplicate(email, 'shop'),
    );
    const first = await shop.signedUp();
    const attributes = glue.person({ email: first.email });
    expect((await glue.stranger.send('POST', '/customers', { attributes })).body).toMatchObject({
      errors: [{ code: '400' }],
    });
  });

  it('is removed in the second, and gone from the first; the e-mail is free there', async () => {
    const { first, second } = await both();
    await second.delete(second.path);
    expect((await first.send('GET', '/me')).body).toEqual(deadToken);
    await (await shop.employee()).get(`/customers/${first.id}`, 404);
    await shop.loggedIn({ email: second.email });
  });
});

describe('a customer whom an employee must activate', () => {
  let shop: Shop;
  let glue: Glue;
  beforeAll(async () => {
    shop = await Shop.open({ activation: 'employee' });
    glue = new Glue(shop);
  });
  afterAll(() => shop.close());

  it('signs up in the second, is activated by an employee, logs in and adds an address in the first', async () => {
    const { email, password, reference } = await glue.registered();
    await glue.confirm(email);
    const staff = await shop.staff();
    const [{ id = '' } = {}] = await staff.get<{ id: string }[]>(`/customers?q=contactEmail:${email}`);
    await (await shop.visitor()).post('/login', 400, { email, password });
    await staff.patch(`/customers/${id}`, 200, { active: true, onHold: false });
    const first = await shop.logIn({ id, email, password });
    const { id: address } = await first.post<{ id: string }>('/me/addresses', 201, {
      ...{
        contactName: 'Ada King Lovelace',
        street: 'Rue de Rivoli',
        streetNumber: '1',
        streetAppendix: 'Left door',
      },
      ...{ zipCode: '75001', city: 'Paris', country: 'FR', companyName: 'Engines', contactPhone: '1234' },
    });
    const second = await glue.logIn({ email, password, reference });
    expect(await second.send('GET', `${second.path}/addresses`)).toEqual(
      answered(200, {
        data: [
          {
            type: 'addresses',
            id: address,
            attributes: {
              ...{ salutation: null, firstName: 'Ada King', lastName: 'Lovelace' },
              ...{ address1: 'Rue de Rivoli', address2: '1', address3: 'Left door', zipCode: '75001', city: 'Paris' },
              ...{ country: 'France', iso2Code: 'FR', company: 'Engines', phone: '1234' },
              ...{ isDefaultShipping: true, isDefaultBilling: true },
            },
            links: { self: `http://foyer.test${second.path}/addresses/${address}` },
          },
        ],
        links: { self: `http://foyer.test${second.path}/addresses` },
      }),
    );
  });
});
