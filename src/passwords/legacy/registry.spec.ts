import { type LegacyAuth, legacyProblem, verifyLegacy } from './registry.js';

const PASSWORD = 'Grüße, Ada';
const uid = { originalUid: '15TE2000007AE9TOUEILLE 61359' };

// Generated from PASSWORD by Python's hashlib.
const validHashes: [what: string, auth: LegacyAuth][] = [
  [
    'SAP Commerce, default salt',
    {
      algorithm: 'hybris-sha512-uid-salt',
      hash: 'B25QZnXCYgD5+7IiJFm3trac3X1THRCjEntqbewd6EuHOIiDlLYoPj0P+8sbMCZzjF5oshJ+XEIuJGqwNY2j6w==',
      context: uid,
    },
  ],
  [
    'SAP Commerce, alternative default salt',
    {
      algorithm: 'hybris-sha512-uid-salt',
      hash: 'FKT5YtWFojhxpVqwoMHhWvxlt7WFqLTa/xEFxpISXh7e+1g65bsm8oOrP2jYIZ3aW8wqRaSC3H5SCp71AwBU1A==',
      context: uid,
    },
  ],
  [
    'SAP Commerce, custom system salt',
    {
      algorithm: 'hybris-sha512-uid-salt',
      hash: 'K3wFg7e8YZaJ112fQPQlLGTkW0Ijwai401hhnvyofpEV1MARwqaVa6obJs9huKYycphXg6ZKokZj2xGH7vqf1g==',
      context: { ...uid, systemSalt: 'our own pepper' },
    },
  ],
  ['Magento 1', { algorithm: 'magento1-md5', hash: '17a1ca540f29143273855f18f293a145:kT' }],
  [
    'Magento 2, MD5',
    { algorithm: 'magento2-sha256', hash: '2622130d319425895b20aaa9c7cd0148:W3b3k1vXn9dQ0aZpLr7TtYuIoPqSdFgH:0' },
  ],
  [
    'Magento 2, SHA-256',
    {
      algorithm: 'magento2-sha256',
      hash: '474c29bb48229cd647772a70f993b9794b0a23b97650d4eac22bb47f4c4042bd:W3b3k1vXn9dQ0aZpLr7TtYuIoPqSdFgH:1',
    },
  ],
  [
    'Magento 2, SHA-256 over MD5',
    {
      algorithm: 'magento2-sha256',
      hash: 'bb9d4ec2c400c90b05fbcfa0f3d19dc1912871809d8d50eca0cce1341c6a632e:W3b3k1vXn9dQ0aZpLr7TtYuIoPqSdFgH:0:1',
    },
  ],
  ['MD5 without a salt', { algorithm: 'md5', hash: 'efa5a0512742b08575b848a76f4de411' }],
  ['MD5', { algorithm: 'salted-md5', hash: '79dcb4bd9d5b9632ea344896c3c779e4', context: { salt: 'NaCl' } }],
  [
    'MD5, salt after the password',
    {
      algorithm: 'salted-md5',
      hash: '90687f7fb2d6f761ad6c26fefe324956',
      context: { salt: 'NaCl', layout: 'password+salt' },
    },
  ],
  [
    'SHA-1 in hex',
    { algorithm: 'salted-sha1', hash: '6b5cf6462464e4509cd84343f61914a08fd708fd', context: { salt: 'NaCl' } },
  ],
  ['SHA-1 in Base64', { algorithm: 'salted-sha1', hash: 'a1z2RiRk5FCc2END9hkUoI/XCP0=', context: { salt: 'NaCl' } }],
  [
    'SHA-1, salt after the password',
    {
      algorithm: 'salted-sha1',
      hash: 'b4c095fa3c7c6c8b6e324d66b39c8b6b726765b8',
      context: { salt: 'NaCl', layout: 'password+salt' },
    },
  ],
  [
    'SHA-256',
    {
      algorithm: 'salted-sha256',
      hash: 'FC46F1EE4C83E2905331D85462214E7E82130DC551EFA8294871713EA20FB320',
      context: { salt: 'NaCl', layout: 'salt+password' },
    },
  ],
  [
    'SHA-256, salt on both sides',
    {
      algorithm: 'salted-sha256',
      hash: '9550fbcabddeaf084390fce20d687d7c8c2d13373c2ceb918ec2c01b1fc1e895',
      context: { salt: 'NaCl', layout: 'salt+password+salt' },
    },
  ],
  [
    'SHA-256, salt in hex',
    {
      algorithm: 'salted-sha256',
      hash: '08fb823f6c3985b3006337c3bace0c906aa439b40bb4a979f59120038fb1493e',
      context: { salt: 'ff00fe01', saltEncoding: 'hex' },
    },
  ],
  [
    'SHA-256, salt in Base64',
    {
      algorithm: 'salted-sha256',
      hash: '08fb823f6c3985b3006337c3bace0c906aa439b40bb4a979f59120038fb1493e',
      context: { salt: '/wD+AQ==', saltEncoding: 'base64' },
    },
  ],
  [
    'SHA-512',
    {
      algorithm: 'salted-sha512',
      hash: 'WyQpGCh4gHCybA9yEl84nXv+kNJd1w8zVdFg8fjsYy+VHFu6k93Z+/O0wywniHevxJuQxr/bGwWYykOaC0bJfw==',
      context: { salt: 'NaCl' },
    },
  ],
  [
    'SHA-512 with the uid as salt',
    {
      algorithm: 'salted-sha512',
      hash: 'qSjm+g916t4ionsKOLVsHodR5fB2N0c6bg16Ww/oPt6xFVw10y/wccmx64f2Xx16iJMEsKgg2lKZTY2JqGVClw==',
      context: { salt: uid.originalUid },
    },
  ],
];

describe('a legacy hash', () => {
  it.each(validHashes)('of %s verifies its password', async (_what, auth) => {
    expect(legacyProblem(auth)).toBeUndefined();
    expect(await verifyLegacy(auth, PASSWORD)).toBe(true);
    expect(await verifyLegacy(auth, PASSWORD.normalize('NFD'))).toBe(true);
    expect(await verifyLegacy(auth, 'Grüße, Eva')).toBe(false);
    expect(await verifyLegacy(auth, '')).toBe(false);
  });

  it('verifies the password as typed if it was hashed without normalization', async () => {
    const hash = '3c745ed8a37693e87fd2fb554eb8e0d3002081443dde900e9972028449a736ee';
    const auth = { algorithm: 'salted-sha256', hash, context: { salt: 'NaCl' } };
    expect(await verifyLegacy(auth, 'Gru\u0308\u00dfe, Ada')).toBe(true);
    expect(await verifyLegacy(auth, PASSWORD)).toBe(false);
  });

  it('is well-formed in the format that the vendor documents', () => {
    const hash = 'tBRzNZ+h9FRRm8K1qzDz3aWMgyTlgBihHviEdr+9T82BEODJakLPogHkhkGKF4FGzrhFWMYh6aZ6g5XNN1pmrg==';
    expect(legacyProblem({ algorithm: 'hybris-sha512-uid-salt', hash, context: uid })).toBeUndefined();
  });
});

const sha1 = '6b5cf6462464e4509cd84343f61914a08fd708fd';
const sha512 = 'WyQpGCh4gHCybA9yEl84nXv+kNJd1w8zVdFg8fjsYy+VHFu6k93Z+/O0wywniHevxJuQxr/bGwWYykOaC0bJfw==';

describe('an invalid legacy hash is rejected with a reason', () => {
  it.each<[auth: LegacyAuth, problem: string]>([
    [
      { algorithm: 'rot13', hash: 'x' },
      'algorithm must be one of hybris-sha512-uid-salt, magento1-md5, magento2-sha256, md5, salted-md5, salted-sha1, salted-sha256, salted-sha512',
    ],
    [
      { algorithm: 'hybris-sha512-uid-salt', hash: sha512.slice(4), context: uid },
      'hash must be 64 bytes in Base64 or hex',
    ],
    [{ algorithm: 'hybris-sha512-uid-salt', hash: sha512 }, 'context.originalUid is missing'],
    [{ algorithm: 'magento1-md5', hash: sha1 }, 'hash must have the form {md5 in hex}:{salt}'],
    [
      { algorithm: 'magento2-sha256', hash: '474c29bb48229cd647772a70f993b9794b0a23b97650d4eac22bb47f4c4042bd:salt:2' },
      'hash must have the form {hash in hex}:{salt}:{versions}, the versions being 0 (MD5) or 1 (SHA-256)',
    ],
    [
      { algorithm: 'magento2-sha256', hash: '474c29bb48229cd647772a70f993b9794b0a23b97650d4eac22bb47f4c4042bd:salt:0' },
      'hash must have the form {hash in hex}:{salt}:{versions}, the versions being 0 (MD5) or 1 (SHA-256)',
    ],
    [{ algorithm: 'md5', hash: sha1 }, 'hash must be a digest of md5 in hex or Base64'],
    [
      { algorithm: 'salted-sha256', hash: sha1, context: { salt: 'x' } },
      'hash must be a digest of sha256 in hex or Base64',
    ],
    [{ algorithm: 'salted-sha1', hash: sha1 }, 'context.salt is missing'],
    [
      { algorithm: 'salted-sha1', hash: sha1, context: { salt: 'xyz', saltEncoding: 'hex' } },
      'context.salt must be in hex',
    ],
    [
      { algorithm: 'salted-sha1', hash: sha1, context: { salt: 'x', saltEncoding: 'latin1' } },
      'context.saltEncoding must be one of utf8, hex, base64',
    ],
    [
      { algorithm: 'salted-sha1', hash: sha1, context: { salt: 'x', layout: 'constructor' } },
      'context.layout must be one of salt+password, password+salt, salt+password+salt',
    ],
  ])('%j', async (auth, problem) => {
    expect(legacyProblem(auth)).toBe(problem);
    expect(await verifyLegacy(auth, PASSWORD)).toBe(false);
  });
});
