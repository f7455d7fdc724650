import pLimit from 'p-limit';
import pg from 'pg';
import { importBuilt } from './built.ts';
import { type Request } from './clients.ts';

export const TENANT = 'bench';
const CUSTOMERS = 1000;
/** Logins at the same time. */
const LOGINS = 32;
const PASSWORD = 'quiet river under stone';

export const customerIds = Array.from({ length: CUSTOMERS }, (_, index) => String(5_000_000_000 + index));

/** The address that is stored and sent. */
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
/** The columns of its fields, in the same order. */
export const addressColumns =
  'contact_name, company_name, street, street_number, zip_code, city, country, state, contact_phone, tags';

export interface Tokens {
  access_token: string;
  refresh_token: string;
}

/** The session of a customer, and the token of the visitor who logged in. */
export interface Session {
  credentials: { email: string; password: string };
  visitorToken: string;
  accessToken: string;
  refreshToken: string;
}

/** Stores the tenant, its storefront and its customers with their addresses, and copies for the bare server. */
export async function seedDatabase(url: string): Promise<void> {
  type PasswordHash = typeof import('../src/credentials/password-hash.ts');
  const { hashPassword } = await importBuilt<PasswordHash>('credentials/password-hash');
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query('insert into tenants (name, settings) values ($1, $2)', [TENANT, { activation: 'none' }]);
    await client.query(
      `insert into clients (tenant, id, kind, secret_hashes, scopes)
        values ($1, $1 || '-storefront', 'storefront', '{}', '{}')`,
      [TENANT],
    );
    await client.query(
      `insert into customers (tenant, id, title, first_name, last_name, contact_email, contact_phone, company,
          preferred_language, preferred_currency, preferred_site, active, on_hold, created_at, modified_at)
        select '${TENANT}', id, 'MR', 'John', 'Doe ' || id, id || '@bench.example', '123456789', 'Emporix',
          'en_US', 'USD', 'main', true, false, now(), now()
        from unnest($1::text[]) id`,
      [customerIds],
    );
    await client.query(
      `insert into accounts (tenant, email, customer_id, password_hash, created_at)
        select '${TENANT}', id || '@bench.example', id, $2, now() from unnest($1::text[]) id`,
      [customerIds, await hashPassword(PASSWORD)],
    );
    await client.query(
      `insert into addresses (tenant, id, customer_id, is_default, created_at, ${addressColumns})
        select '${TENANT}', gen_random_uuid(), id, n = 1, now() - interval '1 day' + n * interval '1 second',
          $2, $3, $4, $5, $6, $7, $8, $9, $10, $11::jsonb
        from unnest($1::text[]) id, generate_series(1, 5) n`,
      [customerIds, ...Object.values({ ...address, tags: JSON.stringify(address.tags) })],
    );
    for (const table of ['customers', 'addresses', 'sessions']) {
      await client.query(`create table bare_${table} (like ${table} including all excluding generated)`);
      await client.query(`insert into bare_${table} select * from ${table}`);
    }
    await client.query('vacuum analyze');
  } finally {
    await client.end();
  }
}

/** Logs all customers in, as a storefront does. */
export async function openSessions(baseUrl: string): Promise<Session[]> {
  const open = async (id: string): Promise<Session> => {
    const credentials = { email: `${id}@bench.example`, password: PASSWORD };
    const { access_token: visitorToken } = await tokensFrom(baseUrl + anonymousLogin);
    const login = { method: 'POST', ...jsonBody(credentials, visitorToken) };
    const { access_token, refresh_token } = await tokensFrom(`${baseUrl}/customer/${TENANT}/login`, login);
    return { credentials, visitorToken, accessToken: access_token, refreshToken: refresh_token };
  };
  const limit = pLimit(LOGINS);
  return Promise.all(customerIds.map((id) => limit(() => open(id))));
}

export const anonymousLogin = `/customerlogin/auth/anonymous/login?tenant=${TENANT}&client_id=${TENANT}-storefront`;

/** The header with the token of the caller. */
export function bearerHeader(token: string): Required<Pick<Request, 'headers'>> {
  return { headers: { authorization: `Bearer ${token}` } };
}

/** The body and the headers of a request with a JSON body. */
export function jsonBody(body: object, token?: string): Required<Pick<Request, 'body' | 'headers'>> {
  const { headers } = token === undefined ? { headers: {} } : bearerHeader(token);
  return { body: JSON.stringify(body), headers: { 'content-type': 'application/json', ...headers } };
}

async function tokensFrom(url: string, init?: RequestInit): Promise<Tokens> {
  const response = await fetch(url, init);
  const body = await response.text();
  if (!response.ok) throw new Error(`${url}: ${response.status} ${body}`);
  return JSON.parse(body) as Tokens;
}

/**
 * Deletes the added addresses, because the address books would be full before all rounds are done, and updates the
 * statistics, which PostgreSQL otherwise does at times of its own.
 */
export async function tidy(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    for (const table of ['addresses', 'bare_addresses']) {
      await client.query(`delete from ${table} where created_at > now() - interval '1 hour'`);
    }
    await client.query('vacuum analyze');
  } finally {
    await client.end();
  }
}

/** The process id and the version of the PostgreSQL server. */
export async function postgresOf(url: string): Promise<{ pid: number; version: string }> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ file: string; version: string }>(
      `select pg_read_file('postmaster.pid') as file, current_setting('server_version') as version`,
    );
    const { file = '', version = '' } = rows[0] ?? {};
    return { pid: Number(file.split('\n')[0]), version };
  } finally {
    await client.end();
  }
}
