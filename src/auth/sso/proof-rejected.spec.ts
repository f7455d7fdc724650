import { assertSame } from './proof-rejected.js';

describe('assertSame', () => {
  it.each<[string, unknown, string | undefined]>([
    ['the expected value', 'shop', 'shop'],
    ['any value if none is expected', 'other', undefined],
    ['a missing value if none is expected', undefined, undefined],
  ])('accepts %s', (_what, value, expected) => {
    expect(() => assertSame('azp', value, expected)).not.toThrow();
  });

  it.each<[unknown, string]>([
    [undefined, 'azp is missing'],
    ['a value of the token', 'azp differs'],
    [null, 'azp differs'],
    [['shop'], 'azp differs'],
  ])('rejects %j without the value in the error message', (value, message) => {
    expect(() => assertSame('azp', value, 'shop')).toThrow(new Error(message));
  });
});
