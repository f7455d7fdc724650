import { type Case, inParallel, assertEqual, assert, inSequence, waitUntil } from '../case.ts';
import type { HttpResponse } from '../http.ts';
import type { World } from '../world.ts';

type Anonymous = Record<string, string>;

const status = ({ status: number }: HttpResponse): number => number;

async function refresh(world: World, query: Record<string, string>): Promise<HttpResponse> {
  const parameters = { tenant: world.tenant, client_id: `${world.tenant}-storefront`, ...query };
  return world.http.send('GET', '/customerlogin/auth/anonymous/refresh', { query: parameters });
}

async function contextOf(world: World, token: string): Promise<HttpResponse> {
  return world.http.send('GET', `/session-context/${world.tenant}/me/context`, { token });
}

async function setNote(world: World, token: string, value: string): Promise<void> {
  const path = `/session-context/${world.tenant}/me/context/attributes`;
  assertEqual(
    'status of a new attribute',
    (await world.http.send('POST', path, { token, json: { key: 'note', value } })).status,
    201,
  );
}

export const visitors: Case[] = [
  {
    number: 95,
    title: 'a storefront sends eight parallel refreshes with one token of a visitor or a customer, in both APIs',
    async run(world) {
      const customer = await world.customer();
      const [first, second] = [await world.logIn(customer), await world.glueLogIn(customer)];
      const visitor = await world.anonymousLogin();
      const bearer = await world.visitorToken();
      const successor = ({ body }: HttpResponse): unknown => {
        const { refresh_token, data } = body as Anonymous & { data?: { attributes: Anonymous } };
        return refresh_token ?? data?.attributes.refreshToken;
      };
      for (const [name, send] of Object.entries({
        'a visitor': () => refresh(world, { refresh_token: visitor.refresh_token ?? '' }),
        'a customer': () => world.refresh(first.refresh, bearer),
        'a customer in Glue': () => world.glueRefresh(second.refresh),
      })) {
        const responses = await inParallel(8, send);
        assert(
          `each refresh of ${name} succeeds`,
          responses.every((response) => [200, 201].includes(response.status)),
          responses.map(status),
        );
        assertEqual(`number of different refresh tokens of ${name}`, new Set(responses.map(successor)).size, 1);
      }
      return 'all get the same next refresh token (for a later replay see case 18)';
    },
  },
  {
    number: 96,
    title: 'an attacker plants a visitor’s tokens before a customer logs in with them, and refreshes them repeatedly',
    async run(world) {
      const planted = await world.anonymousLogin();
      const customer = await world.customer();
      const login = await world.logIn(customer, planted.access_token);
      assertEqual('session id of the login', login.session, planted.sessionId);
      await setNote(world, login.access, 'of the customer');
      const chain: Anonymous[] = [planted];
      await inSequence(3, async () => {
        const { status: number, body } = await refresh(world, { refresh_token: chain.at(-1)?.refresh_token ?? '' });
        assertEqual('status of a refresh', number, 200);
        chain.push(body as Anonymous);
      });
      const byAccessToken = await refresh(world, { anonymous_token: planted.access_token ?? '' });
      for (const { sessionId } of [...chain.slice(1), byAccessToken.body as Anonymous]) {
        assert('a refresh returns another session id', sessionId !== login.session, sessionId);
      }
      const otherCustomer = await world.customer();
      for (const { access_token = '' } of chain) {
        const { body, text } = await contextOf(world, access_token);
        assert(
          'the context contains no data of the customer',
          !('customerId' in (body as object)) && !text.includes('of the customer'),
          text,
        );
        assert(
          'another customer gets another session id',
          (await world.logIn(otherCustomer, access_token)).session !== login.session,
        );
      }
      const query = { accessToken: login.access };
      assertEqual(
        'status of the logout',
        (await world.call('GET', '/logout', { token: login.access, query })).status,
        204,
      );
      const after = (await refresh(world, { refresh_token: chain.at(-1)?.refresh_token ?? '' })).body as Anonymous;
      assertEqual('session id after the logout', after.sessionId, planted.sessionId);
      const { status: found, text } = await contextOf(world, after.access_token ?? '');
      assert(
        "the visitor's token returns the visitor's own context",
        found === 200 && !text.includes('of the customer'),
        text,
      );
      return 'the tokens get sessions with other ids until the logout, and never the context of the customer';
    },
  },
  {
    number: 98,
    title: 'a service requests scopes with tabs, line breaks, other spaces, quotes and unknown suffixes',
    async run(world) {
      const scope = 'customer.customer_read';
      const invalid = ['\t', '\n', '\u00a0', '\u2028', '  ', '"', '\\'].map((mark) => `${scope}--x${mark}foyer.admin`);
      for (const each of [...invalid, ` ${scope}`, `${scope} `, `${scope}--x`, `${scope}--`, `${scope}--x--y`]) {
        const response = await world.tokenFor(each);
        const { type } = response.body as { type?: string };
        assertEqual(
          `status and type for the scope ${JSON.stringify(each)}`,
          [response.status, type],
          [400, 'invalid_scope'],
        );
      }
      return 'each gets 400 invalid_scope (restrictions of a tenant: test/service-token.e2e-spec.ts)';
    },
  },
  {
    number: 99,
    title: 'visitors and customers log in and refresh at another process right after their client was removed',
    async run(world) {
      return world.withProcess({}, async (other) => {
        const clientId = await world.newStorefrontClient();
        const customer = await world.customer();
        const query = { tenant: world.tenant, client_id: clientId };
        const anonymous = (call: string, more = {}): Promise<HttpResponse> =>
          other.http.send('GET', `/customerlogin/auth/anonymous/${call}`, { query: { ...query, ...more } });
        // A process reads new clients every few seconds.
        await waitUntil('the other process has the client', async () => (await anonymous('login')).status === 200);
        const visitor = await other.anonymousLogin(clientId);
        const second = await other.anonymousLogin(clientId);
        const login = await other.logIn(customer, visitor.access_token);
        const path = `/admin/${world.tenant}/clients/${clientId}`;
        assertEqual(
          'status of the removal',
          (await world.http.send('DELETE', path, { token: await world.serviceToken() })).status,
          204,
        );
        const responses = [
          await anonymous('login'),
          await anonymous('refresh', { refresh_token: second.refresh_token }),
          await anonymous('refresh', { anonymous_token: second.access_token }),
          await other.tryLogin(customer, { token: second.access_token }),
          await other.refresh(login.refresh),
        ];
        assert(
          'each request is rejected',
          responses.every((response) => [400, 401].includes(response.status)),
          responses.map(status),
        );
        assertEqual("access to the profile with the customer's token", await other.canReadProfile(login.access), [
          false,
          false,
        ]);
        return 'each is rejected at once, because each statement reads the client in the database';
      });
    },
  },
];
