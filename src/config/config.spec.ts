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
  it('is production unless told otherwise, and then needs every setting', () => {
    expect(loadConfig(complete).mode).toBe('production');
    for (const name of Object.keys(complete)) {
      expect(() => loadConfig({ ...complete, [name]: undefined })).toThrow(`${name} is missing`);
      expect(() => loadConfig({ ...complete, [name]: '' })).toThrow(`${name} is missing`);
    }
  });

  it('needs secrets only in development, and nothing in the demo', () => {
    const { SIGNING_KEYS, FOYER_SECRET } = complete;
    expect(loadConfig({ FOYER_MODE: 'development', SIGNING_KEYS, FOYER_SECRET }).smtpUrl).toBeNull();
    expect(() => loadConfig({ FOYER_MODE: 'development' })).toThrow(/SIGNING_KEYS[^]*FOYER_SECRET/);
    expect(loadConfig({}, { signingKeys: [key], secret: 'made up' })).toMatchObject({
      mode: 'demo',
      signingKeys: [key],
      secret: 'made up',
      databaseUrl: null,
    });
  });

  it('lets the environment win over what the demo made up', () => {
    const { FOYER_SECRET } = complete;
    expect(loadConfig({ FOYER_SECRET }, { signingKeys: [key], secret: 'made up' }).secret).toBe(FOYER_SECRET);
  });

  it('names every wrong value at once', () => {
    const wrong = {
      ...complete,
      DATABASE_URL: 'mysql://db',
      PORT: '65536',
      MAIL_ATTEMPTS: '1.5',
      FOYER_SECRET: 'short',
    };
    expect(() => loadConfig(wrong)).toThrow(/PORT[^]*MAIL_ATTEMPTS[^]*DATABASE_URL[^]*FOYER_SECRET/);
  });

  it('wants a public URL that browsers open', () => {
    for (const PUBLIC_URL of ['ftp://accounts.example.com', 'accounts.example.com:443', '//accounts.example.com']) {
      expect(() => loadConfig({ ...complete, PUBLIC_URL })).toThrow('PUBLIC_URL must be an http or https URL');
    }
  });

  it('does jobs unless told otherwise', () => {
    expect(loadConfig(complete).jobs).toBe(true);
    expect(loadConfig({ ...complete, JOBS: 'off' }).jobs).toBe(false);
    expect(() => loadConfig({ ...complete, JOBS: 'no' })).toThrow('JOBS must be on or off');
  });

  it('reads the stores in their order; only the demo has some of its own', () => {
    const stores = (STORES?: string) => loadConfig({ ...complete, STORES }).stores;
    expect(stores(' DE=acme, AT = acme ,US_1=other,')).toEqual([
      { code: 'DE', tenant: 'acme' },
      { code: 'AT', tenant: 'acme' },
      { code: 'US_1', tenant: 'other' },
    ]);
    for (const nothing of [undefined, '', ' , ']) expect(stores(nothing)).toEqual([]);
    const demo = { signingKeys: [key], secret: 'made up' };
    expect(loadConfig({}, demo).stores).toEqual(['DE', 'AT'].map((code) => ({ code, tenant: 'demo' })));
    expect(loadConfig({ STORES: 'CH=other' }, demo).stores).toEqual([{ code: 'CH', tenant: 'other' }]);
  });

  it.each(['de=acme', 'DE', 'DE=', 'DE=a', 'DE=Acme', 'DE=acme;AT=acme', `${'D'.repeat(21)}=acme`, 'D-E=acme'])(
    'refuses the stores %s',
    (STORES) => {
      expect(() => loadConfig({ ...complete, STORES })).toThrow('STORES must be code=tenant pairs');
    },
  );

  it('drops the trailing slash of the public URL', () => {
    expect(loadConfig(complete).publicUrl).toBe('https://accounts.example.com');
    expect(loadConfig({ PORT: '4000' }, { signingKeys: [], secret: '' }).publicUrl).toBe('http://127.0.0.1:4000');
  });

  it('reads several keys, also from one line as container settings hold them', () => {
    const other = newKey();
    expect(loadConfig({ ...complete, SIGNING_KEYS: `${key}\n${other}` }).signingKeys).toEqual([key, other]);
    expect(loadConfig({ ...complete, SIGNING_KEYS: key.replaceAll('\n', '\\n') }).signingKeys).toEqual([key]);
  });

  it('refuses a setting of keys that holds none', () => {
    expect(() => loadConfig({ ...complete, SIGNING_KEYS: '/dev/null' })).toThrow('SIGNING_KEYS');
  });
});
