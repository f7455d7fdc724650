import {
  type CollectionDocument,
  glueResponse,
  Glue,
  GlueClient,
  type GlueCustomer,
  invalidToken,
  missingToken,
  errorResponse,
  type ResourceDocument,
  tokenResponse,
} from '../support/glue.js';
import { addCompanyUser, newCompanyUser, newCompanyWithUnits } from '../support/company-users.js';
import { rows } from '../support/rows.js';
import { ApiClient, type Body, Shop } from '../support/shop.js';
import { decodeToken } from '../support/tokens.js';

const agentsOnly = errorResponse('4103', 'Action is available to agent user only.');

describe('agents', () => {
  let shop: Shop;
  let glue: Glue;
  const notRefreshed = errorResponse('004', 'Failed to refresh token.');
  const refresh = (refreshToken: unknown) =>
    glue.unauthenticated.send('POST', '/refresh-tokens', { attributes: { refreshToken } });
  beforeAll(async () => {
    shop = await Shop.open({ activation: 'none' });
    glue = new Glue(shop);
  });
  afterAll(() => shop.close());

  describe('log in', () => {
    const logIn = (attributes: Body) => glue.unauthenticated.send('POST', '/agent-access-tokens', { attributes });
    const failed = errorResponse('4101', 'Failed to authenticate an agent.');

    it.each(['support', 'admin'] as const)('as employees with the role %s', async (role) => {
      const { email: username, password } = await shop.createEmployee(role);
      expect(await logIn({ username, password })).toEqual(tokenResponse('agent-access-tokens'));
    });

    it('with a token that permits impersonation only', async () => {
      const agent = await glue.agent();
      expect(decodeToken(agent.token ?? '').claims.scope).toBe('customer.assistedBuying_manage tenant=shop');
      const headers = { authorization: `Bearer ${agent.token ?? ''}` };
      expect((await shop.send('GET', '/customer/shop/customers', { headers })).status).toBe(403);
    });

    it('but not as employees who may not impersonate customers', async () => {
      const { email: username, password } = await shop.createEmployee('viewer');
      expect(await logIn({ username, password })).toEqual(failed);
    });

    it('but not with a wrong password or an unknown e-mail', async () => {
      const { email } = await shop.createEmployee('support');
      expect(await logIn({ username: email, password: 'a wrong guess' })).toEqual(failed);
      expect(await logIn({ username: shop.person().email, password: 'a wrong guess' })).toEqual(failed);
    });

    it('but not as customers', async () => {
      const { email: username, password } = await glue.customer();
      expect(await logIn({ username, password })).toEqual(failed);
    });

    it.each<[string, (agent: { email: string; password: string }) => Body]>([
      ['no attributes', () => ({})],
      ['no username', ({ password }) => ({ password })],
      ['no password', ({ email }) => ({ username: email })],
      ['an empty username', ({ password }) => ({ username: '', password })],
      ['a blank username', ({ password }) => ({ username: '  ', password })],
      ['a malformed username', ({ password }) => ({ username: 'no address', password })],
      ['a username with NUL', ({ email, password }) => ({ username: `\0${email}`, password })],
      ['a username that is a list', ({ email, password }) => ({ username: [email], password })],
      ['a username of 300 characters', ({ password }) => ({ username: `${'x'.repeat(300)}@example.com`, password })],
      ['an empty password', ({ email }) => ({ username: email, password: '' })],
      ['a password with NUL', ({ email }) => ({ username: email, password: '\0' })],
      ['a password that is null', ({ email }) => ({ username: email, password: null })],
      ['a password of 2000 characters', ({ email }) => ({ username: email, password: 'x'.repeat(2000) })],
    ])('but not with %s, which breaks no attribute rule', async (_name, attributes) => {
      expect(await logIn(attributes(await shop.createEmployee('support')))).toEqual(failed);
    });
  });

  describe('search customers', () => {
    /** Creates customers with a unique last name. */
    const createFamily = async (...firstNames: string[]): Promise<{ lastName: string; members: GlueCustomer[] }> => {
      const lastName = `Name ${shop.person().email.split('-')[0] ?? ''}`;
      const members: GlueCustomer[] = [];
      for (const firstName of firstNames) members.push(await glue.customer({ firstName, lastName }));
      return { lastName, members };
    };
    const foundCustomer = ({ reference, email }: GlueCustomer, firstName: string, lastName: string) => ({
      ...{ customerReference: reference, email, firstName, lastName },
    });
    const searchUrl = (query: string) => `http://foyer.test/agent-customer-search?${query}`;
    const pageUrl = (q: string, offset: number, limit: number) =>
      searchUrl(`q=${encodeURIComponent(q)}&page[offset]=${offset}&page[limit]=${limit}`);
    const searchResponse = (query: string, customers: unknown[], links: Record<string, string> = {}) => {
      const self = searchUrl(decodeURIComponent(query));
      const data = [{ type: 'agent-customer-search', id: null, attributes: { customers }, links: { self } }];
      return glueResponse(200, { data, links: { self, ...links } });
    };
    const references = async (agent: GlueClient, query: string): Promise<unknown[]> => {
      const { data } = await agent.get<CollectionDocument>(`/agent-customer-search?${query}`);
      const { customers = [] } = (data[0]?.attributes ?? {}) as { customers?: { customerReference: string }[] };
      return customers.map(({ customerReference }) => customerReference);
    };

    it('and get a list with one resource', async () => {
      const agent = await glue.agent();
      const { lastName, members } = await createFamily('Ada', 'Bob');
      const query = `q=${encodeURIComponent(lastName)}`;
      const customers = members.map((person, index) => foundCustomer(person, ['Ada', 'Bob'][index] ?? '', lastName));
      expect(await agent.send('GET', `/agent-customer-search?${query}`)).toEqual(
        searchResponse(query, customers, { first: pageUrl(lastName, 0, 10), last: pageUrl(lastName, 0, 10) }),
      );
    });

    it('and get an empty list of customers if none is found', async () => {
      const query = 'q=nobody%20has%20this%20name';
      const response = await (await glue.agent()).send('GET', `/agent-customer-search?${query}`);
      expect(response).toEqual(searchResponse(query, []));
    });

    it('in the order of their creation, whatever the reference', async () => {
      const agent = await glue.agent();
      const { lastName, members } = await createFamily('Ada', 'Bob', 'Cid');
      const [ada, bob, cid] = members.map(({ reference }) => reference);
      await rows(shop, `update customers set created_at = created_at - interval '1 day' where reference = $1`, [cid]);
      expect(await references(agent, `q=${encodeURIComponent(lastName)}`)).toEqual([cid, ada, bob]);
    });

    it('page by page, with links to the other pages', async () => {
      const agent = await glue.agent();
      const { lastName, members } = await createFamily('Ada', 'Bob', 'Cid', 'Dan', 'Eve');
      const [ada, bob, cid, dan, eve] = members.map(({ reference }) => reference);
      const page = (offset: number, limit = 2) =>
        `q=${encodeURIComponent(lastName)}&page[offset]=${offset}&page[limit]=${limit}`;
      expect(await references(agent, page(0))).toEqual([ada, bob]);
      expect(await references(agent, page(2))).toEqual([cid, dan]);
      expect(await references(agent, page(4))).toEqual([eve]);
      expect(await references(agent, page(6))).toEqual([]);
      // An offset is rounded down to a multiple of the limit.
      expect(await references(agent, page(3))).toEqual([cid, dan]);
      const { body } = await agent.send('GET', `/agent-customer-search?${page(3)}`);
      expect((body as CollectionDocument).links).toEqual({
        self: searchUrl(decodeURIComponent(page(3))),
        first: pageUrl(lastName, 0, 2),
        last: pageUrl(lastName, 4, 2),
        prev: pageUrl(lastName, 0, 2),
        next: pageUrl(lastName, 4, 2),
      });
    });

    it('ten at a time by default, and with a limit but no offset', async () => {
      const agent = await glue.agent();
      const { lastName } = await createFamily(...'abcdefghijk');
      expect(await references(agent, `q=${encodeURIComponent(lastName)}`)).toHaveLength(10);
      expect(await references(agent, `q=${encodeURIComponent(lastName)}&page[limit]=3`)).toHaveLength(10);
    });

    it('all of them without a text', async () => {
      const agent = await glue.agent();
      const ada = await glue.customer();
      const page = 'page[offset]=0&page[limit]=1000';
      for (const query of [page, `q=&${page}`]) expect(await references(agent, query)).toContain(ada.reference);
    });

    it('by the first and the last name (beyond the contract)', async () => {
      const agent = await glue.agent();
      const { lastName, members } = await createFamily('Ada', 'Bob');
      const [found] = members.map(({ reference }) => reference);
      expect(await references(agent, `q=${encodeURIComponent(`ada ${lastName.toUpperCase()}`)}`)).toEqual([found]);
    });

    it('by the whole reference', async () => {
      const [agent, { reference }] = [await glue.agent(), await glue.customer()];
      expect(await references(agent, `q=${reference.toLowerCase()}`)).toEqual([reference]);
      const beginning = await references(agent, `q=${reference.slice(0, 4)}&page[offset]=0&page[limit]=1000`);
      expect(beginning).not.toContain(reference);
    });

    it('by the beginning of the e-mail, but not by another part of it', async () => {
      const [agent, { reference, email }] = [await glue.agent(), await glue.customer()];
      expect(await references(agent, `q=${email.slice(0, 30).toUpperCase()}`)).toEqual([reference]);
      expect(await references(agent, `q=${email.slice(1)}`)).toEqual([]);
    });

    it('by the beginning of the contact e-mail of a customer who has no login e-mail', async () => {
      const [agent, service] = [await glue.agent(), await shop.serviceClient()];
      const contactEmail = `eve.${shop.person().email}`;
      const { id } = await service.post<{ id: string }>('/customers', 201, { contactEmail });
      const [{ reference = '' } = {}] = await rows<{ reference: string }>(
        shop,
        'select reference from customers where id = $1',
        [id],
      );
      const query = `q=${contactEmail.slice(0, 30).toUpperCase()}`;
      const { data } = await agent.get<CollectionDocument>(`/agent-customer-search?${query}`);
      const found = { customerReference: reference, email: contactEmail, firstName: null, lastName: null };
      expect(data.map(({ attributes }) => attributes)).toEqual([{ customers: [found] }]);
    });

    it.each(['firstName', 'lastName'])('by the beginning of the %s, but not by another part of it', async (name) => {
      const agent = await glue.agent();
      const value = `Xx ${shop.person().email.split('@')[0] ?? ''}`;
      const { reference } = await glue.customer({ [name]: value });
      expect(await references(agent, `q=${encodeURIComponent(value.slice(0, 30).toUpperCase())}`)).toEqual([reference]);
      expect(await references(agent, `q=${encodeURIComponent(value.slice(1))}`)).toEqual([]);
    });

    it('with wildcard characters matched literally', async () => {
      const agent = await glue.agent();
      const { lastName } = await createFamily('Ada');
      expect(await references(agent, `q=${encodeURIComponent(lastName.replace(' ', '_'))}`)).toEqual([]);
      expect(await references(agent, `q=${encodeURIComponent('%')}`)).toEqual([]);
    });

    it('but do not find deleted ones', async () => {
      const agent = await glue.agent();
      const { lastName, members } = await createFamily('Ada', 'Bob');
      await members[0]?.delete(members[0].path);
      expect(await references(agent, `q=${encodeURIComponent(lastName)}`)).toEqual([members[1]?.reference]);
    });

    it('only of their own tenant', async () => {
      await shop.addTenant('other', { activation: 'none' });
      const visitor = await shop.visitor('other');
      const { email } = shop.person();
      await visitor.post('/signup', 201, { email, password: 'old secret words' });
      expect(await references(await glue.agent(), `q=${encodeURIComponent(email)}`)).toEqual([]);
    });

    it('with a token of an agent, in either header', async () => {
      const [agent, ada] = [await glue.agent(), await glue.customer()];
      const headers = { 'x-agent-authorization': `Bearer ${agent.token ?? ''}` };
      expect((await agent.send('GET', '/agent-customer-search')).status).toBe(200);
      expect((await glue.unauthenticated.send('GET', '/agent-customer-search', { headers })).status).toBe(200);
      expect((await ada.send('GET', '/agent-customer-search', { headers })).status).toBe(200);
    });

    it('but not without a token of an agent', async () => {
      const ada = await glue.customer();
      expect(await glue.unauthenticated.send('GET', '/agent-customer-search')).toEqual(agentsOnly);
      expect(await ada.send('GET', '/agent-customer-search')).toEqual(agentsOnly);
      expect(await new GlueClient(shop, 'bad').send('GET', '/agent-customer-search')).toEqual(invalidToken);
      const bad = { 'x-agent-authorization': 'Bearer bad' };
      expect(await ada.send('GET', '/agent-customer-search', { headers: bad })).toEqual(
        errorResponse('4102', 'Agent access token is invalid.'),
      );
      for (const value of ['Bearer', `Bearer ${ada.login.accessToken}`]) {
        const headers = { 'x-agent-authorization': value };
        expect(await glue.unauthenticated.send('GET', '/agent-customer-search', { headers })).toEqual(agentsOnly);
      }
    });
  });

  describe('impersonate customers', () => {
    const TYPE = 'agent-customer-impersonation-access-tokens';
    const impersonate = (agent: GlueClient, customerReference: unknown, headers = {}) =>
      agent.send('POST', `/${TYPE}`, { attributes: { customerReference }, headers });
    const failed = errorResponse('4104', 'Failed to impersonate a customer.');

    it("with a customer's token that names the agent", async () => {
      const [agent, ada] = [await glue.agent(), await glue.customer()];
      const response = await impersonate(agent, ada.reference);
      expect(response).toEqual(tokenResponse(TYPE));
      const { accessToken } = (response.body as { data: { attributes: { accessToken: string } } }).data.attributes;
      expect(decodeToken(accessToken).claims.act).toEqual({ sub: agent.id });
      const { data } = await new GlueClient(shop, accessToken).get(ada.path);
      expect(data.attributes.email).toBe(ada.email);
    });

    it('as the company user that a login selects, but without the scopes of a company Admin', async () => {
      const company = await newCompanyWithUnits(shop);
      const [agent, admin] = [await glue.agent(), await newCompanyUser(glue, company.berlin, 'Admin')];
      const response = await impersonate(agent, admin.reference);
      expect(response).toEqual(tokenResponse(TYPE));
      const { refreshToken, accessToken } = (response.body as ResourceDocument).data.attributes;
      const next = await glue.unauthenticated.post('/refresh-tokens', 201, { refreshToken });
      for (const token of [accessToken, next.data.attributes.accessToken].map(String)) {
        const { claims } = decodeToken(token);
        expect(JSON.parse(String(claims.sub))).toMatchObject({ id_company_user: admin.uuid });
        expect(claims.scopes).toEqual(['customer_impersonation', 'customer']);
        expect(claims.scope).not.toContain('customer.customer_manage_own');
        const { data } = await new GlueClient(shop, token).get<CollectionDocument>('/companies/mine');
        expect(data.map(({ id }) => id)).toEqual([company.uuid]);
        expect((await new ApiClient(shop, token).send('GET', '/customers')).status).toBe(403);
      }
    });

    it('but as none of several company users without a default', async () => {
      const company = await newCompanyWithUnits(shop);
      const [agent, ada] = [await glue.agent(), await newCompanyUser(glue, company.berlin)];
      await addCompanyUser(shop, ada, company.paris);
      const { data } = await agent.post(`/${TYPE}`, 201, { customerReference: ada.reference });
      const { claims } = decodeToken(String(data.attributes.accessToken));
      expect(JSON.parse(String(claims.sub))).toMatchObject({ id_company_user: null });
    });

    it('but can neither change the password nor delete the customer', async () => {
      const [agent, ada] = [await glue.agent(), await glue.customer()];
      const { data } = await agent.post(`/${TYPE}`, 201, { customerReference: ada.reference });
      const acting = new GlueClient(shop, String(data.attributes.accessToken));
      const attributes = { password: ada.password, newPassword: 'x'.repeat(12), confirmPassword: 'x'.repeat(12) };
      expect(await acting.send('PATCH', `/customer-password/${ada.reference}`, { attributes })).toEqual(missingToken);
      expect(await acting.send('DELETE', ada.path)).toEqual(missingToken);
    });

    it('and can end only their own session', async () => {
      const [agent, ada] = [await glue.agent(), await glue.customer()];
      const { data } = await agent.post(`/${TYPE}`, 201, { customerReference: ada.reference });
      const acting = new GlueClient(shop, String(data.attributes.accessToken));
      await acting.delete(`/refresh-tokens/${ada.login.refreshToken}`);
      await acting.get(ada.path);
      await acting.delete('/refresh-tokens/mine');
      expect(await acting.send('GET', ada.path)).toEqual(invalidToken);
      await ada.get(ada.path);
      await glue.unauthenticated.post('/refresh-tokens', 201, { refreshToken: ada.login.refreshToken });
    });

    it('but not with the token of a deactivated agent', async () => {
      const [agent, ada] = [await glue.agent(), await glue.customer()];
      await rows(shop, 'update employees set active = false where id = $1', [agent.id]);
      expect(await impersonate(agent, ada.reference)).toEqual(invalidToken);
    });

    it.each<[string, unknown]>([
      ['unknown', 'DE--999999'],
      ['empty', ''],
      ['absent', undefined],
      ['null', null],
      ['no text', ['DE--1']],
      ['a number', 1],
      ['a text with NUL', 'DE--1\0'],
    ])('but not for a reference that is %s', async (_name, reference) => {
      expect(await impersonate(await glue.agent(), reference)).toEqual(failed);
    });

    it('even before the customer has confirmed the e-mail', async () => {
      const [agent, { reference }] = [await glue.agent(), await glue.signUp()];
      const { data } = await agent.post(`/${TYPE}`, 201, { customerReference: reference });
      const acting = new GlueClient(shop, String(data.attributes.accessToken));
      expect((await acting.get(`/customers/${reference}`)).data.id).toBe(reference);
      const { refreshToken } = data.attributes;
      expect(await glue.unauthenticated.send('POST', '/refresh-tokens', { attributes: { refreshToken } })).toEqual(
        tokenResponse('refresh-tokens'),
      );
    });

    it('but not in the Emporix API before the e-mail is confirmed', async () => {
      const [clerk, { email }] = [await shop.employee('support'), await glue.signUp()];
      const [{ id = '' } = {}] = await rows<{ id: string }>(
        shop,
        'select customer_id as id from accounts where email = $1',
        [email],
      );
      expect((await clerk.send('POST', '/assistedbuying/login', { body: { customerNumber: id } })).status).toBe(400);
    });

    it.each([{ active: false }, { onHold: true }])('but not customers who are %j', async (change) => {
      const [agent, ada] = [await glue.agent(), await glue.customer()];
      const { data } = await agent.post(`/${TYPE}`, 201, { customerReference: ada.reference });
      const service = await shop.serviceClient();
      const [{ id = '' } = {}] = await service.get<{ id: string }[]>(`/customers?q=contactEmail:${ada.email}`);
      await service.patch(`/customers/${id}`, 200, change);
      expect(await impersonate(agent, ada.reference)).toEqual(failed);
      const acting = new GlueClient(shop, String(data.attributes.accessToken));
      expect(await acting.send('GET', ada.path)).toEqual(invalidToken);
      expect(await refresh(data.attributes.refreshToken)).toEqual(notRefreshed);
    });

    it('with a token of an agent, in either header', async () => {
      const [agent, ada] = [await glue.agent(), await glue.customer()];
      const headers = { 'x-agent-authorization': `Bearer ${agent.token ?? ''}` };
      const given = tokenResponse(TYPE);
      expect(await impersonate(glue.unauthenticated, ada.reference, headers)).toEqual(given);
    });

    it('but not without a token of an agent', async () => {
      const ada = await glue.customer();
      expect(await impersonate(glue.unauthenticated, ada.reference)).toEqual(agentsOnly);
      expect(await impersonate(ada, ada.reference)).toEqual(agentsOnly);
      for (const value of ['Bearer', `Bearer ${ada.login.accessToken}`]) {
        const headers = { 'x-agent-authorization': value };
        expect(await impersonate(glue.unauthenticated, ada.reference, headers)).toEqual(agentsOnly);
      }
      expect(await impersonate(new GlueClient(shop, 'bad'), ada.reference)).toEqual(invalidToken);
    });

    it('but not as services', async () => {
      const ada = await glue.customer();
      const { token } = await shop.serviceClient();
      expect(await impersonate(new GlueClient(shop, token), ada.reference)).toEqual(agentsOnly);
      expect(await new GlueClient(shop, token).send('GET', '/agent-customer-search')).toEqual(agentsOnly);
    });
  });

  describe('refresh and revoke their tokens', () => {
    const TYPE = 'agent-customer-impersonation-access-tokens';
    interface Tokens {
      accessToken: string;
      refreshToken: string;
    }
    const agentTokens = async (): Promise<Tokens & { id: string; email: string; password: string }> => {
      const employee = await shop.createEmployee('support');
      const { email: username, password } = employee;
      const { data } = await glue.unauthenticated.post('/agent-access-tokens', 201, { username, password });
      return { ...employee, ...(data.attributes as unknown as Tokens) };
    };
    const actingTokens = async ({ accessToken }: Tokens, customerReference: string): Promise<Tokens> => {
      const { data } = await new GlueClient(shop, accessToken).post(`/${TYPE}`, 201, { customerReference });
      return data.attributes as unknown as Tokens;
    };
    const refreshed = async (refreshToken: string): Promise<Tokens> => {
      const { data } = await glue.unauthenticated.post('/refresh-tokens', 201, { refreshToken });
      return data.attributes as unknown as Tokens;
    };

    it('and stay agents', async () => {
      const [agent, ada] = [await agentTokens(), await glue.customer()];
      expect(await refresh(agent.refreshToken)).toEqual(tokenResponse('refresh-tokens'));
      const next = await refreshed(agent.refreshToken);
      const { claims } = decodeToken(next.accessToken);
      expect(claims).toMatchObject({ kind: 'employee', scope: 'customer.assistedBuying_manage tenant=shop' });
      expect(claims).toMatchObject({ uid: agent.id, scopes: ['agent'] });
      expect((await actingTokens(next, ada.reference)).accessToken).toEqual(expect.any(String));
      expect(await new GlueClient(shop, next.accessToken).send('GET', ada.path)).toEqual(missingToken);
    });

    it('and still act for the same customer', async () => {
      const [agent, ada] = [await agentTokens(), await glue.customer()];
      const next = await refreshed((await actingTokens(agent, ada.reference)).refreshToken);
      const { claims } = decodeToken(next.accessToken);
      expect(claims).toMatchObject({ kind: 'customer', act: { sub: agent.id } });
      expect(claims.scopes).toEqual(['customer_impersonation', 'customer']);
      expect(JSON.parse(String(claims.sub))).toMatchObject({ customer_reference: ada.reference });
      const acting = new GlueClient(shop, next.accessToken);
      expect((await acting.get(ada.path)).data.id).toBe(ada.reference);
      expect(await acting.send('DELETE', ada.path)).toEqual(missingToken);
    });

    it('at /token, too', async () => {
      const { refreshToken } = await agentTokens();
      const response = await glue.unauthenticated.send('POST', '/token', {
        body: new URLSearchParams({ grant_type: 'refresh_token', refresh_token: refreshToken }).toString(),
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
      });
      expect(response).toMatchObject({ status: 200, body: { token_type: 'Bearer', expires_in: 28_800 } });
    });

    it('once; a later replay ends the session', async () => {
      const [agent, ada] = [await agentTokens(), await glue.customer()];
      for (const { refreshToken } of [await actingTokens(agent, ada.reference), agent]) {
        const next = await refreshed(refreshToken);
        shop.advanceClock(60);
        expect(await refresh(refreshToken)).toEqual(notRefreshed);
        expect(await refresh(next.refreshToken)).toEqual(notRefreshed);
      }
    });

    it('for a month', async () => {
      const [agent, ada] = [await agentTokens(), await glue.customer()];
      const acting = await actingTokens(agent, ada.reference);
      shop.advanceClock(29 * 86_400);
      const later = [await refreshed(agent.refreshToken), await refreshed(acting.refreshToken)];
      shop.advanceClock(30 * 86_400 + 1);
      for (const { refreshToken } of later) expect(await refresh(refreshToken)).toEqual(notRefreshed);
    });

    it.each<Body>([{ role: 'viewer' }, { active: false }])(
      'but not after the employee was changed to %j',
      async (change) => {
        const [agent, ada] = [await agentTokens(), await glue.customer()];
        const acting = await actingTokens(agent, ada.reference);
        const { token = '' } = await shop.employee('admin');
        const headers = { authorization: `Bearer ${token}` };
        const path = `/admin/shop/employees/${agent.id}`;
        expect((await shop.send('PATCH', path, { body: change, headers })).status).toBe(200);
        for (const { refreshToken } of [agent, acting]) expect(await refresh(refreshToken)).toEqual(notRefreshed);
      },
    );

    it('but not after the employee has changed the password', async () => {
      const [agent, ada] = [await agentTokens(), await glue.customer()];
      const acting = await actingTokens(agent, ada.reference);
      const { email: username, password: currentPassword } = agent;
      const form = { grant_type: 'password', client_id: 'shop-storefront', username, password: currentPassword };
      const { body: login } = await shop.send<{ access_token: string }>('POST', '/oauth/token', {
        body: new URLSearchParams(form).toString(),
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
      });
      const body = { currentPassword, newPassword: 'winter apples on a northern shore' };
      const headers = { authorization: `Bearer ${login.access_token}` };
      expect((await shop.send('POST', '/admin/shop/me/password', { body, headers })).status).toBe(204);
      for (const { refreshToken } of [agent, acting]) expect(await refresh(refreshToken)).toEqual(notRefreshed);
    });

    it('but not in the Emporix API', async () => {
      const [agent, ada] = [await agentTokens(), await glue.customer()];
      const acting = await actingTokens(agent, ada.reference);
      const visitor = await shop.visitor();
      for (const { refreshToken } of [agent, acting]) {
        await visitor.get(`/refreshauthtoken?refreshToken=${refreshToken}`, 401);
        expect(await refresh(refreshToken)).toEqual(tokenResponse('refresh-tokens'));
      }
    });

    const revoke = (headers: Record<string, string>, token: string) =>
      glue.unauthenticated.send('DELETE', `/refresh-tokens/${token}`, { headers });
    const inHeader = (name: string, { accessToken }: Tokens) => ({ [name]: `Bearer ${accessToken}` });

    it.each(['authorization', 'x-agent-authorization'])('individually, with the header %s', async (name) => {
      const [agent, ada] = [await agentTokens(), await glue.customer()];
      const acting = await actingTokens(agent, ada.reference);
      expect(await revoke(inHeader(name, agent), acting.refreshToken)).toEqual(glueResponse(204));
      expect(await refresh(acting.refreshToken)).toEqual(notRefreshed);
      expect(await revoke(inHeader(name, agent), ada.login.refreshToken)).toEqual(glueResponse(204));
      expect(await revoke(inHeader(name, agent), 'unknown')).toEqual(glueResponse(204));
      expect(await refresh(ada.login.refreshToken)).toEqual(tokenResponse('refresh-tokens'));
      expect(await revoke(inHeader(name, agent), agent.refreshToken)).toEqual(glueResponse(204));
      expect(await refresh(agent.refreshToken)).toEqual(notRefreshed);
    });

    it.each(['authorization', 'x-agent-authorization'])(
      'all of them, with the header %s and the id "mine"',
      async (name) => {
        const [agent, other, ada] = [await agentTokens(), await agentTokens(), await glue.customer()];
        const acting = await actingTokens(agent, ada.reference);
        expect(await revoke(inHeader(name, agent), 'mine')).toEqual(glueResponse(204));
        for (const { refreshToken } of [agent, acting]) expect(await refresh(refreshToken)).toEqual(notRefreshed);
        for (const { refreshToken } of [other, ada.login]) {
          expect(await refresh(refreshToken)).toEqual(tokenResponse('refresh-tokens'));
        }
      },
    );

    it('of the caller in `Authorization`, if both headers have a token', async () => {
      const [agent, ada] = [await agentTokens(), await glue.customer()];
      const headers = { ...inHeader('authorization', ada.login), ...inHeader('x-agent-authorization', agent) };
      expect(await revoke(headers, 'mine')).toEqual(glueResponse(204));
      expect(await refresh(ada.login.refreshToken)).toEqual(notRefreshed);
      expect(await refresh(agent.refreshToken)).toEqual(tokenResponse('refresh-tokens'));
    });

    it('of their own acting session, but not those of the customer', async () => {
      const [agent, ada] = [await agentTokens(), await glue.customer()];
      const acting = await actingTokens(agent, ada.reference);
      const other = await actingTokens(await agentTokens(), ada.reference);
      for (const { refreshToken } of [other, ada.login, acting]) {
        expect(await revoke(inHeader('authorization', acting), refreshToken)).toEqual(glueResponse(204));
      }
      expect(await refresh(acting.refreshToken)).toEqual(notRefreshed);
      for (const { refreshToken } of [other, ada.login]) {
        expect(await refresh(refreshToken)).toEqual(tokenResponse('refresh-tokens'));
      }
    });
  });
});
