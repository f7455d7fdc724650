import type { Config } from '../config/config.js';
import { Sealer } from './sealer.js';

const sealerWith = (secret: string): Sealer => new Sealer({ secret } as Config);
const sealer = sealerWith('a secret for tests, long enough to be one');
const facts = { firstName: 'Ada', token: 'geheim' };

describe('the seal of mails', () => {
  it('can be opened with the same secret for the same row', () => {
    expect(sealer.open(sealer.seal(facts, 'row'), 'row')).toEqual(facts);
    expect(sealer.open(new Uint8Array(sealer.seal(facts, 'row')), 'row')).toEqual(facts);
  });

  it('reveals no plain text and is different each time', () => {
    const sealed = sealer.seal(facts, 'row');
    expect(sealed.toString('latin1')).not.toMatch(/Ada|geheim/);
    expect(sealer.seal(facts, 'row').equals(sealed)).toBe(false);
  });

  it('cannot be opened for another row, with another secret or after a change', () => {
    const sealed = sealer.seal(facts, 'row');
    expect(() => sealer.open(sealed, 'other row')).toThrow();
    expect(() => sealerWith('another secret').open(sealed, 'row')).toThrow();
    for (const at of [0, 12, sealed.length - 1]) {
      const changed = Buffer.from(sealed);
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(() => sealer.open(changed, 'row')).toThrow();
    }
    expect(() => sealer.open(new Uint8Array(), 'row')).toThrow();
  });
});
