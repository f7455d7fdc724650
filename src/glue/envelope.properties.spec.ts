import type { ExecutionContext } from '@nestjs/common';
import * as fc from 'fast-check';
import { firstValueFrom, of } from 'rxjs';
import { testConfig } from '../../test/support/config.js';
import { Envelope } from './envelope.interceptor.js';
import { neighbours, pageOf } from './page.js';
import type { Resource } from './resource.js';

const BASE = 'http://foyer.test';
const envelope = new Envelope(testConfig(''));

interface ResourceObject {
  type: string;
  id: string | null;
  attributes: object;
  relationships?: Record<string, { data: object[] }>;
}

/** Returns the envelope that a client receives for the result of a controller. */
async function envelopeOf<Data>(
  result: Resource | Resource[],
  query: Record<string, unknown>,
): Promise<{ data: Data; included?: ResourceObject[] }> {
  const request = { method: 'GET', url: '/x', query };
  const context = { switchToHttp: () => ({ getRequest: () => request }) } as unknown as ExecutionContext;
  const wrapped = await firstValueFrom(envelope.intercept(context, { handle: () => of(result) }));
  return wrapped as { data: Data; included?: ResourceObject[] };
}

const name = fc.constantFrom('city', 'name', 'email', 'constructor', 'toString', 'length', '__proto__');
const attributes = fc.array(fc.tuple(name, fc.integer())).map((pairs) => Object.fromEntries(pairs));
const unrelated = fc.record({
  type: fc.constantFrom('customers', 'addresses'),
  id: fc.option(fc.uuid()),
  path: fc.constant('x'),
  attributes,
});
const resource: fc.Arbitrary<Resource> = fc
  .tuple(unrelated, fc.dictionary(fc.constantFrom('addresses', 'carts'), fc.array(unrelated, { maxLength: 3 })))
  .map(([one, related]) => ({ ...one, related }));
const anything = fc.oneof(fc.string(), fc.array(fc.string()), fc.constant(undefined), fc.integer().map(String));
const anyQuery = fc.dictionary(
  fc.constantFrom('include', 'fields[customers]', 'page[limit]', 'page[offset]'),
  anything,
);

describe('the envelope of any response', () => {
  it('contains only the attributes in `fields`, for that type only', async () => {
    await fc.assert(
      fc.asyncProperty(resource, fc.array(name), async (one, names) => {
        const { data } = await envelopeOf<ResourceObject>(one, { 'fields[customers]': names.join(' ,') });
        const wanted = Object.entries(one.attributes).filter(([key]) => (names as string[]).includes(key));
        expect(Object.entries(data.attributes)).toEqual(
          one.type === 'customers' ? wanted : Object.entries(one.attributes),
        );
      }),
    );
  });

  it('includes the related resources in `include` and references each of them', async () => {
    const names = fc.array(fc.constantFrom('addresses', 'carts', 'toString', '__proto__', ''));
    await fc.assert(
      fc.asyncProperty(resource, names, async (one, include) => {
        const { data, included = [] } = await envelopeOf<ResourceObject>(one, { include: include.join(',') });
        const wanted = Object.entries(one.related ?? {}).filter(([key]) => (include as string[]).includes(key));
        expect(Object.keys(data.relationships ?? {})).toEqual(wanted.map(([key]) => key));
        const identifierOf = ({ type, id }: { type: string; id: string | null }): object => ({ type, id });
        const related = wanted.flatMap(([, others]) => others.map(identifierOf));
        expect(included.map(identifierOf)).toEqual(related);
        expect(Object.values(data.relationships ?? {}).flatMap((relation) => relation.data)).toEqual(related);
      }),
    );
  });

  it('contains a slice of the list in its order, for any query', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(resource, { maxLength: 8 }), anyQuery, async (all, query) => {
        const { data } = await envelopeOf<ResourceObject[]>(all, query);
        const { offset, limit } = pageOf(query as Record<string, string>, all.length);
        expect(data.map(({ id }) => id)).toEqual(all.slice(offset, offset + limit).map(({ id }) => id));
      }),
    );
  });
});

describe('the pages of any list', () => {
  const number = fc.oneof(fc.nat(3000).map(String), fc.string());

  it('have a limit of 1 to 1000 and an offset of at least 0', () => {
    fc.assert(
      fc.property(number, number, fc.integer({ min: 1, max: 1000 }), (offset, limit, standard) => {
        const page = pageOf({ 'page[offset]': offset, 'page[limit]': limit }, standard);
        expect(page.limit).toBeGreaterThanOrEqual(1);
        expect(page.limit).toBeLessThanOrEqual(1000);
        expect(page.offset).toBeGreaterThanOrEqual(0);
        expect(Number.isInteger(page.offset)).toBe(true);
        if (/^\d+$/.test(offset)) expect(page.offset).toBe(Number(offset));
      }),
    );
  });

  it('cover every item once if `next` is followed from the first page', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), fc.nat(60), (limit, total) => {
        const query = `?q=ada%26&page[limit]=${limit}`;
        const firstUrl = new URL(`${BASE}/agent-customer-search${query}`);
        const read: number[] = [];
        for (let url: URL | undefined = firstUrl, last: URL | undefined; url;) {
          const page = pageOf(Object.fromEntries(url.searchParams), 10);
          for (let at = page.offset; at < Math.min(page.offset + page.limit, total); at++) read.push(at);
          expect(url.searchParams.get('q')).toBe('ada&');
          const links = neighbours(url.pathname + url.search, page, total);
          expect(links.prev === null).toBe(page.offset === 0);
          last = links.last === null ? last : new URL(`${BASE}/${links.last}`);
          if (links.next === null) expect(last?.searchParams.get('page[offset]')).toBe(String(page.offset));
          url = links.next === null ? undefined : new URL(`${BASE}/${links.next}`);
        }
        expect(read).toEqual(Array.from({ length: total }, (_, at) => at));
      }),
    );
  });
});
