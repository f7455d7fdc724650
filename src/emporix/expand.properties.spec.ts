import * as fc from 'fast-check';
import { Expand } from './expand.js';

const name = fc.string({ unit: fc.constantFrom(...'abc*:_ é'), maxLength: 6 });
const part = fc.oneof(
  fc.constantFrom('addresses', 'mixin:*', ''),
  name.map((one) => `mixin:${one}`),
  name,
);
const parts = fc.array(part, { maxLength: 6 });
const mixins = fc.dictionary(
  name.filter((one) => one !== ''),
  fc.integer(),
);

describe('an expand parameter', () => {
  it('returns exactly the mixins that it names, unchanged', () => {
    fc.assert(
      fc.property(parts, mixins, (named, all) => {
        const expand = new Expand(named.join(','));
        const wanted = named.map((one) => one.trim());
        const listed = Object.keys(all).filter((one) => wanted.includes(`mixin:${one}`) || wanted.includes('mixin:*'));
        expect(expand.mixinsOf(all)).toEqual(Object.fromEntries(listed.map((one) => [one, all[one]])));
        expect(expand.addresses).toBe(wanted.includes('addresses'));
        if (listed.length > 0) expect(expand.mixins).toBe(true);
      }),
    );
  });

  it('has the same result in another order or with repeated parts', () => {
    fc.assert(
      fc.property(parts, mixins, (named, all) => {
        const [one, other] = [new Expand(named.join(',')), new Expand([...named, ...named.toReversed()].join(' , '))];
        expect(other.mixinsOf(all)).toEqual(one.mixinsOf(all));
        expect([other.addresses, other.mixins]).toEqual([one.addresses, one.mixins]);
      }),
    );
  });

  it('of any other type expands nothing', () => {
    fc.assert(
      fc.property(
        fc.anything().filter((value) => typeof value !== 'string'),
        mixins,
        (value, all) => {
          const expand = new Expand(value);
          expect([expand.addresses, expand.mixins, expand.mixinsOf(all)]).toEqual([false, false, {}]);
        },
      ),
    );
  });
});
