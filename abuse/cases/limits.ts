import { type Case, inParallel, assertEqual, assert, inSequence } from '../case.ts';
import type { Customer, World } from '../world.ts';

const wrong = { password: 'not the password at all' };
const behindProxy = { TRUSTED_PROXIES: '127.0.0.1' };
const from = (address: string) => ({ headers: { 'x-forwarded-for': address } });

/** A login from behind a proxy. */
async function logIn(other: World, customer: Customer, address: string, changes: object = {}): Promise<number> {
  const { email, password } = { ...customer, ...changes };
  const token = await other.visitorToken();
  return (await other.call('POST', '/login', { token, json: { email, password }, ...from(address) })).status;
}

export const limits: Case[] = [
  {
    number: 80,
    title:
      'an attacker sends 16 wrong passwords from one network, which the proxy writes with ports, IPv4-mapped, or in a /64',
    async run(world) {
      const notations: ((n: number) => string)[] = [
        (n) => `203.0.113.7:${50_000 + n}`,
        (n) => (n % 2 ? '203.0.113.8' : `[::ffff:203.0.113.8]:${50_000 + n}`),
        (n) => `[2001:db8:0:7::${n + 1}]:${50_000 + n}`,
        (n) => `${'no address '.repeat(20)}${n}`,
      ];
      return world.withProcess(behindProxy, async (other) => {
        for (const notation of notations) {
          const victim = await world.customer();
          const statuses = await inSequence(16, (n) => logIn(other, victim, notation(n), wrong));
          assertEqual(`statuses of the logins from ${notation(0).slice(0, 40)}`, statuses, [
            ...Array<number>(15).fill(400),
            429,
          ]);
          assertEqual(
            'status of a login of the owner from another network',
            await logIn(other, victim, '198.51.100.9'),
            200,
          );
        }
        return 'all notations count as one network, and the sixteenth login gets 429';
      });
    },
  },
  {
    number: 81,
    title: 'an attacker sends 101 wrong passwords for an owner from 10 new addresses, in both APIs',
    async run(world) {
      return world.withProcess(behindProxy, async (other) => {
        const owner = await world.customer();
        const [known, unknown] = ['203.0.113.7', '203.0.113.8'];
        assertEqual('status of the first login', await logIn(other, owner, known), 200);
        const guesses = await inSequence(101, (n) => logIn(other, owner, `198.51.100.${n % 10}`, wrong));
        assertEqual('statuses of the wrong passwords', guesses, [...Array<number>(100).fill(400), 429]);
        assertEqual('status of the right password from a new address', await logIn(other, owner, unknown), 429);
        assertEqual('status of a login from the known network of the owner', await logIn(other, owner, known), 200);
        const glue = async (address: string) => (await other.tryGlueLogin(owner, from(address))).status;
        assertEqual(
          'statuses in the Glue API, from a new and from the known network',
          [await glue(unknown), await glue(known)],
          [429, 201],
        );
        return 'the account is locked for new networks, but not for the network of the owner';
      });
    },
  },
  {
    number: 82,
    title: 'a client sends 400 sign-ups of 5 KB and 200 anonymous logins; its address may store 1 MB an hour',
    async run(world) {
      return world.withProcess({ ...behindProxy, RATE_LIMIT_STORED_MB: '1' }, async (other) => {
        const token = await other.visitorToken();
        const fill = async (address: string): Promise<number> => {
          const json = { ...other.newPerson(), password: '', customerDetails: { company: 'x'.repeat(5000) } };
          return (await other.call('POST', '/signup', { token, json, ...from(address) })).status;
        };
        const statuses = (await inSequence(40, () => inParallel(10, () => fill('203.0.113.7')))).flat();
        assert('some sign-ups get 429', statuses.includes(429));
        assertEqual('statuses of the sign-ups', new Set(statuses), new Set([400, 429]));
        const visit = async (address: string): Promise<number> => {
          const query = { tenant: other.tenant, client_id: `${other.tenant}-storefront` };
          const path = '/customerlogin/auth/anonymous/login';
          return (await other.http.send('GET', path, { query, ...from(address) })).status;
        };
        const visits = (await inSequence(20, () => inParallel(10, () => visit('203.0.113.7')))).flat();
        assertEqual('status of the last anonymous login', visits.at(-1), 429);
        assertEqual(
          'statuses of a sign-up and an anonymous login from another address',
          [await fill('203.0.113.8'), await visit('203.0.113.8')],
          [400, 200],
        );
        return 'sign-ups and anonymous logins from that address get 429; those from another address do not';
      });
    },
  },
];
