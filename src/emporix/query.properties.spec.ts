import * as fc from 'fast-check';
import { runWithTimeout } from '../../test/support/run-with-timeout.js';
import { MARK, fields, name, query, text, word } from '../../test/support/any-query.js';
import { Failure } from '../common/failure.js';
import { searchCondition, sortOrder } from '../customers/search/search.sql.js';
import { parseQuery, parseSort } from './query.js';

/** Returns the result, or the failure that was thrown; rethrows any other error. */
function attempt<T>(work: () => T): T | Failure {
  try {
    return work();
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
}

/** Masks the numbers of parameters, which are the only permitted difference. */
const shape = (sql: string): string => sql.replace(/\$\d+/g, '$n');

describe('any search query', () => {
  it('is parsed, or rejected with a position in the query', () => {
    fc.assert(
      fc.property(fc.oneof(query, text), (q) => {
        const parsed = attempt(() => searchCondition(parseQuery(q)));
        if (!(parsed instanceof Failure)) return;
        expect(parsed.code).toBe('invalid_input');
        const [finding] = parsed.findings;
        const at = Number(/^q, at character (\d+): ./s.exec(finding?.message ?? '')?.[1]);
        expect([finding?.field, at >= 1, at <= q.length + 1]).toEqual(['q', true, true]);
      }),
      { numRuns: 2000 },
    );
  });

  it('is passed in parameters and does not appear in the statement', () => {
    fc.assert(
      fc.property(query, fc.nat(20), (q, offset) => {
        const found = attempt(() => searchCondition(parseQuery(q), offset));
        if (found instanceof Failure) return;
        expect(found.text).not.toContain(MARK);
        expect(found.text).toMatch(/^[\x20-\x7e\n]*$/);
        const numbers = [...found.text.matchAll(/\$(\d+)/g)].map(([, number]) => Number(number) - offset);
        const expected = found.values.map((_, index) => index + 1);
        expect([...new Set(numbers)].sort((a, b) => a - b)).toEqual(expected);
      }),
      { numRuns: 2000 },
    );
  });

  it('results in the same statement for any word', () => {
    fc.assert(
      fc.property(fc.constantFrom(...fields), word, (field, one) => {
        const actual = attempt(() => searchCondition(parseQuery(`${field}:"${one.replace(/["\\]/g, '\\$&')}"`)));
        const plain = attempt(() => searchCondition(parseQuery(`${field}:"plain"`)));
        expect(actual instanceof Failure).toBe(plain instanceof Failure);
        if (actual instanceof Failure || plain instanceof Failure) return;
        expect(shape(actual.text)).toBe(shape(plain.text));
      }),
    );
  });

  it('is parsed quickly even at the maximum length', () => {
    fc.assert(
      fc.property(fc.oneof(text, query), (piece) => {
        const q = `firstName:~${piece.repeat(Math.ceil(4000 / (piece.length || 1)))}`.slice(0, 4000);
        runWithTimeout(() => attempt(() => searchCondition(parseQuery(q))));
      }),
    );
  });
});

describe('any sort order', () => {
  it('is passed in parameters, or rejected', () => {
    const sort = fc.array(fc.oneof(name, text), { maxLength: 4 }).map((all) => all.join(','));
    fc.assert(
      fc.property(sort, (requested) => {
        const order = attempt(() => sortOrder(parseSort(requested)));
        if (order instanceof Failure) expect(order.findings[0]?.field).toBe('sort');
        else expect(order.text.replaceAll('collate "und-x-icu"', '')).toMatch(/^[\w.,$#:[\]>='() ]*$/);
        if (!(order instanceof Failure)) expect(order.text).not.toContain(MARK);
      }),
      { numRuns: 1000 },
    );
  });
});
