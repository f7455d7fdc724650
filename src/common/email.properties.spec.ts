import * as fc from 'fast-check';
import { normalEmail } from './email.js';

const address = fc
  .tuple(
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }),
    fc.oneof(fc.domain(), fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 })),
  )
  .map(([local, domain]) => `${local}@${domain}`);

/** Letters with combining marks. Some have no precomposed capital letter. */
const marked = fc
  .string({ unit: fc.constantFrom(...'JHTWYIİ\u030c\u0331\u0308\u030a\u0307'), minLength: 1, maxLength: 4 })
  .map((local) => `${local}@example.com`);

describe('the normal form of any address', () => {
  it('is its own normal form', () => {
    fc.assert(
      fc.property(fc.oneof(address, marked, fc.string({ unit: 'binary' })), (email) => {
        const normal = normalEmail(email);
        expect(normalEmail(normal)).toBe(normal);
      }),
      { numRuns: 300 },
    );
  });

  it('is the same for composed and decomposed letters and with surrounding blanks', () => {
    fc.assert(
      fc.property(address, (email) => {
        const normal = normalEmail(email);
        for (const spelling of [email.normalize('NFD'), email.normalize('NFC'), ` \t${email}\n`]) {
          expect(normalEmail(spelling)).toBe(normal);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('is the same for capitals, if each letter has a capital form', () => {
    const local = fc.string({ unit: fc.constantFrom(...'abczäéñøшжλ019.+_-ǰẖẗẘẙ'), minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(local, fc.domain(), (name, domain) => {
        const email = `${name}@${domain}`;
        expect(normalEmail(email.toUpperCase())).toBe(normalEmail(email));
      }),
    );
  });

  it('differs for two ASCII names unless only their letter case differs', () => {
    const local = fc.string({ unit: fc.constantFrom(...'abAB.+-1'), minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(local, local, (one, other) => {
        const same = normalEmail(`${one}@x.example`) === normalEmail(`${other}@x.example`);
        expect(same).toBe(one.toLowerCase() === other.toLowerCase());
      }),
      { numRuns: 300 },
    );
  });
});
