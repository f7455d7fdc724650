import { sql } from './database.js';
import type { Shop } from './shop.js';

/** A fingerprint of every table of the service, so that a test can check that nothing was stored. */
export async function databaseFingerprint({ config }: Shop): Promise<Record<string, string>> {
  const url = config.databaseUrl ?? undefined;
  const tables = await sql<{ name: string }>(
    `select table_name as name from information_schema.tables where table_schema = 'public' order by 1`,
    [],
    url,
  );
  const fingerprints = tables.map(
    ({ name }) => `(select md5(coalesce(string_agg(t::text, ',' order by t::text), '')) from "${name}" t) as "${name}"`,
  );
  const [found = {}] = await sql<Record<string, string>>(`select ${fingerprints.join(', ')}`, [], url);
  return found;
}
