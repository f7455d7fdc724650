import type pg from 'pg';
import { ormOptions } from '../mikro-orm.config.js';
import { POOLER, SCHEMA_OUT_OF_DATE, StartError } from './start-error.js';
import type { Config } from './config/config.js';
import { connect } from './database/connect.js';
import { setRoleTimeouts } from './database/role-timeouts.js';
import { requestTimeouts } from './database/timeouts.js';

type Access = Pick<Config, 'databaseUrl' | 'databasePrepared'>;

/** The schemas of Foyer and of its job queue. */
const SCHEMAS = ['public', 'pgboss'];

/** The tables in which the role does not have to update rows. */
const APPEND_ONLY = ['history'];

/**
 * Checks that the service can use a database: its schema is that of this version or of a later one, the role has all
 * rights on its tables, and the connections have timeouts.
 *
 * @throws StartError that names what is missing, and the remedy
 * @throws Error if the database cannot be reached
 */
export async function checkDatabase({ databaseUrl, databasePrepared }: Access): Promise<void> {
  const client = await connect(databaseUrl ?? '', requestTimeouts, databasePrepared);
  try {
    if (databasePrepared) await assertSessions(client);
    else await setRoleTimeouts(client);
    await assertRightsOnSchemas(client);
    await assertMigrated(client);
    await assertRightsOnTables(client);
  } finally {
    await client.end();
  }
}

/** A pooler that ignores the options of a connection would also mix up prepared statements. */
async function assertSessions(client: pg.Client): Promise<void> {
  const names = ['statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout'];
  const { rows } = await client.query<{ ignored: boolean }>(
    `select bool_and(current_setting(name) = '0') as ignored from unnest($1::text[]) as name`,
    [names],
  );
  if (rows[0]?.ignored) throw new StartError(POOLER);
}

async function assertRightsOnSchemas(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    `select nspname as name from pg_namespace where nspname = any($1) and not has_schema_privilege(oid, 'usage')`,
    [SCHEMAS],
  );
  if (rows.length > 0) throw new StartError(missingRight(`usage on schema ${rows.map(({ name }) => name).join(', ')}`));
}

async function assertMigrated(client: pg.Client): Promise<void> {
  const tables = `select to_regclass('mikro_orm_migrations') is not null and to_regclass('pgboss.version') is not null as "exists"`;
  const { rows } = await client.query<{ exists: boolean }>(tables);
  if (!rows[0]?.exists) throw new StartError(SCHEMA_OUT_OF_DATE);
  const migrations = await client.query<{ name: string }>('select name from mikro_orm_migrations');
  const done = new Set(migrations.rows.map(({ name }) => name));
  const all = ormOptions('', 1).migrations?.migrationsList ?? [];
  if (!all.every((migration) => 'name' in migration && done.has(migration.name))) {
    throw new StartError(SCHEMA_OUT_OF_DATE);
  }
}

/** The tables of Foyer are those with the same owner as the list of migrations. */
async function assertRightsOnTables(client: pg.Client): Promise<void> {
  const rights = ['select', 'insert', 'update', 'delete'];
  const { rows } = await client.query<{ right: string; name: string; more: number }>(
    `select "right", c.oid::regclass::text as name, count(*) over ()::int - 1 as more
      from pg_class c, unnest($2::text[]) "right"
      where c.relnamespace in (select oid from pg_namespace where nspname = any($1))
        and c.relkind in ('r', 'p')
        and c.relowner = (select relowner from pg_class where oid = 'mikro_orm_migrations'::regclass)
        and not has_table_privilege(c.oid, "right")
        and not ("right" = 'update' and c.relname = any($3))
      order by name, "right"
      limit 1`,
    [SCHEMAS, rights, APPEND_ONLY],
  );
  const [row] = rows;
  if (row)
    throw new StartError(missingRight(`${row.right} on ${row.name}${row.more > 0 ? ` and ${row.more} more` : ''}`));
}

function missingRight(right: string): string {
  return `The role of DATABASE_URL lacks a right (${right}): grant the rights that docs/operations.md lists.`;
}
