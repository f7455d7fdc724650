import { decodeJwt } from 'jose';
import { validationError } from './support/responses.js';
import { assignCustomer, sendCompanyRequest, member, newCompany } from './support/companies.js';
import { rows } from './support/rows.js';
import { type Response, type LoggedInCustomer, Shop, ApiClient } from './support/shop.js';

const adminScopes = [
  'customer.customer_read_own',
  'customer.customer_manage_own',
  'iam.user_read_own',
  'iam.group_read_own',
  'iam.assignment_create_own',
  'iam.assignment_delete_own',
];

type Tokens = LoggedInCustomer['login'];

describe('the token of a customer with companies', () => {
  let shop: Shop;
  beforeAll(async () => (shop = await Shop.open()));
  afterAll(() => shop.close());

  const refresh = async (refreshToken: string, legalEntityId?: string): Promise<Response<Tokens>> => {
    const query = new URLSearchParams({ refreshToken, ...(legalEntityId !== undefined && { legalEntityId }) });
    return (await shop.visitor()).send<Tokens>('GET', `/refreshauthtoken?${query.toString()}`);
  };
  const companyOf = ({ access_token }: { access_token: string }): unknown => decodeJwt(access_token).legal_entity_id;
  const validated = async ({ access_token }: { access_token: string }): Promise<unknown> =>
    (await new ApiClient(shop, access_token).get('/validateauthtoken')).legalEntityId;
  const ownScopes = ({ access_token }: { access_token: string }): string[] =>
    String(decodeJwt(access_token).scope)
      .split(' ')
      .filter((scope) => adminScopes.includes(scope));

  it('contains no company if the customer has none', async () => {
    const ada = await shop.customer();
    const { body } = await refresh(ada.login.refresh_token);
    for (const tokens of [ada.login, body]) {
      expect([companyOf(tokens), await validated(tokens), ownScopes(tokens)]).toEqual([undefined, undefined, []]);
    }
  });

  it('is for the only company right from the login', async () => {
    const { login, company } = await member(shop, 'Buyer');
    expect([companyOf(login), await validated(login)]).toEqual([company, company]);
  });

  it('is for none of several companies until one is chosen', async () => {
    const ada = await member(shop, 'Buyer');
    const second = await newCompany(shop);
    await assignCustomer(shop, ada, second);
    const { login } = await shop.logIn(ada);
    expect(companyOf(login)).toBeUndefined();
    const { status, body } = await refresh(login.refresh_token, second);
    expect([status, companyOf(body), await validated(body)]).toEqual([200, second, second]);
    expect(body.session_id).toBe(login.session_id);
  });

  it('is for the default one of several companies', async () => {
    const ada = await member(shop, 'Buyer');
    const second = await newCompany(shop);
    const assignment = await assignCustomer(shop, ada, second);
    await rows(shop, 'update contact_assignments set is_default = true where id = $1', [assignment]);
    expect(companyOf((await shop.logIn(ada)).login)).toBe(second);
  });

  it.each([
    ['assignment', 'update contact_assignments set active = $2 where legal_entity_id = $1'],
    ['company', 'update legal_entities set active = $2 where id = $1'],
  ])('has no rights in the company while the %s is inactive', async (_title, update) => {
    const ada = await member(shop, 'Admin');
    expect((await ada.send('GET', '/customers')).status).toBe(200);
    await rows(shop, update, [ada.company, false]);
    expect((await ada.send('GET', '/customers')).status).toBe(403);
    expect((await refresh(ada.login.refresh_token, ada.company)).status).toBe(400);
    const refreshed = (await refresh(ada.login.refresh_token)).body;
    const { login } = await shop.logIn(ada);
    for (const tokens of [refreshed, login]) expect([companyOf(tokens), ownScopes(tokens)]).toEqual([undefined, []]);
    await rows(shop, update, [ada.company, true]);
    expect(companyOf((await refresh(login.refresh_token, ada.company)).body)).toBe(ada.company);
  });

  it('keeps the company in later refreshes unless another is chosen', async () => {
    const ada = await member(shop, 'Buyer');
    const second = await newCompany(shop);
    await assignCustomer(shop, ada, second);
    const first = (await refresh(ada.login.refresh_token)).body;
    const switched = (await refresh(first.refresh_token, second)).body;
    const kept = (await refresh(switched.refresh_token)).body;
    const back = (await refresh(kept.refresh_token, ada.company)).body;
    expect([first, switched, kept, back].map(companyOf)).toEqual([ada.company, second, second, ada.company]);
  });

  it('is not refreshed for a foreign company, and keeps the refresh token and the company', async () => {
    const ada = await member(shop, 'Buyer');
    await shop.addTenant('other');
    const [foreign, elsewhere] = [await newCompany(shop), await newCompany(shop, {}, 'other')];
    for (const legalEntityId of [foreign, elsewhere, 'nobody']) {
      const { status, body } = await refresh(ada.login.refresh_token, legalEntityId);
      expect([status, body]).toEqual([400, validationError('legalEntityId')]);
    }
    // The refresh token is valid, and again within the grace period.
    const responses = [];
    for (let attempt = 0; attempt < 3; attempt++) responses.push(await refresh(ada.login.refresh_token));
    expect(responses.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(responses.map(({ body }) => companyOf(body))).toEqual([ada.company, ada.company, ada.company]);
  });

  it('is not refreshed without a valid refresh token, whatever the company', async () => {
    const ada = await member(shop, 'Buyer');
    await refresh(ada.login.refresh_token);
    shop.advanceClock(60);
    expect((await refresh(ada.login.refresh_token, 'nobody')).status).toBe(401);
    expect((await refresh('forged', ada.company)).status).toBe(401);
  });

  it('loses the company in the next refresh after the assignment is deleted', async () => {
    const ada = await member(shop, 'Admin');
    await sendCompanyRequest(await shop.serviceClient(), 'DELETE', `/contact-assignments/${ada.assignment}`);
    const { status, body } = await refresh(ada.login.refresh_token);
    expect([status, companyOf(body), await validated(body), ownScopes(body)]).toEqual([200, undefined, undefined, []]);
  });

  it('is validated without rights that ended with the group, the assignment or the company', async () => {
    const staff = await shop.serviceClient();
    const validation = async (ada: ApiClient) => {
      const { legalEntityId, scope } = await ada.get('/validateauthtoken');
      return [
        legalEntityId,
        String(scope)
          .split(' ')
          .filter((one) => adminScopes.includes(one)),
      ];
    };
    const [demoted, left, alone] = [
      await member(shop, 'Admin'),
      await member(shop, 'Admin'),
      await member(shop, 'Admin'),
    ];
    const { company, id, assignment } = demoted;
    for (const ada of [demoted, left, alone]) expect(await validation(ada)).toEqual([ada.company, adminScopes]);
    const body = { legalEntity: { id: company }, customer: { id }, type: 'PRIMARY', group: 'Buyer' };
    await sendCompanyRequest(staff, 'PUT', `/contact-assignments/${assignment}`, { body });
    await sendCompanyRequest(staff, 'DELETE', `/contact-assignments/${left.assignment}`);
    await sendCompanyRequest(staff, 'DELETE', `/legal-entities/${alone.company}`);
    expect(await validation(demoted)).toEqual([company, []]);
    for (const ada of [left, alone]) expect(await validation(ada)).toEqual([undefined, []]);
    expect((await alone.get('/validateauthtoken')).scope).toContain('customer.customerprofile_view');
  });

  it('has the scopes of the group after a login and after a refresh', async () => {
    const [admin, buyer, requester] = [
      await member(shop, 'Admin'),
      await member(shop, 'Buyer'),
      await member(shop, 'Requester'),
    ];
    expect([admin, buyer, requester].map(({ login }) => ownScopes(login))).toEqual([adminScopes, [], []]);
    expect(ownScopes((await refresh(admin.login.refresh_token)).body)).toEqual(adminScopes);

    const asBuyer = await newCompany(shop);
    await assignCustomer(shop, admin, asBuyer, 'Buyer');
    const switched = (await refresh((await shop.logIn(admin)).login.refresh_token, asBuyer)).body;
    expect(ownScopes(switched)).toEqual([]);
    expect(ownScopes((await refresh(switched.refresh_token, admin.company)).body)).toEqual(adminScopes);
  });

  it('has the scopes of a changed group after the next refresh', async () => {
    const ada = await member(shop, 'Buyer');
    const body = {
      legalEntity: { id: ada.company },
      customer: { id: ada.id },
      type: 'PRIMARY',
      group: 'Admin',
    };
    await sendCompanyRequest(await shop.serviceClient(), 'PUT', `/contact-assignments/${ada.assignment}`, { body });
    expect(ownScopes((await refresh(ada.login.refresh_token)).body)).toEqual(adminScopes);
  });

  it('has no rights in the company if an employee acts for the customer', async () => {
    const ada = await member(shop, 'Admin');
    const { accessToken } = await (
      await shop.employee()
    ).post<{ accessToken: string }>('/assistedbuying/login', 200, { customerNumber: ada.id });
    const tokens = { access_token: accessToken };
    expect([companyOf(tokens), ownScopes(tokens)]).toEqual([undefined, []]);
  });
});
