import { setTimeout as sleep } from 'node:timers/promises';
import { type Case, atOnce, NotRun, expect, hold, times } from '../case.ts';
import { clockAt } from '../clock.ts';
import { Http, type Answer } from '../http.ts';
import type { World } from '../world.ts';

const refreshed = ({ body }: Answer): string => {
  const { refresh_token, data } = body as { refresh_token?: string; data?: { attributes: { refreshToken: string } } };
  return refresh_token ?? data?.attributes.refreshToken ?? '';
};

const status = ({ status: number }: Answer): number => number;

async function act(world: World, customerNumber: string): Promise<string> {
  const token = await world.employee();
  const { body } = await world.call('POST', '/assistedbuying/login', { token, json: { customerNumber } });
  return (body as { accessToken: string }).accessToken;
}

export const sessions: Case[] = [
  {
    number: 17,
    tries: '15 wrong passwords at two processes by turns, and a logout at one of them',
    async run(world) {
      if (!world.another) throw new NotRun('it takes two processes, and starts them only beside a demo of its own');
      const customer = await world.customer();
      const { access } = await world.logIn(customer);
      let other = await world.another();
      const there = new Http(other.baseUrl);
      const json = { username: customer.email, password: customer.password };
      const resource = { type: 'access-tokens', attributes: json };
      const guess = { ...resource, attributes: { ...json, password: 'not the password' } };
      try {
        expect('a token there', (await there.send('GET', '/customers', { token: access })).status, 200);
        await world.call('GET', '/logout', { token: access, query: { accessToken: access } });
        expect('a token after the logout', (await there.send('GET', '/customers', { token: access })).status, 401);
        const wrong = await times(15, (index) =>
          (index % 2 ? there : world.http).send('POST', '/access-tokens', { resource: guess }),
        );
        expect('wrong ones', new Set(wrong.map(status)), new Set([401]));
        const locked = await Promise.all(
          [there, world.http].map((at) => at.send('POST', '/access-tokens', { resource })),
        );
        expect('the right one', locked.map(status), [429, 429]);
        await other.stop();
        other = await world.another();
        const again = new Http(other.baseUrl);
        expect('after a restart', (await again.send('POST', '/access-tokens', { resource })).status, 429);
      } finally {
        await other.stop();
      }
      return 'they count together, also after a restart; a logout counts at both';
    },
  },
  {
    number: 18,
    tries: 'a used refresh token after 11 seconds, in both dialects',
    async run(world) {
      const customer = await world.customer();
      const [first, second] = [await world.logIn(customer), await world.glueLogIn(customer)];
      const newer = [refreshed(await world.refresh(first.refresh)), refreshed(await world.glueRefresh(second.refresh))];
      await sleep(11_000);
      const replay = [await world.refresh(first.refresh), await world.glueRefresh(second.refresh)];
      expect('the replay', replay.map(status), [401, 401]);
      const newest = [await world.refresh(newer[0]!), await world.glueRefresh(newer[1]!)];
      expect('the newest token', newest.map(status), [401, 401]);
      expect(
        'the session',
        [...(await world.opens(first.access)), ...(await world.opens(second.access))],
        [...[false, false], ...[false, false]],
      );
      const log = world.log?.();
      if (log !== undefined) hold('an entry in the security log', log.includes('refresh_replayed'));
      return 'the session and all its tokens are dead, and the security log tells of it';
    },
  },
  {
    number: 19,
    tries: 'two refreshes with one token at once, in both dialects, 5 times',
    async run(world) {
      const customer = await world.customer();
      await times(5, async () => {
        const { refresh, access } = await world.logIn(customer);
        const visitor = await world.visitor();
        expect('both', (await atOnce(2, () => world.refresh(refresh, visitor))).map(status), [200, 200]);
        expect('the session', await world.opens(access), [true, true]);
        const glue = await world.glueLogIn(customer);
        expect('both in Glue', (await atOnce(2, () => world.glueRefresh(glue.refresh))).map(status), [201, 201]);
      });
      return 'both succeed, for one session';
    },
  },
  {
    number: 20,
    tries: 'the token of a lost answer twice more, in both dialects',
    async run(world) {
      const customer = await world.customer();
      const { refresh } = await world.logIn(customer);
      const again = await times(3, () => world.refresh(refresh));
      expect('the answers', again.slice(0, 2).map(status), [200, 200]);
      const last = refreshed(again[1]!);
      expect('the new token', (await world.refresh(last)).status, 200);
      const glue = await world.glueLogIn(customer);
      const answers = await times(2, () => world.glueRefresh(glue.refresh));
      expect('the answers of Glue', answers.map(status), [201, 201]);
      return `the old token works again within 10 seconds (a third time: ${again[2]?.status}), the new one goes on`;
    },
  },
  {
    number: 21,
    tries: 'refresh by clocks 33, 58 and 61 minutes ahead, of a session of an hour, idle after 40 minutes',
    async run(world) {
      const lifetimes = { customerSession: 3600, customerRefresh: 2400 };
      return world.set({ lifetimes }, async () => {
        const customer = await world.customer();
        const [used, idle] = [await world.logIn(customer), await world.logIn(customer)];
        const at = async (minutes: number, token: string): Promise<Answer> =>
          world.beside(clockAt(minutes * 60), async (later) => {
            if (minutes === 58) expect('an idle one', (await later.refresh(idle.refresh)).status, 401);
            return later.refresh(token);
          });
        const first = await at(33, used.refresh);
        expect('a refresh in time', first.status, 200);
        const second = await at(58, refreshed(first));
        expect('another one in time', second.status, 200);
        const left = (second.body as Record<string, number>).refresh_token_expires_in ?? Infinity;
        hold('what is left of the hour', left <= 125, left);
        expect('one after the hour', (await at(61, refreshed(second))).status, 401);
        return `idle: 401 after 40 minutes; used: ${left} s left after 58 minutes, 401 after the hour`;
      });
    },
  },
  {
    number: 22,
    tries: "a refresh token at another client, at the other dialect, of a visitor, with a stranger's company",
    async run(world) {
      const customer = await world.customer();
      const [first, second] = [await world.logIn(customer), await world.glueLogIn(customer)];
      const visitor = await world.visitor();
      const company = { refreshToken: first.refresh, legalEntityId: 'not-mine' };
      const answers = [
        await world.refresh(first.refresh, await world.visitor(await world.anotherClient())),
        await world.glueRefresh(first.refresh),
        await world.refresh(second.refresh),
        await world.refresh((await world.anonymous()).refresh_token ?? ''),
        await world.call('GET', '/refreshauthtoken', { token: visitor, query: company }),
        await world.http.send('GET', '/customer/another/refreshauthtoken', {
          token: visitor,
          query: { refreshToken: first.refresh },
        }),
      ];
      expect('the answers', answers.map(status), [401, 401, 401, 401, 400, 400]);
      expect('the token, after all', (await world.refresh(first.refresh)).status, 200);
      return 'refused, and the token stays good for whom it is (other tenants: test/refresh.e2e-spec.ts)';
    },
  },
  {
    number: 23,
    tries: 'both tokens after a logout, in both dialects, and of sessions that their customer ends from another',
    async run(world) {
      const customer = await world.customer();
      const first = await world.logIn(customer);
      const query = { accessToken: first.access };
      expect('a logout', (await world.call('GET', '/logout', { token: first.access, query })).status, 204);
      const second = await world.glueLogIn(customer);
      const revoke = await world.glue('DELETE', `/refresh-tokens/${second.refresh}`, { token: second.access });
      expect('a logout by Glue', revoke.status, 204);
      for (const { access, refresh } of [first, second]) {
        expect('the access token', await world.opens(access), [false, false]);
        const answers = [await world.refresh(refresh), await world.glueRefresh(refresh)];
        expect('the refresh token', answers.map(status), [401, 401]);
      }
      const [own, lost] = [await world.logIn(customer), await world.logIn(customer)];
      const list = async (token: string): Promise<{ id: string; current: boolean }[]> =>
        (await world.call('GET', '/me/sessions', { token })).body as { id: string; current: boolean }[];
      const others = (await list(own.access)).filter(({ current }) => !current);
      expect('other sessions', others.length, 1);
      const stranger = await world.logIn(await world.customer());
      const end = (token: string): Promise<Answer> => world.call('DELETE', `/me/sessions/${others[0]!.id}`, { token });
      expect("the end of a stranger's", (await end(stranger.access)).status, 404);
      expect('which lives', await world.opens(lost.access), [true, true]);
      expect('the end of an own one', (await end(own.access)).status, 204);
      expect('which is dead', await world.opens(lost.access), [false, false]);
      expect('its refresh token', (await world.refresh(lost.refresh)).status, 401);
      expect('the one that ended it', await world.opens(own.access), [true, true]);
      return 'dead with the next request (a second process asks the same database)';
    },
  },
  {
    number: 25,
    tries: 'three tokens after deactivation, hold, deletion and erasure',
    async run(world) {
      const staff = { token: await world.staff() };
      const ends: Record<string, (id: string) => Promise<unknown>> = {
        deactivation: (id) => world.change(id, { active: false }),
        hold: (id) => world.change(id, { onHold: true }),
        deletion: (id) => world.call('DELETE', `/customers/${id}`, staff),
        erasure: (id) => world.call('POST', `/customers/${id}/erasure`, staff),
      };
      for (const [name, end] of Object.entries(ends)) {
        const customer = await world.customer();
        const [first, second] = [await world.logIn(customer), await world.glueLogIn(customer)];
        const acting = await act(world, customer.id);
        expect('before', await world.opens(acting), [true, true]);
        await end(customer.id);
        for (const token of [first.access, second.access, acting]) {
          expect(`a token after ${name}`, await world.opens(token), [false, false]);
        }
        expect(`a refresh after ${name}`, (await world.refresh(first.refresh)).status, 401);
        expect(`a refresh by Glue after ${name}`, (await world.glueRefresh(second.refresh)).status, 401);
      }
      return 'refused at once, also that of an employee in the customer’s place';
    },
  },
  {
    number: 26,
    tries: "a visitor's token after the login, and a session id that somebody else has",
    async run(world) {
      const [victim, thief] = [await world.customer(), await world.customer()];
      const visitor = await world.visitor();
      const mine = await world.logIn(victim, visitor);
      hold('a new token', mine.access !== visitor);
      for (const path of ['/me/addresses', '/me/consents']) {
        expect(`a visitor at ${path}`, (await world.call('GET', path, { token: visitor })).status, 403);
      }
      const again = await world.logIn(thief, visitor);
      hold('a session id of its own', again.session !== mine.session);
      const headers = { 'session-id': mine.session, sessionid: mine.session };
      const { body } = await world.tryLogin(thief, { headers });
      hold('the session id of a header', (body as { session_id: string }).session_id !== mine.session);
      return 'the login gives new tokens; a session id passes once, and no header chooses it';
    },
  },
];
