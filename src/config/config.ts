import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import { signingKeys } from './key-setting.js';
import { databaseUrl, publicUrl, url } from './url-settings.js';
import { type Reader, Variable, address, count, onOrOff, oneOf, port, readVariables, secretOf } from './variable.js';

export type Environment = Record<string, string | undefined>;

/** A store of the Glue API: its code, such as `DE`, and its tenant. */
export interface Store {
  code: string;
  tenant: string;
  /** The locales of its responses, such as `de_DE`, the default first; `en_US` alone if omitted. */
  locales?: string[];
}

const stores: Reader<Store[]> = {
  rule:
    'must be code=tenant pairs, separated by commas, with codes in capital letters; a tenant may be followed by the ' +
    "store's locales, as in DE=acme:de_DE+en_US",
  read: (text) => {
    const pairs = text.split(',').flatMap((entry) => {
      const [code = '', tenant = '', locales] = entry.split(/[=:]/).map((part) => part.trim());
      return code ? [{ code, tenant, ...(locales !== undefined && { locales: locales.split('+') }) }] : [];
    });
    const valid = pairs.every(
      ({ code, tenant, locales = [] }) =>
        /^[A-Z0-9_]{1,20}$/.test(code) &&
        /^[a-z][a-z0-9]{2,15}$/.test(tenant) &&
        locales.every((locale) => /^[a-z]{2,3}_[A-Z]{2}$/.test(locale)),
    );
    return valid ? pairs : undefined;
  },
};

const networks: Reader<string[]> = {
  rule: 'must be network addresses or CIDR ranges, separated by commas',
  read: (text) => {
    const entries = text.split(',').flatMap((entry) => entry.trim() || []);
    // The library also accepts 1/8; proxies have no address with a zone.
    const valid = entries.every((entry) => {
      const [host = '', bits] = entry.split('/');
      return isIP(host) > 0 && !entry.includes('%') && (bits === undefined || ipaddr.isValidCIDR(entry));
    });
    return valid ? entries : undefined;
  },
};

/** The limits of one network (an IPv4 address or the /64 of an IPv6 address) in each process. */
export class Rates {
  /**
   * Anonymous logins and refreshes per minute, of one network (an IPv4 address or the /64 of an IPv6 address) in each
   * process. If a storefront server sends the requests of all visitors from one address, add it to `TRUSTED_PROXIES`,
   * or raise the limits.
   */
  @Variable('RATE_LIMIT_ANONYMOUS', count)
  anonymous = 12_000;
  /** Logins per minute and network. Two cores hash 4,000 to 10,000 passwords a minute for all networks together. */
  @Variable('RATE_LIMIT_LOGIN', count)
  login = 1200;
  /** Sign-ups per minute and network. */
  @Variable('RATE_LIMIT_SIGNUP', count)
  signup = 1200;
  /**
   * Rejections (4xx) per minute and network that leave without a delay. Further ones are delayed by up to 10 seconds, so
   * that a flood of them does not slow down other clients.
   */
  @Variable('RATE_LIMIT_REJECTIONS', count)
  rejections = 1200;
  /**
   * Megabytes that clients of one network may store per hour before they log in, over all routes. The default allows
   * 0.96 GB per day.
   */
  @Variable('RATE_LIMIT_STORED_MB', count)
  storedMegabytes = 40;
}

export const DEFAULT_RATES = new Rates();

/** `test` is the mode of `foyer test`. */
export type Mode = 'demo' | 'development' | 'production' | 'test';

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

/**
 * The configuration of the process. It is read once from the environment; no other code reads `process.env`. Each
 * property is declared here with its variable, rule and default. `docs/reference/configuration.md` and `.env.example`
 * are generated from this class.
 */
export class Config {
  /**
   * `production`: secrets, mail server and database are required. `development`: mails can be read at `/mailbox` by
   * every client that reaches the port. `npm run demo` is a mode of its own: it generates its secrets and data.
   */
  @Variable('FOYER_MODE', oneOf<Mode>('development', 'production'))
  mode: Mode = 'production';

  /** The address on which the service listens; `0.0.0.0` for all network interfaces, as in a container. */
  @Variable('HOST', address)
  host = '127.0.0.1';

  /** The port on which the service listens. */
  @Variable('PORT', port)
  port = 3000;

  /**
   * The URL at which clients reach the service. It is the issuer (`iss`) of the tokens: a new URL makes all access
   * tokens invalid.
   */
  @Variable('PUBLIC_URL', publicUrl, {
    example: 'https://accounts.example.com',
    requiredIn: ['production'],
    otherwise: '`http://{HOST}:{PORT}`',
  })
  publicUrl = '';

  /**
   * The stores that the Glue API accepts in the header `Store`, with their tenants. A request without a store uses the
   * first one. The header `Accept-Language` selects one of the store's locales. If none matches, the first one applies.
   * The locale of a store without locales is `en_US`. `npm run foyer -- glue:install --tenant acme` prints the line for
   * a tenant.
   */
  @Variable('STORES', stores, {
    example: 'DE=acme:de_DE+en_US,AT=acme:de_AT',
    otherwise: 'none; the demo has `DE` and `AT`',
  })
  stores: Store[] = [];

  /** Whether `GET /health-check` of the Glue API checks the database. The route requires no token. */
  @Variable('GLUE_HEALTH_CHECK', onOrOff)
  glueHealthCheck = false;

  /** `off`: the service does not serve the employees' page at `/backoffice`. */
  @Variable('BACKOFFICE', onOrOff)
  backoffice = true;

  /** `off`: the service does not serve Swagger UI and the OpenAPI documents at `/docs`. */
  @Variable('DOCS', onOrOff)
  docs = true;

  /**
   * Proxies in front of the service whose `X-Forwarded-For` is trusted. Otherwise all clients behind a proxy count as
   * one address for rate limits, lockouts and the history.
   */
  @Variable('TRUSTED_PROXIES', networks, { example: '10.0.0.0/8' })
  trustedProxies: string[] = [];

  /** `off`: requests of a network or customer are not limited. Mails to one recipient are always limited. */
  @Variable('RATE_LIMITS', onOrOff)
  rateLimits = true;

  rates: Rates = new Rates();

  /**
   * The time limit for all requests to an identity provider for one login, in milliseconds. A tenant has at most 16 such
   * logins at once.
   */
  @Variable('PROVIDER_TIMEOUT_MS', count)
  providerTimeout = 5000;

  /** The mail server. In development and in the demo, mails stay in the mailbox by default. */
  @Variable('SMTP_URL', url('smtp://', 'smtps://'), {
    example: 'smtp://user:password@host:587',
    requiredIn: ['production'],
    otherwise: 'none',
  })
  smtpUrl: string | null = null;

  /**
   * The maximum number of attempts to send a mail. With the default, the last one is 48 hours after the first. No mail
   * is sent after its link has expired.
   */
  @Variable('MAIL_ATTEMPTS', count)
  mailAttempts = 58;

  /** The pause in seconds before the second attempt. It doubles with each further attempt, up to an hour. */
  @Variable('MAIL_RETRY_SECONDS', count)
  mailRetrySeconds = 5;

  /** `off`: this process only serves requests; another one must send mails and run scheduled work. */
  @Variable('JOBS', onOrOff)
  jobs = true;

  /**
   * The PostgreSQL database, version 15 or later. By default, development and the demo start an embedded one in
   * `.foyer/`. `?host=/var/run/postgresql` connects to a socket. `?sslmode=verify-full` requires TLS and a server with
   * a valid certificate.
   */
  @Variable('DATABASE_URL', databaseUrl, {
    example: 'postgresql://user:password@host:5432/foyer?sslmode=verify-full',
    requiredIn: ['production'],
    otherwise: 'embedded',
  })
  databaseUrl: string | null = null;

  /**
   * `off`: `DATABASE_URL` points to a connection pooler in transaction mode, such as PgBouncer. Statements are then not
   * prepared, and the time limits are set as defaults of the role.
   */
  @Variable('DATABASE_PREPARED', onOrOff)
  databasePrepared = true;

  /** Database connections of the process. Scheduled work uses up to two more. */
  @Variable('DATABASE_POOL', count)
  databasePool = 10;

  /**
   * Private keys without encryption, as PKCS#8, PKCS#1 or SEC 1. The first one signs. All of them verify and are
   * published. Create one with `npm run foyer -- key create`.
   */
  @Variable('SIGNING_KEYS', signingKeys, {
    example: '/etc/foyer/signing-key.pem',
    requiredIn: ['production', 'development'],
    otherwise: 'generated by the demo',
  })
  signingKeys: string[] = [];

  /**
   * The same random text for all processes on one database, such as the output of `openssl rand -base64 48`. The keys
   * of refresh tokens, SaaS tokens, queued mails, second factors and stored secrets of identity providers are derived
   * from it. To change it, run `npm run foyer -- secret accept`; all of these then become unusable.
   */
  @Variable('FOYER_SECRET', secretOf(32, 8), {
    requiredIn: ['production', 'development'],
    otherwise: 'generated by the demo',
  })
  secret = '';

  /** The lowest level of the lines that are logged. */
  @Variable('LOG_LEVEL', oneOf<string>(...LOG_LEVELS), { otherwise: '`info` in production, otherwise `warn`' })
  logLevel = 'info';
}

/** The settings that are missing or invalid. The message never contains a value. */
export class ConfigError extends Error {
  constructor(problems: string[]) {
    super(`Foyer cannot start:\n  ${problems.join('\n  ')}`);
  }
}

/** Returns the database for a command that requires no other setting. @throws ConfigError */
export function loadDatabase({ DATABASE_URL, DATABASE_PREPARED }: Environment): { url: string; prepared: boolean } {
  const config = new Config();
  const problems = readVariables({ DATABASE_URL, DATABASE_PREPARED }, config, ({ name }) => name === 'DATABASE_URL');
  if (config.databaseUrl === null || problems.length > 0) throw new ConfigError(problems);
  return { url: config.databaseUrl, prepared: config.databasePrepared };
}

/**
 * Reads and checks the environment.
 *
 * @param demo provides the values that the environment does not set; if omitted, secrets have no default
 * @throws ConfigError that names every setting that is missing or invalid
 */
export function loadConfig(env: Environment, demo?: Pick<Config, 'signingKeys' | 'secret'>): Config {
  const mode = demo ? 'demo' : env.FOYER_MODE === 'development' ? 'development' : 'production';
  const config = new Config();
  if (demo) {
    const demoStores = ['DE', 'AT'].map((code) => ({ code, tenant: 'demo', locales: ['en_US', `de_${code}`] }));
    Object.assign(config, { stores: demoStores, signingKeys: demo.signingKeys, secret: demo.secret });
  }
  if (mode !== 'production') config.logLevel = 'warn';
  const problems = readVariables(env, config, ({ requiredIn }) => requiredIn?.includes(mode) ?? false);
  if (problems.length > 0) throw new ConfigError(problems);
  config.mode = mode;
  config.publicUrl ||= `http://${config.host}:${config.port}`;
  return config;
}

/**
 * Loads the configuration of the command line, which neither listens nor runs jobs. No setting is required, and
 * settings that the command line does not use are ignored. The service sends the mails that a command queues.
 *
 * @param generated provides the secrets if the environment does not set them
 * @throws ConfigError that names every setting that is invalid
 */
export function loadCommandConfig(env: Environment, generated: Pick<Config, 'signingKeys' | 'secret'>): Config {
  const { DATABASE_URL, DATABASE_PREPARED, FOYER_SECRET, SIGNING_KEYS, PUBLIC_URL, SMTP_URL, STORES } = env;
  const config = loadConfig(
    { DATABASE_URL, DATABASE_PREPARED, FOYER_SECRET, SIGNING_KEYS, PUBLIC_URL, SMTP_URL, STORES },
    generated,
  );
  return { ...config, databasePool: 2, jobs: false };
}
