import { Config, DEFAULT_RATES } from '../../src/config/config.js';
import { newSigningKey } from '../../src/sessions/signing/signing-keys.ts';

export function testConfig(databaseUrl: string, changes: Partial<Config> = {}): Config {
  return {
    mode: 'development',
    host: '127.0.0.1',
    port: 0,
    publicUrl: 'http://foyer.test',
    stores: [
      { code: 'DE', tenant: 'shop', locales: ['en_US', 'de_DE'] },
      { code: 'AT', tenant: 'shop' },
    ],
    glueHealthCheck: false,
    backoffice: true,
    docs: true,
    rateLimits: true,
    // Tests send many requests that are rejected, from one address.
    rates: { ...DEFAULT_RATES, rejections: 1_000_000 },
    trustedProxies: [],
    providerTimeout: new Config().providerTimeout,
    databaseUrl,
    databasePool: 5,
    databasePrepared: true,
    signingKeys: [newSigningKey()],
    secret: 'a secret for tests, long enough to be one',
    smtpUrl: null,
    mailAttempts: 3,
    mailRetrySeconds: 1,
    jobs: Boolean(changes.smtpUrl),
    logLevel: 'silent',
    ...changes,
  };
}
