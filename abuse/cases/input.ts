import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { type Case, inParallel, assertEqual, assert, inSequence } from '../case.ts';
import type { HttpResponse, RequestOptions } from '../http.ts';
import type { World } from '../world.ts';

/** Asserts a 4xx in the error format of the API, without internals. */
function assertRejected(name: string, { status, text, body }: HttpResponse, api: 'emporix' | 'glue'): void {
  assert(`${name}: the status is 4xx`, status >= 400 && status < 500, `${status} ${text}`);
  const known = (body ?? {}) as { errors?: unknown; message?: unknown; fault?: unknown };
  const valid = api === 'glue' ? Array.isArray(known.errors) : Boolean(known.message ?? known.fault);
  assert(`${name}: the body has the error format of ${api}`, valid, text);
  assert(
    `${name}: the response shows no internals`,
    !/\bat \S+ \(|node_modules|SELECT |syntax error|\.js:\d/i.test(text),
    text,
  );
}

/** Asserts that a search returns a list or an error within 3 seconds. @returns the status */
async function search(world: World, options: RequestOptions, path = '/customers'): Promise<number> {
  const method = path.endsWith('/search') ? 'POST' : 'GET';
  const response = await world.call(method, path, { ...options, token: await world.serviceToken() });
  const name = JSON.stringify(options).slice(0, 90);
  assert(
    `${name}: the status is 200 or 400`,
    [200, 400].includes(response.status),
    `${response.status} ${response.text}`,
  );
  assert(`${name}: within 3 seconds`, response.milliseconds < 3000, response.milliseconds);
  if (response.status === 400) assertRejected(name, response, 'emporix');
  return response.status;
}

const nested = (depth: number): string => '{"a":'.repeat(depth) + '1' + '}'.repeat(depth);

async function assertAlive(world: World): Promise<void> {
  assertEqual('status of /health/live', (await world.http.send('GET', '/health/live')).status, 200);
}

export const input: Case[] = [
  {
    number: 46,
    title: 'a service sends 40 malicious searches by q, sort, expand, paging and the request body',
    async run(world) {
      const queries = [
        ...["firstName:x' or '1'='1", "lastName:x'; drop table customers; --", 'firstName:%', 'firstName:_'],
        ...[
          'firstName:~(a+)+$',
          'firstName:~(a|a)*b',
          'firstName:~[',
          'firstName:~(?',
          'firstName:~^(((((a*)*)*)*)*)*$',
        ],
        ...[
          'firstName:~a{1,255}{1,255}',
          'mixins.a.b.c:x',
          "mixins.a'->>'b:x",
          'mixins.$[*]:x',
          'mixins.__proto__.x:1',
        ],
        ...[
          'passwordHash:exists',
          'tenant:other',
          'accounts.passwordHash:~.',
          'unknown:1',
          'id:(1,2',
          'id:((((((',
          ':',
        ],
        ...[
          'metadata.createdAt:>=x',
          'metadata.version:>=99999999999999999999',
          'metadata.version:NaN',
          'active:maybe',
        ],
        ...[
          '"',
          '\\',
          'a'.repeat(4000),
          `id:(${Array(900).fill('a').join(',')})`,
          'firstName:"\\u0000"',
          'firstName:\0',
        ],
      ];
      const statuses = new Map<string, number>();
      for (const q of queries) {
        statuses.set(q, await search(world, { query: { q } }));
        await search(world, { json: { q } }, '/customers/search');
      }
      for (const q of ['passwordHash:exists', 'tenant:other', 'accounts.passwordHash:~.', 'unknown:1']) {
        assertEqual(`status of the unknown field in ${q}`, statuses.get(q), 400);
      }
      const { body } = await world.call('GET', '/customers', {
        token: await world.serviceToken(),
        query: { q: "firstName:\"x' or '1'='1\"" },
      });
      assertEqual('customers found by an SQL injection', body, []);
      for (const query of [
        ...[
          { sort: 'id;drop table customers' },
          { sort: 'passwordHash' },
          { sort: 'id:up' },
          { sort: 'id:asc,'.repeat(100) },
        ],
        ...[
          { expand: "mixin:'; --" },
          { expand: 'password' },
          { pageSize: '-1' },
          { pageSize: '1e9' },
          { pageNumber: 'x' },
        ],
        { pageNumber: '99999999999999999999' },
      ]) {
        await search(world, { query: query as unknown as Record<string, string> });
      }
      await search(world, { json: { q: { $gt: '' } } }, '/customers/search');
      await search(world, { json: { q: ['a'] } }, '/customers/search');
      await assertAlive(world);
      return 'each search returns a list or a 400 with its reason within 3 seconds, without other rows';
    },
  },
  {
    number: 47,
    title: 'a client sends bodies of 10 MB, a million keys, depth 10,000, a gzip bomb and wrong lengths, in both APIs',
    async run(world) {
      const visitor = await world.visitorToken();
      const keys = `{${Array.from({ length: 1_000_000 }, (_, index) => `"${index}":1`).join(',')}}`;
      const fewerKeys = `{${Array.from({ length: 60_000 }, (_, index) => `"${index}":1`).join(',')}}`;
      const bomb = gzipSync(Buffer.alloc(50_000_000, 'a'));
      const bodies: Record<string, RequestOptions> = {
        '10 MB': { raw: `{"email":"${'a'.repeat(10_000_000)}"}` },
        'a million keys': { raw: keys },
        '60,000 keys': { raw: fewerKeys },
        'depth 10,000': { raw: nested(10_000) },
        'arrays of depth 100,000': { raw: '['.repeat(100_000) },
        'a gzip bomb': { raw: bomb, headers: { 'content-encoding': 'gzip' } },
      };
      for (const [name, options] of Object.entries(bodies)) {
        const first = await unlessClosed(() => world.call('POST', '/signup', { token: visitor, ...options }));
        const second = await unlessClosed(() => world.glue('POST', '/customers', options));
        if (first) assertRejected(name, first, 'emporix');
        if (second) assertRejected(name, second, 'glue');
        await assertAlive(world);
      }
      // The HTTP parser may reject these requests, so the error format is not checked.
      for (const length of ['5', '-5', '1e3']) {
        const headers = { 'content-length': length };
        const response = await unlessClosed(() =>
          world.call('POST', '/signup', { token: visitor, raw: '{"email":"a"}', headers }),
        );
        if (response)
          assert(
            `Content-Length: ${length} gets a 4xx`,
            response.status >= 400 && response.status < 500,
            response.status,
          );
        await assertAlive(world);
      }
      await closeDuringBody(world);
      const staff = await world.serviceToken();
      const longImport = await unlessClosed(() =>
        world.call('POST', '/customers/import', { token: staff, raw: `[${'0,'.repeat(9e5)}0]` }),
      );
      if (longImport) assertRejected('a long import', longImport, 'emporix');
      await assertAlive(world);
      const seconds = await sendSlowBodies(world);
      return `each is rejected, and the server still responds; 20 slow bodies get 408 after ${seconds.toFixed(0)} s and do not block others`;
    },
  },
  {
    number: 48,
    title: 'a client sends 16 invalid bodies and 4 unsupported methods, in both APIs',
    async run(world) {
      const visitor = await world.visitorToken();
      const { email, password } = world.newPerson();
      const json = JSON.stringify({ email, password });
      const bodies: Record<string, RequestOptions> = {
        'broken JSON': { raw: json.slice(0, -3) },
        'a BOM': { raw: `\uFEFF${json.slice(0, -1)}` },
        'single quotes': { raw: json.replaceAll('"', "'") },
        __proto__: { raw: `{"__proto__":{"active":true},${json.slice(1)}` },
        constructor: { raw: `{"constructor":{"prototype":{"active":true}},${json.slice(1)}` },
        NaN: { raw: '{"email":NaN}' },
        'an array': { raw: `[${json}]` },
        'a string': { raw: '"text"' },
        null: { raw: 'null' },
        'an empty body': { raw: '' },
        'a form': { raw: 'email=a', headers: { 'content-type': 'application/x-www-form-urlencoded' } },
        'plain text': { raw: json, headers: { 'content-type': 'text/plain' } },
        XML: { raw: '<a/>', headers: { 'content-type': 'application/xml' } },
        'a wrong charset': { raw: Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d]) },
        'numbers instead of strings': { raw: '{"email":1,"password":{"a":1}}' },
      };
      for (const [name, each] of Object.entries(bodies)) {
        assertRejected(name, await world.call('POST', '/signup', { token: visitor, ...each }), 'emporix');
        assertRejected(name, await world.glue('POST', '/customers', each), 'glue');
      }
      for (const method of ['PUT', 'DELETE', 'TRACE', 'PROPFIND']) {
        const responses = [
          await world.call(method, '/signup', { token: visitor }),
          await world.glue(method, '/access-tokens'),
        ];
        for (const { status, text } of responses)
          assert(`${method} gets a 4xx: ${text}`, status >= 400 && status < 500, status);
      }
      const duplicate = `{"email":"${email}","email":"${world.newPerson().email}","password":"${password}"}`;
      const { status } = await world.call('POST', '/signup', { token: visitor, raw: duplicate });
      assert('a duplicate key gets 201 or 400', [201, 400].includes(status), status);
      return 'each gets a 4xx in the error format of its API, without internals (of duplicate keys, the last one applies)';
    },
  },
  {
    number: 49,
    title: 'a customer sends mixins of 70 KiB, at once and in parts, with NUL, lone surrogates and deep nesting',
    async run(world) {
      const customer = await world.customer();
      const { access: token } = await world.logIn(customer);
      const patch = async (raw: string): Promise<HttpResponse> => world.call('PATCH', '/me', { token, raw });
      const before = (await world.getCustomer(customer.id)).metadata;
      const invalid = {
        '70 KiB': JSON.stringify({ mixins: { a: { text: 'a'.repeat(70_000) } } }),
        NUL: '{"mixins":{"a":{"b":"\\u0000"}}}',
        'NUL in a key': '{"mixins":{"a":{"\\u0000":1}}}',
        'a lone surrogate': '{"mixins":{"a":{"b":"\\ud800"}}}',
        'NUL in a name': '{"firstName":"a\\u0000b"}',
        'a lone surrogate in a name': '{"firstName":"\\udc00"}',
        'deep nesting': `{"mixins":{"a":${nested(100)}}}`,
        'an array': '{"mixins":[1]}',
        'a string': '{"mixins":"a"}',
      };
      for (const [name, raw] of Object.entries(invalid)) {
        const response = await patch(raw);
        assertRejected(name, response, 'emporix');
        assertEqual(`status of ${name}`, response.status, 400);
      }
      assertEqual('metadata after the rejected requests', (await world.getCustomer(customer.id)).metadata, before);
      const glue = await world.glue('PATCH', `/customers/${customer.reference}`, {
        token,
        raw: '{"data":{"type":"customers","attributes":{"firstName":"a\\u0000b"}}}',
      });
      assertRejected('NUL in Glue', glue, 'glue');
      const parts = await inSequence(3, (index) =>
        patch(JSON.stringify({ mixins: { [`part${index}`]: { text: 'a'.repeat(30_000) } } })),
      );
      assertEqual(
        'statuses of three PATCHes of 30 KB',
        parts.map(({ status }) => status),
        [200, 200, 400],
      );
      return '400 with the path of the field, and nothing changes (schemas of mixins are stored, not checked)';
    },
  },
  {
    number: 58,
    title:
      'a customer sends, 10 times, two PATCHes with one version in parallel; 20 requests change the default address',
    async run(world) {
      const customer = await world.customer();
      const { access: token } = await world.logIn(customer);
      await inSequence(10, async (round) => {
        const { version } = (await world.getCustomer(customer.id)).metadata as { version: number };
        const responses = await inParallel(2, (index) =>
          world.call('PATCH', '/me', { token, json: { firstName: `Name ${round} ${index}`, metadata: { version } } }),
        );
        assertEqual(
          'statuses of two PATCHes with one version',
          responses.map(({ status }) => status).sort(),
          [200, 409],
        );
      });
      const json = { contactName: 'Ada', city: 'Berlin', country: 'DE', isDefault: true };
      const statuses = await inParallel(
        20,
        async () => (await world.call('POST', '/me/addresses', { token, json })).status,
      );
      assertEqual('statuses of 20 new default addresses', new Set(statuses), new Set([201]));
      const addressBook = async (): Promise<{ id: string; isDefault: boolean }[]> =>
        (await world.call('GET', '/me/addresses', { token })).body as { id: string; isDefault: boolean }[];
      const addresses = await addressBook();
      assertEqual('number of addresses', addresses.length, 20);
      const writers = await inParallel(20, async (index) => {
        const page = `/me/addresses/${addresses[index]!.id}`;
        if (index % 2) return (await world.call('PATCH', page, { token, json: { isDefault: true } })).status;
        return (await world.call('POST', `${page}/tags`, { token, query: { tags: 'BILLING,SHIPPING' } })).status;
      });
      for (const status of writers) assert('each request succeeds', status < 300, status);
      assertEqual('number of default addresses', (await addressBook()).filter(({ isDefault }) => isDefault).length, 1);
      return 'of two PATCHes, one succeeds and the other gets 409; there is one default address';
    },
  },
];

/** Announces a long body and closes the connection in the middle of it. */
async function closeDuringBody(world: World): Promise<void> {
  const { hostname, port } = new URL(world.http.baseUrl);
  const socket = connect({ host: hostname, port: Number(port) || 80 });
  socket.on('error', () => undefined);
  const lines = [
    'POST /customers HTTP/1.1',
    `Host: ${hostname}`,
    'Content-Type: application/json',
    'Content-Length: 500',
  ];
  socket.write(`${lines.join('\r\n')}\r\n\r\n{"data":`);
  await sleep(100);
  socket.destroy();
  await assertAlive(world);
}

/** Sends twenty bodies at one byte per second. @returns the seconds until the connections were closed */
async function sendSlowBodies(world: World): Promise<number> {
  const { hostname, port } = new URL(world.http.baseUrl);
  const startedAt = Date.now();
  const responses = inParallel(20, async () => {
    let received = '';
    const socket = connect({ host: hostname, port: Number(port) || 80 });
    socket.on('error', () => undefined);
    socket.on('data', (part) => (received += part.toString()));
    const lines = ['POST /customers HTTP/1.1', `Host: ${hostname}`, 'Content-Type: application/json'];
    socket.write(`${lines.join('\r\n')}\r\nContent-Length: 500\r\n\r\n{`);
    const timer = setInterval(() => socket.write(' '), 1000);
    await new Promise((closed) => socket.once('close', closed));
    clearInterval(timer);
    return received.slice(0, 'HTTP/1.1 408'.length);
  });
  await sleep(1000);
  await assertAlive(world);
  assertEqual('statuses of the slow bodies', [...new Set(await responses)], ['HTTP/1.1 408']);
  const seconds = (Date.now() - startedAt) / 1000;
  assert('the connections are closed within 35 s', seconds < 35, seconds);
  return seconds;
}

/** @returns undefined if the server closed the connection, as it may do when a client sends too much */
async function unlessClosed(send: () => Promise<HttpResponse>): Promise<HttpResponse | undefined> {
  try {
    return await send();
  } catch (error) {
    if (['ECONNRESET', 'EPIPE'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
}
