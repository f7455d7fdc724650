import { randomUUID } from 'node:crypto';
import { Client, Pool } from 'pg';
import { migrate } from '../../src/migrate.js';

/** A database with the schema of this version. The databases of tests are copies of it. */
const TEMPLATE = 'foyer_template';
let template: Promise<void> | undefined;

/** The connections of `sql`, by the URL of their database. A new connection takes ten times as long as a statement. */
const pools = new Map<string, Pool>();

/** Runs one statement on the server of the test run, or on the database of `url`. */
export async function sql<Row extends object>(text: string, values: unknown[] = [], url = serverUrl()): Promise<Row[]> {
  let pool = pools.get(url);
  if (!pool) {
    // An idle connection does not keep a worker from ending.
    pools.set(url, (pool = new Pool({ connectionString: url, allowExitOnIdle: true })));
    // The server may stop while a connection is idle.
    pool.on('error', () => undefined);
  }
  return (await pool.query<Row>(text, values)).rows;
}

/** Creates an empty database. @returns its URL */
export async function newDatabase(): Promise<string> {
  return create('template1');
}

/** Creates a database with the schema of this version. A copy takes a tenth of the time of the migrations. */
export async function newMigratedDatabase(): Promise<string> {
  await (template ??= createTemplate());
  return create(TEMPLATE);
}

/** Several workers share the template: the first creates it, the others wait. */
async function createTemplate(): Promise<void> {
  const client = new Client({ connectionString: serverUrl() });
  await client.connect();
  try {
    await client.query('select pg_advisory_lock(1)');
    const found = await client.query('select 1 from pg_database where datname = $1 and datistemplate', [TEMPLATE]);
    if (found.rowCount) return;
    await client.query(`create database ${TEMPLATE}`);
    await migrate(urlOf(TEMPLATE));
    await client.query(`alter database ${TEMPLATE} is_template true`);
  } finally {
    await client.end();
  }
}

async function create(source: string): Promise<string> {
  const name = `story_${randomUUID().replaceAll('-', '')}`;
  // Copies the files; by default, PostgreSQL would write each page to its log, too, which takes twice as long.
  await sql(`create database ${name} template ${source} strategy file_copy`);
  return urlOf(name);
}

function urlOf(database: string): string {
  const url = new URL(serverUrl());
  url.pathname = `/${database}`;
  return url.href;
}

export async function dropDatabase(url: string): Promise<void> {
  await pools.get(url)?.end();
  pools.delete(url);
  await sql(`drop database if exists ${new URL(url).pathname.slice(1)} with (force)`);
}

function serverUrl(): string {
  const url = process.env.TEST_DATABASE_URL;
  if (!url) throw new Error('The tests run with `npm test`, which starts their PostgreSQL');
  return url;
}
