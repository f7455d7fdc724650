import { type Case, inParallel, assertEqual, assert, inSequence } from '../case.ts';
import type { HttpResponse } from '../http.ts';
import type { Customer, Tokens, World } from '../world.ts';

const passwordOf = (length: number): string => 'quiet river under stone '.repeat(100).slice(0, length - 1) + 'x';

const setPassword = async (world: World, token: string, password: string): Promise<HttpResponse> =>
  world.call('POST', '/password/reset/update', { token: await world.visitorToken(), json: { token, password } });

const glueSetPassword = (world: World, restorePasswordKey: string, password: string): Promise<HttpResponse> =>
  world.glue('PATCH', '/customer-restore-password/mine', {
    resource: {
      type: 'customer-restore-password',
      attributes: { restorePasswordKey, password, confirmPassword: password },
    },
  });

/** Requests a reset. @returns the mailed token */
async function requestReset(world: World, email: string): Promise<string> {
  const token = await world.visitorToken();
  assertEqual(
    'status of the reset request',
    (await world.call('POST', '/password/reset', { token, json: { email } })).status,
    204,
  );
  return world.mailedToken(email, 'password-reset');
}

async function assertAllEnded(world: World, sessions: Pick<Tokens, 'access' | 'refresh'>[]): Promise<void> {
  for (const { access, refresh } of sessions) {
    assertEqual('access to the profile after the end of the session', await world.canReadProfile(access), [
      false,
      false,
    ]);
    assertEqual('status of the refresh token', (await world.refresh(refresh)).status, 401);
    assertEqual('status of the refresh token in the Glue API', (await world.glueRefresh(refresh)).status, 401);
  }
}

export const passwords: Case[] = [
  {
    number: 10,
    title: 'customers sign up with passwords of 15 to 128 characters, and of 129 to 900,000, in both APIs',
    async run(world) {
      for (const length of [15, 64, 73, 128]) {
        const password = passwordOf(length);
        const customer = await world.customer({ password });
        const withWrongEnd = { ...customer, password: `${password.slice(0, -1)}y` };
        assertEqual(
          'status of a password whose last character is wrong',
          (await world.tryLogin(withWrongEnd)).status,
          400,
        );
        assertEqual(
          'status of a password whose last character is wrong, in the Glue API',
          (await world.tryGlueLogin(withWrongEnd)).status,
          401,
        );
        await world.logIn(customer);
        await world.glueLogIn(customer);
      }
      for (const length of [129, 2000, 900_000]) {
        const person = world.newPerson({ password: passwordOf(length) });
        const [first, second] = [await world.signUp(person), await world.glueSignUp(person)];
        assertEqual(`statuses of sign-ups with ${length} characters`, [first.status, second.status], [400, 422]);
      }
      return 'all characters up to 128 count; longer passwords are rejected';
    },
  },
  {
    number: 11,
    title: 'customers choose common passwords and names of the shop and the customer, in both APIs',
    async run(world) {
      const email = `quentin.quill.${Date.now()}@abuse.example`;
      const common = [
        'P@ssw0rd12345',
        'qwertyuiop12',
        '1q2w3e4r5t6y',
        'Summersummer!',
        `${world.tenant}${world.tenant}1234`,
      ];
      const guessable = [...common, 'Foyerfoyer2026', 'Quentin.Quill!'];
      return world.withSettings({ passwordPolicy: { refuseCommon: true } }, async () => {
        for (const password of guessable) {
          const person = { email, password };
          const statuses = [(await world.signUp(person)).status, (await world.glueSignUp(person)).status];
          assertEqual(`statuses of sign-ups with ${password}`, statuses, [400, 400]);
        }
        const customer = await world.customer();
        const token = await requestReset(world, customer.email);
        for (const password of common) {
          assertEqual(`status of a reset to ${password}`, (await setPassword(world, token, password)).status, 400);
          assertEqual(
            `status of a reset to ${password} in the Glue API`,
            (await glueSetPassword(world, token, password)).status,
            400,
          );
        }
        assertEqual(
          'status of a reset to another password',
          (await setPassword(world, token, 'another quiet river')).status,
          204,
        );
        const access = (await world.logIn({ ...customer, password: 'another quiet river' })).access;
        const json = { currentPassword: 'another quiet river', newPassword: 'P@ssw0rd12345' };
        assertEqual(
          'status of a change',
          (await world.call('POST', '/password/change', { token: access, json })).status,
          400,
        );
        return 'they are rejected, offline, if the tenant has passwordPolicy.refuseCommon';
      });
    },
  },
  {
    number: 12,
    title: 'customers choose 4 passwords that have only one kind of character, in both APIs',
    async run(world) {
      for (const password of ['quietriverunder', 'QUIETRIVERUNDER', '908172635443526', '               ']) {
        const glue = await world.glueSignUp(world.newPerson({ password }));
        const first = await world.signUp(world.newPerson({ password }));
        if (password.trim())
          assertEqual(`statuses of sign-ups with ${password}`, [first.status, glue.status], [201, 201]);
        else assert('spaces get no 5xx', first.status < 500 && glue.status < 500);
      }
      return world.withSettings({ strict: true }, async () => {
        const password = 'quietriverunder';
        const responses = [
          await world.signUp(world.newPerson({ password })),
          await world.glueSignUp(world.newPerson({ password })),
        ];
        assertEqual(
          'statuses at a strict tenant',
          responses.map(({ status }) => status),
          [201, 201],
        );
        return 'only the length counts, also at a strict tenant';
      });
    },
  },
  {
    number: 13,
    title: 'a customer logs in with a password of emoji and combining characters, in NFC and NFD, in both APIs',
    async run(world) {
      const [composed, decomposed] = ['Zoë 👩‍👩‍👧‍👦 naïve café', 'Zoë 👩‍👩‍👧‍👦 naïve café'.normalize('NFD')];
      const customer = await world.customer({ password: decomposed });
      for (const password of [composed, decomposed]) {
        await world.logIn({ ...customer, password });
        await world.glueLogIn({ ...customer, password });
      }
      const token = await requestReset(world, customer.email);
      assertEqual('status of a reset', (await setPassword(world, token, `${composed}!`)).status, 204);
      await world.glueLogIn({ ...customer, password: `${decomposed}!` });
      return 'both forms are valid, because the NFC form is hashed';
    },
  },
  {
    number: 24,
    title: 'a customer with 3 sessions changes the password, then resets it, in both APIs',
    async run(world) {
      const customer = await world.customer();
      const openSessions = async (): Promise<Pick<Tokens, 'access' | 'refresh'>[]> => [
        await world.logIn({ ...customer }),
        await world.logIn({ ...customer }),
        await world.glueLogIn({ ...customer }),
      ];
      const [own, ...others] = await openSessions();
      const json = { currentPassword: customer.password, newPassword: 'another quiet river' };
      assertEqual(
        'status of the change',
        (await world.call('POST', '/password/change', { token: own!.access, json })).status,
        204,
      );
      assertEqual('access to the profile with the token of the change', await world.canReadProfile(own!.access), [
        true,
        true,
      ]);
      for (const { access } of others)
        assertEqual('access to the profile with the token of another session', await world.canReadProfile(access), [
          false,
          false,
        ]);
      customer.password = json.newPassword;
      const before = await openSessions();
      const set = await glueSetPassword(world, await requestReset(world, customer.email), 'a third quiet river');
      assertEqual('status of the reset in the Glue API', set.status, 204);
      await assertAllEnded(world, [...before, own!]);
      return 'a change ends the other sessions and keeps its own; a reset ends all sessions';
    },
  },
  {
    number: 36,
    title: 'an attacker uses a reset token 5 times in parallel, again later, after a newer one, and as an opt-in token',
    async run(world) {
      const customer = await world.customer();
      const older = await requestReset(world, customer.email);
      const token = await requestReset(world, customer.email);
      assertEqual('status of the older token', (await setPassword(world, older, 'an older river here')).status, 400);
      const asOptIn = await world.call('GET', `/signup/optin/${token}`, { token: await world.visitorToken() });
      assertEqual('status of the token as an opt-in token', asOptIn.status, 400);
      const visitor = await world.visitorToken();
      const responses = await Promise.all(
        ['a', 'b', 'c', 'd', 'e'].map((letter) =>
          world.call('POST', '/password/reset/update', {
            token: visitor,
            json: { token, password: `${letter} quiet river` },
          }),
        ),
      );
      assertEqual(
        'statuses of 5 parallel uses',
        responses.map(({ status }) => status).sort(),
        [204, 400, 400, 400, 400],
      );
      assertEqual('status of a later use', (await setPassword(world, token, 'a later river here')).status, 400);
      assertEqual(
        'status of a later use in the Glue API',
        (await glueSetPassword(world, token, 'a later river here')).status,
        422,
      );
      return 'only the newest token is valid, once, and only for a reset';
    },
  },
  {
    number: 37,
    title: 'a customer on hold and one who was never activated reset their passwords and log in',
    async run(world) {
      const [onHold, inactive] = [await world.customer(), await world.inactiveCustomer()];
      await world.patchCustomer(onHold.id, { onHold: true });
      for (const person of [onHold, inactive]) {
        const password = 'another quiet river';
        const set = await setPassword(world, await requestReset(world, person.email), password);
        assert('the status of the reset is 204 or 400', set.status === 204 || set.status === 400, set.status);
        assertEqual('status of the login', (await world.tryLogin({ ...person, password })).status, 400);
        assertEqual(
          'status of the login in the Glue API',
          (await world.tryGlueLogin({ ...person, password })).status,
          401,
        );
      }
      const states = await inSequence(2, async (index) => world.getCustomer([onHold, inactive][index]!.id));
      assertEqual('onHold and active after the resets', [states[0]?.onHold, states[1]?.active], [true, false]);
      return 'the reset neither activates an account nor takes it off hold; the logins are rejected';
    },
  },
  {
    number: 85,
    title: 'an attacker floods logins and resets over 400 connections from one address; a customer logs in 10 times',
    async run(world) {
      const settings = { TRUSTED_PROXIES: '127.0.0.1', RATE_LIMITS: 'off', JOBS: 'off' };
      return world.withProcess(settings, async (other) => {
        const owner = await world.customer();
        const visitors = await inSequence(10, () => other.visitorToken());
        const attacker = { token: await other.visitorToken(), headers: { 'x-forwarded-for': '203.0.113.1' } };
        const statuses = new Map<number, number>();
        let flooding = true;
        const flood = inParallel(400, async (index) => {
          while (flooding) {
            const json = { token: 'x', password: passwordOf(20) };
            const { status } =
              index % 2 === 0
                ? await other.tryLogin(world.newPerson(), attacker)
                : await other.call('POST', '/password/reset/update', { ...attacker, json });
            statuses.set(status, (statuses.get(status) ?? 0) + 1);
          }
        });
        const responses = await inSequence(10, async (index) =>
          other.tryLogin(owner, { token: visitors[index], headers: { 'x-forwarded-for': '198.51.100.7' } }),
        );
        flooding = false;
        await flood;
        const succeeded = responses.filter(({ status }) => status === 200).length;
        assert('at least 9 of 10 logins succeed', succeeded >= 9, succeeded);
        const unexpected = [...statuses.keys()].filter((status) => status !== 400 && status !== 503);
        assertEqual('statuses of the flood other than 400 and 503', unexpected, []);
        return `${succeeded} of 10 logins succeeded; the flood got 503 ${statuses.get(503) ?? 0} times`;
      });
    },
  },
  {
    number: 86,
    title: 'an attacker locks customers by 15 wrong passwords; they reset the password, or a service unlocks them',
    async run(world) {
      const lockedCustomer = async (): Promise<Customer> => {
        const customer = await world.customer();
        await inSequence(15, () => world.tryLogin({ ...customer, password: 'not the password at all' }));
        assertEqual('status of a login of the locked customer', (await world.tryLogin(customer)).status, 429);
        return customer;
      };
      const password = 'another quiet river';
      for (const set of [setPassword, glueSetPassword]) {
        const customer = await lockedCustomer();
        assertEqual(
          'status of the reset',
          (await set(world, await requestReset(world, customer.email), password)).status,
          204,
        );
        assertEqual('status of the login afterwards', (await world.tryLogin({ ...customer, password })).status, 200);
      }
      const customer = await lockedCustomer();
      const path = `/customers/${customer.id}/unlock`;
      const reader = await world.serviceToken('customer.customer_read');
      assertEqual(
        'status of an unlock without the scope',
        (await world.call('POST', path, { token: reader })).status,
        403,
      );
      assertEqual(
        'status of the unlock',
        (await world.call('POST', path, { token: await world.serviceToken() })).status,
        204,
      );
      assertEqual('status of the login afterwards', (await world.tryLogin(customer)).status, 200);
      return 'both end the lock';
    },
  },
];
