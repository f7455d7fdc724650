import * as fc from 'fast-check';
import { isPlainEmail, trimBlanks } from './email.js';
import { hasInvisible } from './invisible.js';
import { isPlainLink } from './url.js';

/** Invisible characters of each kind that the rule covers. */
const INVISIBLE = [
  ...['\0', '\t', '\n', '\u007f', '\u0085', '\u00a0', '\u00ad', '\u034f', '\u061c', '\u115f', '\u180e', '\u2003'],
  ...['\u200b', '\u200d', '\u200e', '\u2028', '\u202a', '\u202b', '\u202c', '\u202d', '\u202e', '\u2060', '\u2066'],
  ...['\u2067', '\u2068', '\u2069', '\u2800', '\u3000', '\u3164', '\ufe0f', '\ufeff', '\ufff9', '\u{e0041}', '\ud800'],
];

const invisible = fc.constantFrom(...INVISIBLE);
const email = fc
  .tuple(fc.string({ unit: fc.constantFrom(...'abcäéжλ019+_-'), minLength: 1, maxLength: 12 }), fc.domain())
  .map(([local, domain]) => `${local}@${domain}`);
const link = fc.webUrl({ withFragments: true, withQueryParameters: true });

/** A text with a piece inserted anywhere, including its ends. */
const inserted = (text: fc.Arbitrary<string>, piece: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.tuple(text, piece, fc.double({ min: 0, max: 1, noNaN: true })).map(([whole, part, where]) => {
    const at = Math.round(where * whole.length);
    return whole.slice(0, at) + part + whole.slice(at);
  });

describe('an invisible character', () => {
  it.each(INVISIBLE.map((character) => [`U+${character.codePointAt(0)?.toString(16)}`, character]))(
    '%s is detected',
    (_name, character) => expect(hasInvisible(`a${character}b`)).toBe(true),
  );

  it.each(['plain text', 'ada@bücher.example', '東京', 'https://a.example/%E2%80%8B?q=~#x'])(
    'is not detected in %j',
    (text) => {
      expect(hasInvisible(text)).toBe(false);
    },
  );

  it('invalidates an e-mail address at any position', () => {
    fc.assert(fc.property(email, (text) => isPlainEmail(text)));
    fc.assert(fc.property(inserted(email, invisible), (text) => !isPlainEmail(text)));
  });

  it('invalidates a link at any position', () => {
    fc.assert(fc.property(link, (text) => isPlainLink(text)));
    fc.assert(fc.property(inserted(link, invisible), (text) => !isPlainLink(text)));
  });
});

describe('a link', () => {
  it('with a user name or a password is not plain', () => {
    const word = fc.string({ unit: fc.constantFrom(...'abz019%.-_'), maxLength: 8 });
    const secret = fc.oneof(
      word,
      fc.tuple(word, word).map(([user, password]) => `${user}:${password}`),
    );
    fc.assert(
      fc.property(
        link,
        secret,
        (text, credentials) => !isPlainLink(text.replace('://', `://${credentials.replaceAll('%', '')}@`)),
      ),
    );
  });

  it.each([
    'https://a:b@c.example',
    'https://a@c.example/',
    'https://@c.example/',
    '//a:b@c.example/x.png',
    'https:\\\\a:b@c.example',
    'https:/a:b@c.example',
    'https:a:b@c.example',
    ' https://a:b@c.example',
    'app://a:b@callback',
  ])('%j is not plain', (text) => expect(isPlainLink(text)).toBe(false));

  it.each([
    '',
    'photo.png',
    '/me/photo one.png',
    'https://c.example/@ada?x=a:b@c',
    'app://callback',
    'https://[',
    'a@b',
  ])('%j is plain', (text) => expect(isPlainLink(text)).toBe(true));
});

describe('blanks around an e-mail address', () => {
  it('are trimmed only if they are ASCII', () => {
    fc.assert(fc.property(email, (text) => trimBlanks(` \t${text}\r\n `) === text));
    for (const blank of ['\u00a0', '\u3000', '\ufeff']) expect(trimBlanks(` ${blank}a@b.example`)).toContain(blank);
  });
});
