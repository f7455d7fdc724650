import {
  glueResponse,
  Glue,
  GlueClient,
  type GlueCustomer,
  invalidToken,
  type CollectionDocument,
  missingToken,
  newAddress,
  errorResponse,
  tokenResponse,
} from '../support/glue.js';
import { invalidRefreshToken, invalidAccessToken, duplicateAccount } from '../support/responses.js';
import { rows } from '../support/rows.js';
import { type Body, type LoggedInCustomer, type Person, Shop, ApiClient } from '../support/shop.js';

/** One customer, used through both APIs. */
describe('a customer in the Emporix API and the Glue API', () => {
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
  /** Logs a new customer in through both APIs. */
  const logInToBothApis = async (changes: Body = {}): Promise<{ emporix: LoggedInCustomer; glueAda: GlueCustomer }> => {
    const glueAda = await glue.customer(changes);
    return { emporix: await shop.logIn({ ...glueAda, id: await numberOf(glueAda.email) }), glueAda };
  };
  const NEW = 'another long password';

  it('signs up in the Emporix API and logs in through the Glue API', async () => {
    const { email, password } = await shop.signUp({
      customerDetails: { title: 'MRS', firstName: 'Ada', lastName: 'Lovelace' },
    });
    const { data } = await glue.unauthenticated.post('/access-tokens', 201, { username: email, password });
    const glueAda = new GlueClient(shop, String(data.attributes.accessToken));
    const { data: list } = await glueAda.get<CollectionDocument>('/customers');
    const { id, attributes } = list[0] ?? { id: '', attributes: {} };
    expect(id).toMatch(/^DE--\d+$/);
    expect(attributes).toEqual({
      ...{ firstName: 'Ada', lastName: 'Lovelace', email, gender: null, dateOfBirth: null, salutation: 'Mrs' },
      ...{ createdAt: expect.any(String), updatedAt: expect.any(String) },
    });
  });

  it('shares addresses: the Emporix API returns what the Glue API creates', async () => {
    const { emporix, glueAda } = await logInToBothApis();
    const attributes = { ...newAddress, address3: 'Back door', company: 'Engines', phone: '1234' };
    const { data } = await glueAda.post(`${glueAda.path}/addresses`, 201, attributes);
    expect(await emporix.get('/me/addresses')).toEqual([
      {
        id: data.id,
        ...{ contactName: 'Ada Lovelace', companyName: 'Engines', contactPhone: '1234' },
        ...{ street: 'Platz der Republik', streetNumber: '1', streetAppendix: 'Back door' },
        ...{ zipCode: '11011', city: 'Berlin', country: 'DE' },
        ...{ tags: [], isDefault: true, metadata: { mixins: {}, version: 1 }, mixins: {} },
      },
    ]);
  });

  it('has three independent default addresses', async () => {
    const { emporix, glueAda } = await logInToBothApis();
    const ids: string[] = [];
    for (const changes of [{}, { isDefaultShipping: true }, { isDefaultBilling: true }, {}]) {
      ids.push((await glueAda.post(`${glueAda.path}/addresses`, 201, { ...newAddress, ...changes })).data.id);
    }
    await emporix.patch(`/me/addresses/${ids[3] ?? ''}`, 200, { isDefault: true });
    const inEmporix = await emporix.get<{ id: string; isDefault: boolean }[]>('/me/addresses');
    const inGlue = (await glueAda.get<CollectionDocument>(`${glueAda.path}/addresses`)).data;
    const idsWith = (name: string) => inGlue.filter(({ attributes }) => attributes[name]).map(({ id }) => id);
    expect({
      isDefault: inEmporix.filter(({ isDefault }) => isDefault).map(({ id }) => id),
      shipping: idsWith('isDefaultShipping'),
      billing: idsWith('isDefaultBilling'),
    }).toEqual({ isDefault: [ids[3]], shipping: [ids[1]], billing: [ids[2]] });
  });

  it('keeps address fields that one API lacks when the other updates the address', async () => {
    const { emporix, glueAda } = await logInToBothApis();
    const { id } = await emporix.post<{ id: string }>('/me/addresses', 201, {
      ...{ contactName: 'Ada Lovelace', street: 'Main', city: 'Berlin', country: 'DE', state: 'BE', tags: ['HOME'] },
      ...{
        extraLine1: 'c/o Babbage',
        mixins: { door: { code: 5 } },
        metadata: { mixins: { door: 'https://x.example' } },
      },
    });
    await glueAda.patch(`${glueAda.path}/addresses/${id}`, 200, { city: 'Potsdam', salutation: 'Dr' });
    expect(await emporix.get(`/me/addresses/${id}`)).toEqual({
      ...{ id, contactName: 'Ada Lovelace', street: 'Main', city: 'Potsdam', country: 'DE', state: 'BE' },
      ...{ tags: ['HOME'], extraLine1: 'c/o Babbage', isDefault: true },
      ...{ mixins: { door: { code: 5 } }, metadata: { mixins: { door: 'https://x.example' }, version: 2 } },
    });
    await emporix.patch(`/me/addresses/${id}`, 200, { city: 'Cottbus' });
    const { data } = await glueAda.get(`${glueAda.path}/addresses/${id}`);
    expect(data.attributes).toMatchObject({
      salutation: 'Dr',
      firstName: 'Ada',
      lastName: 'Lovelace',
      city: 'Cottbus',
    });
    expect(data.attributes).toMatchObject({ isDefaultShipping: true, isDefaultBilling: true });
  });

  it('maps the address name between two fields (Glue) and one (Emporix)', async () => {
    const { emporix, glueAda } = await logInToBothApis();
    const { data } = await glueAda.post(`${glueAda.path}/addresses`, 201, newAddress);
    await glueAda.patch(`${glueAda.path}/addresses/${data.id}`, 200, { lastName: 'King' });
    expect(await emporix.get(`/me/addresses/${data.id}`)).toMatchObject({ contactName: 'Ada King' });
    await emporix.patch(`/me/addresses/${data.id}`, 200, { contactName: 'Grace Brewster Hopper' });
    expect((await glueAda.get(`${glueAda.path}/addresses/${data.id}`)).data.attributes).toMatchObject({
      firstName: 'Grace Brewster',
      lastName: 'Hopper',
    });
  });

  it('shows an address that breaks the rules of the Glue API, and updates its other attributes', async () => {
    const { emporix, glueAda } = await logInToBothApis();
    const [name, zipCode] = ['x'.repeat(120), '1'.repeat(40)];
    const { id } = await emporix.post<{ id: string }>('/me/addresses', 201, {
      ...{ contactName: `${name} ${name}`, zipCode, city: 'Au', country: 'Germany' },
    });
    const path = `${glueAda.path}/addresses/${id}`;
    const shown = { firstName: name, lastName: name, zipCode, city: 'Au', country: 'Germany', iso2Code: null };
    const { data } = await glueAda.get(path);
    expect(data.attributes).toMatchObject(shown);
    const { salutation: _unset, iso2Code: _noCode, address1: _none, address2: _nothing, ...sentBack } = data.attributes;
    const update = { ...sentBack, address1: 'Main' };
    expect((await glueAda.patch(path, 200, update)).data.attributes).toMatchObject({ ...shown, address1: 'Main' });
    for (const attributes of [{ city: 'Ay' }, { zipCode: '2'.repeat(40) }, { firstName: 'y'.repeat(101) }]) {
      expect((await glueAda.send('PATCH', path, { attributes })).status).toBe(422);
    }
    expect(await emporix.get(`/me/addresses/${id}`)).toMatchObject({
      ...{ contactName: `${name} ${name}`, zipCode, city: 'Au', country: 'Germany', street: 'Main' },
    });
  });

  it('shows an address of the Glue API in full, and updates its other fields', async () => {
    const { emporix, glueAda } = await logInToBothApis();
    const [firstName, lastName] = ['F'.repeat(100), 'L'.repeat(100)];
    const { data } = await glueAda.post(`${glueAda.path}/addresses`, 201, {
      ...newAddress,
      firstName,
      lastName,
      iso2Code: 'at',
    });
    expect(data.attributes).toMatchObject({ iso2Code: 'AT', country: 'Austria' });
    const path = `/me/addresses/${data.id}`;
    for (const method of ['PATCH', 'PUT']) {
      const address = await emporix.get(path);
      expect(address).toMatchObject({ contactName: `${firstName} ${lastName}`, country: 'AT' });
      expect((await emporix.send(method, path, { body: { ...address, state: method } })).status).toBe(200);
      expect(await emporix.get(path)).toMatchObject({ contactName: `${firstName} ${lastName}`, state: method });
    }
    expect((await glueAda.get(`${glueAda.path}/addresses/${data.id}`)).data.attributes).toMatchObject({
      firstName,
      lastName,
    });
  });

  it('shows a name that is too long for the Glue API, and updates other attributes of the profile', async () => {
    const { emporix, glueAda } = await logInToBothApis();
    const firstName = 'x'.repeat(200);
    await emporix.patch('/me', 200, { firstName, title: 'n/a' });
    const { data } = await glueAda.get(glueAda.path);
    expect(data.attributes).toMatchObject({ firstName, salutation: 'n/a' });
    const update = { ...data.attributes, lastName: 'King' };
    expect((await glueAda.patch(glueAda.path, 200, update)).data.attributes).toMatchObject({
      firstName,
      lastName: 'King',
    });
    expect((await glueAda.send('PATCH', glueAda.path, { attributes: { firstName: 'y'.repeat(200) } })).status).toBe(
      422,
    );
    expect(await emporix.get('/me')).toMatchObject({ firstName, lastName: 'King', title: 'n/a' });
  });

  it('shows an e-mail that is too long for the Glue API, and updates other attributes of the profile', async () => {
    const person = await shop.signUp({ email: `ada@${`${'x'.repeat(50)}.`.repeat(2)}example` });
    const [{ reference = '' } = {}] = await rows<{ reference: string }>(
      shop,
      'select reference from customers where id = $1',
      [person.id],
    );
    const ada = await glue.logIn({ ...person, reference });
    const { attributes } = (await ada.get(ada.path)).data;
    const update = { ...attributes, firstName: 'Ada', lastName: 'King', gender: 'Female', salutation: 'Ms' };
    expect((await ada.patch(ada.path, 200, update)).data.attributes).toMatchObject({
      email: person.email,
      lastName: 'King',
    });
  });

  it.each([
    ['Mr', 'MR'],
    ['Ms', 'MS'],
    ['Mrs', 'MRS'],
    ['Dr', 'DR'],
  ])('has the salutation %s in the Glue API and the title %s in the Emporix API', async (salutation, title) => {
    const { emporix, glueAda } = await logInToBothApis({ salutation });
    expect(await emporix.get('/me')).toMatchObject({ title });
    await emporix.patch('/me', 200, { title: null });
    expect((await glueAda.get(glueAda.path)).data.attributes.salutation).toBeNull();
    await emporix.patch('/me', 200, { title });
    expect((await glueAda.get(glueAda.path)).data.attributes.salutation).toBe(salutation);
    await glueAda.patch(glueAda.path, 200, { salutation });
    expect(await emporix.get('/me')).toMatchObject({ title });
  });

  it('keeps profile fields that one API lacks when the other updates the profile', async () => {
    const { emporix, glueAda } = await logInToBothApis({ dateOfBirth: '1815-12-10' });
    const known = {
      ...{ title: 'PROF', middleName: 'Augusta', contactPhone: '1234', company: 'Engines', preferredCurrency: 'EUR' },
      ...{ photoUrl: 'https://x.example/ada.png', b2b: { companyRegistrationId: '1-2-3' } },
      ...{ mixins: { shoes: { size: 38 } }, metadata: { mixins: { shoes: 'https://x.example' } } },
    };
    await emporix.patch('/me', 200, known);
    await glueAda.patch(glueAda.path, 200, { firstName: 'Byron' });
    const { b2b: _b2b, metadata: _metadata, ...plain } = known;
    expect(await emporix.get('/me?expand=mixin:*')).toMatchObject({
      ...plain,
      firstName: 'Byron',
      b2b: { companyRegistrationId: '1-2-3' },
      metadata: { mixins: { shoes: 'https://x.example' } },
    });
    await emporix.patch('/me', 200, { firstName: 'Ada' });
    expect((await glueAda.get(glueAda.path)).data.attributes).toMatchObject({
      ...{ firstName: 'Ada', gender: 'Female', dateOfBirth: '1815-12-10' },
    });
  });

  it('loses the old sessions of both APIs after a password change in the Glue API', async () => {
    const { emporix, glueAda } = await logInToBothApis();
    const elsewhere = await glue.logIn(glueAda);
    const attributes = { password: glueAda.password, newPassword: NEW, confirmPassword: NEW };
    await glueAda.patch(`/customer-password/${glueAda.reference}`, 204, attributes);
    expect((await emporix.send('GET', '/me')).body).toEqual(invalidAccessToken);
    expect(await elsewhere.send('GET', glueAda.path)).toEqual(invalidToken);
    await shop.logIn({ ...emporix, id: emporix.id, email: emporix.email, password: NEW });
  });

  it('loses the old sessions of both APIs after a password change in the Emporix API', async () => {
    const { emporix, glueAda } = await logInToBothApis();
    const elsewhere = await shop.logIn(emporix);
    await emporix.post('/password/change', 204, { currentPassword: emporix.password, newPassword: NEW });
    expect((await elsewhere.send('GET', '/me')).body).toEqual(invalidAccessToken);
    expect(await glueAda.send('GET', glueAda.path)).toEqual(invalidToken);
    const { refreshToken } = glueAda.login;
    expect((await glue.unauthenticated.send('POST', '/refresh-tokens', { attributes: { refreshToken } })).status).toBe(
      401,
    );
    await glue.logIn({ ...glueAda, reference: glueAda.reference, email: glueAda.email, password: NEW });
  });

  it('loses all sessions of both APIs after a password restore in the Glue API', async () => {
    const { emporix, glueAda } = await logInToBothApis();
    await glue.unauthenticated.post('/customer-forgotten-password', 204, { email: glueAda.email });
    const { token: restorePasswordKey } = await shop.mailTo(glueAda.email, 'password-reset');
    const attributes = { restorePasswordKey, password: NEW, confirmPassword: NEW };
    await glue.unauthenticated.patch('/customer-restore-password/mine', 204, attributes);
    expect((await emporix.send('GET', '/me')).body).toEqual(invalidAccessToken);
    expect(await glueAda.send('GET', glueAda.path)).toEqual(invalidToken);
  });

  it('can use the access token of one API in the other', async () => {
    const { emporix, glueAda } = await logInToBothApis();
    expect((await new GlueClient(shop, emporix.token).get(glueAda.path)).data.id).toBe(glueAda.reference);
    expect(await new ApiClient(shop, glueAda.token).get('/me')).toMatchObject({ id: emporix.id });
  });

  it('is not accessible in the Glue API with the token of a visitor, service or agent', async () => {
    const { glueAda } = await logInToBothApis();
    for (const { token } of [await shop.visitor(), await shop.serviceClient(), await glue.agent()]) {
      expect(await new GlueClient(shop, token).send('GET', glueAda.path)).toEqual(missingToken);
    }
  });

  it('cannot refresh a Glue token in the Emporix API, with any bearer token', async () => {
    const { glueAda } = await logInToBothApis();
    const agent = await glue.agent();
    await rows(shop, `insert into clients (tenant, id, kind) values ('shop', 'shop-glue', 'storefront')`);
    shop.advanceClock(10);
    const { data } = await agent.post('/agent-customer-impersonation-access-tokens', 201, {
      customerReference: glueAda.reference,
    });
    const bearers = [
      glueAda.token,
      String(data.attributes.accessToken),
      (await shop.logInAnonymously({ client_id: 'shop-glue' })).access_token,
    ];
    for (const bearer of bearers) {
      const response = await new ApiClient(shop, bearer).send(
        'GET',
        `/refreshauthtoken?refreshToken=${glueAda.login.refreshToken}`,
      );
      expect([response.status, response.body]).toEqual([401, invalidRefreshToken]);
    }
    await glue.unauthenticated.post('/refresh-tokens', 201, { refreshToken: glueAda.login.refreshToken });
  });

  it('cannot refresh a token of one API in the other', async () => {
    const { emporix, glueAda } = await logInToBothApis();
    const visitor = await shop.visitor();
    const response = await visitor.send('GET', `/refreshauthtoken?refreshToken=${glueAda.login.refreshToken}`);
    expect({ status: response.status, body: response.body }).toEqual({ status: 401, body: invalidRefreshToken });
    const attributes = { refreshToken: emporix.login.refresh_token };
    expect(await glue.unauthenticated.send('POST', '/refresh-tokens', { attributes })).toEqual(
      errorResponse('004', 'Failed to refresh token.'),
    );
    await visitor.get(`/refreshauthtoken?refreshToken=${emporix.login.refresh_token}`);
    const own = { refreshToken: glueAda.login.refreshToken };
    expect(await glue.unauthenticated.send('POST', '/refresh-tokens', { attributes: own })).toEqual(
      tokenResponse('refresh-tokens'),
    );
  });

  it('keeps the Glue session after a logout in the Emporix API', async () => {
    const { emporix, glueAda } = await logInToBothApis();
    await emporix.get(`/logout?accessToken=${emporix.token ?? ''}`, 204);
    await glueAda.get(glueAda.path);
  });

  it('has an e-mail that is taken in both APIs', async () => {
    const glueAda = await glue.signUp();
    const visitor = await shop.visitor();
    const { email, password } = glueAda;
    expect((await visitor.send('POST', '/signup', { body: { email, password } })).body).toEqual(
      duplicateAccount(email, 'shop'),
    );
    const emporix = await shop.signUp();
    const attributes = glue.person({ email: emporix.email });
    expect((await glue.unauthenticated.send('POST', '/customers', { attributes })).body).toMatchObject({
      errors: [{ code: '400' }],
    });
  });

  it('is deleted from both APIs by the Glue API, which frees the e-mail', async () => {
    const { emporix, glueAda } = await logInToBothApis();
    await glueAda.delete(glueAda.path);
    expect((await emporix.send('GET', '/me')).body).toEqual(invalidAccessToken);
    await (await shop.serviceClient()).get(`/customers/${emporix.id}`, 404);
    await shop.customer({ email: glueAda.email });
  });
});

describe('a customer who must be activated by an employee', () => {
  let shop: Shop;
  let glue: Glue;
  beforeAll(async () => {
    shop = await Shop.open({ activation: 'employee' });
    glue = new Glue(shop);
  });
  afterAll(() => shop.close());

  const rejected = errorResponse('003', 'Failed to authenticate user.');
  const logIn = ({ email: username, password }: Person) =>
    glue.unauthenticated.send('POST', '/access-tokens', { attributes: { username, password } });

  it('cannot log in before the e-mail is confirmed too', async () => {
    const person = await glue.signUp();
    const staff = await shop.employee();
    const [{ id = '' } = {}] = await staff.get<{ id: string }[]>(`/customers?q=contactEmail:${person.email}`);
    await staff.patch(`/customers/${id}`, 200, { active: true, onHold: false });
    expect(await logIn(person)).toEqual(rejected);
    await glue.confirm(person.email);
    expect((await logIn(person)).status).toBe(201);
  });

  it('signs up in Glue, is activated, and adds an address in the Emporix API', async () => {
    const { email, password, reference } = await glue.signUp();
    await glue.confirm(email);
    const staff = await shop.employee();
    const [{ id = '' } = {}] = await staff.get<{ id: string }[]>(`/customers?q=contactEmail:${email}`);
    await (await shop.visitor()).post('/login', 400, { email, password });
    expect(await logIn({ email, password })).toEqual(rejected);
    await staff.patch(`/customers/${id}`, 200, { active: true, onHold: false });
    const emporix = await shop.logIn({ id, email, password });
    const { id: address } = await emporix.post<{ id: string }>('/me/addresses', 201, {
      ...{
        contactName: 'Ada King Lovelace',
        street: 'Rue de Rivoli',
        streetNumber: '1',
        streetAppendix: 'Left door',
      },
      ...{ zipCode: '75001', city: 'Paris', country: 'FR', companyName: 'Engines', contactPhone: '1234' },
    });
    const glueAda = await glue.logIn({ email, password, reference });
    expect(await glueAda.send('GET', `${glueAda.path}/addresses`)).toEqual(
      glueResponse(200, {
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
            links: { self: `http://foyer.test${glueAda.path}/addresses/${address}` },
          },
        ],
        links: { self: `http://foyer.test${glueAda.path}/addresses` },
      }),
    );
  });
});
