import { randomUUID } from 'node:crypto';
import { Client } from 'pg';

/** Runs one statement on the server of the test run, or on the database of `url`. */
export async function sql<Row extends object>(text: string, values: unknown[] = [], url = serverUrl()): Promise<Row[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Row>(text, values)).rows;
  } finally {
    await client.end();
  }
}

/** An empty database of its own. @returns its URL */
export async function newDatabase(): Promise<string> {
  const name = `story_${randomUUID().replaceAll('-', '')}`;
  await sql(`create database ${name}`);
  const url = new URL(serverUrl());
  url.pathname = `/${name}`;
  return url.href;
}

export async function dropDatabase(url: string): Promise<void> {
  await sql(`drop database if exists ${new URL(url).pathname.slice(1)} with (force)`);
}

function serverUrl(): string {
  const url = process.env.TEST_DATABASE_URL;
  if (!url) throw new Error('The tests run with `npm test`, which starts their PostgreSQL');
  return url;
}
