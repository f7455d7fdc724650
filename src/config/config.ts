import { createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';

/** A store code, such as DE, and the tenant that it stands for. */
export interface Store {
  code: string;
  tenant: string;
}

export type Mode = 'demo' | 'development' | 'production';

/** How this process was told to run. Read once from the environment; nothing else looks at `process.env`. */
export class Config {
  /** `demo` makes up its own secrets and data; `development` shows mails in a mailbox; `production` does neither. */
  mode!: Mode;
  host!: string;
  port!: number;
  /** Where clients reach the service; the issuer of its tokens. No trailing slash. */
  publicUrl!: string;
  /**
   * The stores that the second dialect names, and the tenant of each; the first is that of a request without a name.
   */
  stores!: Store[];
  /** Whether routes that may be flooded have a limit. */
  rateLimits!: boolean;
  /** Proxies in front, by address or CIDR, whose `X-Forwarded-For` is believed; none are by themselves. */
  trustedProxies!: string[];
  /** PostgreSQL to use; null for the embedded one. */
  databaseUrl!: string | null;
  databasePool!: number;
  /** Private keys in PEM (PKCS#8, P-256 or RSA). The first signs; all of them verify and are published. */
  signingKeys!: string[];
  /** At least 32 characters, from which the keys of refresh tokens, SaaS tokens and sealed mails derive. */
  secret!: string;
  /** `smtp://user:password@host:port`; null keeps mails in the mailbox. */
  smtpUrl!: string | null;
  /** How often a mail is tried before it is given up. */
  mailAttempts!: number;
  /** Pause before the second attempt; it doubles with each further one, up to an hour. */
  mailRetrySeconds!: number;
  /** Does jobs: sends mails, and what is due at its time. Without it, the process serves requests only. */
  jobs!: boolean;
  logLevel!: string;
}

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'];

export type Environment = Record<string, string | undefined>;

/**
 * Reads and checks the environment.
 *
 * @param demo take from `demo` what the environment does not set; without it, secrets have no default
 * @throws Error naming every setting that is missing or wrong, all at once
 */
export function loadConfig(env: Environment, demo?: Pick<Config, 'signingKeys' | 'secret'>): Config {
  const problems: string[] = [];
  const need = (name: string, why: string): string => {
    const value = env[name];
    if (!value) problems.push(`${name} is missing: ${why}`);
    return value ?? '';
  };
  const check = (name: string, good: boolean, rule: string): void => {
    if (env[name] && !good) problems.push(`${name} ${rule}`);
  };

  const mode = demo ? 'demo' : env.FOYER_MODE === 'development' ? 'development' : 'production';
  check(
    'FOYER_MODE',
    ['development', 'production'].includes(env.FOYER_MODE ?? ''),
    'must be development or production',
  );
  const port = Number(env.PORT || 3000);
  check('PORT', Number.isInteger(port) && port >= 0 && port < 65_536, 'must be a port number');
  const count = (name: string, standard: number): number => {
    const value = Number(env[name] || standard);
    check(name, Number.isInteger(value) && value > 0, 'must be a whole number above 0');
    return value;
  };
  const databasePool = count('DATABASE_POOL', 10);
  const mailAttempts = count('MAIL_ATTEMPTS', 10);
  const mailRetrySeconds = count('MAIL_RETRY_SECONDS', 5);
  check('JOBS', ['on', 'off'].includes(env.JOBS ?? ''), 'must be on or off');
  const host = env.HOST || '127.0.0.1';

  const production = mode === 'production';
  if (production) {
    need('DATABASE_URL', 'postgresql://user:password@host:5432/foyer');
    need('SMTP_URL', 'smtp://user:password@host:587, the way mails leave');
    need('PUBLIC_URL', 'https://accounts.example.com, where clients reach this service');
  }
  if (!demo) {
    need('SIGNING_KEYS', 'one or more private keys in PEM, or the comma-separated paths of their files');
    need('FOYER_SECRET', 'at least 32 random characters');
  }
  check('DATABASE_URL', /^postgres(ql)?:\/\//.test(env.DATABASE_URL ?? ''), 'must begin with postgresql://');
  check('SMTP_URL', /^smtps?:\/\//.test(env.SMTP_URL ?? ''), 'must begin with smtp:// or smtps://');
  const publicUrl = env.PUBLIC_URL ?? '';
  check('PUBLIC_URL', /^https?:\/\//i.test(publicUrl) && URL.canParse(publicUrl), 'must be an http or https URL');
  check('FOYER_SECRET', (env.FOYER_SECRET ?? '').length >= 32, 'must have at least 32 characters');

  const stores = (env.STORES ?? (demo ? 'DE=demo,AT=demo' : '')).split(',').flatMap((entry) => {
    const [code = '', tenant = ''] = entry.split('=').map((part) => part.trim());
    return code ? [{ code, tenant }] : [];
  });
  const known = stores.every(
    ({ code, tenant }) => /^[A-Z0-9_]{1,20}$/.test(code) && /^[a-z][a-z0-9]{2,15}$/.test(tenant),
  );
  check('STORES', known, 'must be code=tenant pairs such as DE=acme,AT=acme, with codes in capital letters');

  check('RATE_LIMITS', ['on', 'off'].includes(env.RATE_LIMITS ?? ''), 'must be on or off');
  const trustedProxies = (env.TRUSTED_PROXIES ?? '').split(',').flatMap((entry) => entry.trim() || []);
  const addresses = trustedProxies.every((entry) => isIP(entry.replace(/\/\d{1,3}$/, '')) > 0);
  check('TRUSTED_PROXIES', addresses, 'must be network addresses such as 10.0.0.1 or 10.0.0.0/8, separated by commas');

  const logLevel = env.LOG_LEVEL || (production ? 'info' : 'warn');
  check('LOG_LEVEL', LOG_LEVELS.includes(logLevel), `must be one of ${LOG_LEVELS.join(', ')}`);

  let signingKeys = demo?.signingKeys ?? [];
  try {
    if (env.SIGNING_KEYS) signingKeys = readKeys(env.SIGNING_KEYS);
    if (env.SIGNING_KEYS && signingKeys.length === 0) throw new Error('it holds no private key');
    for (const key of signingKeys) createPrivateKey(key);
  } catch (error) {
    problems.push(`SIGNING_KEYS cannot be read: ${(error as Error).message}`);
  }
  if (problems.length > 0) throw new Error(`Foyer cannot start:\n  ${problems.join('\n  ')}`);

  return {
    mode,
    host,
    port,
    publicUrl: (env.PUBLIC_URL || `http://${host}:${port}`).replace(/\/$/, ''),
    stores,
    rateLimits: env.RATE_LIMITS !== 'off',
    trustedProxies,
    databaseUrl: env.DATABASE_URL || null,
    databasePool,
    signingKeys,
    secret: env.FOYER_SECRET || (demo?.secret ?? ''),
    smtpUrl: env.SMTP_URL || null,
    mailAttempts,
    mailRetrySeconds,
    jobs: env.JOBS !== 'off',
    logLevel,
  };
}

/**
 * For the command line, which neither listens nor does jobs: none of the settings is needed, and those it has no use
 * for are not looked at. Mails that it leaves are sent by the service.
 *
 * @param made what to take where the environment sets no secrets
 * @throws Error naming every setting that is wrong
 */
export function loadCommandConfig(env: Environment, made: Pick<Config, 'signingKeys' | 'secret'>): Config {
  const { DATABASE_URL, FOYER_SECRET, SIGNING_KEYS, PUBLIC_URL, SMTP_URL, STORES } = env;
  const config = loadConfig({ DATABASE_URL, FOYER_SECRET, SIGNING_KEYS, PUBLIC_URL, SMTP_URL, STORES }, made);
  return { ...config, databasePool: 2, jobs: false };
}

function readKeys(setting: string): string[] {
  const text = setting.includes('-----BEGIN')
    ? setting
    : setting
        .split(',')
        .map((path) => readFileSync(path.trim(), 'utf8'))
        .join('\n');
  return text.replaceAll('\\n', '\n').match(/-----BEGIN [^-]+-----[^-]+-----END [^-]+-----/g) ?? [];
}
