import { setTimeout as sleep } from 'node:timers/promises';
import { type Case, inParallel, NotRun, assertEqual, assert, inSequence } from '../case.ts';
import { clockAt } from '../clock.ts';
import { Http, type HttpResponse } from '../http.ts';
import type { World } from '../world.ts';

const refreshTokenOf = ({ body }: HttpResponse): string => {
  const { refresh_token, data } = body as { refresh_token?: string; data?: { attributes: { refreshToken: string } } };
  return refresh_token ?? data?.attributes.refreshToken ?? '';
};

const status = ({ status: number }: HttpResponse): number => number;

/** @returns the access token of an employee who acts for the customer */
async function tokenForActing(world: World, customerNumber: string): Promise<string> {
  const token = await world.employeeToken();
  const { body } = await world.call('POST', '/assistedbuying/login', { token, json: { customerNumber } });
  return (body as { accessToken: string }).accessToken;
}

export const sessions: Case[] = [
  {
    number: 17,
    title: 'an attacker sends 15 wrong passwords to two processes in turn; the customer logs out at one of them',
    async run(world) {
      if (!world.startProcess)
        throw new NotRun('the case starts a second process, which is possible only with its own demo');
      const customer = await world.customer();
      const { access } = await world.logIn(customer);
      let other = await world.startProcess();
      const otherHttp = new Http(other.baseUrl);
      const json = { username: customer.email, password: customer.password };
      const resource = { type: 'access-tokens', attributes: json };
      const guess = { ...resource, attributes: { ...json, password: 'not the password' } };
      try {
        assertEqual(
          'status of the token at the second process',
          (await otherHttp.send('GET', '/customers', { token: access })).status,
          200,
        );
        await world.call('GET', '/logout', { token: access, query: { accessToken: access } });
        assertEqual(
          'status of the token at the second process after the logout',
          (await otherHttp.send('GET', '/customers', { token: access })).status,
          401,
        );
        const wrong = await inSequence(15, (index) =>
          (index % 2 ? otherHttp : world.http).send('POST', '/access-tokens', { resource: guess }),
        );
        assertEqual('statuses of the wrong passwords', new Set(wrong.map(status)), new Set([401]));
        const locked = await Promise.all(
          [otherHttp, world.http].map((http) => http.send('POST', '/access-tokens', { resource })),
        );
        assertEqual('statuses of the right password at both processes', locked.map(status), [429, 429]);
        await other.stop();
        other = await world.startProcess();
        const restarted = new Http(other.baseUrl);
        assertEqual(
          'status of the right password after a restart',
          (await restarted.send('POST', '/access-tokens', { resource })).status,
          429,
        );
      } finally {
        await other.stop();
      }
      return 'failed logins count together, also after a restart; a logout applies to both processes';
    },
  },
  {
    number: 18,
    title: 'an attacker sends a used refresh token after 11 seconds, in both APIs',
    async run(world) {
      const customer = await world.customer();
      const [first, second] = [await world.logIn(customer), await world.glueLogIn(customer)];
      const newer = [
        refreshTokenOf(await world.refresh(first.refresh)),
        refreshTokenOf(await world.glueRefresh(second.refresh)),
      ];
      await sleep(11_000);
      const replay = [await world.refresh(first.refresh), await world.glueRefresh(second.refresh)];
      assertEqual('statuses of the replay', replay.map(status), [401, 401]);
      const newest = [await world.refresh(newer[0]!), await world.glueRefresh(newer[1]!)];
      assertEqual('statuses of the newest refresh tokens', newest.map(status), [401, 401]);
      assertEqual(
        'access to the profile',
        [...(await world.canReadProfile(first.access)), ...(await world.canReadProfile(second.access))],
        [...[false, false], ...[false, false]],
      );
      const log = world.log?.();
      if (log !== undefined) assert('the security log has an entry', log.includes('refresh_replayed'));
      return 'the session has ended, all its tokens are rejected, and the security log has an entry';
    },
  },
  {
    number: 19,
    title: 'a storefront sends two parallel refreshes with one token, in both APIs, 5 times',
    async run(world) {
      const customer = await world.customer();
      await inSequence(5, async () => {
        const { refresh, access } = await world.logIn(customer);
        const visitor = await world.visitorToken();
        assertEqual(
          'statuses of both refreshes',
          (await inParallel(2, () => world.refresh(refresh, visitor))).map(status),
          [200, 200],
        );
        assertEqual('access to the profile', await world.canReadProfile(access), [true, true]);
        const glue = await world.glueLogIn(customer);
        assertEqual(
          'statuses of both refreshes in the Glue API',
          (await inParallel(2, () => world.glueRefresh(glue.refresh))).map(status),
          [201, 201],
        );
      });
      return 'both succeed, and the session stays valid';
    },
  },
  {
    number: 20,
    title: 'a storefront that lost the response repeats a refresh, in both APIs',
    async run(world) {
      const customer = await world.customer();
      const { refresh } = await world.logIn(customer);
      const repeated = await inSequence(3, () => world.refresh(refresh));
      assertEqual('statuses of the refreshes', repeated.slice(0, 2).map(status), [200, 200]);
      const last = refreshTokenOf(repeated[1]!);
      assertEqual('status of the new token', (await world.refresh(last)).status, 200);
      const glue = await world.glueLogIn(customer);
      const responses = await inSequence(2, () => world.glueRefresh(glue.refresh));
      assertEqual('statuses of the refreshes in the Glue API', responses.map(status), [201, 201]);
      return `the old token is valid again within 10 seconds (a third time: ${repeated[2]?.status}), and the new one stays valid`;
    },
  },
  {
    number: 21,
    title: 'a customer refreshes sessions of an hour (40 minutes idle) after 33, 58 and 61 minutes, by moved clocks',
    async run(world) {
      const lifetimes = { customerSession: 3600, customerRefresh: 2400 };
      return world.withSettings({ lifetimes }, async () => {
        const customer = await world.customer();
        const [used, idle] = [await world.logIn(customer), await world.logIn(customer)];
        const at = async (minutes: number, token: string): Promise<HttpResponse> =>
          world.withProcess(clockAt(minutes * 60), async (later) => {
            if (minutes === 58)
              assertEqual(
                'status of an idle session after 58 minutes',
                (await later.refresh(idle.refresh)).status,
                401,
              );
            return later.refresh(token);
          });
        const first = await at(33, used.refresh);
        assertEqual('status of a refresh after 33 minutes', first.status, 200);
        const second = await at(58, refreshTokenOf(first));
        assertEqual('status of a refresh after 58 minutes', second.status, 200);
        const left = (second.body as Record<string, number>).refresh_token_expires_in ?? Infinity;
        assert('the refresh token ends with the session', left <= 125, left);
        assertEqual('status of a refresh after 61 minutes', (await at(61, refreshTokenOf(second))).status, 401);
        return `an idle session gets 401 after 40 minutes; a used one has ${left} s left after 58 minutes and gets 401 after an hour`;
      });
    },
  },
  {
    number: 22,
    title: 'an attacker sends a refresh token to another client, API or tenant, of a visitor, or with another company',
    async run(world) {
      const customer = await world.customer();
      const [first, second] = [await world.logIn(customer), await world.glueLogIn(customer)];
      const visitor = await world.visitorToken();
      const withCompany = { refreshToken: first.refresh, legalEntityId: 'not-mine' };
      const responses = [
        await world.refresh(first.refresh, await world.visitorToken(await world.newStorefrontClient())),
        await world.glueRefresh(first.refresh),
        await world.refresh(second.refresh),
        await world.refresh((await world.anonymousLogin()).refresh_token ?? ''),
        await world.call('GET', '/refreshauthtoken', { token: visitor, query: withCompany }),
        await world.http.send('GET', '/customer/another/refreshauthtoken', {
          token: visitor,
          query: { refreshToken: first.refresh },
        }),
      ];
      assertEqual('statuses of the refreshes', responses.map(status), [401, 401, 401, 401, 400, 400]);
      assertEqual('status of a proper refresh afterwards', (await world.refresh(first.refresh)).status, 200);
      return 'each is rejected, and the token stays valid for its own client (other tenants: test/refresh.e2e-spec.ts)';
    },
  },
  {
    number: 23,
    title: 'a customer logs out, in both APIs, and ends another session; the tokens are used afterwards',
    async run(world) {
      const customer = await world.customer();
      const first = await world.logIn(customer);
      const query = { accessToken: first.access };
      assertEqual(
        'status of the logout',
        (await world.call('GET', '/logout', { token: first.access, query })).status,
        204,
      );
      const second = await world.glueLogIn(customer);
      const revoke = await world.glue('DELETE', `/refresh-tokens/${second.refresh}`, { token: second.access });
      assertEqual('status of the logout in the Glue API', revoke.status, 204);
      for (const { access, refresh } of [first, second]) {
        assertEqual('access to the profile after the logout', await world.canReadProfile(access), [false, false]);
        const responses = [await world.refresh(refresh), await world.glueRefresh(refresh)];
        assertEqual('statuses of the refresh token after the logout', responses.map(status), [401, 401]);
      }
      const [own, other] = [await world.logIn(customer), await world.logIn(customer)];
      const list = async (token: string): Promise<{ id: string; current: boolean }[]> =>
        (await world.call('GET', '/me/sessions', { token })).body as { id: string; current: boolean }[];
      const others = (await list(own.access)).filter(({ current }) => !current);
      assertEqual('number of other sessions', others.length, 1);
      const third = await world.logIn(await world.customer());
      const end = (token: string): Promise<HttpResponse> =>
        world.call('DELETE', `/me/sessions/${others[0]!.id}`, { token });
      assertEqual("status of ending another customer's session", (await end(third.access)).status, 404);
      assertEqual('access to the profile before the session is ended', await world.canReadProfile(other.access), [
        true,
        true,
      ]);
      assertEqual('status of ending an own session', (await end(own.access)).status, 204);
      assertEqual('access to the profile after the session was ended', await world.canReadProfile(other.access), [
        false,
        false,
      ]);
      assertEqual('status of its refresh token', (await world.refresh(other.refresh)).status, 401);
      assertEqual('access to the profile with the session that ended it', await world.canReadProfile(own.access), [
        true,
        true,
      ]);
      return 'the tokens are rejected from the next request on (a second process reads the same database)';
    },
  },
  {
    number: 25,
    title: 'a service deactivates, holds, deletes and erases customers, who have three tokens each',
    async run(world) {
      const staff = { token: await world.serviceToken() };
      const actions: Record<string, (id: string) => Promise<unknown>> = {
        deactivation: (id) => world.patchCustomer(id, { active: false }),
        hold: (id) => world.patchCustomer(id, { onHold: true }),
        deletion: (id) => world.call('DELETE', `/customers/${id}`, staff),
        erasure: (id) => world.call('POST', `/customers/${id}/erasure`, staff),
      };
      for (const [name, perform] of Object.entries(actions)) {
        const customer = await world.customer();
        const [first, second] = [await world.logIn(customer), await world.glueLogIn(customer)];
        const acting = await tokenForActing(world, customer.id);
        assertEqual('access to the profile before the action', await world.canReadProfile(acting), [true, true]);
        await perform(customer.id);
        for (const token of [first.access, second.access, acting]) {
          assertEqual(`access to the profile after ${name}`, await world.canReadProfile(token), [false, false]);
        }
        assertEqual(`status of a refresh after ${name}`, (await world.refresh(first.refresh)).status, 401);
        assertEqual(
          `status of a refresh in the Glue API after ${name}`,
          (await world.glueRefresh(second.refresh)).status,
          401,
        );
      }
      return 'all tokens are rejected at once, also that of an employee who acts for the customer';
    },
  },
  {
    number: 26,
    title: "an attacker logs in with a visitor's token or a session id that another customer has used",
    async run(world) {
      const [victim, attacker] = [await world.customer(), await world.customer()];
      const visitor = await world.visitorToken();
      const login = await world.logIn(victim, visitor);
      assert('the login returns a new token', login.access !== visitor);
      for (const path of ['/me/addresses', '/me/consents']) {
        assertEqual(
          `status of the visitor's token at ${path}`,
          (await world.call('GET', path, { token: visitor })).status,
          403,
        );
      }
      const second = await world.logIn(attacker, visitor);
      assert('the second customer gets another session id', second.session !== login.session);
      const headers = { 'session-id': login.session, sessionid: login.session };
      const { body } = await world.tryLogin(attacker, { headers });
      assert('a session id in a header is ignored', (body as { session_id: string }).session_id !== login.session);
      return 'the login returns new tokens; a session id passes to one customer only, and no header selects it';
    },
  },
];
