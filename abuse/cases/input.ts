import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { type Case, atOnce, expect, hold, times } from '../case.ts';
import type { Answer, Asking } from '../http.ts';
import type { World } from '../world.ts';

/** A refusal in the form of its dialect, that tells nothing of the inside. */
function refused(name: string, { status, text, body }: Answer, dialect: 'emporix' | 'glue'): void {
  hold(`${name}: a 4xx`, status >= 400 && status < 500, `${status} ${text}`);
  const known = (body ?? {}) as { errors?: unknown; message?: unknown; fault?: unknown };
  const form = dialect === 'glue' ? Array.isArray(known.errors) : Boolean(known.message ?? known.fault);
  hold(`${name}: the error form of ${dialect}`, form, text);
  hold(`${name}: nothing of the inside`, !/\bat \S+ \(|node_modules|SELECT |syntax error|\.js:\d/i.test(text), text);
}

/** A search answers with a list or a reason, and soon. */
async function search(world: World, asking: Asking, path = '/customers'): Promise<number> {
  const method = path.endsWith('/search') ? 'POST' : 'GET';
  const answer = await world.call(method, path, { ...asking, token: await world.staff() });
  const name = JSON.stringify(asking).slice(0, 90);
  hold(`${name}: 200 or 400`, [200, 400].includes(answer.status), `${answer.status} ${answer.text}`);
  hold(`${name}: within 3 seconds`, answer.milliseconds < 3000, answer.milliseconds);
  if (answer.status === 400) refused(name, answer, 'emporix');
  return answer.status;
}

const nested = (depth: number): string => '{"a":'.repeat(depth) + '1' + '}'.repeat(depth);

async function alive(world: World): Promise<void> {
  expect('the server lives', (await world.http.send('GET', '/health/live')).status, 200);
}

export const input: Case[] = [
  {
    number: 46,
    tries: '40 attacks by q, sort, expand, paging and the search’s body',
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
        expect(`the unknown field of ${q}`, statuses.get(q), 400);
      }
      const { body } = await world.call('GET', '/customers', {
        token: await world.staff(),
        query: { q: "firstName:\"x' or '1'='1\"" },
      });
      expect('found by SQL', body, []);
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
      await alive(world);
      return 'a list or a reason within 3 seconds, no 5xx, no other rows';
    },
  },
  {
    number: 47,
    tries: 'bodies of 10 MB, a million keys, depth 10,000, a gzip bomb and wrong lengths, in both dialects',
    async run(world) {
      const visitor = await world.visitor();
      const keys = `{${Array.from({ length: 1_000_000 }, (_, index) => `"${index}":1`).join(',')}}`;
      const few = `{${Array.from({ length: 60_000 }, (_, index) => `"${index}":1`).join(',')}}`;
      const bomb = gzipSync(Buffer.alloc(50_000_000, 'a'));
      const bodies: Record<string, Asking> = {
        '10 MB': { raw: `{"email":"${'a'.repeat(10_000_000)}"}` },
        'a million keys': { raw: keys },
        '60,000 keys': { raw: few },
        'depth 10,000': { raw: nested(10_000) },
        'lists 100,000 deep': { raw: '['.repeat(100_000) },
        'a gzip bomb': { raw: bomb, headers: { 'content-encoding': 'gzip' } },
      };
      for (const [name, asking] of Object.entries(bodies)) {
        const first = await cut(() => world.call('POST', '/signup', { token: visitor, ...asking }));
        const second = await cut(() => world.glue('POST', '/customers', asking));
        if (first) refused(name, first, 'emporix');
        if (second) refused(name, second, 'glue');
        await alive(world);
      }
      // No dialect answers what is no HTTP.
      for (const length of ['5', '-5', '1e3']) {
        const headers = { 'content-length': length };
        const answer = await cut(() =>
          world.call('POST', '/signup', { token: visitor, raw: '{"email":"a"}', headers }),
        );
        if (answer) hold(`a length of ${length}`, answer.status >= 400 && answer.status < 500, answer.status);
        await alive(world);
      }
      await hangUp(world);
      const staff = await world.staff();
      const huge = await cut(() =>
        world.call('POST', '/customers/import', { token: staff, raw: `[${'0,'.repeat(9e5)}0]` }),
      );
      if (huge) refused('a long import', huge, 'emporix');
      await alive(world);
      const seconds = await drip(world);
      return `refused, the process lives; 20 slow bodies got 408 after ${seconds.toFixed(0)} s and hindered nobody`;
    },
  },
  {
    number: 48,
    tries: '16 bodies and methods that are none, in both dialects',
    async run(world) {
      const visitor = await world.visitor();
      const { email, password } = world.stranger();
      const whole = JSON.stringify({ email, password });
      const asking: Record<string, Asking> = {
        'broken JSON': { raw: whole.slice(0, -3) },
        'a BOM': { raw: `\uFEFF${whole.slice(0, -1)}` },
        'single quotes': { raw: whole.replaceAll('"', "'") },
        __proto__: { raw: `{"__proto__":{"active":true},${whole.slice(1)}` },
        constructor: { raw: `{"constructor":{"prototype":{"active":true}},${whole.slice(1)}` },
        NaN: { raw: '{"email":NaN}' },
        'a list': { raw: `[${whole}]` },
        'a text': { raw: '"text"' },
        null: { raw: 'null' },
        nothing: { raw: '' },
        'a form': { raw: 'email=a', headers: { 'content-type': 'application/x-www-form-urlencoded' } },
        'plain text': { raw: whole, headers: { 'content-type': 'text/plain' } },
        XML: { raw: '<a/>', headers: { 'content-type': 'application/xml' } },
        'a wrong charset': { raw: Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d]) },
        'numbers for texts': { raw: '{"email":1,"password":{"a":1}}' },
      };
      for (const [name, each] of Object.entries(asking)) {
        refused(name, await world.call('POST', '/signup', { token: visitor, ...each }), 'emporix');
        refused(name, await world.glue('POST', '/customers', each), 'glue');
      }
      for (const method of ['PUT', 'DELETE', 'TRACE', 'PROPFIND']) {
        const answers = [
          await world.call(method, '/signup', { token: visitor }),
          await world.glue(method, '/access-tokens'),
        ];
        for (const { status, text } of answers) hold(`${method}: ${text}`, status >= 400 && status < 500, status);
      }
      const twice = `{"email":"${email}","email":"${world.stranger().email}","password":"${password}"}`;
      const { status } = await world.call('POST', '/signup', { token: visitor, raw: twice });
      hold('a key that stands there twice', [201, 400].includes(status), status);
      return 'a 4xx in the form of its dialect, nothing of the inside (of a key that stands there twice, the last counts)';
    },
  },
  {
    number: 49,
    tries: 'mixins of 70 KiB, at once and bit by bit; NUL, half a surrogate, deep ones',
    async run(world) {
      const customer = await world.customer();
      const { access: token } = await world.logIn(customer);
      const patch = async (raw: string): Promise<Answer> => world.call('PATCH', '/me', { token, raw });
      const before = (await world.seen(customer.id)).metadata;
      const bad = {
        '70 KiB': JSON.stringify({ mixins: { a: { text: 'a'.repeat(70_000) } } }),
        NUL: '{"mixins":{"a":{"b":"\\u0000"}}}',
        'NUL in a key': '{"mixins":{"a":{"\\u0000":1}}}',
        'half a surrogate': '{"mixins":{"a":{"b":"\\ud800"}}}',
        'NUL in a name': '{"firstName":"a\\u0000b"}',
        'half a surrogate in a name': '{"firstName":"\\udc00"}',
        deep: `{"mixins":{"a":${nested(100)}}}`,
        'a list': '{"mixins":[1]}',
        'a text': '{"mixins":"a"}',
      };
      for (const [name, raw] of Object.entries(bad)) {
        const answer = await patch(raw);
        refused(name, answer, 'emporix');
        expect(name, answer.status, 400);
      }
      expect('after all that', (await world.seen(customer.id)).metadata, before);
      const glue = await world.glue('PATCH', `/customers/${customer.reference}`, {
        token,
        raw: '{"data":{"type":"customers","attributes":{"firstName":"a\\u0000b"}}}',
      });
      refused('NUL in Glue', glue, 'glue');
      const parts = await times(3, (index) =>
        patch(JSON.stringify({ mixins: { [`part${index}`]: { text: 'a'.repeat(30_000) } } })),
      );
      expect(
        'bit by bit',
        parts.map(({ status }) => status),
        [200, 200, 400],
      );
      return '400 with the path, and nothing is changed (schemas of mixins are kept, not checked)';
    },
  },
  {
    number: 58,
    tries: '10 × two PATCHes with one version at once; 20 writers of the default address at once',
    async run(world) {
      const customer = await world.customer();
      const { access: token } = await world.logIn(customer);
      await times(10, async (round) => {
        const { version } = (await world.seen(customer.id)).metadata as { version: number };
        const answers = await atOnce(2, (index) =>
          world.call('PATCH', '/me', { token, json: { firstName: `Name ${round} ${index}`, metadata: { version } } }),
        );
        expect('two with one version', answers.map(({ status }) => status).sort(), [200, 409]);
      });
      const json = { contactName: 'Ada', city: 'Berlin', country: 'DE', isDefault: true };
      const made = await atOnce(20, async () => (await world.call('POST', '/me/addresses', { token, json })).status);
      expect('20 addresses at once', new Set(made), new Set([201]));
      const book = async (): Promise<{ id: string; isDefault: boolean }[]> =>
        (await world.call('GET', '/me/addresses', { token })).body as { id: string; isDefault: boolean }[];
      const addresses = await book();
      expect('kept', addresses.length, 20);
      const writers = await atOnce(20, async (index) => {
        const page = `/me/addresses/${addresses[index]!.id}`;
        if (index % 2) return (await world.call('PATCH', page, { token, json: { isDefault: true } })).status;
        return (await world.call('POST', `${page}/tags`, { token, query: { tags: 'BILLING,SHIPPING' } })).status;
      });
      for (const status of writers) hold('a writer', status < 300, status);
      expect('defaults', (await book()).filter(({ isDefault }) => isDefault).length, 1);
      return 'one wins, the other gets 409; one default address is left';
    },
  },
];

/** Promises a long body, and leaves in the middle of it. */
async function hangUp(world: World): Promise<void> {
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
  await alive(world);
}

/** Sends twenty bodies, a blank a second each. @returns how long it was listened to, in seconds */
async function drip(world: World): Promise<number> {
  const { hostname, port } = new URL(world.http.baseUrl);
  const started = Date.now();
  const answers = atOnce(20, async () => {
    let heard = '';
    const socket = connect({ host: hostname, port: Number(port) || 80 });
    socket.on('error', () => undefined);
    socket.on('data', (part) => (heard += part.toString()));
    const lines = ['POST /customers HTTP/1.1', `Host: ${hostname}`, 'Content-Type: application/json'];
    socket.write(`${lines.join('\r\n')}\r\nContent-Length: 500\r\n\r\n{`);
    const drops = setInterval(() => socket.write(' '), 1000);
    await new Promise((closed) => socket.once('close', closed));
    clearInterval(drops);
    return heard.slice(0, 'HTTP/1.1 408'.length);
  });
  await sleep(1000);
  await alive(world);
  expect('what slow bodies get', [...new Set(await answers)], ['HTTP/1.1 408']);
  const seconds = (Date.now() - started) / 1000;
  hold('within 35 s', seconds < 35, seconds);
  return seconds;
}

/** A server may hang up on who sends too much: then there is no answer. */
async function cut(ask: () => Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (['ECONNRESET', 'EPIPE'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
}
