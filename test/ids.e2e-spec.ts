import { randomUUID } from 'node:crypto';
import {
  assignCustomer,
  sendCompanyRequest,
  newCompany,
  newLocation,
  createMembershipRequest,
} from './support/companies.js';
import { type Operation, operations, urlOf } from './support/document.js';
import { rows } from './support/rows.js';
import { addFactor } from './support/second-factor.js';
import { type Response, type Body, Shop, ApiClient } from './support/shop.js';

/** Path parameters that identify a resource with an owner. A new one must be covered by a test here. */
const ids = [
  'addressId',
  'customerNumber',
  'employeeId',
  'clientId',
  'secretId',
  'sessionId',
  'identityId',
  'noteId',
  'mailId',
  'legalEntityId',
  'contactAssignmentId',
  'membershipRequestId',
  'locationId',
];
/** Parameters that are secrets and identify no resource. */
const secrets = ['token'];
/**
 * Parameters that identify a part of a resource that another parameter, or the token, identifies. `kind` and `language`
 * identify a mail text of the token's tenant.
 */
const parts = ['attributeName', 'type', 'kind', 'language'];

const unused = (): string => randomUUID();

const withId = operations.filter((operation) => operation.ids.some((id) => ids.includes(id)));

describe('an id in a path', () => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await Shop.open();
    await shop.addTenant('other', { activation: 'none' });
  });
  afterAll(() => shop.close());

  /** A customer of the other tenant, with an address. */
  const customerOfOtherTenant = async (): Promise<{ id: string; addressId: string; token: string }> => {
    const visitor = await shop.visitor('other');
    const { email, password } = shop.person();
    const { id } = await visitor.post<{ id: string }>('/signup', 201, { email, password });
    const { access_token } = await visitor.post<{ access_token: string }>('/login', 200, { email, password });
    const customer = new ApiClient(shop, access_token, 'other');
    return { id, addressId: await addressOf(customer), token: access_token };
  };

  const addressOf = async (owner: ApiClient): Promise<string> =>
    (await owner.post<{ id: string }>('/me/addresses', 201, { city: 'Berlin' })).id;

  const sessionOf = async (owner: ApiClient): Promise<string> =>
    (await owner.get<{ id: string }[]>('/me/sessions'))[0]?.id ?? '';

  const identityOf = async (tenant: string, customerId: string): Promise<string> => {
    const id = unused();
    await rows(
      shop,
      `insert into identities (tenant, issuer, subject, id, customer_id, provider, created_at)
       values ($1, 'https://login.test', $4, $2, $3, 'login', now())`,
      [tenant, id, customerId, id],
    );
    return id;
  };

  /** A note about a customer, the customer's session and an identity. */
  const supportResources = async (
    tenant: string,
    { id, token }: { id: string; token?: string },
  ): Promise<Record<string, string>> => {
    const staff = await shop.serviceClient(undefined, tenant);
    return {
      noteId: (await staff.post<{ id: string }>(`/customers/${id}/notes`, 201, { text: 'A' })).id,
      sessionId: await sessionOf(new ApiClient(shop, token, tenant)),
      identityId: await identityOf(tenant, id),
    };
  };

  /** An invited employee of the tenant, the invitation, which is given up, a service and its secret. */
  const adminResources = async (tenant: string): Promise<Record<string, string>> => {
    const { token } = await shop.serviceClient(undefined, tenant);
    const clients = `/admin/${tenant}/clients`;
    const headers = { authorization: `Bearer ${token}` };
    const { body: created } = await shop.send('POST', clients, { body: { name: unused(), kind: 'service' }, headers });
    const clientId = String(created.id);
    const { body } = await shop.send<{ secrets: { id: string }[] }>('GET', `${clients}/${clientId}`, { headers });
    const { email } = shop.person();
    const employees = `/admin/${tenant}/employees`;
    const { body: invited } = await shop.send('POST', employees, { body: { email, role: 'viewer' }, headers });
    const giveUp = 'update outbox set given_up_at = now() where tenant = $1 and recipient = $2 returning id';
    const [mail] = await rows<{ id: string }>(shop, giveUp, [tenant, email]);
    return {
      employeeId: String(invited.id),
      mailId: mail?.id ?? '',
      clientId,
      secretId: body.secrets[0]?.id ?? '',
    };
  };

  const profileOf = async ({ token }: { token: string }): Promise<Body> =>
    new ApiClient(shop, token, 'other').get('/me?expand=addresses');

  const call = async (caller: ApiClient, operation: Operation, values: Record<string, string>): Promise<Response> =>
    shop.send(operation.method, urlOf(operation, { tenant: shop.tenant, tags: 'MINE', type: 'email', ...values }), {
      body: operation.body && {
        city: 'Rome',
        firstName: 'Eve',
        contactName: 'Eve',
        text: 'Eve',
        kind: 'password-reset',
      },
      headers: { authorization: `Bearer ${caller.token}` },
    });

  /** The parts by which a caller can distinguish responses, with the id itself masked. */
  const comparable = ({ status, headers, text }: Response, id: string): Body => ({
    status,
    text: text.replaceAll(id, '{id}'),
    headers: Object.keys(headers).sort(),
  });

  it('is covered by these tests', () => {
    expect(withId.length).toBeGreaterThan(0);
    const named = new Set(operations.flatMap((operation) => operation.ids));
    expect([...named].sort()).toEqual([...ids, ...secrets, ...parts].sort());
  });

  describe.each(
    withId.filter((operation) => operation.ids.includes('addressId')).map((each) => [each.name, each] as const),
  )('%s', (_name, operation) => {
    const byStaff = operation.tokens.includes('staff');
    /** A PUT by an employee creates the address if its id is free. Address ids are unique in a tenant. */
    const creates = byStaff && operation.method === 'PUT';

    it("returns the same for another customer's or tenant's address as for an unknown one", async () => {
      const [john, eve, theirs] = [await shop.customer(), await shop.customer(), await customerOfOtherTenant()];
      const hisAddress = await addressOf(john);
      const before = [await john.get('/me/addresses'), await profileOf(theirs)];
      const caller = byStaff ? await shop.serviceClient() : eve;
      const unknownId = unused();
      const missing = await call(caller, operation, { customerNumber: eve.id, addressId: unknownId });
      expect(missing.status).toBe(creates ? 201 : 404);
      const elsewhere = await call(caller, operation, { customerNumber: eve.id, addressId: theirs.addressId });
      expect(comparable(elsewhere, theirs.addressId)).toEqual(comparable(missing, unknownId));
      const his = await call(caller, operation, { customerNumber: eve.id, addressId: hisAddress });
      if (creates) expect(his.status).toBe(409);
      else expect(comparable(his, hisAddress)).toEqual(comparable(missing, unknownId));
      expect([await john.get('/me/addresses'), await profileOf(theirs)]).toEqual(before);

      const mine = await call(byStaff ? caller : john, operation, { customerNumber: john.id, addressId: hisAddress });
      expect(mine.status).toBeLessThan(300);
    });
  });

  describe.each(
    withId.filter((operation) => operation.ids.includes('customerNumber')).map((each) => [each.name, each] as const),
  )('%s', (name, operation) => {
    /** A customer number is unique only in its tenant: here it is free. */
    const creates = name === 'PUT /customer/{tenant}/customers/{customerNumber}';

    it("returns the same for another tenant's customer as for an unknown one", async () => {
      const [john, theirs] = [await shop.customer(), await customerOfOtherTenant()];
      const resources = { addressId: await addressOf(john), ...(await supportResources(shop.tenant, john)) };
      if (operation.ids.includes('type')) await addFactor(shop, john);
      const before = await profileOf(theirs);
      const staff = await shop.serviceClient();
      const unknownId = unused();
      const missing = await call(staff, operation, { ...resources, customerNumber: unknownId });
      expect(missing.status).toBe(creates ? 201 : 404);
      const response = await call(staff, operation, { ...resources, customerNumber: theirs.id });
      expect(comparable(response, theirs.id)).toEqual(comparable(missing, unknownId));
      expect(await profileOf(theirs)).toEqual(before);
      expect((await call(staff, operation, { ...resources, customerNumber: john.id })).status).toBeLessThan(300);
    });

    it('is forbidden for customers, with any customer number', async () => {
      const [john, eve] = [await shop.signUp(), await shop.customer()];
      for (const customerNumber of [eve.id, john.id, unused()]) {
        expect((await call(eve, operation, { customerNumber })).status).toBe(403);
      }
    });
  });

  const support = ['noteId', 'sessionId', 'identityId'];
  describe.each(
    withId
      .filter(({ ids: names }) => names.includes('customerNumber') && names.some((name) => support.includes(name)))
      .map((each) => [each.name, each] as const),
  )('%s', (_name, operation) => {
    const name = operation.ids.find((id) => support.includes(id)) ?? '';

    it("returns the same for another customer's or tenant's resource as for an unknown one", async () => {
      const [john, eve, theirs] = [await shop.customer(), await shop.customer(), await customerOfOtherTenant()];
      const his = (await supportResources(shop.tenant, john))[name] ?? '';
      const elsewhere = (await supportResources('other', theirs))[name] ?? '';
      const staff = await shop.serviceClient();
      const unknownId = unused();
      const missing = await call(staff, operation, { customerNumber: eve.id, [name]: unknownId });
      expect(missing.status).toBe(404);
      for (const id of [his, elsewhere]) {
        const response = await call(staff, operation, { customerNumber: eve.id, [name]: id });
        expect(comparable(response, id)).toEqual(comparable(missing, unknownId));
      }
      expect((await call(staff, operation, { customerNumber: john.id, [name]: his })).status).toBeLessThan(300);
    });
  });

  describe.each(withId.filter(({ path }) => path.startsWith('/admin/')).map((each) => [each.name, each] as const))(
    '%s',
    (_name, operation) => {
      it("returns the same for another tenant's employee, client, secret or mail as for an unknown one", async () => {
        const [ours, theirs] = [await adminResources(shop.tenant), await adminResources('other')];
        const admin = await shop.serviceClient();
        for (const name of operation.ids) {
          const unknownId = unused();
          const missing = await call(admin, operation, { ...ours, [name]: unknownId });
          expect(missing.status).toBe(404);
          const response = await call(admin, operation, { ...ours, [name]: theirs[name] ?? '' });
          expect(comparable(response, theirs[name] ?? '')).toEqual(comparable(missing, unknownId));
        }
        expect((await call(admin, operation, ours)).status).toBeLessThan(300);
      });
    },
  );

  /** The operations with this id that do not name the customer. */
  const withoutCustomer = (id: string): Operation[] =>
    withId.filter((operation) => operation.ids.includes(id) && !operation.ids.includes('customerNumber'));
  const withSession = withoutCustomer('sessionId');

  describe.each(
    withSession.filter(({ tokens }) => tokens.includes('customer')).map((each) => [each.name, each] as const),
  )('%s', (_name, operation) => {
    it("returns the same for another customer's or tenant's session as for an unknown one", async () => {
      const [john, eve, theirs] = [await shop.customer(), await shop.customer(), await customerOfOtherTenant()];
      const his = await sessionOf(john);
      const elsewhere = await sessionOf(new ApiClient(shop, theirs.token, 'other'));
      const unknownId = unused();
      const missing = await call(eve, operation, { sessionId: unknownId });
      expect(missing.status).toBe(404);
      for (const sessionId of [his, elsewhere, john.login.session_id]) {
        expect(comparable(await call(eve, operation, { sessionId }), sessionId)).toEqual(
          comparable(missing, unknownId),
        );
      }
      expect((await call(john, operation, { sessionId: his })).status).toBeLessThan(300);
    });
  });

  describe.each(withSession.filter(({ tokens }) => tokens.includes('staff')).map((each) => [each.name, each] as const))(
    '%s',
    (_name, operation) => {
      it("returns the same for another tenant's session as for an unknown one", async () => {
        const [ours, theirs] = [await shop.logInAnonymously(), await shop.logInAnonymously({}, 'other')];
        const service = await shop.serviceClient();
        const send = async (sessionId: string): Promise<Response> =>
          shop.send(operation.method, urlOf(operation, { tenant: shop.tenant, sessionId }), {
            body: operation.body && { key: 'a', value: 'b', metadata: { version: 1 } },
            headers: { authorization: `Bearer ${service.token}` },
          });
        const unknownId = unused();
        const missing = await send(unknownId);
        expect(missing.status).toBe(404);
        expect(comparable(await send(theirs.sessionId), theirs.sessionId)).toEqual(comparable(missing, unknownId));
        expect((await send(ours.sessionId)).status).toBeLessThan(300);
      });
    },
  );

  describe.each(withoutCustomer('identityId').map((each) => [each.name, each] as const))('%s', (_name, operation) => {
    it("returns the same for another customer's or tenant's identity as for an unknown one", async () => {
      const [john, eve, theirs] = [await shop.customer(), await shop.customer(), await customerOfOtherTenant()];
      const [his, elsewhere] = [await identityOf(shop.tenant, john.id), await identityOf('other', theirs.id)];
      const unknownId = unused();
      const missing = await call(eve, operation, { identityId: unknownId });
      expect(missing.status).toBe(404);
      for (const identityId of [his, elsewhere]) {
        expect(comparable(await call(eve, operation, { identityId }), identityId)).toEqual(
          comparable(missing, unknownId),
        );
      }
      expect((await call(john, operation, { identityId: his })).status).toBeLessThan(300);
    });
  });

  describe.each(
    withId.filter(({ path }) => path.startsWith('/customer-management/')).map((each) => [each.name, each] as const),
  )('%s', (_name, operation) => {
    const entities = operation.ids.includes('legalEntityId');
    const requests = operation.ids.includes('membershipRequestId');
    const locations = operation.ids.includes('locationId');
    const path = entities ? '/legal-entities' : locations ? '/locations' : '/contact-assignments';
    const type = entities ? 'COMPANY' : locations ? 'OFFICE' : 'CONTACT';

    /** A company of the tenant, and a location or a customer's contact assignment or membership request for it. */
    const ofTenant = async (tenant: string, customer: { id: string }): Promise<{ company: string; about: string }> => {
      const company = await newCompany(shop, {}, tenant);
      if (locations) return { company, about: await newLocation(shop, {}, tenant) };
      if (requests) return { company, about: await createMembershipRequest(shop, customer, company, tenant) };
      const assignment = await assignCustomer(shop, customer, company, 'Buyer', tenant);
      return { company, about: entities ? company : assignment };
    };
    const storedRequest = async (id: string): Promise<Body> => {
      const [request] = await rows<Body>(shop, 'select * from membership_requests where id = $1', [id]);
      return request ?? {};
    };

    it("returns the same for another tenant's resource as for an unknown one", async () => {
      const [ours, theirs] = [
        await ofTenant(shop.tenant, await shop.signUp()),
        await ofTenant('other', await customerOfOtherTenant()),
      ];
      const [staff, theirStaff] = [await shop.serviceClient(), await shop.serviceClient(undefined, 'other')];
      const stored = async (): Promise<Body> =>
        requests
          ? storedRequest(theirs.about)
          : (await sendCompanyRequest(theirStaff, 'GET', `${path}/${theirs.about}`)).body;
      const send = async (id: string): Promise<Response> => {
        const body = { name: 'Eve', type, legalEntity: { id: ours.company }, contactDetails: { city: 'Berlin' } };
        const customer = { id: (await shop.signUp()).id };
        const ids = { legalEntityId: id, contactAssignmentId: id, membershipRequestId: id, locationId: id };
        const values = { tenant: shop.tenant, ...ids };
        return shop.send(operation.method, urlOf(operation, values), {
          body: operation.body && { ...body, customer },
          headers: { authorization: `Bearer ${staff.token}` },
        });
      };
      const before = await stored();
      const unknownId = unused();
      const missing = await send(unknownId);
      // A PUT by an employee creates the resource if its id is free in this tenant.
      expect(missing.status).toBe(operation.method === 'PUT' ? 201 : 404);
      expect(comparable(await send(theirs.about), theirs.about)).toEqual(comparable(missing, unknownId));
      expect(await stored()).toEqual(before);
      expect((await send(ours.about)).status).toBeLessThan(300);
    });
  });

  it('is accepted only under the tenant of the token', async () => {
    const [eve, staff, theirs] = [await shop.customer(), await shop.serviceClient(), await customerOfOtherTenant()];
    for (const { token } of [eve, staff]) {
      const elsewhere = new ApiClient(shop, token, 'other');
      await elsewhere.get(`/me/addresses/${theirs.addressId}`, 401);
      await elsewhere.get(`/customers/${theirs.id}`, 401);
    }
  });
});
