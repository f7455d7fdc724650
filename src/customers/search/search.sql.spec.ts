import type { Failure } from '../../common/failure.js';
import { parseQuery, parseSort } from '../../emporix/query.js';
import { searchCondition, sortOrder } from './search.sql.js';

const condition = (q: string, offset = 0) => searchCondition(parseQuery(q), offset);

function failure(field: string, message: string): Failure {
  return expect.objectContaining({ code: 'invalid_input', findings: [{ field, message }] }) as Failure;
}

describe('searchCondition', () => {
  it('is true for an empty query', () => {
    expect(condition('')).toEqual({ text: 'true', values: [], usesPattern: false, usesWords: false });
  });

  it('joins the terms and numbers its parameters from the offset', () => {
    expect(condition('firstName:John active:true version:(>=1 AND <3)', 2)).toEqual({
      text:
        '(c.first_name = any($3::text[])) and (c.active = any($4::boolean[])) and ' +
        '(c.version >= $5::numeric and c.version < $6::numeric)',
      values: [['John'], ['true'], '1', '3'],
      usesPattern: false,
      usesWords: false,
    });
  });

  it('compares an e-mail in its normalised forms', () => {
    expect(condition('contactEmail:Ada@München.example')).toMatchObject({
      text: '(lower(c.contact_email) = any($1::text[]))',
      values: [['ada@xn--mnchen-3ya.example', 'ada@münchen.example']],
    });
    expect(condition('email:Ada@Example.com').values).toEqual([['ada@example.com']]);
  });

  it('reports that the query contains a regular expression', () => {
    expect(condition('id:a firstName:~^J')).toMatchObject({ values: [['a'], '^J'], usesPattern: true });
  });

  it.each([
    ['mixins.a.b:x', ['{"a":{"b":"x"}}', '{"a":{"b":["x"]}}']],
    ['mixins.a:20', ['{"a":"20"}', '{"a":["20"]}', '{"a":20}', '{"a":[20]}']],
    ['mixins.a:true', ['{"a":"true"}', '{"a":["true"]}', '{"a":true}', '{"a":[true]}']],
    ['mixins.a:"20"', ['{"a":"20"}', '{"a":["20"]}']],
    ['mixins.__proto__:"\\""', ['{"__proto__":"\\""}', '{"__proto__":["\\""]}']],
  ])('searches the index on the mixins for every interpretation of %s', (q, documents) => {
    expect(condition(q)).toMatchObject({ text: '(c.mixins @> any($1::jsonb[]))', values: [documents] });
  });

  it('compares a value with a long list', () => {
    expect(condition('mixins.a:(1,2,3,4,5,6,7,8,9,10,11)').text).toContain('v = any($2::jsonb[])');
  });

  it('compares numbers as numbers and strings as strings', () => {
    expect(condition('mixins.a:>5').text).toContain(`= 'number' then (c.mixins #> $1::text[])::numeric > $2::numeric`);
    expect(condition('mixins.a:>"5"').text).toContain(`(c.mixins #>> $1::text[]) collate "C" > $2::text`);
  });

  it.each(['lastLogin:2021-05-18', 'lastLogin:"2021-05-18T00:00Z"', 'lastLogin:2021-05-18T02:00:00.000+02:00'])(
    'parses the time in %s',
    (q) => {
      expect(condition(q).values).toEqual([['2021-05-18T00:00:00.000Z']]);
    },
  );

  it.each([`'; drop table customers; --`, '$1', '{a,b}', '%', `O'Neil`, '\\"'])('keeps %s out of the SQL', (input) => {
    const value = `"${input.replace(/["\\]/g, '\\$&')}"`;
    const key = input.replace(/[\s.:]/g, '');
    for (const q of [`firstName:${value}`, `mixins.${key}.x:exists`, `id:(a,${value})`, `mixins.x:>${value}`]) {
      expect(condition(q).text).toMatch(/^[\w\s.()$[\]:=<>#'"@]*$/);
      expect(condition(q).text).not.toMatch(/drop|\{|%|Neil/);
    }
  });

  it.each([
    ['id:a nix:1', "q, at character 6: the field 'nix' is not known"],
    ['constructor:1', "q, at character 1: the field 'constructor' is not known"],
    ['mixins:exists', "q, at character 1: the field 'mixins' is not known"],
    ['mixins.a..b:1', "q, at character 1: the path 'mixins.a..b' has an empty key"],
    ['active:yes', "q, at character 8: 'active' must be true or false, not 'yes'"],
    ['version:(1,x)', "q, at character 12: 'version' must be a number, not 'x'"],
    ['version:1e999', "q, at character 9: 'version' must be a number, not '1e999'"],
    ['lastName:>M', "q, at character 1: 'lastName' is neither a number nor a date"],
    ['active:~t', "q, at character 1: 'active' is not a text, so a regular expression cannot match it"],
    ['lastLogin:>x', `q, at character 12: 'lastLogin' must be a date such as "2021-05-18T07:27:27.455Z", not 'x'`],
  ])('rejects %s', (q, message) => {
    expect(() => condition(q)).toThrow(failure('q', message));
  });

  it.each(['2021-02-30', '2021-13-01', '2021-05-18T25:00Z', '0000-01-01', '9999-12-31T23:59-14:00', 'now', '20210518'])(
    'rejects the time %s',
    (time) => {
      expect(() => condition(`lastLogin:<${time}`)).toThrow(/invalid_input/);
    },
  );

  it('limits the depth of a path and the length of a key', () => {
    expect(() => condition(`mixins${'.a'.repeat(17)}:1`)).toThrow(/invalid_input/);
    expect(() => condition(`mixins.${'a'.repeat(101)}:1`)).toThrow(/invalid_input/);
    expect(condition(`mixins.${'a'.repeat(100)}${'.a'.repeat(15)}:1`).values).toHaveLength(1);
  });
});

describe('sortOrder', () => {
  it.each([
    [undefined, 'c.created_at, c.id', []],
    [' ', 'c.created_at, c.id', []],
    ['lastName', 'c.last_name collate "und-x-icu" asc nulls last, c.created_at, c.id', []],
    ['active:id', 'c.active asc, c.id asc, c.created_at, c.id', []],
    ['active:DESC:id:Desc', 'c.active desc, c.id desc, c.created_at, c.id', []],
    ['active:desc, id:asc', 'c.active desc, c.id asc, c.created_at, c.id', []],
    ['mixins.x.name.en:desc', 'c.mixins #> $4::text[] desc nulls last, c.created_at, c.id', [['x', 'name', 'en']]],
  ])('returns the columns for %j', (sort, text, values) => {
    expect(sortOrder(parseSort(sort), 3)).toEqual({ text, values });
  });

  it.each([
    ['nix:desc', "sort: the field 'nix' is not known"],
    ['id,', "sort: the field '' is not known"],
    ['id:up', "sort: the field 'up' is not known"],
    ['id:asc:desc', "sort: 'desc' must follow a field"],
    ['id:', "sort: the field '' is not known"],
    ['desc', "sort: 'desc' must follow a field"],
    ['id:asc,DESC', "sort: 'DESC' must follow a field"],
    ['addresses.city', "sort: 'addresses.city' cannot be sorted by, because it may have several values"],
    ['id:'.repeat(10) + 'id', 'sort: no more than 10 fields are allowed'],
    ['id,'.repeat(10) + 'id', 'sort: no more than 10 fields are allowed'],
  ])('rejects %s', (sort, message) => {
    expect(() => sortOrder(parseSort(sort))).toThrow(failure('sort', message));
  });
});
