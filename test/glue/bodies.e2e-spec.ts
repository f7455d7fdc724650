import * as fc from 'fast-check';
import { type Response, type Body, Shop } from '../support/shop.js';
import { databaseFingerprint } from '../support/database-fingerprint.js';

describe('an arbitrary Glue body', () => {
  let shop: Shop;
  beforeAll(async () => (shop = await Shop.open({ activation: 'none' })));
  afterAll(() => shop.close());

  const json = fc.jsonValue({ maxDepth: 3 });
  const type = fc.oneof({ weight: 3, arbitrary: fc.constant('customers') }, json);
  const name = fc.constantFrom(
    'firstName',
    'lastName',
    'email',
    'gender',
    'password',
    'acceptedTerms',
    'x',
    'toString',
  );
  const attributes = fc.oneof({ weight: 3, arbitrary: fc.dictionary(name, json) }, json);
  const data = fc.oneof(fc.record({ type, attributes }, { requiredKeys: [] }), json);
  const body = fc.oneof(fc.record({ data }, { requiredKeys: [] }), json);
  const send = (content: unknown): Promise<Response<{ errors?: Body[] }>> =>
    shop.send('POST', '/customers', {
      body: JSON.stringify(content),
      headers: { 'content-type': 'application/vnd.api+json' },
    });

  it('that is not a valid customer gets a Glue API error and stores nothing', async () => {
    const before = await databaseFingerprint(shop);
    await fc.assert(
      fc.asyncProperty(body, async (content) => {
        const { status, headers, body: errorBody } = await send(content);
        expect([400, 422]).toContain(status);
        expect(headers['content-type']).toBe('application/vnd.api+json');
        expect(errorBody.errors?.length).toBeGreaterThan(0);
        for (const error of errorBody.errors ?? []) {
          expect(error).toMatchObject({ status, detail: expect.stringMatching(/./) as string });
          expect(error.code).toBe(status === 422 ? '901' : undefined);
        }
      }),
      { numRuns: 200 },
    );
    expect(await databaseFingerprint(shop)).toEqual(before);
  });
});
