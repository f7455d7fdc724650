import { type Operation, operations, urlOf } from './support/document.js';
import { type Answer, type Body, type LoggedIn, Shop, Visitor } from './support/shop.js';

/** Parameters that name something which belongs to somebody. A new one must be told here who owns what. */
const ids = ['addressId', 'customerNumber'];
/** Parameters that are secrets of their own and name nothing. */
const secrets = ['token'];

const withId = operations.filter((operation) => operation.ids.some((id) => ids.includes(id)));

describe('an id in a path', () => {
  let shop: Shop;
  let neighbour: { id: string; addressId: string };
  beforeAll(async () => {
    shop = await Shop.open();
    await shop.addTenant('other', { activation: 'none' });
    neighbour = await customerOf('other');
  });
  afterAll(() => shop.close());

  /** A customer of another tenant, with an address. */
  const customerOf = async (tenant: string): Promise<{ id: string; addressId: string }> => {
    const visitor = await shop.visitor(tenant);
    const { email, password } = shop.person();
    const { id } = await visitor.post<{ id: string }>('/signup', 201, { email, password });
    const { access_token } = await visitor.post<{ access_token: string }>('/login', 200, { email, password });
    const customer = new Visitor(shop, access_token, tenant);
    const address = await customer.post<{ id: string }>('/me/addresses', 201, { city: 'Berlin' });
    return { id, addressId: address.id };
  };

  const addressOf = async (owner: LoggedIn): Promise<string> =>
    (await owner.post<{ id: string }>('/me/addresses', 201, { city: 'Berlin' })).id;

  const call = async (caller: Visitor, operation: Operation, values: Record<string, string>): Promise<Answer> =>
    shop.send(operation.method, urlOf(operation, { tenant: shop.tenant, tags: 'MINE', ...values }), {
      body: operation.body && { city: 'Rome', firstName: 'Eve' },
      headers: { authorization: `Bearer ${caller.token}` },
    });

  /** What a caller can tell one answer from another by, when the id itself is blotted out. */
  const told = ({ status, headers, text }: Answer, id: string): Body => ({
    status,
    text: text.replaceAll(id, '{id}'),
    headers: Object.keys(headers).sort(),
  });

  it('is one that these stories know', () => {
    expect(withId.length).toBeGreaterThan(0);
    const named = new Set(operations.flatMap((operation) => operation.ids));
    expect([...named].sort()).toEqual([...ids, ...secrets].sort());
  });

  describe.each(
    withId.filter((operation) => operation.ids.includes('addressId')).map((each) => [each.name, each] as const),
  )('%s', (_name, operation) => {
    it("answers for another customer's and another tenant's address as for none", async () => {
      const [john, eve] = [await shop.loggedIn(), await shop.loggedIn()];
      const hisAddress = await addressOf(john);
      const missing = await call(eve, operation, { addressId: 'missing' });
      expect(missing.status).toBe(404);
      for (const addressId of [hisAddress, neighbour.addressId]) {
        const answer = await call(eve, operation, { addressId });
        expect(told(answer, addressId)).toEqual(told(missing, 'missing'));
      }
      const mine = await call(john, operation, { addressId: hisAddress });
      expect(mine.status).toBeLessThan(300);
    });
  });

  describe.each(
    withId.filter((operation) => operation.ids.includes('customerNumber')).map((each) => [each.name, each] as const),
  )('%s', (_name, operation) => {
    it("answers for another tenant's customer as for none", async () => {
      const john = await shop.signedUp();
      const staff = await shop.employee();
      const missing = await call(staff, operation, { customerNumber: 'missing' });
      expect(missing.status).toBe(404);
      const answer = await call(staff, operation, { customerNumber: neighbour.id });
      expect(told(answer, neighbour.id)).toEqual(told(missing, 'missing'));
      expect((await call(staff, operation, { customerNumber: john.id })).status).toBeLessThan(300);
    });

    it('is not for customers, neither with their own number nor with another', async () => {
      const [john, eve] = [await shop.signedUp(), await shop.loggedIn()];
      for (const customerNumber of [eve.id, john.id, 'missing']) {
        expect((await call(eve, operation, { customerNumber })).status).toBe(403);
      }
    });
  });

  it('works only under the tenant of the token', async () => {
    const eve = await shop.loggedIn();
    const staff = await shop.employee();
    for (const { token } of [eve, staff]) {
      const elsewhere = new Visitor(shop, token, 'other');
      await elsewhere.get(`/me/addresses/${neighbour.addressId}`, 401);
      await elsewhere.get(`/customers/${neighbour.id}`, 401);
    }
  });
});
