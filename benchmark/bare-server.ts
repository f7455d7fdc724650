import { randomUUID } from 'node:crypto';
import fastify from 'fastify';
import pg from 'pg';
import { built } from './built.ts';
import { type Address, addressColumns } from './seed.ts';

/* The least that can answer over HTTP from the same PostgreSQL, with as many connections as Foyer has by default. */

const { loadConfig } = await built<typeof import('../src/config/config.ts')>('config/config');
const { databasePool: max } = loadConfig({}, { signingKeys: [], secret: '' });
const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max });
const server = fastify();

server.get<{ Params: { id: string } }>('/customers/:id', async ({ params }) => {
  const { rows } = await pool.query<Record<string, unknown>>({
    name: 'select',
    text: 'select * from bare_customers where tenant = $1 and id = $2',
    values: ['demo', params.id],
  });
  return rows[0];
});

server.post<{ Params: { id: string }; Body: Address }>('/customers/:id/addresses', async ({ params, body }, reply) => {
  const id = randomUUID();
  await pool.query({
    name: 'insert',
    text: `insert into bare_addresses (tenant, id, customer_id, created_at, ${addressColumns})
      values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
    values: ['demo', id, params.id, new Date(), ...Object.values({ ...body, tags: JSON.stringify(body.tags) })],
  });
  return reply.code(201).send({ id });
});

await server.listen({ port: Number(process.env.PORT), host: '127.0.0.1' });
console.log('ready');
