import { Expand } from './expand.js';

describe('expand', () => {
  it('asks for what it names, in any order', () => {
    const expand = new Expand('mixin:loyalty, addresses');
    expect(expand.addresses).toBe(true);
    expect(expand.mixins).toBe(true);
    expect(expand.mixinsOf({ loyalty: { points: 1 }, other: {} })).toEqual({ loyalty: { points: 1 } });
  });

  it('asks for all mixins with mixin:*', () => {
    const mixins = { loyalty: {}, other: {} };
    expect(new Expand('mixin:*').mixinsOf(mixins)).toEqual(mixins);
    expect(new Expand('mixin:*').addresses).toBe(false);
  });

  it.each([undefined, '', 'address', ['addresses'], { addresses: true }])('asks for nothing with %j', (value) => {
    const expand = new Expand(value);
    expect([expand.addresses, expand.mixins, expand.mixin('loyalty')]).toEqual([false, false, false]);
    expect(expand.mixinsOf({ loyalty: {} })).toEqual({});
  });
});
