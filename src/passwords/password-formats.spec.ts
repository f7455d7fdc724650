import { isCostly, isKnownHash, needsRehash, verifyHash } from './password-formats.js';

const PASSWORD = 'Grüße, Ada';

// Unless stated otherwise, generated from PASSWORD and the salt 'foyer test salt!' by argon2-cffi, bcrypt and passlib
// for Python, and by Python's hashlib.
const hashes = {
  argon2id: '$argon2id$v=19$m=64,t=1,p=1$Zm95ZXIgdGVzdCBzYWx0IQ$pm508oFmAaHPb0EKjwP3fyLWY8Dcf/FTgsacElonFPE',
  'argon2id, two lanes, 24 bytes':
    '$argon2id$v=19$m=64,t=1,p=2$Zm95ZXIgdGVzdCBzYWx0IQ$vSSRu3KiBmd+bv/aB5GnhCj/B536dKE8',
  argon2i: '$argon2i$v=19$m=64,t=1,p=1$Zm95ZXIgdGVzdCBzYWx0IQ$3IeVEb4opSHV6RUQZuR7vCcN/K+vzziRu0LXFzZ7f5o',
  argon2d: '$argon2d$v=19$m=64,t=1,p=1$Zm95ZXIgdGVzdCBzYWx0IQ$lrqdc0nA2kBtWcUPwxCUbqqH0TMrdhSb07cc7vFDm5A',
  'bcrypt 2a': '$2a$05$CCCCCCCCCCCCCCCCCCCCC.DkkKf24wLZhcj/2iT2Rkf39nrXoz4cq',
  'bcrypt 2b': '$2b$05$CCCCCCCCCCCCCCCCCCCCC.DkkKf24wLZhcj/2iT2Rkf39nrXoz4cq',
  'bcrypt 2y': '$2y$05$CCCCCCCCCCCCCCCCCCCCC.DkkKf24wLZhcj/2iT2Rkf39nrXoz4cq',
  scrypt: '$scrypt$ln=10,r=8,p=1$Zm95ZXIgdGVzdCBzYWx0IQ$AsO5OJvzeJnpStQRgMPmS3OD5VlcTk9EnEupHasWjG4',
  'pbkdf2, SHA-1': '$pbkdf2$1000$Zm95ZXIgdGVzdCBzYWx0IQ$yOXuYFGsa7Y9eFzctYAJjcLiL2k',
  'pbkdf2-sha1': '$pbkdf2-sha1$1000$Zm95ZXIgdGVzdCBzYWx0IQ$yOXuYFGsa7Y9eFzctYAJjcLiL2k',
  'pbkdf2-sha256, with . for +':
    '$pbkdf2-sha256$1000$././././././././././././$ql0W525WoceQ46pbkc9pCIU9jvaGm098riQDym9BDAQ',
  'pbkdf2-sha256, PHC':
    '$pbkdf2-sha256$i=1000,l=32$+/+/+/+/+/+/+/+/+/+/+/+/$ql0W525WoceQ46pbkc9pCIU9jvaGm098riQDym9BDAQ',
  'pbkdf2-sha512':
    '$pbkdf2-sha512$1000$Zm95ZXIgdGVzdCBzYWx0IQ$HtILhyio34BJjJrgcIDBFwT.ANshr1deMrEbK1bk8qgjcwMp3Bt4b/ieDngzjWJahTQOd3saLtYREwchKrQwkg',
  'the vendor, SHA-1': '1:10000:Zm95ZXIgdGVzdCBzYWx0IQ==:Xb8QMRo6zWug2U59UDxCv7gu/3k=',
  'the vendor, SHA-256': '1:10000:Zm95ZXIgdGVzdCBzYWx0IQ==:pmXCabOSn5oKsAtzabR7Dqui5+DRhBpRT6toePnaE/Q=',
  'the vendor, SHA-256, 24 bytes': '1:10000:Zm95ZXIgdGVzdCBzYWx0IQ==:pmXCabOSn5oKsAtzabR7Dqui5+DRhBpR',
  'the vendor, SHA-512':
    '1:10000:Zm95ZXIgdGVzdCBzYWx0IQ==:/19iv3+4D5YfjHQVUNw8Iv8G6jRs8f7Gdxj0qN+3f32I7+df3CiNvff/gMeq0nHdg4WuGhJsnQ+YhMHc8cjONg==',
};

// Test vectors published by third parties.
const published = [
  ['php.net, crypt()', 'rasmuslerdorf', '$2y$07$BCryptRequires22Chrcte/VlQH0piJtjXl.0t1XkA8pw9dMXTpOq'],
  ['crypt_blowfish', 'U*U', '$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW'],
  [
    'RFC 7914, section 12',
    'password',
    '$scrypt$ln=10,r=8,p=16$TmFDbA$/bq+HJ00cgB4VucZDQHp/nxq18vII3gw53N2Y0s3MWIurzDZLiKjiG/xCSedmDDaxyevuUqD7m2DYMvfoswGQA',
  ],
  ['RFC 6070', 'password', '$pbkdf2$i=4096,l=20$c2FsdA$SwB5AbdlSJq+rUnZJvch0GWkKcE'],
  [
    'RFC 7914, section 11',
    'passwd',
    '$pbkdf2-sha256$1$c2FsdA$VawEblbjCJ/sFpHCJUS2BflBhSFt3gRl5oudV8INrLxJypzM8Xm2RZkWZLOdd+8xfHG4RbHjC9UJESBB06GXgw',
  ],
  ['passlib', 'password', '$pbkdf2-sha256$6400$.6UI/S.nXIk8jcbdHx3Fhg$98jZicV16ODfEsEZeYPGHU3kbrUrvUEXOPimVSQDD44'],
];

describe('a native hash', () => {
  it.each(Object.entries(hashes))('of %s matches only its password', async (_name, hash) => {
    expect(isKnownHash(hash)).toBe(true);
    expect(await verifyHash(hash, PASSWORD)).toBe(true);
    expect(await verifyHash(hash, 'Grüße, Eva')).toBe(false);
    expect(await verifyHash(hash, '')).toBe(false);
  });

  it.each(published)('published by %s matches only its password', async (_source, password, hash) => {
    expect(isKnownHash(hash)).toBe(true);
    expect(await verifyHash(hash, password)).toBe(true);
    expect(await verifyHash(hash, `${password} `)).toBe(false);
  });

  it('matches both Unicode forms of a password whose NFC form was hashed', async () => {
    expect(await verifyHash(hashes.argon2id, PASSWORD.normalize('NFD'))).toBe(true);
  });

  it('matches a password exactly as typed if that form was hashed', async () => {
    const hashOfTyped =
      '$argon2id$v=19$m=64,t=1,p=1$Zm95ZXIgdGVzdCBzYWx0IQ$5MvV9PBGY436snl0hJ/hjDpmszZ0Ro0cmJ2joxf4Wlw';
    expect(await verifyHash(hashOfTyped, PASSWORD.normalize('NFD'))).toBe(true);
    expect(await verifyHash(hashOfTyped, PASSWORD)).toBe(false);
  });

  it('of bcrypt uses only the first 72 bytes', async () => {
    const hashOf72 = '$2b$04$CCCCCCCCCCCCCCCCCCCCC.mDyzbhj.9K0apb9O/AGMWwoLXiYAu6u';
    expect(await verifyHash(hashOf72, 'a'.repeat(72))).toBe(true);
    expect(await verifyHash(hashOf72, `${'a'.repeat(72)}b`)).toBe(true);
    expect(await verifyHash(hashOf72, 'a'.repeat(71))).toBe(false);
  });

  it('is well-formed in the documented vendor format', async () => {
    expect(isKnownHash('1:10000:abcdefgh:ijklmnop')).toBe(true);
    expect(await verifyHash('1:10000:abcdefgh:ijklmnop', PASSWORD)).toBe(false);
  });
});

const salt = 'Zm95ZXIgdGVzdCBzYWx0IQ';
const tag = 'pm508oFmAaHPb0EKjwP3fyLWY8Dcf/FTgsacElonFPE';
const bcryptTail = 'CCCCCCCCCCCCCCCCCCCCC.DkkKf24wLZhcj/2iT2Rkf39nrXoz4cq';

describe('the hash check', () => {
  it.each([
    ['an empty string', ''],
    ['a password', 'correct horse battery staple'],
    ['another format', '$6$rounds=5000$saltsalt$abcdefgh'],
    ['trailing characters', `${hashes.argon2id}\n`],

    ['Argon2 before version 1.3', `$argon2id$v=16$m=64,t=1,p=1$${salt}$${tag}`],
    ['Argon2 without a version', `$argon2id$m=64,t=1,p=1$${salt}$${tag}`],
    ['Argon2 with more than 128 MiB', `$argon2id$v=19$m=131073,t=1,p=1$${salt}$${tag}`],
    ['Argon2 with more than four passes over 64 MiB', `$argon2id$v=19$m=65536,t=5,p=1$${salt}$${tag}`],
    ['Argon2 with ten passes over 256 MiB', `$argon2id$v=19$m=262144,t=10,p=1$${salt}$${tag}`],
    ['Argon2 with more than sixteen lanes', `$argon2id$v=19$m=4096,t=1,p=17$${salt}$${tag}`],
    ['Argon2 with less memory than its lanes require', `$argon2id$v=19$m=64,t=1,p=9$${salt}$${tag}`],
    ['Argon2 without a pass', `$argon2id$v=19$m=64,t=0,p=1$${salt}$${tag}`],
    ['Argon2 with a hash of 3 bytes', `$argon2id$v=19$m=64,t=1,p=1$${salt}$AAAA`],
    ['Argon2 with a salt of 4 bytes', `$argon2id$v=19$m=64,t=1,p=1$AAAAAA$${tag}`],
    ['Argon2 with non-canonical Base64', `$argon2id$v=19$m=64,t=1,p=1$${salt}$${tag.slice(0, -1)}F`],

    ['bcrypt 2x', `$2x$05$${bcryptTail}`],
    ['bcrypt 2', `$2$05$${bcryptTail}`],
    ['bcrypt with a cost of 14', `$2y$14$${bcryptTail}`],
    ['bcrypt with a cost of 3', `$2y$03$${bcryptTail}`],
    ['truncated bcrypt', `$2y$05$${bcryptTail.slice(1)}`],

    ['scrypt with more than 128 MiB', `$scrypt$ln=18,r=8,p=1$${salt}$${tag}`],
    ['scrypt that takes too long', `$scrypt$ln=17,r=8,p=2$${salt}$${tag}`],
    ['scrypt with N too large for its block size', `$scrypt$ln=16,r=1,p=1$${salt}$${tag}`],
    ['scrypt with a block size of 0', `$scrypt$ln=10,r=0,p=1$${salt}$${tag}`],
    ['scrypt with the parameter n in place of ln', `$scrypt$n=1024,r=8,p=1$${salt}$${tag}`],

    ['PBKDF2 with more than 1.3 million iterations', `$pbkdf2-sha256$1300001$${salt}$${tag}`],
    ['PBKDF2 with more than 325,000 iterations over four blocks', `$pbkdf2$325001$${salt}$${'A'.repeat(86)}`],
    ['PBKDF2 with 0 iterations', `$pbkdf2-sha256$0$${salt}$${tag}`],
    ['PBKDF2 with MD5', `$pbkdf2-md5$1000$${salt}$${tag}`],
    ['PBKDF2 with a length other than declared', `$pbkdf2-sha256$i=1000,l=20$${salt}$${tag}`],
    ['PBKDF2 with a hash of more than 64 bytes', `$pbkdf2-sha256$1000$${salt}$${'A'.repeat(88)}`],

    ['the vendor format with another version', '2:10000:abcdefgh:ijklmnop'],
    ['the vendor format with too many iterations', '1:1300001:abcdefgh:ijklmnop'],
    ['the vendor format without a salt', '1:10000::ijklmnop'],
    ['the vendor format with a short hash', '1:10000:abcdefgh:ijkl'],
    ['the vendor format with invalid Base64', '1:10000:abcdefgh:ijklmno!'],
  ])('rejects %s', async (_what, hash) => {
    expect(isKnownHash(hash)).toBe(false);
    expect(await verifyHash(hash, PASSWORD)).toBe(false);
    expect(needsRehash(hash)).toBe(true);
  });

  it.each([
    ['Argon2', `$argon2id$v=19$m=131072,t=2,p=16$${salt}$${tag}`],
    ['Argon2 in PHP', `$argon2id$v=19$m=65536,t=4,p=1$${salt}$${tag}`],
    ['bcrypt', `$2y$13$${bcryptTail}`],
    ['scrypt', `$scrypt$ln=17,r=8,p=1$${salt}$${tag}`],
    ['PBKDF2', `$pbkdf2-sha512$1300000$${salt}$${'A'.repeat(86)}`],
    ['PBKDF2 over four blocks', `$pbkdf2$325000$${salt}$${'A'.repeat(86)}`],
  ])('accepts the maximum cost of %s', (_format, hash) => {
    expect(isKnownHash(hash)).toBe(true);
    expect(isCostly(hash)).toBe(true);
  });
});

it.each([
  ['our format', `$argon2id$v=19$m=19456,t=2,p=1$${salt}$${tag}`],
  ['bcrypt with a cost of 8', `$2y$08$${bcryptTail}`],
  ['scrypt with 8 MiB', `$scrypt$ln=13,r=8,p=1$${salt}$${tag}`],
  ['the vendor format', hashes['the vendor, SHA-512']],
  ['an unknown format', 'correct horse battery staple'],
])('a hash in %s is not costly', (_format, hash) => {
  expect(isCostly(hash)).toBe(false);
});

describe('a password hash', () => {
  it.each(Object.entries(hashes))('of %s is rehashed', (_name, hash) => {
    expect(needsRehash(hash)).toBe(true);
  });

  it('of Argon2id is rehashed if it has less memory or fewer passes than ours', () => {
    expect(needsRehash(`$argon2id$v=19$m=19455,t=2,p=1$${salt}$${tag}`)).toBe(true);
    expect(needsRehash(`$argon2id$v=19$m=65536,t=1,p=1$${salt}$${tag}`)).toBe(true);
    expect(needsRehash(`$argon2i$v=19$m=19456,t=2,p=1$${salt}$${tag}`)).toBe(true);
  });

  it('of Argon2id is not rehashed if it is ours or stronger', () => {
    expect(needsRehash(`$argon2id$v=19$m=19456,t=2,p=1$${salt}$${tag}`)).toBe(false);
    expect(needsRehash(`$argon2id$v=19$m=65536,t=3,p=4$${salt}$${tag}`)).toBe(false);
  });
});
