import { newSigningKey } from '../../src/sessions/signing/signing-keys.ts';

/** A password that no output may contain. */
const PASSWORD = 'Pa55word-of-the-operator';

const pem = newSigningKey();
const base64 = pem.replace(/-----[^-]*-----|\s/g, '');

/** Settings that are complete and valid, except that the database does not exist. */
export const validSettings = {
  DATABASE_URL: 'postgresql://nobody@127.0.0.1:9/none',
  SMTP_URL: 'smtp://127.0.0.1:9',
  PUBLIC_URL: 'https://accounts.example.com',
  SIGNING_KEYS: pem,
  FOYER_SECRET: 'a secret for tests, long enough to be one',
};

/** A malformed setting, and the secrets in it. */
export interface MalformedSetting {
  title: string;
  env: Partial<typeof validSettings>;
  secrets: string[];
  /** Whether only the start detects it, and not `loadConfig`. */
  onlyAtStart?: boolean;
}

const url = (title: string, env: MalformedSetting['env'], more: Partial<MalformedSetting> = {}): MalformedSetting => ({
  title,
  env,
  secrets: [PASSWORD],
  ...more,
});
const keys = (title: string, SIGNING_KEYS: string): MalformedSetting => ({
  title,
  env: { SIGNING_KEYS },
  // The Base64 of a whole file begins and ends differently.
  secrets: [base64.slice(0, 40), base64.slice(-40), Buffer.from(pem).toString('base64').slice(40, 80)],
});
const short = 'a short one of 21 car';

export const malformedSettings: MalformedSetting[] = [
  keys('a key in Base64', base64),
  keys('a whole PEM file in Base64', Buffer.from(pem).toString('base64')),
  keys('a key without its first line', pem.split('\n').slice(1).join('\n')),
  keys('a key without its last line', pem.replace(/-----END[^]*/, '')),
  keys('a key with an extra character', pem.replace(base64.slice(-10), `#${base64.slice(-10)}`)),
  keys('two keys in Base64', `${base64},${base64}`),
  keys('a key after a path', `/no/such/file,${base64}`),
  { title: 'a short secret', env: { FOYER_SECRET: short }, secrets: [short] },
  url('a database URL with a slash in its password', { DATABASE_URL: `postgresql://foyer:${PASSWORD}/x@db/foyer` }),
  url('a database URL with a wrong escape', { DATABASE_URL: `postgresql://foyer:${PASSWORD}%zz@db/foyer` }),
  url('a database URL with another scheme', { DATABASE_URL: `mysql://foyer:${PASSWORD}@db/foyer` }),
  url('a database URL without slashes', { DATABASE_URL: `postgresql:foyer:${PASSWORD}@db/foyer` }),
  url('a database URL with a wrong port', { DATABASE_URL: `postgresql://foyer:${PASSWORD}@db:port/foyer` }),
  url('a database password without a URL', { DATABASE_URL: PASSWORD }),
  url('a mail URL with a hash in its password', { SMTP_URL: `smtp://foyer:${PASSWORD}#x@mail:587` }),
  url('a mail URL with a wrong escape', { SMTP_URL: `smtp://foyer:${PASSWORD}%@mail:587` }),
  url('a mail URL with another scheme', { SMTP_URL: `https://foyer:${PASSWORD}@mail:587` }),
  url('a public URL with a password', { PUBLIC_URL: `https://foyer:${PASSWORD}@accounts.example.com` }),
  url(
    'an unreachable database',
    { DATABASE_URL: `postgresql://foyer:${PASSWORD}@127.0.0.1:9/foyer` },
    { onlyAtStart: true },
  ),
  url('a database URL with a certificate that does not exist', {
    DATABASE_URL: `postgresql://foyer:${PASSWORD}@127.0.0.1:9/foyer?sslrootcert=/no/such/${PASSWORD}`,
  }),
  url(
    'a database URL with a password in its query',
    { DATABASE_URL: `postgresql://foyer@127.0.0.1:9/foyer?password=${PASSWORD}&host=/no/such/${PASSWORD}` },
    { onlyAtStart: true },
  ),
];
