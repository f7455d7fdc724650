import { validationError } from './support/responses.js';
import { rows } from './support/rows.js';
import { type ApiClient, Shop } from './support/shop.js';

/** More than two pages of the stream. */
const MANY = 450;

describe('the customers as a CSV file', () => {
  let shop: Shop;
  let viewer: ApiClient;
  beforeAll(async () => {
    shop = await Shop.open({ restrictions: ['DE', 'FR'], activation: 'none' });
    viewer = await shop.employee('viewer');
  });
  afterAll(() => shop.close());

  const download = async (client: ApiClient, q = '') => {
    const { status, headers, text } = await client.send('GET', `/customers?q=${encodeURIComponent(q)}`, {
      headers: { accept: 'text/csv' },
    });
    const [titles, ...lines] = text.split('\r\n').slice(0, -1);
    return { status, headers, titles, lines, ids: lines.map((line) => line.slice(1, line.indexOf('"', 1))) };
  };

  it('has one line per customer, oldest first, also if many were created at the same time', async () => {
    await shop.signUp({ email: 'first@example.com' });
    await rows(
      shop,
      `insert into customers (tenant, id, reference, company, preferred_language, preferred_currency, preferred_site,
          active, on_hold, created_at, modified_at)
        select 'shop', 'M' || lpad(n::text, 4, '0'), 'SHOP--M' || n, 'Many', 'en', 'EUR', 'main', true, false,
          t.at, t.at
        from generate_series(1, ${MANY}) n, (select now() + interval '1 hour' as at) t`,
    );
    const { status, headers, titles, ids } = await download(viewer);
    expect([status, headers['content-type']]).toEqual([200, 'text/csv; charset=utf-8']);
    expect(titles).toMatch(/^"id","firstName","lastName","email",/);
    const many = Array.from({ length: MANY }, (_, index) => `M${String(index + 1).padStart(4, '0')}`);
    expect(ids.slice(1)).toEqual(many);
    expect(ids).toHaveLength(MANY + 1);
  });

  it('contains the customers of the query only, also one with words', async () => {
    expect((await download(viewer, 'company:Many id:(M0007,M0449)')).ids).toEqual(['M0007', 'M0449']);
    const { lines } = await download(viewer, 'first@example.com');
    expect(lines).toEqual([expect.stringContaining('"first@example.com"')]);
    expect((await download(viewer, 'company:Nobody')).ids).toEqual([]);
  });

  it('contains only the customers of the restriction in the scope', async () => {
    const service = await shop.serviceClient();
    for (const [id, restriction] of [
      ['G1', 'DE'],
      ['F1', 'FR'],
    ]) {
      await service.post('/customers', 201, { id, restriction });
    }
    const german = await shop.serviceClient('customer.customer_read--DE');
    expect((await download(german)).ids).toEqual(['G1']);
  });

  it('makes formulas harmless', async () => {
    const customerDetails = { firstName: '=HYPERLINK("http://evil.example")', lastName: '+1', company: '@SUM(A1)' };
    await shop.signUp({ email: 'formula@example.com', customerDetails });
    const { lines } = await download(viewer, 'formula@example.com');
    expect(lines).toEqual([expect.stringContaining(`"'=HYPERLINK(""http://evil.example"")","'+1"`)]);
    expect(lines).toEqual([expect.stringContaining(`"'@SUM(A1)"`)]);
  });

  it('is rejected before the first line if the query is invalid', async () => {
    const send = (query: string) => viewer.send('GET', `/customers?${query}`, { headers: { accept: 'text/csv' } });
    for (const [query, field] of [
      ['q=unknown:1', 'q'],
      ['sort=lastName', 'sort'],
      ['pageSize=10', 'pageSize'],
      ['expand=addresses', 'expand'],
    ] as const) {
      const { status, body, headers } = await send(query);
      expect([query, status, body]).toEqual([query, 400, validationError(field)]);
      expect(headers['content-type']).toMatch('json');
    }
  });

  it('is available to those only who may read customers', async () => {
    const customer = await shop.customer();
    for (const [client, status] of [
      [shop.unauthenticated, 401],
      [await shop.visitor(), 403],
      [customer, 403],
      [await shop.serviceClient('customer.customer_create'), 403],
    ] as const) {
      expect((await download(client)).status).toBe(status);
    }
  });

  it('is sent to a caller once at a time', async () => {
    const statuses = (await Promise.all([download(viewer), download(viewer)])).map(({ status }) => status);
    expect(statuses.sort()).toEqual([200, 503]);
    expect((await download(viewer)).status).toBe(200);
  });

  it('does not change the list for other clients', async () => {
    const { body, headers } = await viewer.send<object[]>('GET', '/customers?pageSize=2', {
      headers: { accept: 'application/json, text/csv;q=0.5' },
    });
    expect(body).toHaveLength(2);
    expect(headers['content-type']).toMatch('json');
  });
});
