import { adminCosts } from './query-count/admin-costs.js';
import { companyCosts } from './query-count/company-costs.js';
import { contextCosts } from './query-count/context-costs.js';
import { customerCosts } from './query-count/customer-costs.js';
import type { Scene } from './query-count/line.js';
import { staffCosts } from './query-count/staff-costs.js';
import { operations } from './support/document.js';
import { watchQueries } from './support/queries.js';
import { Shop } from './support/shop.js';

// First, while the session lives in which Ada came.
const costs = [...contextCosts, ...customerCosts, ...staffCosts, ...adminCosts, ...companyCosts];

describe('the number of queries', () => {
  let shop: Shop;
  let scene: Scene;
  let statements: string[];
  beforeAll(async () => {
    shop = await Shop.open();
    statements = await watchQueries(shop);
    const ada = await shop.loggedIn();
    const { id } = await ada.post<{ id: string }>('/me/addresses', 201, { city: 'Berlin' });
    const [visitor, staff, employee] = [await shop.visitor(), await shop.employee(), await shop.staff()];
    const anonymous = await shop.anonymous();
    scene = { shop, visitor, ada, staff, employee, address: id, anonymous, newEmail: () => shop.person().email };
  });
  afterAll(() => shop.close());

  it('is kept of every operation of the document', () => {
    const kept = new Set(costs.map(({ operation }) => operation));
    expect([...kept].sort()).toEqual(operations.map(({ name }) => name).sort());
  });

  it.each(costs.map((line) => ({ ...line, title: [line.operation, line.note].filter(Boolean).join(', ') })))(
    'of $title is $queries',
    async ({ given, act, queries }) => {
      const before = (await given?.(scene)) ?? {};
      // Reads the tenant and its clients into memory, in case they went out of it.
      await shop.anonymous();
      statements.length = 0;
      await act(scene, before);
      const sent = [...statements];
      expect({ queries: sent.length, sent }).toEqual({ queries, sent });
    },
  );
});
