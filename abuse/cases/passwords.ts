import { type Case, expect, hold, notRun, times } from '../case.ts';
import type { Answer } from '../http.ts';
import type { Tokens, World } from '../world.ts';

const letters = (length: number): string => 'quiet river under stone '.repeat(100).slice(0, length - 1) + 'x';

const setPassword = async (world: World, token: string, password: string): Promise<Answer> =>
  world.call('POST', '/password/reset/update', { token: await world.visitor(), json: { token, password } });

const glueSetPassword = (world: World, restorePasswordKey: string, password: string): Promise<Answer> =>
  world.glue('PATCH', '/customer-restore-password/mine', {
    resource: {
      type: 'customer-restore-password',
      attributes: { restorePasswordKey, password, confirmPassword: password },
    },
  });

async function askReset(world: World, email: string): Promise<string> {
  const token = await world.visitor();
  expect('a reset', (await world.call('POST', '/password/reset', { token, json: { email } })).status, 204);
  return world.mailed(email, 'password-reset');
}

async function allDead(world: World, sessions: Pick<Tokens, 'access' | 'refresh'>[]): Promise<void> {
  for (const { access, refresh } of sessions) {
    expect('a dead session', await world.opens(access), [false, false]);
    expect('a dead refresh token', (await world.refresh(refresh)).status, 401);
    expect('a dead refresh token in Glue', (await world.glueRefresh(refresh)).status, 401);
  }
}

export const passwords: Case[] = [
  {
    number: 10,
    tries: 'passwords of 15, 64, 73 and 128 characters, and of 129, 2000 and 900,000, in both dialects',
    async run(world) {
      for (const length of [15, 64, 73, 128]) {
        const password = letters(length);
        const customer = await world.customer({ password });
        const almost = { ...customer, password: `${password.slice(0, -1)}y` };
        expect('all but the last character', (await world.tryLogin(almost)).status, 400);
        expect('all but the last character in Glue', (await world.tryGlueLogin(almost)).status, 401);
        await world.logIn(customer);
        await world.glueLogIn(customer);
      }
      for (const length of [129, 2000, 900_000]) {
        const person = world.stranger({ password: letters(length) });
        const [first, second] = [await world.signUp(person), await world.glueSignUp(person)];
        expect(`${length} characters`, [first.status, second.status], [400, 422]);
      }
      return 'the first are taken whole, the others refused';
    },
  },
  {
    number: 11,
    tries: 'passwords that everybody takes, and names of the shop and the customer, in both dialects',
    async run(world) {
      const email = `quentin.quill.${Date.now()}@abuse.example`;
      const easy = [
        'P@ssw0rd12345',
        'qwertyuiop12',
        '1q2w3e4r5t6y',
        'Summersummer!',
        `${world.tenant}${world.tenant}1234`,
      ];
      const named = [...easy, 'Foyerfoyer2026', 'Quentin.Quill!'];
      return world.set({ passwordPolicy: { refuseCommon: true } }, async () => {
        for (const password of named) {
          const person = { email, password };
          const statuses = [(await world.signUp(person)).status, (await world.glueSignUp(person)).status];
          expect(password, statuses, [400, 422]);
        }
        const customer = await world.customer();
        const token = await askReset(world, customer.email);
        for (const password of easy) {
          expect(password, (await setPassword(world, token, password)).status, 400);
          expect(password, (await glueSetPassword(world, token, password)).status, 422);
        }
        expect('another one', (await setPassword(world, token, 'another quiet river')).status, 204);
        const access = (await world.logIn({ ...customer, password: 'another quiet river' })).access;
        const json = { currentPassword: 'another quiet river', newPassword: 'P@ssw0rd12345' };
        expect('a change', (await world.call('POST', '/password/change', { token: access, json })).status, 400);
        return 'refused without a network, where the tenant asks for it';
      });
    },
  },
  {
    number: 12,
    tries: 'passwords of one kind of character alone, 4 times in each dialect',
    async run(world) {
      for (const password of ['quietriverunder', 'QUIETRIVERUNDER', '908172635443526', '               ']) {
        const glue = await world.glueSignUp(world.stranger({ password }));
        const first = await world.signUp(world.stranger({ password }));
        if (password.trim()) expect(password, [first.status, glue.status], [201, 201]);
        else hold('blanks', first.status < 500 && glue.status < 500);
      }
      return world.set({ strict: true }, async () => {
        const password = 'quietriverunder';
        const answers = [
          await world.signUp(world.stranger({ password })),
          await world.glueSignUp(world.stranger({ password })),
        ];
        expect(
          'the answers where it is strict',
          answers.map(({ status }) => status),
          [201, 201],
        );
        return 'length alone counts, also where it is strict';
      });
    },
  },
  {
    number: 13,
    tries: 'a password of emoji and combining characters, in NFC and NFD, on every route',
    async run(world) {
      const [composed, decomposed] = ['Zoë 👩‍👩‍👧‍👦 naïve café', 'Zoë 👩‍👩‍👧‍👦 naïve café'.normalize('NFD')];
      const customer = await world.customer({ password: decomposed });
      for (const password of [composed, decomposed]) {
        await world.logIn({ ...customer, password });
        await world.glueLogIn({ ...customer, password });
      }
      const token = await askReset(world, customer.email);
      expect('a reset', (await setPassword(world, token, `${composed}!`)).status, 204);
      await world.glueLogIn({ ...customer, password: `${decomposed}!` });
      return 'both forms log in: NFC is hashed';
    },
  },
  {
    number: 24,
    tries: 'password change and reset with 3 sessions open, in both dialects',
    async run(world) {
      const customer = await world.customer();
      const open = async (): Promise<Pick<Tokens, 'access' | 'refresh'>[]> => [
        await world.logIn({ ...customer }),
        await world.logIn({ ...customer }),
        await world.glueLogIn({ ...customer }),
      ];
      const [mine, ...others] = await open();
      const json = { currentPassword: customer.password, newPassword: 'another quiet river' };
      expect('a change', (await world.call('POST', '/password/change', { token: mine!.access, json })).status, 204);
      expect('the own session', await world.opens(mine!.access), [true, true]);
      for (const { access } of others) expect('another session', await world.opens(access), [false, false]);
      customer.password = json.newPassword;
      const before = await open();
      const set = await glueSetPassword(world, await askReset(world, customer.email), 'a third quiet river');
      expect('a reset by Glue', set.status, 204);
      await allDead(world, [...before, mine!]);
      return 'a change ends the others and keeps the own; a reset ends all';
    },
  },
  {
    number: 36,
    tries: 'a reset token twice, 5 times at once, after a newer one, and in the place of another kind',
    async run(world) {
      const customer = await world.customer();
      const older = await askReset(world, customer.email);
      const token = await askReset(world, customer.email);
      expect('the older one', (await setPassword(world, older, 'an older river here')).status, 400);
      const asOther = await world.call('GET', `/signup/optin/${token}`, { token: await world.visitor() });
      expect('as an opt-in token', asOther.status, 400);
      const visitor = await world.visitor();
      const answers = await Promise.all(
        ['a', 'b', 'c', 'd', 'e'].map((letter) =>
          world.call('POST', '/password/reset/update', {
            token: visitor,
            json: { token, password: `${letter} quiet river` },
          }),
        ),
      );
      expect('of five at once', answers.map(({ status }) => status).sort(), [204, 400, 400, 400, 400]);
      expect('once more', (await setPassword(world, token, 'a later river here')).status, 400);
      expect('in Glue', (await glueSetPassword(world, token, 'a later river here')).status, 422);
      return 'it works once, the newest alone, and for its own purpose';
    },
  },
  {
    number: 37,
    tries: 'a reset for who is on hold, and for who was never activated',
    async run(world) {
      const [held, waiting] = [await world.customer(), await world.signedUp()];
      await world.change(held.id, { onHold: true });
      for (const person of [held, waiting]) {
        const password = 'another quiet river';
        const set = await setPassword(world, await askReset(world, person.email), password);
        hold('the reset', set.status === 204 || set.status === 400, set.status);
        expect('the login', (await world.tryLogin({ ...person, password })).status, 400);
        expect('the login by Glue', (await world.tryGlueLogin({ ...person, password })).status, 401);
      }
      const states = await times(2, async (index) => world.seen([held, waiting][index]!.id));
      expect('on hold, active', [states[0]?.onHold, states[1]?.active], [true, false]);
      return 'the password is set, the door stays shut (there is no second factor to skip)';
    },
  },
  notRun(41, 'not built: Foyer has no second factor'),
];
