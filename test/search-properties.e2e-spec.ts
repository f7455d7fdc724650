import * as fc from 'fast-check';
import { query, text } from './support/any-query.js';
import { type Body, Shop, type ApiClient } from './support/shop.js';

describe('a search with any query', () => {
  let shop: Shop;
  let staff: ApiClient;
  beforeAll(async () => {
    shop = await Shop.open();
    staff = await shop.serviceClient();
    const mixins = { shop: { name: 'Zz9', list: [1, 'Zz9', null, true], n: 1e300 } };
    for (let n = 0; n < 3; n++) await staff.post('/customers', 201, { id: `C${n}`, firstName: 'Zz9', mixins });
  });
  afterAll(() => shop.close());

  it('returns 200, or 400 with an error for q, and never an error of PostgreSQL', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof({ weight: 3, arbitrary: query }, text), async (q) => {
        const { status, body } = await staff.send('POST', '/customers/search', { body: { q } });
        const { details = [] } = body as Body & { details?: { field: string }[] };
        expect([status, details.map(({ field }) => field)]).toEqual(status === 200 ? [200, []] : [400, ['q']]);
      }),
      { numRuns: 200 },
    );
  });

  it('finds exactly the customers with the text', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }), async (company) => {
        const { id } = await staff.post<{ id: string }>('/customers', 201, { company });
        const q = `company:"${company.replace(/["\\]/g, '\\$&')}"`;
        const found = await staff.post<Body[]>('/customers/search', 200, { q });
        expect(found.map((one) => one.company)).toEqual(found.map(() => company.normalize()));
        expect(found.map((one) => one.id)).toContain(id);
      }),
      { numRuns: 50 },
    );
  });
});
