import {
  glueResponse,
  Glue,
  GlueClient,
  type GlueCustomer,
  invalidToken,
  missingToken,
  errorResponse,
  tokenResponse,
} from '../support/glue.js';
import { rows } from '../support/rows.js';
import { type Body, Shop } from '../support/shop.js';
import { decodeToken } from '../support/tokens.js';

const agentsOnly = errorResponse('4103', 'Action is available to agent user only.');

describe('agents', () => {
  let shop: Shop;
  let glue: Glue;
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
      expect(await logIn({ username, password })).toEqual(tokenResponse('agent-access-tokens', { refreshToken: null }));
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

    it('only with username and password', async () => {
      expect(await logIn({})).toEqual(
        errorResponse('901', 'username => This field is missing.', 'password => This field is missing.'),
      );
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
    const searchResponse = (customers: unknown[], links: Body) =>
      glueResponse(200, {
        data: { type: 'agent-customer-search', id: null, attributes: { customers }, links },
      });
    const searchUrl = (query: string) => `http://foyer.test/agent-customer-search?${query}`;
    const pageUrl = (q: string, offset: number, limit = 10) =>
      searchUrl(new URLSearchParams({ q, 'page[limit]': String(limit), 'page[offset]': String(offset) }).toString());
    const references = async (agent: GlueClient, query: string): Promise<unknown[]> => {
      const { data } = await agent.get(`/agent-customer-search?${query}`);
      const { customers } = data.attributes as { customers: { customerReference: string }[] };
      return customers.map(({ customerReference }) => customerReference);
    };

    it('and get one resource with page links', async () => {
      const agent = await glue.agent();
      const { lastName, members } = await createFamily('Ada', 'Bob');
      const query = `q=${encodeURIComponent(lastName)}`;
      expect(await agent.send('GET', `/agent-customer-search?${query}`)).toEqual(
        searchResponse(
          members.map((person, index) => foundCustomer(person, ['Ada', 'Bob'][index] ?? '', lastName)),
          { self: searchUrl(query), first: pageUrl(lastName, 0), last: pageUrl(lastName, 0), prev: null, next: null },
        ),
      );
    });

    it('page by page, with links to the previous and the next page', async () => {
      const agent = await glue.agent();
      const { lastName, members } = await createFamily('Ada', 'Bob', 'Cid');
      const [ada, bob, cid] = members.map(({ reference }) => reference).sort();
      const page = (offset: number) => `q=${encodeURIComponent(lastName)}&page[limit]=1&page[offset]=${offset}`;
      expect(await references(agent, page(0))).toEqual([ada]);
      expect(await references(agent, page(2))).toEqual([cid]);
      expect(await references(agent, page(1))).toEqual([bob]);
      const { data } = await agent.get(`/agent-customer-search?${page(1)}`);
      expect(data.links).toEqual({
        self: searchUrl(page(1)),
        first: pageUrl(lastName, 0, 1),
        last: pageUrl(lastName, 2, 1),
        prev: pageUrl(lastName, 0, 1),
        next: pageUrl(lastName, 2, 1),
      });
    });

    it('ten at a time by default', async () => {
      const agent = await glue.agent();
      const { lastName } = await createFamily(...'abcdefghijk');
      expect(await references(agent, `q=${encodeURIComponent(lastName)}`)).toHaveLength(10);
    });

    it.each<[string, (ada: GlueCustomer) => string]>([
      ['the reference', ({ reference }) => reference.toLowerCase()],
      ['the e-mail', ({ email }) => email.slice(2, 30).toUpperCase()],
    ])('by a part of %s', async (_name, part) => {
      const [agent, ada] = [await glue.agent(), await glue.customer()];
      expect(await references(agent, `q=${encodeURIComponent(part(ada))}&page[limit]=1000`)).toContain(ada.reference);
    });

    it.each(['firstName', 'lastName'])('by a part of the %s', async (name) => {
      const agent = await glue.agent();
      const value = shop.person().email.split('@')[0] ?? '';
      const { reference } = await glue.customer({ [name]: `Xx ${value}` });
      expect(await references(agent, `q=${encodeURIComponent(`x ${value.slice(0, 20)}`)}`)).toEqual([reference]);
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
      const headers = { 'x-agent-authorization': 'Bearer bad' };
      expect(await ada.send('GET', '/agent-customer-search', { headers })).toEqual(invalidToken);
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
      expect(response).toEqual(tokenResponse(TYPE, { expiresIn: 3600, refreshToken: null }));
      const { accessToken } = (response.body as { data: { attributes: { accessToken: string } } }).data.attributes;
      expect(decodeToken(accessToken).claims.act).toEqual({ sub: agent.id });
      const { data } = await new GlueClient(shop, accessToken).get(ada.path);
      expect(data.attributes.email).toBe(ada.email);
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

    it('but not for an unknown reference', async () => {
      expect(await impersonate(await glue.agent(), 'DE--999999')).toEqual(failed);
    });

    it('but not for customers who may not log in', async () => {
      const { reference } = await glue.signUp();
      expect(await impersonate(await glue.agent(), reference)).toEqual(failed);
    });

    it('only with a customer reference', async () => {
      const agent = await glue.agent();
      expect(await agent.send('POST', `/${TYPE}`, { attributes: {} })).toEqual(
        errorResponse('901', 'customerReference => This field is missing.'),
      );
    });

    it('with a token of an agent, in either header', async () => {
      const [agent, ada] = [await glue.agent(), await glue.customer()];
      const headers = { 'x-agent-authorization': `Bearer ${agent.token ?? ''}` };
      const given = tokenResponse(TYPE, { expiresIn: 3600, refreshToken: null });
      expect(await impersonate(glue.unauthenticated, ada.reference, headers)).toEqual(given);
    });

    it('but not without a token of an agent', async () => {
      const ada = await glue.customer();
      expect(await impersonate(glue.unauthenticated, ada.reference)).toEqual(agentsOnly);
      expect(await impersonate(ada, ada.reference)).toEqual(agentsOnly);
      expect(await impersonate(new GlueClient(shop, 'bad'), ada.reference)).toEqual(invalidToken);
    });

    it('but not as services', async () => {
      const ada = await glue.customer();
      const { token } = await shop.serviceClient();
      expect(await impersonate(new GlueClient(shop, token), ada.reference)).toEqual(agentsOnly);
      expect(await new GlueClient(shop, token).send('GET', '/agent-customer-search')).toEqual(agentsOnly);
    });
  });
});
