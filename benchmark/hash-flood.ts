import { randomUUID } from 'node:crypto';
import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { Cleanup } from './cleanup.ts';
import { median } from './measure.ts';
import { startProduction } from './production.ts';

/*
 * `node benchmark/hash-flood.ts`, after a build: floods a production start with requests that hash a password, over 400
 * connections and without rate limits, and counts the logins of another customer that succeed at the same time. It exits
 * with 1 if fewer than 9 of 10 succeed.
 */

const CONNECTIONS = Number(process.env.CONNS ?? 400);
const LOGINS = Number(process.env.LOGINS ?? 30);
const PASSWORD = 'quiet river under stone';
const OWNER = '198.51.100.7';

interface Response {
  status: number;
  body: Record<string, string>;
}

interface Request {
  json?: object;
  token?: string;
  from?: string;
  method?: string;
  agent?: Agent;
}

/** One round: the flood, and the tenant of the honest customer. */
interface Round {
  title: string;
  tenant: string;
  flood: (index: number) => Promise<Response>;
}

async function run(cleanup: Cleanup): Promise<boolean> {
  const service = await startProduction(cleanup, {
    seed: (databaseUrl) => addTenants(databaseUrl, ['acme', 'other']),
    env: { RATE_LIMITS: 'off', JOBS: 'off' },
  });

  const send = (url: string, options: Request = {}): Promise<Response> => call(service.url + url, options);
  const visitor = async (tenant: string): Promise<string> =>
    (await send(`/customerlogin/auth/anonymous/login?tenant=${tenant}&client_id=${tenant}-storefront`)).body
      .access_token ?? '';
  const tokens = { acme: await visitor('acme'), other: await visitor('other') };
  const connections = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const login = (from: string): Promise<Response> =>
    send('/customer/acme/login', {
      json: { email: `${randomUUID()}@abuse.example`, password: PASSWORD },
      ...{ token: tokens.acme, from, agent: connections },
    });
  const reset = (from: string): Promise<Response> =>
    send('/customer/acme/password/reset/update', {
      json: { token: randomUUID(), password: PASSWORD },
      ...{ token: tokens.acme, from, agent: connections },
    });
  const rounds: Round[] = [
    { title: 'one address at login', tenant: 'acme', flood: () => login('203.0.113.1') },
    { title: 'one address at password/reset/update', tenant: 'acme', flood: () => reset('203.0.113.1') },
    {
      title: 'one address at both',
      tenant: 'acme',
      flood: (index) => (index % 2 ? login('203.0.113.1') : reset('203.0.113.1')),
    },
    {
      title: '50 addresses at login of another tenant',
      tenant: 'other',
      flood: (index) => login(`203.0.113.${index % 50}`),
    },
  ];

  let passed = true;
  for (const { title, tenant, flood } of rounds) {
    const email = `${randomUUID()}@honest.example`;
    const json = { email, password: PASSWORD };
    await send(`/customer/${tenant}/signup`, { json, token: await visitor(tenant), from: OWNER });
    const visitors: string[] = [];
    for (let count = 0; count < LOGINS; count++) visitors.push(await visitor(tenant));

    const statuses = new Map<number, number>();
    let flooding = true;
    const stream = async (index: number): Promise<void> => {
      for (let number = index; flooding; number++) {
        const { status } = await flood(number);
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
      }
    };
    const streams = Array.from({ length: CONNECTIONS }, (_, index) => stream(index));
    await sleep(3000);
    const startedAt = performance.now();
    const times: number[] = [];
    let succeeded = 0;
    const failures = new Set<string>();
    for (const token of visitors) {
      const before = performance.now();
      const { status, body } = await send(`/customer/${tenant}/login`, { json, token, from: OWNER });
      times.push(performance.now() - before);
      if (status === 200) succeeded++;
      else failures.add(`${status} ${body.message ?? ''}`);
    }
    const seconds = (performance.now() - startedAt) / 1000;
    flooding = false;
    await Promise.all(streams);
    passed &&= succeeded >= LOGINS * 0.9;
    if (failures.size > 0) console.log(`failed logins: ${[...failures].join('; ')}`);
    const responses = [...statuses].map(([status, count]) => `${count} × ${status}`).join(', ');
    console.log(
      `${title}: ${succeeded} of ${LOGINS} logins succeeded in ${seconds.toFixed(1)} s, median ` +
        `${median(times).toFixed(0)} ms, slowest ${Math.max(...times).toFixed(0)} ms; the flood got ${responses}`,
    );
  }
  connections.destroy();
  return passed;
}

function call(url: string, { json, token, from, method, agent }: Request): Promise<Response> {
  const content = json && JSON.stringify(json);
  const headers = {
    ...(content && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(content) }),
    ...(token && { authorization: `Bearer ${token}` }),
    ...(from && { 'x-forwarded-for': from }),
  };
  return new Promise((resolve, reject) => {
    const sent = request(url, { method: method ?? (json ? 'POST' : 'GET'), headers, agent }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => (text += part));
      response.once('end', () => resolve({ status: response.statusCode ?? 0, body: parseJson(text) }));
      response.once('error', reject);
    });
    sent.once('error', reject);
    sent.end(content);
  });
}

function parseJson(text: string): Record<string, string> {
  return text ? (JSON.parse(text) as Record<string, string>) : {};
}

async function addTenants(url: string, names: string[]): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    for (const name of names) {
      await client.query('insert into tenants (name, settings) values ($1, $2)', [name, { activation: 'none' }]);
      await client.query(`insert into clients (tenant, id, kind) values ($1, $1 || '-storefront', 'storefront')`, [
        name,
      ]);
    }
  } finally {
    await client.end();
  }
}

const cleanup = new Cleanup();
try {
  if (!(await run(cleanup))) process.exitCode = 1;
} catch (error) {
  if (!cleanup.started) console.error(error);
  process.exitCode = 1;
} finally {
  await cleanup.run();
}
