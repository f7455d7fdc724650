import pg from 'pg';
import { built } from './built.ts';
import { CONNECTIONS, shareOf } from './measure.ts';

const CUSTOMERS = 1000;
/** Ten for each connection. */
const SESSIONS = 320;
const PASSWORD = 'password123';

export const customerIds = Array.from({ length: CUSTOMERS }, (_, index) => String(5_000_000_000 + index));

/** What is stored and sent as an address throughout. */
export const address = {
  contactName: 'John Doe',
  companyName: 'Emporix',
  street: 'Platz der Republik',
  streetNumber: '1',
  zipCode: '11011',
  city: 'Berlin',
  country: 'DE',
  state: 'Berlin',
  contactPhone: '123456789',
  tags: ['BILLING', 'SHIPPING'],
};
export type Address = typeof address;
/** The columns of its fields, in their order. */
export const addressColumns =
  'contact_name, company_name, street, street_number, zip_code, city, country, state, contact_phone, tags';

export interface Tokens {
  access_token: string;
  refresh_token: string;
}

/** A customer who logged in, and the visitor who that was before. */
export interface Session {
  credentials: { email: string; password: string };
  visitorToken: string;
  accessToken: string;
  refreshToken: string;
}

/** Stores the customers with their addresses, and the same for the bare server. @returns the version of PostgreSQL */
export async function seedDatabase(url: string): Promise<string> {
  type PasswordHash = typeof import('../src/credentials/password-hash.ts');
  const { hashPassword } = await built<PasswordHash>('credentials/password-hash');
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(
      `insert into customers (tenant, id, title, first_name, last_name, contact_email, contact_phone, company,
          preferred_language, preferred_currency, preferred_site, active, on_hold, created_at, modified_at)
        select 'demo', id, 'MR', 'John', 'Doe ' || id, id || '@bench.example', '123456789', 'Emporix',
          'en_US', 'USD', 'main', true, false, now(), now()
        from unnest($1::text[]) id`,
      [customerIds],
    );
    await client.query(
      `insert into accounts (tenant, email, customer_id, password_hash, created_at)
        select 'demo', id || '@bench.example', id, $2, now() from unnest($1::text[]) id`,
      [customerIds, await hashPassword(PASSWORD)],
    );
    await client.query(
      `insert into addresses (tenant, id, customer_id, is_default, created_at, ${addressColumns})
        select 'demo', gen_random_uuid(), id, n = 1, now() - interval '1 day' + n * interval '1 second',
          $2, $3, $4, $5, $6, $7, $8, $9, $10, $11::jsonb
        from unnest($1::text[]) id, generate_series(1, 5) n`,
      [customerIds, ...Object.values({ ...address, tags: JSON.stringify(address.tags) })],
    );
    for (const table of ['customers', 'addresses']) {
      await client.query(`create table bare_${table} (like ${table} including all excluding generated)`);
      await client.query(`insert into bare_${table} select * from ${table}`);
    }
    await client.query('vacuum analyze');
    const { rows } = await client.query<{ server_version: string }>('show server_version');
    return rows[0]?.server_version ?? '';
  } finally {
    await client.end();
  }
}

/** Logs customers in the way a storefront does. */
export async function openSessions(baseUrl: string): Promise<Session[]> {
  const open = async (id: string): Promise<Session> => {
    const credentials = { email: `${id}@bench.example`, password: PASSWORD };
    const { access_token: visitorToken } = await tokensFrom(baseUrl + anonymousLogin);
    const { access_token: accessToken, refresh_token: refreshToken } = await tokensFrom(
      `${baseUrl}/customer/demo/login`,
      {
        method: 'POST',
        ...jsonBody(credentials, visitorToken),
      },
    );
    return { credentials, visitorToken, accessToken, refreshToken };
  };
  const ids = customerIds.slice(0, SESSIONS);
  const openShare = async (_: unknown, connection: number): Promise<Session[]> => {
    const sessions: Session[] = [];
    for (const id of shareOf(ids, connection)) sessions.push(await open(id));
    return sessions;
  };
  return (await Promise.all(Array.from({ length: CONNECTIONS }, openShare))).flat();
}

export const anonymousLogin = '/customerlogin/auth/anonymous/login?tenant=demo&client_id=demo-storefront';

/** The header that says who asks. */
export function bearing(token: string): { headers: Record<string, string> } {
  return { headers: { authorization: `Bearer ${token}` } };
}

/** The body and the headers of a request that sends something. */
export function jsonBody(body: object, token?: string): { body: string; headers: Record<string, string> } {
  const { headers } = token === undefined ? { headers: {} } : bearing(token);
  return { body: JSON.stringify(body), headers: { 'content-type': 'application/json', ...headers } };
}

async function tokensFrom(url: string, init?: RequestInit): Promise<Tokens> {
  const response = await fetch(url, init);
  const body = await response.text();
  if (!response.ok) throw new Error(`${url} answered ${response.status} ${body}`);
  return JSON.parse(body) as Tokens;
}

/**
 * Takes out what was added to the address books, which would be full before all rounds are done; and does at a known time
 * what PostgreSQL does by itself once a minute, so that it plans with tables as large as they are.
 */
export async function tidy(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(`delete from addresses where created_at > now() - interval '1 hour'`);
    await client.query('vacuum analyze');
  } finally {
    await client.end();
  }
}

/** The process id of the PostgreSQL server. */
export async function processOf(url: string): Promise<number> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ file: string }>(`select pg_read_file('postmaster.pid') as file`);
    return Number(rows[0]?.file.split('\n')[0]);
  } finally {
    await client.end();
  }
}
