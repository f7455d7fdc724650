import type { Failure } from '../common/failure.js';
import { parseQuery } from './query.js';

/** The terms without their positions. */
function termsOf(q: string): unknown {
  const withoutPositions = (key: string, value: unknown) => (key === 'at' ? undefined : value);
  return JSON.parse(JSON.stringify(parseQuery(q), withoutPositions));
}

const bare = (text: string) => ({ text, quoted: false });
const quoted = (text: string) => ({ text, quoted: true });
const any = (...values: unknown[]) => ({ is: 'any', values });

describe('parseQuery', () => {
  it.each([
    ['firstName:John', ['firstName', any(bare('John'))]],
    ['contactEmail:john+x@example.com', ['contactEmail', any(bare('john+x@example.com'))]],
    ['metadata.createdAt:2021-05-18T07:27:27Z', ['metadata.createdAt', any(bare('2021-05-18T07:27:27Z'))]],
    ['contactPhone:+49(0)30', ['contactPhone', any(bare('+49(0)30'))]],
    ['lastName:"de \\"la\\" \\\\ Cruz:"', ['lastName', any(quoted('de "la" \\ Cruz:'))]],
    ['company:""', ['company', any(quoted(''))]],
    ['company:null', ['company', { is: 'null' }]],
    ['company:"null"', ['company', any(quoted('null'))]],
    ['mixins.a:exists', ['mixins.a', { is: 'exists' }]],
    ['mixins.a:missing', ['mixins.a', { is: 'missing' }]],
    ['id:(a, "b c" ,d)', ['id', any(bare('a'), quoted('b c'), bare('d'))]],
    ['code:~ABC', ['code', { is: 'matching', pattern: 'ABC' }]],
    ['code:(~AB CD)', ['code', { is: 'matching', pattern: 'AB CD' }]],
    ['name.en:~(Yoghurt im)', ['name.en', { is: 'matching', pattern: '(Yoghurt im)' }]],
    ['version:>=20', ['version', { is: 'within', bounds: [{ operator: '>=', value: bare('20') }] }]],
  ])('parses %s', (q, term) => {
    expect(termsOf(q)).toEqual([{ field: term[0], test: term[1] }]);
  });

  it.each(['a:(>=1 AND <"2 3")', 'a:( >= 1 AND < "2 3" )', 'a:(>=1 AND<"2 3")'])('parses the range %s', (q) => {
    const bounds = [
      { operator: '>=', value: bare('1') },
      { operator: '<', value: quoted('2 3') },
    ];
    expect(termsOf(q)).toEqual([{ field: 'a', test: { is: 'within', bounds } }]);
  });

  it('parses several terms and returns their positions', () => {
    expect(parseQuery(' id:5c33\tcode:(~A B)  id:x ').map((term) => ['field' in term && term.field, term.at])).toEqual([
      ['id', 1],
      ['code', 9],
      ['id', 22],
    ]);
  });

  it('parses words without a field, among other terms', () => {
    const [words, , others] = parseQuery('ada@demo active:true "Lovelace');
    expect([words, others]).toEqual([
      { words: 'ada@demo', at: 0 },
      { words: '"Lovelace', at: 21 },
    ]);
  });

  it.each(['', ' \n\t '])('returns no terms for %j', (q) => {
    expect(parseQuery(q)).toEqual([]);
  });

  it.each([
    ['ada --', "q, at character 5: '--' has no letter or digit"],
    ['a '.repeat(11), 'q, at character 21: q must have no more than 10 words'],
    [':John', "q, at character 1: a field is missing before ':'"],
    ['id:a lastName:', 'q, at character 15: a value is missing'],
    ['firstName: John', 'q, at character 11: a value is missing'],
    ['id:"a', 'q, at character 4: the quote is not closed'],
    ['id:"a\\n"', `q, at character 6: '\\' in quotes must be followed by '"' or '\\'`],
    ['id:"a"b', 'q, at character 7: a blank must end the value'],
    ['id:(a)b', 'q, at character 7: a blank must end the value'],
    ['id:(a b)', "q, at character 7: ',' or ')' is missing"],
    ['id:(a,', 'q, at character 7: a value is missing'],
    ['id:()', 'q, at character 5: a value is missing'],
    ['id:(a,null)', "q, at character 7: 'null' is not allowed in a list: put it in quotes to search for the text"],
    ['a:(>1 OR <2)', "q, at character 7: 'AND' or ')' is missing"],
    ['a:(>1 AND 2)', "q, at character 11: '>', '>=', '<' or '<=' is missing"],
    ['a:>', 'q, at character 4: a value is missing'],
    ['a:(~b', "q, at character 6: ')' is missing"],
    ['a:b c:~(d', "q, at character 8: '(' is not closed"],
    ['compoundLogicalQuery:((a:1))', 'q, at character 1: compoundLogicalQuery is not available for customers'],
    ['a:1 '.repeat(51), 'q, at character 201: q must have no more than 50 terms'],
    [`a:(${'1,'.repeat(500)}1)`, 'q, at character 1004: a list must have no more than 500 values'],
    [`a:${'1'.repeat(3_999)}`, 'q, at character 4001: q must be no longer than 4000 characters'],
  ])('rejects %s', (q, message) => {
    const failure = expect.objectContaining({ code: 'invalid_input', findings: [{ field: 'q', message }] }) as Failure;
    expect(() => parseQuery(q)).toThrow(failure);
  });
});
