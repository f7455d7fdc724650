import { invalidAccessToken, unknownCustomer } from './support/responses.js';
import { countByEmail } from './support/rows.js';
import { Shop, type ApiClient } from './support/shop.js';

describe('the deletion of a customer', () => {
  let shop: Shop;
  let staff: ApiClient;
  beforeAll(async () => {
    shop = await Shop.open();
    staff = await shop.serviceClient();
  });
  afterAll(() => shop.close());

  const createCustomer = async (contactEmail = shop.person().email): Promise<{ id: string; email: string }> => {
    const { id } = await staff.post<{ id: string }>('/customers', 201, { contactEmail });
    return { id, email: contactEmail };
  };

  it.each([undefined, {}])('with the body %j deletes all data of the customer', async (body) => {
    const ada = await shop.customer();
    await (await shop.visitor()).post('/password/reset', 204, { email: ada.email });
    const { token } = await shop.mailTo(ada.email, 'password-reset');
    expect(await staff.send('DELETE', `/customers/${ada.id}`, { body })).toMatchObject({ status: 202, text: '' });

    expect(await staff.get(`/customers/${ada.id}`, 404)).toEqual(unknownCustomer(ada.id));
    expect(await staff.delete(`/customers/${ada.id}`, 404)).toEqual(unknownCustomer(ada.id));
    expect(await ada.get('/me', 401)).toEqual(invalidAccessToken);
    const visitor = await shop.visitor();
    await visitor.get(`/refreshauthtoken?refreshToken=${ada.login.refresh_token}`, 401);
    await visitor.post('/password/reset/update', 400, { token, password: 'new secret words' });
    await visitor.post('/login', 400, { email: ada.email, password: ada.password });
    expect(await countByEmail(shop, ada.email)).toEqual({ customers: 0, accounts: 0 });
  });

  it('keeps the customer number reserved and releases the e-mail', async () => {
    const { id, email } = await createCustomer();
    await staff.delete(`/customers/${id}`, 202);
    await staff.post('/customers', 409, { id, contactEmail: email });
    await staff.put(`/customers/${id}`, 409, { contactEmail: email });
    await createCustomer(email);
  });

  it('returns 404 to a concurrent second request', async () => {
    const { id } = await createCustomer();
    const responses = await Promise.all([1, 2].map(() => staff.send('DELETE', `/customers/${id}`)));
    expect(responses.map(({ status }) => status).sort()).toEqual([202, 404]);
  });
});

it('a tenant can allow the reuse of the numbers of deleted customers', async () => {
  const shop = await Shop.open({ enableRecreationOfDeletedCustomer: true });
  const staff = await shop.serviceClient();
  await staff.post('/customers', 201, { id: 'C0033', firstName: 'Ada' });
  await staff.delete('/customers/C0033', 202);
  await staff.post('/customers', 201, { id: 'C0033', firstName: 'Jim' });
  await staff.delete('/customers/C0033', 202);
  await staff.put('/customers/C0033', 201, { lastName: 'Doe' });
  expect(await staff.get('/customers/C0033')).not.toHaveProperty('firstName');
  await shop.close();
});
