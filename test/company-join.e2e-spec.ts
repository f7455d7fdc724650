import { randomUUID } from 'node:crypto';
import { companyForbidden } from './support/responses.js';
import { assignCustomer, sendCompanyRequest, member, newCompany } from './support/companies.js';
import { rows } from './support/rows.js';
import { type Response, type Body, type LoggedInCustomer, type Person, Shop, type ApiClient } from './support/shop.js';

describe('a customer who joins a company by its registration id', () => {
  let shop: Shop;
  let staff: ApiClient;
  beforeAll(async () => {
    shop = await Shop.open({ activation: 'none', companyJoin: 'approval', restrictions: ['DE'] });
    await shop.addTenant('open', { activation: 'none' });
    staff = await shop.serviceClient();
  });
  afterAll(() => shop.close());

  const requests = <T = Body>(caller: ApiClient, method: string, path = ''): Promise<Response<T>> =>
    sendCompanyRequest<T>(caller, method, `/membership-requests${path}`);
  const confirm = (id: string): Promise<unknown> =>
    rows(shop, 'update customers set confirmed_at = now() where id = $1', [id]);
  const signUpDetails = (firstName: string, registrationId: string): Body => ({
    customerDetails: {
      ...{ firstName, lastName: 'Lovelace', company: 'Engines' },
      b2b: { companyRegistrationId: registrationId },
    },
  });

  /** A company with an Admin at a confirmed address. */
  const company = async (): Promise<{
    id: string;
    registrationId: string;
    admin: Awaited<ReturnType<typeof member>>;
  }> => {
    const registrationId = randomUUID();
    const id = await newCompany(shop, { legalInfo: { registrationId } });
    const admin = await member(shop, 'Admin', id);
    await confirm(admin.id);
    return { id, registrationId, admin };
  };
  const joinCompany = async (
    registrationId: string,
    firstName = 'Ada',
  ): Promise<LoggedInCustomer & { request: string }> => {
    const ada = await shop.logIn(await shop.signUp(signUpDetails(firstName, registrationId)));
    const { body } = await requests<Body[]>(staff, 'GET', `?customer.id=${ada.id}`);
    return Object.assign(ada, { request: String(body[0]?.id) });
  };
  const notices = async ({ email }: Person): Promise<string[]> =>
    (await shop.mailsTo(email)).filter(({ kind }) => kind === 'company-member').map(({ text }) => text);

  it('has no scopes, company in the token or access to the company while pending', async () => {
    const { id, registrationId, admin } = await company();
    const ada = await joinCompany(registrationId);
    expect(await ada.get('/me')).toMatchObject({ businessModel: 'B2C', b2b: { legalEntities: [] } });
    expect(await ada.get('/validateauthtoken')).not.toHaveProperty('legalEntityId');
    expect((await sendCompanyRequest<Body[]>(ada, 'GET', '/legal-entities')).body).toEqual([]);
    expect((await sendCompanyRequest(ada, 'GET', `/legal-entities/${id}`)).status).toBe(404);
    const refresh = `/refreshauthtoken?refreshToken=${ada.login.refresh_token}&legalEntityId=${id}`;
    expect((await (await shop.visitor()).send('GET', refresh)).status).not.toBe(200);
    for (const [method, path] of [
      ['GET'],
      ['DELETE', `/${ada.request}`],
      ['POST', `/${ada.request}/approve`],
    ] as const) {
      const { status, body } = await requests(ada, method, path);
      expect([status, body]).toEqual([403, companyForbidden(path && ada.request)]);
    }
    await admin.get(`/customers/${ada.id}`, 404);
  });

  it('becomes a Requester when a company Admin approves', async () => {
    const { id, registrationId, admin } = await company();
    const ada = await joinCompany(registrationId);
    const listed = await requests<Body[]>(admin, 'GET');
    expect(listed.body).toEqual([
      {
        id: ada.request,
        legalEntity: { id, name: 'ABC Company' },
        customer: { id: ada.id, name: 'Ada', surname: 'Lovelace', email: ada.email },
        createdAt: expect.any(String) as string,
      },
    ]);
    expect((await requests(admin, 'POST', `/${ada.request}/approve`)).status).toBe(204);
    expect(await admin.get(`/customers/${ada.id}`)).toMatchObject({ b2b: { legalEntities: [{ id }] } });
    const { body } = await sendCompanyRequest<Body[]>(staff, 'GET', `/contact-assignments?customer.id=${ada.id}`);
    expect(body).toMatchObject([{ group: 'Requester' }]);
    expect((await requests(admin, 'POST', `/${ada.request}/approve`)).status).toBe(404);
  });

  it('does not become a member when the request is rejected', async () => {
    const { registrationId, admin } = await company();
    const ada = await joinCompany(registrationId);
    expect((await requests(admin, 'DELETE', `/${ada.request}`)).status).toBe(204);
    expect((await requests(admin, 'POST', `/${ada.request}/approve`)).status).toBe(404);
    await admin.get(`/customers/${ada.id}`, 404);
  });

  it("cannot be approved by another company's Admin or under another restriction", async () => {
    const [{ registrationId }, other] = [await company(), await company()];
    const ada = await joinCompany(registrationId);
    const german = await shop.serviceClient(
      'customermanagement.contactassignment_manage customermanagement.contactassignment_read customer.customer_manage--DE',
    );
    for (const caller of [other.admin, german]) {
      expect((await requests(caller, 'GET')).body).toEqual([]);
      expect((await requests(caller, 'POST', `/${ada.request}/approve`)).status).toBe(404);
      expect((await requests(caller, 'DELETE', `/${ada.request}`)).status).toBe(404);
    }
    expect((await requests(staff, 'POST', `/${ada.request}/approve`)).status).toBe(204);
  });

  it('has no open request after an employee assigns the customer', async () => {
    const { id, registrationId, admin } = await company();
    const ada = await joinCompany(registrationId);
    await assignCustomer(shop, ada, id, 'Buyer');
    expect((await requests(admin, 'GET')).body).toEqual([]);
    expect((await requests(admin, 'POST', `/${ada.request}/approve`)).status).toBe(404);
  });

  it('still awaits approval after another customer confirms an address by a password reset', async () => {
    const { registrationId, admin } = await company();
    const ada = await joinCompany(registrationId);
    const [{ email }, visitor] = [await shop.signUp(), await shop.visitor()];
    await visitor.post('/password/reset', 204, { email });
    const { token } = await shop.mailTo(email, 'password-reset');
    await visitor.post('/password/reset/update', 204, { token, password: 'analytical2' });
    expect((await requests(admin, 'GET')).body).toMatchObject([{ id: ada.request }]);
  });

  it('requires no approval if an employee sets the registration id or the company is new', async () => {
    const { id, registrationId } = await company();
    const bob = await shop.signUp();
    await staff.patch(`/customers/${bob.id}`, 200, { b2b: { companyRegistrationId: registrationId } });
    expect(await staff.get(`/customers/${bob.id}`)).toMatchObject({ b2b: { legalEntities: [{ id }] } });
    const founder = await shop.signUp(signUpDetails('Eve', randomUUID()));
    expect(await staff.get(`/customers/${founder.id}`)).toMatchObject({ businessModel: 'B2B' });
  });

  it('is announced, with a safe name only, to Admins with confirmed addresses', async () => {
    const { id, registrationId, admin } = await company();
    const unconfirmed = await member(shop, 'Admin', id);
    const buyer = await member(shop, 'Buyer', id);
    await confirm(buyer.id);
    await joinCompany(registrationId);
    await joinCompany(registrationId, 'you won: https://prize.example/x');
    await joinCompany(registrationId, 'prize.example');
    const texts = await notices(admin);
    expect(texts).toHaveLength(3);
    expect(texts.filter((text) => text.includes('named Ada Lovelace asks to join'))).toHaveLength(1);
    expect(texts.join()).not.toContain('prize');
    expect([await notices(unconfirmed), await notices(buyer)]).toEqual([[], []]);
    for (let n = 0; n < 5; n++) await joinCompany(registrationId);
    expect(await notices(admin)).toHaveLength(5);
  });

  it('joins at once if companyJoin is open; the Admins are notified too', async () => {
    const open = { tenant: 'open', staff: await shop.serviceClient(undefined, 'open') };
    const registrationId = randomUUID();
    const signUp = async (firstName: string): Promise<Person & { id: string }> => {
      const person = shop.person();
      const { id } = await (
        await shop.visitor('open')
      ).post<{ id: string }>('/signup', 201, { ...person, ...signUpDetails(firstName, registrationId) });
      return { ...person, id };
    };
    const founder = await signUp('Grace');
    await confirm(founder.id);
    const ada = await signUp('Ada');
    expect(await open.staff.get(`/customers/${ada.id}`)).toMatchObject({ businessModel: 'B2B' });
    expect(await notices(founder)).toEqual([expect.stringContaining('named Ada Lovelace joined your company')]);
  });
});
