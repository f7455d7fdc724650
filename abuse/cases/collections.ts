import { type Case, inParallel, assertEqual, assert, inSequence } from '../case.ts';
import type { HttpResponse } from '../http.ts';
import type { Customer, World } from '../world.ts';

const status = ({ status: number }: HttpResponse): number => number;

const context = async (world: World, token: string, value: string): Promise<HttpResponse> =>
  world.http.send('POST', `/session-context/${world.tenant}/me/context/attributes`, {
    token,
    json: { key: 'a', value },
  });

const consents = (from: number): object => ({
  consents: Array.from({ length: 50 }, (_, n) => ({ id: `text-${from + n}`, version: '1', accepted: true })),
});

async function exported(world: World, { id }: Customer): Promise<HttpResponse> {
  return world.call('GET', `/customers/${id}/export`, { token: await world.serviceToken() });
}

export const collections: Case[] = [
  {
    number: 70,
    title: 'a customer sends 10 PUTs, each with 50 consents on new texts, 5 of them in parallel',
    async run(world) {
      const { access: token } = await world.logIn(await world.customer());
      const put = async (n: number): Promise<HttpResponse> =>
        world.call('PUT', '/me/consents', { token, json: consents(n * 50) });
      const responses = [...(await inParallel(5, put)), ...(await inSequence(5, (n) => put(n + 5)))];
      assertEqual('number of accepted PUTs', responses.filter(({ status: number }) => number === 204).length, 2);
      const rejected = responses.filter(({ status: number }) => number !== 204);
      assertEqual('statuses of the other PUTs', new Set(rejected.map(status)), new Set([400]));
      assert(
        'the error names the limit',
        rejected.every(({ text }) => text.includes('100 consent ids')),
      );
      const { body } = await world.call('GET', '/me/consents', { token });
      assertEqual('number of stored consents', (body as { consents: unknown[] }).consents.length, 100);
      return '100 consent ids are stored; the other PUTs get 400, and the error names the limit';
    },
  },
  {
    number: 71,
    title: 'a customer logs in 104 times, the last 4 times in parallel',
    async run(world) {
      const customer = await world.customer();
      const first = await world.logIn(customer);
      await inSequence(99, () => world.logIn(customer));
      const [last] = await inParallel(4, () => world.logIn(customer));
      const { body } = await world.call('GET', '/me/sessions', { token: last?.access ?? '' });
      assertEqual('number of sessions', (body as unknown[]).length, 100);
      assertEqual(
        'status of a request with the first token',
        (await world.call('GET', '/me', { token: first.access })).status,
        401,
      );
      return 'every login succeeds; 100 sessions remain, and the first one has ended';
    },
  },
  {
    number: 72,
    title: 'a visitor writes a context of 9 KB, a customer one of 70 KB; the visitor sends 130 writes in parallel',
    async run(world) {
      const visitor = await world.visitorToken();
      assertEqual('status of 9 KB of a visitor', (await context(world, visitor, 'x'.repeat(9000))).status, 400);
      assertEqual(
        'status of 8.4 KB in 2,100 characters',
        (await context(world, visitor, '😀'.repeat(2100))).status,
        400,
      );
      assertEqual('status of 7 KB of a visitor', (await context(world, visitor, 'x'.repeat(7000))).status, 201);
      const { access } = await world.logIn(await world.customer());
      assertEqual('status of 60 KB of a customer', (await context(world, access, 'x'.repeat(60_000))).status, 201);
      assertEqual('status of 70 KB of a customer', (await context(world, access, 'x'.repeat(70_000))).status, 400);
      const responses = await inParallel(130, () => context(world, visitor, 'x'));
      assert('at least 10 writes get 429', responses.filter(({ status: number }) => number === 429).length >= 10);
      return 'contexts above the limit in bytes get 400; after 120 writes of one session in a minute, 429';
    },
  },
  {
    number: 73,
    title: 'a service requests 20 exports of one customer with large contexts in parallel',
    async run(world) {
      const customer = await world.customer();
      await inSequence(5, async () => context(world, (await world.logIn(customer)).access, 'x'.repeat(60_000)));
      const responses = await inParallel(20, () => exported(world, customer));
      const statuses = responses.map(status);
      assert(
        'each status is 200 or 503, at least one is 200',
        statuses.includes(200) && statuses.every((number) => [200, 503].includes(number)),
        statuses,
      );
      const busy = responses.filter(({ status: number }) => number === 503);
      assert(
        'each 503 has Retry-After',
        busy.every(({ headers }) => headers['retry-after'] !== undefined),
      );
      const complete = responses.find(({ status: number }) => number === 200);
      assertEqual('number of exported contexts', (complete?.body as { contexts: unknown[] }).contexts.length, 5);
      assertEqual('status of an export afterwards', (await exported(world, customer)).status, 200);
      return 'one export of a customer is sent at a time; the others get 503 with Retry-After';
    },
  },
  {
    number: 74,
    title: 'a service erases 10 customers, each while that customer writes context, consents and addresses',
    async run(world) {
      const token = await world.serviceToken();
      await inSequence(10, async () => {
        const customer = await world.customer();
        const { access, session } = await world.logIn(customer);
        const [erased, ...writes] = await Promise.all([
          world.call('POST', `/customers/${customer.id}/erasure`, { token }),
          context(world, access, customer.email),
          world.call('PUT', '/me/consents', { token: access, json: consents(0) }),
          world.call('POST', '/me/addresses', { token: access, json: { contactName: 'Ada', city: 'London' } }),
        ]);
        assertEqual('status of the erasure', erased.status, 204);
        assert(
          'no write gets a 5xx',
          writes.every(({ status: number }) => number < 500),
          writes.map(status),
        );
        const path = `/session-context/${world.tenant}/context/${session}`;
        // The session id is that of the visitor's session, whose own context stays.
        const { text } = await world.http.send('GET', path, { token });
        assert('the context contains no data of the customer', !text.includes(customer.email), text);
        assertEqual('status of the export', (await exported(world, customer)).status, 404);
      });
      return 'every erasure succeeds, no write gets a 5xx, and afterwards no data of the customers is left';
    },
  },
];
