import { Expand } from './expand.js';

describe('expand', () => {
  it('includes what it names, in any order', () => {
    const expand = new Expand('mixin:loyalty, addresses');
    expect(expand.addresses).toBe(true);
    expect(expand.entitiesAddresses).toBe(false);
    expect(new Expand('other,entitiesAddresses').entitiesAddresses).toBe(true);
    expect(expand.mixins).toBe(true);
    expect(expand.mixinsOf({ loyalty: { points: 1 }, other: {} })).toEqual({ loyalty: { points: 1 } });
  });

  it('includes all mixins with mixin:*', () => {
    const mixins = { loyalty: {}, other: {} };
    expect(new Expand('mixin:*').mixinsOf(mixins)).toEqual(mixins);
    expect(new Expand('mixin:*').addresses).toBe(false);
  });

  it.each([undefined, '', 'address', ['addresses'], { addresses: true }])('includes nothing with %j', (value) => {
    const expand = new Expand(value);
    expect([expand.addresses, expand.mixins, expand.mixin('loyalty')]).toEqual([false, false, false]);
    expect(expand.mixinsOf({ loyalty: {} })).toEqual({});
  });
});
