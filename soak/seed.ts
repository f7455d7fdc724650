import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { importBuilt } from '../benchmark/built.ts';
import { Client, type Response } from './client.ts';

export const HONEST = 'honest';
export const HOSTILE = 'hostile';
export const PASSWORD = 'quiet river under stone';
const SERVICE_SECRET = 'the secret of the service of the soak';

/** A customer of the hostile tenant whose collections are full, and further data for the attackers. */
export interface Target {
  tenant: string;
  /** Access token of that customer. */
  customer: string;
  /** Access token of a visitor. */
  visitor: string;
  email: string;
  /** Access token of a service that may read all customers. */
  service: string;
  /** How much the service accepted, for the report. */
  filled: string;
}

/** Two tenants, each with a storefront client and a service client with all scopes for customers. */
export async function createTenants(databaseUrl: string): Promise<void> {
  type Secrets = typeof import('../src/common/secrets.ts');
  const { hashOf } = await importBuilt<Secrets>('common/secrets');
  const database = new pg.Client({ connectionString: databaseUrl });
  await database.connect();
  try {
    for (const tenant of [HONEST, HOSTILE]) {
      await database.query('insert into tenants (name, settings) values ($1, $2)', [tenant, { activation: 'none' }]);
      await database.query(
        `insert into clients (tenant, id, kind, secret_hashes, scopes) values
          ($1, $1 || '-storefront', 'storefront', '{}', '{}'), ($1, $1 || '-service', 'service', $2, $3)`,
        [tenant, [hashOf(SERVICE_SECRET)], ['customer.customer_read', 'customer.customer_manage']],
      );
    }
  } finally {
    await database.end();
  }
}

export const anonymousLogin = (tenant: string): string =>
  `/customerlogin/auth/anonymous/login?tenant=${tenant}&client_id=${tenant}-storefront`;

export interface Login {
  email: string;
  visitor: string;
  access: string;
  refresh: string;
}

/** Signs up a customer and logs in, as a storefront does. */
export async function newCustomer(client: Client, tenant: string, from?: string): Promise<Login> {
  const email = `${randomUUID()}@soak.example`;
  const { access_token: visitor = '' } = await tokens(client, anonymousLogin(tenant), { from });
  const account = { email, password: PASSWORD };
  await tokens(client, `/customer/${tenant}/signup`, { method: 'POST', token: visitor, json: account, from });
  const login = { method: 'POST', token: visitor, json: account, from };
  const { access_token: access = '', refresh_token: refresh = '' } = await tokens(
    client,
    `/customer/${tenant}/login`,
    login,
  );
  return { email, visitor, access, refresh };
}

async function tokens(client: Client, ...request: Parameters<Client['send']>): Promise<Record<string, string>> {
  const { status, body } = await client.send(...request);
  if (status >= 300) throw new Error(`${request[0]}: ${status} ${JSON.stringify(body)}`);
  return body as Record<string, string>;
}

/** 255 characters of four bytes each. */
const MAX_LENGTH_TEXT = '𝒳'.repeat(255);
const LARGE_MIXIN = 'm'.repeat(8000);

/**
 * Signs up a customer and fills every collection that a client can fill, until the service rejects more: addresses,
 * consents, sessions with contexts; and adds customers with large mixins, for large search pages.
 */
export async function fillCollections(url: string, tenant: string): Promise<Target> {
  const client = new Client(url, 4);
  const api = `/customer/${tenant}`;
  try {
    const { email, access, visitor } = await newCustomer(client, tenant);
    const service = await serviceToken(client, tenant);
    const address = (size: number): object => ({
      ...Object.fromEntries(
        ['contactName', 'companyName', 'street', 'city', 'extraLine1', 'extraLine2', 'extraLine3', 'extraLine4'].map(
          (name) => [name, MAX_LENGTH_TEXT.slice(0, size * 2)],
        ),
      ),
      mixins: { large: { text: LARGE_MIXIN.slice(0, size * 31) } },
      tags: Array.from({ length: 50 }, (_, index) => `tag-${index}`),
    });
    const addresses = await countAccepted(200, (index) => {
      // If the largest address is too large, smaller ones fill the address book.
      return client.send(`${api}/me/addresses`, {
        method: 'POST',
        token: access,
        json: address(index < 100 ? 255 : 60),
      });
    });
    const consents = await countAccepted(100, (index) => {
      const list = Array.from({ length: 50 }, (_, n) => ({ id: `c${index}-${n}`, version: '1', accepted: true }));
      return client.send(`${api}/me/consents`, { method: 'PUT', token: access, json: { consents: list } });
    });
    const sessions = await countAccepted(150, async () => {
      const { access_token: newVisitor } = await tokens(client, anonymousLogin(tenant));
      const login = await client.send(`${api}/login`, {
        ...{ method: 'POST', token: newVisitor, json: { email, password: PASSWORD } },
      });
      const { access_token: token } = login.body as { access_token: string };
      return client.send(`/session-context/${tenant}/me/context`, {
        ...{ method: 'PATCH', token },
        json: { metadata: { version: 1 }, context: { large: LARGE_MIXIN } },
      });
    });
    const customers = await countAccepted(60, (index) => {
      const mixins = Object.fromEntries(Array.from({ length: 7 }, (_, n) => [`m${n}`, { text: LARGE_MIXIN }]));
      const json = { contactEmail: `large-${index}-${randomUUID()}@soak.example`, password: PASSWORD, mixins };
      return client.send(`${api}/customers`, { method: 'POST', token: service, json });
    });
    const filled = Object.entries({ addresses, consents, sessions, customers })
      .map(([name, count]) => `  ${name}: ${count}`)
      .join('\n');
    const { access_token: customer = '' } = await tokens(client, `${api}/login`, {
      ...{ method: 'POST', token: visitor, json: { email, password: PASSWORD } },
    });
    return { tenant, customer, visitor, email, service, filled };
  } finally {
    client.close();
  }
}

async function serviceToken(client: Client, tenant: string): Promise<string> {
  const form = {
    grant_type: 'client_credentials',
    client_id: `${tenant}-service`,
    client_secret: SERVICE_SECRET,
  };
  return (await tokens(client, '/oauth/token', { method: 'POST', form })).access_token ?? '';
}

/** Repeats a request. @returns the number of successful responses, and the first rejection */
async function countAccepted(maximum: number, send: (index: number) => Promise<Response>): Promise<string> {
  let accepted = 0;
  let rejection = '';
  for (let index = 0; index < maximum; index++) {
    const { status, body } = await send(index);
    if (status < 300) accepted++;
    else if (status >= 500) throw new Error(`A collection could not be filled: ${status} ${JSON.stringify(body)}`);
    else rejection ||= ` (then ${status} ${JSON.stringify(body).slice(0, 200)})`;
  }
  return `${accepted}${rejection}`;
}
