import { EntityManager } from '@mikro-orm/postgresql';
import { SessionsService } from '../src/sessions/sessions.service.js';
import { RequestScope } from '../src/tenants/request-scope.js';
import { TenantsService } from '../src/tenants/tenants.service.js';
import {
  validationError,
  invalidAccessToken,
  expiredAccessToken,
  notAuthorized,
  unknownCustomer,
} from './support/responses.js';
import { type Body, type LoggedInCustomer, Shop, ApiClient } from './support/shop.js';
import { decodeToken } from './support/tokens.js';

const LOGIN = '/assistedbuying/login';

interface Acting extends Body {
  accessToken: string;
  saasToken: string;
}

describe('an employee who impersonates a customer', () => {
  let shop: Shop;
  let clerk: ApiClient & { id: string };
  let ada: LoggedInCustomer;
  beforeAll(async () => (shop = await Shop.open()));
  beforeEach(async () => {
    clerk = await shop.employee('support');
    ada = await shop.customer({ customerDetails: { firstName: 'Ada' } });
  });
  afterAll(() => shop.close());

  const logInAsCustomer = async (more: Body = {}): Promise<Acting> =>
    clerk.post<Acting>(LOGIN, 200, { customerNumber: ada.id, ...more });
  const impersonatedCustomer = async (): Promise<ApiClient> =>
    new ApiClient(shop, (await logInAsCustomer()).accessToken);

  it('gets tokens for an hour, without a refresh token', async () => {
    const response = await clerk.send('POST', LOGIN, { body: { customerNumber: ada.id } });
    expect(response.headers['cache-control']).toBe('no-store');
    expect(response.body).toEqual({
      accessToken: expect.any(String) as string,
      saasToken: expect.any(String) as string,
      expiresIn: 3600,
      refreshToken: '',
      refreshTokenExpiresIn: 0,
    });
    await (await shop.visitor()).get('/refreshauthtoken?refreshToken=', 400);
  });

  it('gets the same tokens at the vendor’s other path', async () => {
    const { accessToken } = await clerk.post<Acting>('/assisted-buying-login', 200, { customerNumber: ada.id });
    expect(await new ApiClient(shop, accessToken).get('/me')).toMatchObject({ id: ada.id });
    await ada.post('/assisted-buying-login', 403, { customerNumber: ada.id });
  });

  it('is named in the act claim of a customer token', async () => {
    const { accessToken, saasToken } = await logInAsCustomer();
    const { claims } = decodeToken(accessToken);
    expect(claims).toMatchObject({ sub: ada.id, kind: 'customer', act: { sub: clerk.id }, aud: shop.tenant });
    expect(decodeToken(ada.token ?? '').claims).not.toHaveProperty('act');
    const saas = decodeToken(saasToken).claims as { sub: string; iat: number; exp: number };
    expect([saas.sub, saas.exp - saas.iat]).toEqual([ada.id, 3600]);
  });

  it('can read and update the customer’s data', async () => {
    const token = await impersonatedCustomer();
    expect(await token.get('/me')).toMatchObject({ id: ada.id, firstName: 'Ada' });
    await token.patch('/me', 200, { firstName: 'Augusta' });
    const { id } = await token.post('/me/addresses', 201, { city: 'London' });
    expect(await ada.get('/me?expand=addresses')).toMatchObject({ firstName: 'Augusta', addresses: [{ id }] });
    expect(await token.get('/validateauthtoken')).toMatchObject({ email: ada.email });
  });

  it('has no employee scopes with that token', async () => {
    const token = await impersonatedCustomer();
    expect(await token.get('/customers', 403)).toEqual(notAuthorized);
    expect(await token.post(LOGIN, 403, { customerNumber: ada.id })).toEqual(notAuthorized);
  });

  it('cannot change the password', async () => {
    const body = { currentPassword: ada.password, newPassword: 'new secret words' };
    expect(await (await impersonatedCustomer()).post('/password/change', 403, body)).toEqual(notAuthorized);
    await shop.logIn(ada);
  });

  it('cannot change the login e-mail', async () => {
    const { email: newEmail } = shop.person();
    const body = { email: ada.email, password: ada.password, newEmail };
    expect(await (await impersonatedCustomer()).post('/me/accounts/internal/email/change', 403, body)).toEqual(
      notAuthorized,
    );
    expect(await shop.mailsTo(newEmail)).toEqual([]);
  });

  it('cannot change the contact e-mail, but may send it unchanged', async () => {
    const token = await impersonatedCustomer();
    expect(await token.patch('/me', 403, { contactEmail: shop.person().email })).toEqual(notAuthorized);
    expect(await token.put('/me', 403, { contactEmail: shop.person().email })).toEqual(notAuthorized);
    await token.patch('/me', 200, { contactEmail: ada.email, firstName: 'Augusta' });
    expect(await ada.get('/me')).toMatchObject({ contactEmail: ada.email, firstName: 'Augusta' });
  });

  it('cannot refresh the customer’s session', async () => {
    const token = await impersonatedCustomer();
    await token.get(`/refreshauthtoken?refreshToken=${ada.login.refresh_token}`, 401);
    await (await shop.visitor()).get(`/refreshauthtoken?refreshToken=${ada.login.refresh_token}`);
  });

  it('does not change the last login or end the customer’s sessions', async () => {
    const { lastLogin } = await ada.get('/me');
    await impersonatedCustomer();
    expect(await ada.get('/me')).toMatchObject({ lastLogin });
  });

  it('can log out, which ends only that session', async () => {
    const { accessToken } = await logInAsCustomer();
    const [token, other] = [new ApiClient(shop, accessToken), await impersonatedCustomer()];
    await token.get(`/logout?accessToken=${accessToken}`, 204);
    expect(await token.get('/me', 401)).toEqual(invalidAccessToken);
    await other.get('/me');
    await ada.get('/me');
  });

  it.each([{ active: false }, { onHold: true }, { type: 'CONTACT' }])(
    'loses access when the customer is changed to %j',
    async (change) => {
      const token = await impersonatedCustomer();
      await token.get('/me');
      await (await shop.serviceClient()).patch(`/customers/${ada.id}`, 200, change);
      expect(await token.get('/me', 401)).toEqual(invalidAccessToken);
      await clerk.post(LOGIN, 400, { customerNumber: ada.id });
      const back = { active: true, onHold: false, type: 'CUSTOMER' };
      await (await shop.serviceClient()).patch(`/customers/${ada.id}`, 200, back);
      expect(await token.get('/me', 401)).toEqual(invalidAccessToken);
    },
  );

  it('loses access when the customer is deleted', async () => {
    const token = await impersonatedCustomer();
    await (await shop.serviceClient()).delete(`/customers/${ada.id}`, 202);
    expect(await token.get('/me', 401)).toEqual(invalidAccessToken);
    expect(await clerk.post(LOGIN, 404, { customerNumber: ada.id })).toEqual(unknownCustomer(ada.id));
  });

  it('loses access when the employee’s sessions end, but the customer does not', async () => {
    const token = await impersonatedCustomer();
    await token.get('/me');
    await RequestScope.run(shop.app.get(EntityManager), async () => {
      await shop.app.get(TenantsService).enter(shop.tenant);
      await shop.app.get(SessionsService).endAllOfEmployee(clerk.id);
    });
    expect(await token.get('/me', 401)).toEqual(invalidAccessToken);
    expect(await clerk.post(LOGIN, 401, { customerNumber: ada.id })).toEqual(invalidAccessToken);
    await ada.get('/me');
  });

  it.each(['inactive', 'unknown'])('gets no token if the customer is %s', async (which) => {
    const { id } = which === 'inactive' ? await shop.signUp() : { id: '4711' };
    const response = await clerk.send('POST', LOGIN, { body: { customerNumber: id } });
    const inactive = { status: 400, type: 'bad_request', message: 'The customer is not active, or is on hold.' };
    expect(response.body).toEqual(which === 'unknown' ? unknownCustomer(id) : inactive);
    expect(response.status).toBe(which === 'unknown' ? 404 : 400);
    const { body: history } = await clerk.send<Body[]>('GET', `/customers/${id}/history`);
    expect(history).not.toEqual(expect.arrayContaining([expect.objectContaining({ action: 'acted_for_customer' })]));
  });

  it.each([[undefined], [null], [''], [7], ['x'.repeat(67)]])('cannot impersonate %j', async (customerNumber) => {
    expect(await clerk.post(LOGIN, 400, { customerNumber })).toEqual(validationError('customerNumber'));
  });

  it('must have the scope assistedBuying_manage and be a person', async () => {
    const body = { customerNumber: ada.id };
    expect(await (await shop.employee('viewer')).post(LOGIN, 403, body)).toEqual(notAuthorized);
    expect(await (await shop.serviceClient()).post(LOGIN, 403, body)).toEqual(notAuthorized);
    expect(await ada.post(LOGIN, 403, body)).toEqual(notAuthorized);
    expect(await (await shop.visitor()).post(LOGIN, 403, body)).toEqual(notAuthorized);
    expect(await shop.unauthenticated.post(LOGIN, 401, body)).toEqual(invalidAccessToken);
    const { token } = await shop.employee('admin');
    expect(await new ApiClient(shop, token).post(LOGIN, 200, body)).toHaveProperty('accessToken');
  });

  it('can impersonate only customers of the same tenant', async () => {
    await shop.addTenant('other');
    const otherClerk = await shop.employee('support', 'other');
    expect(await otherClerk.post(LOGIN, 404, { customerNumber: ada.id })).toEqual(unknownCustomer(ada.id));
    const { accessToken } = await logInAsCustomer();
    expect(await new ApiClient(shop, accessToken, 'other').get('/me', 401)).toEqual(invalidAccessToken);
  });

  it('loses access after an hour', async () => {
    const token = await impersonatedCustomer();
    shop.advanceClock(3590);
    await token.get('/me');
    shop.advanceClock(20);
    expect(await token.get('/me', 401)).toEqual(expiredAccessToken);
    await ada.get('/me');
  });
});

it('the tenant sets the duration of an impersonation', async () => {
  const shop = await Shop.open({ lifetimes: { actingAccess: 60 } });
  const { id } = await shop.customer();
  const clerk = await shop.employee('support');
  const { accessToken, expiresIn } = await clerk.post<Acting>(LOGIN, 200, { customerNumber: id });
  expect(expiresIn).toBe(60);
  shop.advanceClock(61);
  expect(await new ApiClient(shop, accessToken).get('/me', 401)).toEqual(expiredAccessToken);
  await shop.close();
});
