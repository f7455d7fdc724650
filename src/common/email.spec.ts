import { isPlainEmail, normalEmail } from './email.js';

describe('the normal form of an e-mail address', () => {
  it.each([
    ['  Ada@Example.COM\t', 'ada@example.com'],
    ['ada@BÜCHER.example', 'ada@xn--bcher-kva.example'],
    ['ada@xn--bcher-kva.example', 'ada@xn--bcher-kva.example'],
    ['JOSE\u0301@example.com', 'jos\u00e9@example.com'],
    ['J\u030can@example.com', '\u01f0an@example.com'],
    ['ada.b+shop@example.com', 'ada.b+shop@example.com'],
    ['"a@b"@example.com', '"a@b"@example.com'],
  ])('of %j is %j', (typed, normal) => {
    expect(normalEmail(typed)).toBe(normal);
    expect(normalEmail(normal)).toBe(normal);
  });

  it.each([
    ['ada@example.com', 'ada@example.org'],
    ['ada.b@example.com', 'adab@example.com'],
    ['ada@example.com', 'ad\u0430@example.com'],
  ])('differs for %j and %j', (one, other) => {
    expect(normalEmail(one)).not.toBe(normalEmail(other));
  });
});

describe('a plain e-mail address', () => {
  it.each(['ada@example.com', 'jörg@bücher.example', "o'hara@example.com", '"a,b"@example.com', '"a@b"@example.com'])(
    'is %s',
    (email) => expect(isPlainEmail(email)).toBe(true),
  );

  // The mailer replaces angle brackets and spaces, so the mail would go to another address.
  it.each(['"a<b"@example.com', '"a>b"@example.com', '"a b"@example.com', '<ada@example.com>'])('is not %s', (email) =>
    expect(isPlainEmail(email)).toBe(false),
  );
});
