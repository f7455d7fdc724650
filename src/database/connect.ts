import pg from 'pg';
import { silenceOptions } from './silence.js';
import { START_CONNECTION_TIMEOUT, type Timeouts, withTimeouts } from './timeouts.js';

/** Opens a single connection for the start of a process. The caller must close it. */
export async function connect(databaseUrl: string, timeouts: Timeouts, prepared: boolean): Promise<pg.Client> {
  const connectionString = withTimeouts(databaseUrl, timeouts, prepared);
  const silence = silenceOptions(timeouts);
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: START_CONNECTION_TIMEOUT, ...silence });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}
