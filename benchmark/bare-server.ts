import { generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import fastify from 'fastify';
import pg from 'pg';
import { importBuilt } from './built.ts';
import { type Address, TENANT, addressColumns } from './seed.ts';

/*
 * The minimum that serves each operation over HTTP from the same PostgreSQL, with the default number of connections of
 * Foyer: one prepared statement, and a response of `bytes` bytes.
 */

const { loadConfig } = await importBuilt<typeof import('../src/config/config.ts')>('config/config');
const { databasePool: max } = loadConfig({}, { signingKeys: [], secret: '' });
const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max });
const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const server = fastify();

interface Route {
  Params: { id: string };
  Querystring: { bytes: string };
}

function sized(value: unknown, { bytes }: Route['Querystring']): string {
  return JSON.stringify(value).padEnd(Number(bytes));
}

server.addHook('onRequest', (_request, reply, done) => {
  void reply.type('application/json');
  done();
});

server.get<Route>('/customers/:id', async ({ params, query }) => {
  const { rows } = await pool.query<Record<string, unknown>>({
    name: 'select',
    text: 'select * from bare_customers where tenant = $1 and id = $2',
    values: [TENANT, params.id],
  });
  return sized(rows[0], query);
});

server.get<Route>('/customers/:id/addresses', async ({ params, query }) => {
  const { rows } = await pool.query<Record<string, unknown>>({
    name: 'list',
    text: 'select * from bare_addresses where tenant = $1 and customer_id = $2 order by created_at limit 5',
    values: [TENANT, params.id],
  });
  return sized(rows, query);
});

server.post<Route & { Body: Address }>('/customers/:id/addresses', async ({ params, query, body }, reply) => {
  const id = randomUUID();
  await pool.query({
    name: 'insert',
    text: `insert into bare_addresses (tenant, id, customer_id, created_at, ${addressColumns})
      values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
    values: [TENANT, id, params.id, new Date(), ...Object.values({ ...body, tags: JSON.stringify(body.tags) })],
  });
  return reply.code(201).send(sized({ id }, query));
});

server.post<Route>('/sessions', async ({ query }) => {
  const id = randomUUID();
  const now = new Date();
  await pool.query({
    name: 'session',
    text: `insert into bare_sessions (tenant, id, kind, public_id, client_id, context, created_at, expires_at,
        refreshed_at, refresh_expires_at) values ($1, $2, 'anonymous', $2, $3, '{}', $4, $4, $4, $4)`,
    values: [TENANT, id, `${TENANT}-storefront`, now],
  });
  const payload = Buffer.from(JSON.stringify({ sub: id, aud: TENANT, iat: now.getTime(), exp: now.getTime() }));
  const signature = sign('sha256', payload, { key: privateKey, dsaEncoding: 'ieee-p1363' });
  return sized({ token: `${payload.toString('base64url')}.${signature.toString('base64url')}` }, query);
});

await server.listen({ port: Number(process.env.PORT), host: '127.0.0.1' });
console.log('ready');
