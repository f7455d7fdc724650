import { sql } from './database.js';
import type { Shop } from './shop.js';
import { waitUntil } from './wait-until.js';

/** The rows that a query returns from the shop's own database. */
export async function rows<Row extends object>(shop: Shop, text: string, values: unknown[] = []): Promise<Row[]> {
  return sql<Row>(text, values, shop.config.databaseUrl ?? undefined);
}

/** Waits until that many connections wait for a lock. */
export async function waitForLockWaiters(shop: Shop, many: number): Promise<void> {
  const waiting = `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
  await waitUntil(`${many} wait`, async () => (await rows(shop, waiting)).length === many);
}

/** The number of customers and accounts with an e-mail address, ignoring case. */
export async function countByEmail(shop: Shop, email: string): Promise<{ customers: number; accounts: number }> {
  const [count] = await rows<{ customers: number; accounts: number }>(
    shop,
    `select (select count(*)::int from customers where lower(contact_email) = lower($1)) as customers,
      (select count(*)::int from accounts where email = lower($1)) as accounts`,
    [email],
  );
  if (!count) throw new Error('Nothing was counted');
  return count;
}

/** Deletes the mail about an erasure, as soon as it is sent; without a mail server it stays. @returns its recipients */
export async function sendErasureMails(shop: Shop): Promise<string[]> {
  const sent = await rows<{ recipient: string }>(
    shop,
    `delete from outbox where kind = 'account-erased' and customer_id is null returning recipient`,
  );
  return sent.map(({ recipient }) => recipient);
}

/** Every row of every table of the shop's database, as text; bytes are in hex. */
export async function dumpDatabase(shop: Shop): Promise<string> {
  const tables = await rows<{ name: string }>(
    shop,
    `select format('%I.%I', schemaname, tablename) as name from pg_tables
      where schemaname not in ('pg_catalog', 'information_schema')`,
  );
  const found = await Promise.all(
    tables.map(({ name }) => rows<{ row: string }>(shop, `select t::text as row from ${name} t`)),
  );
  return found
    .flat()
    .map(({ row }) => row)
    .join('\n');
}
