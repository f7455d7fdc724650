import { assertSame } from './proof-rejected.js';

describe('a claim that must be as expected', () => {
  it.each<[string, unknown, string | undefined]>([
    ['the same', 'shop', 'shop'],
    ['anything, where nothing is expected', 'other', undefined],
    ['missing, where nothing is expected', undefined, undefined],
  ])('may be %s', (_what, value, expected) => {
    expect(() => assertSame('azp', value, expected)).not.toThrow();
  });

  it.each<[unknown, string]>([
    [undefined, 'azp is missing'],
    ['a value of the token', 'azp differs'],
    [null, 'azp differs'],
    [['shop'], 'azp differs'],
  ])('has an error message without its value %j', (value, message) => {
    expect(() => assertSame('azp', value, 'shop')).toThrow(new Error(message));
  });
});
