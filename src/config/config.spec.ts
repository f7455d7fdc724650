import { execFileSync } from 'node:child_process';
import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { type Environment, loadConfig } from './config.js';
import { similarVariables } from './similar-variables.js';
import { thrownBy } from '../../test/support/thrown-by.js';

const newKey = (): string =>
  generateKeyPairSync('ec', { namedCurve: 'P-256' })
    .privateKey.export({ type: 'pkcs8', format: 'pem' })
    .toString()
    .trim();
const key = newKey();
const complete: Environment = {
  DATABASE_URL: 'postgresql://foyer@db/foyer',
  SMTP_URL: 'smtp://mail:587',
  PUBLIC_URL: 'https://accounts.example.com/',
  SIGNING_KEYS: key,
  FOYER_SECRET: 'a secret for tests, long enough to be one',
};

describe('the configuration', () => {
  it('defaults to production, which requires every setting', () => {
    expect(loadConfig(complete).mode).toBe('production');
    for (const name of Object.keys(complete)) {
      expect(() => loadConfig({ ...complete, [name]: undefined })).toThrow(`${name} is required`);
      expect(() => loadConfig({ ...complete, [name]: '' })).toThrow(`${name} is required`);
    }
  });

  it('requires only SIGNING_KEYS and FOYER_SECRET in development, and nothing in the demo', () => {
    const { SIGNING_KEYS, FOYER_SECRET } = complete;
    expect(loadConfig({ FOYER_MODE: 'development', SIGNING_KEYS, FOYER_SECRET }).smtpUrl).toBeNull();
    expect(() => loadConfig({ FOYER_MODE: 'development' })).toThrow(/SIGNING_KEYS[^]*FOYER_SECRET/);
    expect(loadConfig({}, { signingKeys: [key], secret: 'demo secret' })).toMatchObject({
      mode: 'demo',
      signingKeys: [key],
      secret: 'demo secret',
      databaseUrl: null,
    });
  });

  it('prefers the environment to the generated values of the demo', () => {
    const { FOYER_SECRET } = complete;
    expect(loadConfig({ FOYER_SECRET }, { signingKeys: [key], secret: 'demo secret' }).secret).toBe(FOYER_SECRET);
  });

  it('reports all invalid values at once', () => {
    const wrong = {
      ...complete,
      DATABASE_URL: 'mysql://db',
      PORT: '65536',
      MAIL_ATTEMPTS: '1.5',
      FOYER_SECRET: 'short',
    };
    expect(() => loadConfig(wrong)).toThrow(/PORT[^]*MAIL_ATTEMPTS[^]*DATABASE_URL[^]*FOYER_SECRET/);
  });

  it('requires a public URL that begins with http or https', () => {
    for (const PUBLIC_URL of ['ftp://accounts.example.com', 'accounts.example.com:443', '//accounts.example.com']) {
      expect(() => loadConfig({ ...complete, PUBLIC_URL })).toThrow(
        'PUBLIC_URL must be a URL that begins with http:// or https://',
      );
    }
  });

  it('requires a public URL without a query', () => {
    for (const PUBLIC_URL of ['https://accounts.example.com/?tenant=acme', 'https://accounts.example.com/?']) {
      expect(() => loadConfig({ ...complete, PUBLIC_URL })).toThrow('it must not contain a query');
    }
  });

  it('runs jobs by default', () => {
    expect(loadConfig(complete).jobs).toBe(true);
    expect(loadConfig({ ...complete, JOBS: 'off' }).jobs).toBe(false);
    expect(() => loadConfig({ ...complete, JOBS: 'no' })).toThrow('JOBS must be on or off');
  });

  it('reads the stores in order; only the demo has default stores', () => {
    const stores = (STORES?: string) => loadConfig({ ...complete, STORES }).stores;
    expect(stores(' DE=acme, AT = acme ,US_1=other,')).toEqual([
      { code: 'DE', tenant: 'acme' },
      { code: 'AT', tenant: 'acme' },
      { code: 'US_1', tenant: 'other' },
    ]);
    expect(stores('DE=acme:de_DE+en_US, AT=acme')).toEqual([
      { code: 'DE', tenant: 'acme', locales: ['de_DE', 'en_US'] },
      { code: 'AT', tenant: 'acme' },
    ]);
    for (const nothing of [undefined, '', ' , ']) expect(stores(nothing)).toEqual([]);
    const demo = { signingKeys: [key], secret: 'demo secret' };
    expect(loadConfig({}, demo).stores).toEqual([
      { code: 'DE', tenant: 'demo', locales: ['en_US', 'de_DE'] },
      { code: 'AT', tenant: 'demo', locales: ['en_US', 'de_AT'] },
    ]);
    expect(loadConfig({ STORES: 'CH=other' }, demo).stores).toEqual([{ code: 'CH', tenant: 'other' }]);
  });

  it.each([
    'de=acme',
    'DE',
    'DE=',
    'DE=a',
    'DE=Acme',
    'DE=acme;AT=acme',
    `${'D'.repeat(21)}=acme`,
    'D-E=acme',
    'DE=acme:',
    'DE=acme:de',
    'DE=acme:de_DE+',
  ])('rejects the stores %s', (STORES) => {
    expect(() => loadConfig({ ...complete, STORES })).toThrow('STORES must be code=tenant pairs');
  });

  it('has default rates that the environment can override', () => {
    const defaults = { anonymous: 12_000, login: 1200, signup: 1200, rejections: 1200, storedMegabytes: 40 };
    expect(loadConfig(complete).rates).toEqual(defaults);
    const env = { ...complete, RATE_LIMIT_ANONYMOUS: '5', RATE_LIMIT_STORED_MB: '7' };
    expect(loadConfig(env).rates).toEqual({ ...defaults, anonymous: 5, storedMegabytes: 7 });
    for (const name of ['ANONYMOUS', 'LOGIN', 'SIGNUP', 'REJECTIONS', 'STORED_MB'].map(
      (last) => `RATE_LIMIT_${last}`,
    )) {
      for (const wrong of ['0', '-1', '1.5', 'many']) {
        expect(() => loadConfig({ ...complete, [name]: wrong })).toThrow(`${name} must be a whole number above 0`);
      }
    }
  });

  it.each(['10.0.0.1', '10.0.0.0/8', '::ffff:10.0.0.1', '::ffff:10.0.0.0/104', '2001:db8::/32'])(
    'accepts %s as a trusted proxy',
    (proxy) => {
      const TRUSTED_PROXIES = `${proxy}, 192.0.2.1`;
      expect(loadConfig({ ...complete, TRUSTED_PROXIES }).trustedProxies).toEqual([proxy, '192.0.2.1']);
    },
  );

  it.each(['proxy.example', '1/8', '10.0.0.0/33', '10.0.0.0/', '::/129', 'fe80::1%eth0', '10.0.0.1:80'])(
    'rejects %s as a trusted proxy',
    (TRUSTED_PROXIES) => {
      expect(() => loadConfig({ ...complete, TRUSTED_PROXIES })).toThrow('TRUSTED_PROXIES must be network addresses');
    },
  );

  it('removes the trailing slash of the public URL', () => {
    expect(loadConfig(complete).publicUrl).toBe('https://accounts.example.com');
    expect(loadConfig({ PORT: '4000' }, { signingKeys: [], secret: '' }).publicUrl).toBe('http://127.0.0.1:4000');
  });

  it('reads several keys, also from one line with escaped line breaks', () => {
    const other = newKey();
    expect(loadConfig({ ...complete, SIGNING_KEYS: `${key}\n${other}` }).signingKeys).toEqual([key, other]);
    expect(loadConfig({ ...complete, SIGNING_KEYS: key.replaceAll('\n', '\\n') }).signingKeys).toEqual([key]);
  });

  describe('of signing keys', () => {
    const read = (SIGNING_KEYS: string) => loadConfig({ ...complete, SIGNING_KEYS }).signingKeys;
    const openssl = (...args: string[]): string => execFileSync('openssl', args, { encoding: 'utf8', stdio: 'pipe' });
    const isPkcs8 = (pem?: string) => /^-----BEGIN PRIVATE KEY-----\n[^]+\n-----END PRIVATE KEY-----$/.test(pem ?? '');
    const typeOf = (pem?: string) => createPrivateKey(pem ?? '').asymmetricKeyType;

    it('accepts the two blocks of openssl ecparam -genkey', () => {
      const pem = openssl('ecparam', '-name', 'prime256v1', '-genkey');
      expect(pem).toMatch(/BEGIN EC PARAMETERS[^]+BEGIN EC PRIVATE KEY/);
      expect(read(pem).map(isPkcs8)).toEqual([true]);
    });

    it('accepts PKCS#1', () => {
      const pem = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({
        type: 'pkcs1',
        format: 'pem',
      });
      const [read1, ...others] = read(String(pem));
      expect([isPkcs8(read1), typeOf(read1), others]).toEqual([true, 'rsa', []]);
    });

    it.each(['', ' '])('accepts one line, with %j for each line break', (separator) => {
      const other = newKey();
      expect(read(`${key}\n${other}`.replaceAll('\n', separator))).toEqual([key, other]);
    });

    const pem = (
      keyPart: { export: (options: { type: 'pkcs8' | 'spki'; format: 'pem' }) => string | Buffer },
      type = 'pkcs8',
    ) => String(keyPart.export({ type: type as 'pkcs8', format: 'pem' }));
    const ec = (namedCurve: string) => generateKeyPairSync('ec', { namedCurve });
    const locked = { cipher: 'aes-256-cbc', passphrase: 'a passphrase', format: 'pem' } as const;
    it.each([
      ['an encrypted PKCS#8 key', () => ec('P-256').privateKey.export({ ...locked, type: 'pkcs8' }), 'is encrypted'],
      ['an encrypted EC key', () => ec('P-256').privateKey.export({ ...locked, type: 'sec1' }), 'is encrypted'],
      ['a public key', () => pem(ec('P-256').publicKey, 'spki'), 'is a public key'],
      [
        'a small RSA key',
        () => pem(generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey),
        'is an RSA key of 1024 bits; 2048 or more are required',
      ],
      ['Ed25519', () => pem(generateKeyPairSync('ed25519').privateKey), 'is a key of the type ed25519'],
      ['another curve', () => pem(ec('P-384').privateKey), 'is a key on the curve secp384r1'],
      ['damaged text', () => key.replace(/[^-\n]{20}/, ''), 'is not valid'],
    ])('rejects %s in one line', (_what, generate, reason) => {
      const { message } = thrownBy(() => read(`${key}\n${String(generate())}`));
      expect(message).toMatch(/^Foyer cannot start:\n {2}SIGNING_KEYS must be private keys [^\n]+$/);
      expect(message).toContain(`key 2 ${reason}`);
    });
  });

  it.each(['DATABASE_URL', 'SMTP_URL'])('rejects a # or ? in a password in %s that is not encoded', (name) => {
    const scheme = name === 'SMTP_URL' ? 'smtp' : 'postgresql';
    for (const password of ['12#3', 'x#', '12?3', '#']) {
      expect(() => loadConfig({ ...complete, [name]: `${scheme}://foyer:${password}@host/foyer` })).toThrow(
        new RegExp(`${name} .*# as %23`),
      );
    }
    const encoded = `${scheme}://foyer:12%233%3F@host/foyer?name=a@b`;
    expect(loadConfig({ ...complete, [name]: encoded })).toMatchObject({ mode: 'production' });
  });

  it.each(['sslrootcert', 'sslcert', 'sslkey'])('rejects a database URL whose %s cannot be read', (name) => {
    const DATABASE_URL = `postgresql://foyer@db/foyer?sslmode=verify-full&${name}=/no/such/file`;
    expect(() => loadConfig({ ...complete, DATABASE_URL })).toThrow(
      new RegExp(`^Foyer cannot start:\\n {2}DATABASE_URL .*: the file of ${name} cannot be read \\(ENOENT\\)$`),
    );
  });

  it.each(['a'.repeat(64), 'changeme'.repeat(4), 'abcdefg'.repeat(5)])('rejects the secret %s', (FOYER_SECRET) => {
    expect(() => loadConfig({ ...complete, FOYER_SECRET })).toThrow(
      'FOYER_SECRET must have at least 32 characters, 8 of them different',
    );
  });

  it('warns of a variable that resembles a setting', () => {
    const similar = { TRUSTED_PROXY: '', DATABASE_URI: '', database_url: '', LOGLEVEL: '', RATE_LIMIT: '' };
    expect(similarVariables({ ...complete, ...similar }).join('\n')).toMatch(
      /TRUSTED_PROXY is .* TRUSTED_PROXIES\?\n.*DATABASE_URI is .* DATABASE_URL\?\n.*database_url is .* DATABASE_URL\?\n.*LOGLEVEL is .* LOG_LEVEL\?\n.*RATE_LIMIT is .* RATE_LIMITS\?$/,
    );
    const usual = ['HOSTNAME', 'PATH', 'HOME', 'SHELL', 'USER', 'MAIL', 'TERM', 'PGHOST', 'PGPORT', 'NODE_OPTIONS'];
    expect(similarVariables({ ...complete, ...Object.fromEntries(usual.map((name) => [name, 'x'])) })).toEqual([]);
  });

  it('rejects SIGNING_KEYS without a key', () => {
    expect(() => loadConfig({ ...complete, SIGNING_KEYS: '/dev/null' })).toThrow('SIGNING_KEYS');
  });
});
