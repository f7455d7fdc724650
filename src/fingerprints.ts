import { Kysely, PostgresDialect, sql } from 'kysely';
import pg from 'pg';
import { StartError } from './start-error.js';
import { sealingKey } from './common/sealing.js';
import type { Config } from './config/config.js';
import { silenceOptions } from './database/silence.js';
import { START_CONNECTION_TIMEOUT, requestTimeouts, withTimeouts } from './database/timeouts.js';
import type { FingerprintTables } from './fingerprints.entity.js';
import { SigningKeys } from './sessions/signing/signing-keys.js';

/** For how many days the signing keys of a start are compared: longer than the default lifetime of an access token. */
const KEY_SET_DAYS = 30;

/** The maximum number of sets of signing keys that are compared. */
const MAX_KEY_SETS = 100;

type Secrets = Pick<Config, 'databaseUrl' | 'databasePrepared' | 'secret'>;

const DIFFERENT_SECRET = [
  'FOYER_SECRET differs from the secret that this database is used with. Set FOYER_SECRET to that secret.',
  'To change the secret on purpose, run `npm run foyer -- secret accept` with the new one, then restart all processes.',
  'Refresh tokens, SaaS tokens, mails that are not sent yet and secrets of identity providers then become unusable.',
].join('\n  ');

/**
 * Requires the secret that the database is used with. The first process stores a fingerprint of its secret; a
 * fingerprint is derived with HKDF, and does not reveal the secret.
 *
 * @throws StartError for another secret
 */
export async function assertSecret(secrets: Secrets): Promise<void> {
  await withDatabase(secrets, (db) => assertSameSecret(db, secrets));
}

/**
 * Does what `assertSecret` does, and compares the signing keys with those of other starts in the last 30 days.
 *
 * @returns a warning when starts used signing keys that no rotation connects with these: in a rotation, each set shares
 * a key with the next one
 * @throws StartError for another secret
 */
export async function assertSecrets(config: Secrets & Pick<Config, 'signingKeys'>): Promise<string | undefined> {
  const { jwks } = await SigningKeys.from(config.signingKeys);
  const keyIds = jwks.keys.map(({ kid = '' }) => kid).sort();
  return withDatabase(config, async (db) => {
    await assertSameSecret(db, config);
    await db
      .deleteFrom('signing_key_sets')
      .where('started_at', '<', sql<Date>`now() - make_interval(days => ${KEY_SET_DAYS})`)
      .execute();
    await db
      .insertInto('signing_key_sets')
      .values({ key_ids: keyIds, started_at: sql<Date>`now()` })
      .onConflict((conflict) => conflict.column('key_ids').doUpdateSet({ started_at: sql<Date>`now()` }))
      .execute();
    const rows = await db
      .selectFrom('signing_key_sets')
      .select(['key_ids as keyIds', 'started_at as startedAt'])
      .orderBy('started_at', 'desc')
      .limit(MAX_KEY_SETS)
      .execute();
    const [other] = unconnected(keyIds, rows);
    return (
      other &&
      `SIGNING_KEYS has no key in common with those of a process that started at ${other.startedAt.toISOString()}: ` +
        'each of the two rejects the tokens of the other. If the keys were replaced on purpose, run ' +
        '`npm run foyer -- secret accept`.'
    );
  });
}

/**
 * Replaces the stored fingerprint by that of another secret, and deletes the signing keys of earlier starts.
 *
 * @returns whether the secret has changed
 */
export async function acceptSecret(secrets: Secrets): Promise<boolean> {
  return withDatabase(secrets, async (db) => {
    await db.deleteFrom('signing_key_sets').execute();
    const fingerprint = fingerprintOf(secrets);
    const changed = await db
      .insertInto('secret_fingerprint')
      .values({ fingerprint })
      .onConflict((conflict) =>
        conflict
          .column('only_row')
          .doUpdateSet({ fingerprint })
          .where('secret_fingerprint.fingerprint', '<>', fingerprint),
      )
      .returning('fingerprint')
      .execute();
    return changed.length === 1;
  });
}

/** The sets that no chain of sets, each sharing a key with the next, connects with the keys of this process. */
function unconnected<Row extends { keyIds: string[] }>(own: string[], sets: Row[]): Row[] {
  const known = new Set(own);
  let rest = sets;
  for (;;) {
    const connected = rest.filter(({ keyIds }) => keyIds.some((id) => known.has(id)));
    if (connected.length === 0) return rest;
    for (const { keyIds } of connected) for (const id of keyIds) known.add(id);
    rest = rest.filter((set) => !connected.includes(set));
  }
}

/** If several processes start at once on a new database, one stores its fingerprint, and all compare theirs with it. */
async function assertSameSecret(db: Kysely<FingerprintTables>, secrets: Secrets): Promise<void> {
  const fingerprint = fingerprintOf(secrets);
  const select = db.selectFrom('secret_fingerprint').select('fingerprint');
  let stored = await select.executeTakeFirst();
  if (!stored) {
    await db
      .insertInto('secret_fingerprint')
      .values({ fingerprint })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    stored = await select.executeTakeFirst();
  }
  if (stored?.fingerprint !== fingerprint) throw new StartError(DIFFERENT_SECRET);
}

function fingerprintOf({ secret }: Secrets): string {
  return sealingKey(secret, 'fingerprint').toString('base64url');
}

async function withDatabase<T>(
  { databaseUrl, databasePrepared }: Secrets,
  work: (db: Kysely<FingerprintTables>) => Promise<T>,
): Promise<T> {
  const connectionString = withTimeouts(databaseUrl ?? '', requestTimeouts, databasePrepared);
  const silence = silenceOptions(requestTimeouts);
  const wait = { connectionTimeoutMillis: START_CONNECTION_TIMEOUT };
  const pool = new pg.Pool({ connectionString, max: 1, ...wait, ...silence });
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  const db = new Kysely<FingerprintTables>({ dialect: new PostgresDialect({ pool }) });
  try {
    return await work(db);
  } finally {
    await db.destroy();
  }
}
