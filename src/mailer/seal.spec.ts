import type { Config } from '../config/config.js';
import { Seal } from './seal.js';

const sealWith = (secret: string): Seal => new Seal({ secret } as Config);
const seal = sealWith('a secret for tests, long enough to be one');
const facts = { firstName: 'Ada', token: 'geheim' };

describe('the seal of mails', () => {
  it('can be opened with the same secret for the same row', () => {
    expect(seal.open(seal.close(facts, 'row'), 'row')).toEqual(facts);
    expect(seal.open(new Uint8Array(seal.close(facts, 'row')), 'row')).toEqual(facts);
  });

  it('reveals no plain text and is different each time', () => {
    const sealed = seal.close(facts, 'row');
    expect(sealed.toString('latin1')).not.toMatch(/Ada|geheim/);
    expect(seal.close(facts, 'row').equals(sealed)).toBe(false);
  });

  it('cannot be opened for another row, with another secret or after a change', () => {
    const sealed = seal.close(facts, 'row');
    expect(() => seal.open(sealed, 'other row')).toThrow();
    expect(() => sealWith('another secret').open(sealed, 'row')).toThrow();
    for (const at of [0, 12, sealed.length - 1]) {
      const changed = Buffer.from(sealed);
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(() => seal.open(changed, 'row')).toThrow();
    }
    expect(() => seal.open(new Uint8Array(), 'row')).toThrow();
  });
});
