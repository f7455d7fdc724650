import type { ExecutionContext } from '@nestjs/common';
import * as fc from 'fast-check';
import { firstValueFrom, of } from 'rxjs';
import { testConfig } from '../../test/support/config.js';
import { Envelope } from './envelope.interceptor.js';
import { pageLinks, pageOf } from './page.js';
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
        const { data, included } = await envelopeOf<ResourceObject>(one, { include: include.join(',') });
        const wanted = Object.entries(one.related ?? {}).filter(
          ([key, others]) => (include as string[]).includes(key) && others.length > 0,
        );
        const identifierOf = ({ type, id }: { type: string; id: string | null }): object => ({ type, id });
        const references = wanted.map(([key, others]) => [key, { data: others.map(identifierOf) }]);
        expect(data.relationships).toEqual(references.length > 0 ? Object.fromEntries(references) : undefined);
        const related = new Set(wanted.flatMap(([, others]) => others.map(({ type, id }) => `${type} ${id}`)));
        expect(included?.map(({ type, id }) => `${type} ${id}`)).toEqual(related.size > 0 ? [...related] : undefined);
      }),
    );
  });

  it('contains a slice of the list in its order', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(resource, { maxLength: 8 }),
        fc.nat(9),
        fc.integer({ min: 1, max: 9 }),
        async (all, at, limit) => {
          const { data } = await envelopeOf<ResourceObject[]>(all, {
            'page[offset]': `${at}`,
            'page[limit]': `${limit}`,
          });
          expect(data.map(({ id }) => id)).toEqual(all.slice(at, at + limit).map(({ id }) => id));
        },
      ),
    );
  });
});

describe('the pages of any list', () => {
  const text = fc.oneof(fc.nat(3000).map(String), fc.string(), fc.constantFrom('-1', '1.5', '1e3', ' 1'));
  const number = fc.oneof(text, fc.array(text), fc.constant(undefined));

  it('have a limit of 1 to 1000 and an offset of at least 0; other values are rejected', () => {
    const isWhole = (value: unknown): value is string => typeof value === 'string' && /^\d{1,9}$/.test(value);
    fc.assert(
      fc.property(number, number, (offset, limit) => {
        const parameters = { 'page[offset]': offset, 'page[limit]': limit };
        const valid =
          (offset === undefined || (isWhole(offset) && limit !== undefined)) &&
          (limit === undefined || (isWhole(limit) && Number(limit) > 0));
        if (!valid) expect(() => pageOf(parameters)).toThrow('Pagination parameters are invalid.');
        else {
          const page = { offset: Number(offset), limit: Math.min(Number(limit), 1000) };
          expect(pageOf(parameters)).toEqual(offset === undefined ? undefined : page);
        }
      }),
    );
  });

  it('cover every item once if `next` is followed from the first page', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), fc.nat(60), (limit, total) => {
        const list = `${BASE}/agent-customer-search`;
        const read: number[] = [];
        let url: string | undefined = `${list}?q=ada%26&page[limit]=${limit}&page%5Boffset%5D=0`;
        while (url) {
          const { search, searchParams } = new URL(url);
          const page = pageOf(Object.fromEntries(searchParams));
          if (!page) throw new Error(`No page in ${url}`);
          for (let at = page.offset; at < Math.min(page.offset + page.limit, total); at++) read.push(at);
          expect(searchParams.get('q')).toBe('ada&');
          const links: Record<string, string> = pageLinks(list, search.slice(1), page, total);
          const expected = [
            ...(total > 0 ? ['first', 'last'] : []),
            ...(total > 0 && page.offset > 0 ? ['prev'] : []),
            ...(page.offset + limit < total ? ['next'] : []),
          ];
          expect(Object.keys(links)).toEqual(expected);
          if (!links.next && links.last)
            expect(new URL(links.last).searchParams.get('page[offset]')).toBe(`${page.offset}`);
          url = links.next;
        }
        expect(read).toEqual(Array.from({ length: total }, (_, at) => at));
      }),
    );
  });
});
