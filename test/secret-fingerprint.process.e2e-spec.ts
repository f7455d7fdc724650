import { createHmac } from 'node:crypto';
import { StartError } from '../src/start-error.js';
import { assertSecret, assertSecrets } from '../src/fingerprints.js';
import { newSigningKey } from '../src/sessions/signing/signing-keys.ts';
import { runInProcess } from './support/command-line.js';
import { dropDatabase, newMigratedDatabase, sql } from './support/database.js';
import { validSettings } from './support/malformed-settings.js';
import { Service } from './support/server.js';
import { waitUntil } from './support/wait-until.js';

const OTHER_SECRET = 'another secret for tests, as long as one must be';

describe('processes on one database', () => {
  let databaseUrl: string;
  const [a, b, c] = [newSigningKey(), newSigningKey(), newSigningKey()];
  beforeEach(async () => {
    databaseUrl = await newMigratedDatabase();
  });
  afterEach(() => dropDatabase(databaseUrl));

  const start = (signingKeys: string[], secret = validSettings.FOYER_SECRET) =>
    assertSecrets({ databaseUrl, databasePrepared: true, secret, signingKeys });

  it('do not start with a different secret until the operator accepts it', async () => {
    const env = { ...validSettings, DATABASE_URL: databaseUrl, FOYER_SECRET: OTHER_SECRET };
    await start([a]);
    const service = await Service.spawn(env);
    expect(await service.exit).toBe(1);
    expect(service.output).toContain('FOYER_SECRET differs from the secret that this database is used with.');
    expect(service.output).toContain('npm run foyer -- secret accept');
    expect(service.output).not.toMatch(/^\s+at /m);
    expect(service.output).not.toContain(OTHER_SECRET);

    // Commands that use the secret check it; other commands do not require it.
    const rejected = await runInProcess(['tenant', 'create', 'shop'], { env });
    expect(rejected).toMatchObject({ code: 1, err: expect.stringContaining('FOYER_SECRET differs') as string });
    expect(await runInProcess(['tenant', 'list'], { env: { DATABASE_URL: databaseUrl } })).toMatchObject({ code: 0 });
    const noSecret = await runInProcess(['secret', 'accept'], { env: { DATABASE_URL: databaseUrl } });
    expect(noSecret).toMatchObject({ code: 1, err: expect.stringContaining('FOYER_SECRET is required') as string });

    const accepted = await runInProcess(['secret', 'accept'], { env });
    expect(accepted).toMatchObject({ code: 0, out: expect.stringContaining('Restart all processes') as string });
    expect(await runInProcess(['tenant', 'create', 'shop'], { env })).toMatchObject({ code: 0 });
    await expect(start([a])).rejects.toThrow(StartError);
    await start([a], OTHER_SECRET);
  }, 120_000);

  it('agree on one secret when they start concurrently', async () => {
    const secrets = Array.from({ length: 6 }, (_, index) => (index % 2 ? OTHER_SECRET : validSettings.FOYER_SECRET));
    const starts = await Promise.allSettled(
      secrets.map((secret) => assertSecret({ databaseUrl, databasePrepared: true, secret })),
    );
    const accepted = secrets.filter((_, index) => starts[index]?.status === 'fulfilled');
    expect(accepted).toHaveLength(3);
    expect(new Set(accepted).size).toBe(1);
    expect(await sql('select from secret_fingerprint', [], databaseUrl)).toHaveLength(1);
  });

  it('store a fingerprint that depends on the whole secret and does not contain it', async () => {
    await start([a]);
    const [{ fingerprint } = { fingerprint: '' }] = await sql<{ fingerprint: string }>(
      'select fingerprint from secret_fingerprint',
      [],
      databaseUrl,
    );
    expect(fingerprint).toMatch(/^[\w-]{43}$/);
    expect(fingerprint).not.toBe(createHmac('sha256', validSettings.FOYER_SECRET).digest('base64url'));
    await expect(start([a], `${validSettings.FOYER_SECRET}.`)).rejects.toThrow(StartError);
  });

  it('warn if SIGNING_KEYS shares no key with earlier starts, but not during a rotation', async () => {
    for (const keys of [[a], [a, b], [b, a], [b]]) expect(await start(keys)).toBeUndefined();
    const warning = await start([c]);
    expect(warning).toContain('SIGNING_KEYS has no key in common');
    expect(await start([b])).toContain('SIGNING_KEYS has no key in common');
    const env = { ...validSettings, DATABASE_URL: databaseUrl };
    expect(await runInProcess(['secret', 'accept'], { env })).toMatchObject({ code: 0 });
    expect(await start([c])).toBeUndefined();
  });

  it('compare signing keys with those of the last 30 days', async () => {
    await start([a]);
    await sql(`update signing_key_sets set started_at = now() - interval '31 days'`, [], databaseUrl);
    expect(await start([c])).toBeUndefined();
    expect(await sql('select from signing_key_sets', [], databaseUrl)).toHaveLength(1);
  });

  it('log the warning about signing keys at startup', async () => {
    await start([a]);
    const env = { ...validSettings, DATABASE_URL: databaseUrl, SIGNING_KEYS: c };
    const service = await Service.spawn(env);
    try {
      const isLogged = (): boolean => service.output.includes('SIGNING_KEYS has no key in common');
      await waitUntil('the warning is logged', isLogged, { seconds: 100 });
    } finally {
      await service.kill();
    }
  }, 120_000);
});
