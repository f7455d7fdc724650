import { MAX_JSON_DEPTH, MAX_JSON_VALUES, TOO_DEEP, TOO_MANY, jsonLimitExceeded } from './json-bounds.js';

describe('jsonLimitExceeded', () => {
  it.each([
    '',
    '5',
    '{"a": [1, 2, {"b": null}]}',
    `[${'1,'.repeat(MAX_JSON_VALUES - 2)}1]`,
    '['.repeat(MAX_JSON_DEPTH + 2),
    '[]'.repeat(9000),
    // Characters within a string do not count.
    JSON.stringify({ a: '{[,'.repeat(MAX_JSON_VALUES), [']}'.repeat(40)]: '\\"[' }),
    '"\\\\\\"[[[[[',
  ])('accepts %.40s', (json) => {
    expect(jsonLimitExceeded(json)).toBeUndefined();
  });

  it.each([
    [`[${'1,'.repeat(MAX_JSON_VALUES)}1]`, TOO_MANY],
    [`{"data": [${'{},'.repeat(MAX_JSON_VALUES / 2)}{}]}`, TOO_MANY],
    [`["\\\\",${'1,'.repeat(MAX_JSON_VALUES)}1]`, TOO_MANY],
    ['['.repeat(MAX_JSON_DEPTH + 3), TOO_DEEP],
    ['{"a":'.repeat(100_000), TOO_DEEP],
    [`"\\\\"${'['.repeat(40)}`, TOO_DEEP],
  ])('rejects %.40s', (json, what) => {
    expect(jsonLimitExceeded(json)).toBe(what);
  });

  it('applies the limits of the route', () => {
    expect(jsonLimitExceeded('[1,2,3]', 3)).toBeUndefined();
    expect(jsonLimitExceeded('[1,2,3,4]', 3)).toBe(TOO_MANY);
    expect(jsonLimitExceeded('[[]]', 3, 1)).toBe(TOO_DEEP);
  });
});
