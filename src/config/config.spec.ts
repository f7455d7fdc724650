import { generateKeyPairSync } from 'node:crypto';
import { type Environment, loadConfig } from './config.js';

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
  FOYER_SECRET: 'x'.repeat(32),
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

  it('rejects SIGNING_KEYS without a key', () => {
    expect(() => loadConfig({ ...complete, SIGNING_KEYS: '/dev/null' })).toThrow('SIGNING_KEYS');
  });
});
