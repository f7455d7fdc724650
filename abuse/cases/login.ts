import { type Case, inParallel, assertEqual, assert, median, inSequence } from '../case.ts';
import type { HttpResponse } from '../http.ts';
import type { Person, World } from '../world.ts';

/** The visible parts of a response, to compare two responses. */
const comparable = ({ status, headers, text }: HttpResponse): object => {
  const names = Object.keys(headers).filter((name) => !name.startsWith('ratelimit'));
  return { status, text, headers: names.sort() };
};

const wrong = { password: 'not the password at all' };

/** Asserts that known and unknown accounts take the same time. @returns both medians in milliseconds, as text */
function assertSimilarTimes(label: string, known: number[], unknown: number[]): string {
  const [a, b] = [median(known), median(unknown)];
  assert(
    `${label}: ${a.toFixed(1)} and ${b.toFixed(1)} ms differ by less than 30 %`,
    Math.abs(a - b) / Math.max(a, b) < 0.3,
  );
  return `${label} ${a.toFixed(1)} and ${b.toFixed(1)} ms`;
}

const glueReset = (world: World, email: string): Promise<HttpResponse> =>
  world.glue('POST', '/customer-forgotten-password', {
    resource: { type: 'customer-forgotten-password', attributes: { email } },
  });

export const login: Case[] = [
  {
    number: 1,
    title: '5 kinds of people who must not log in try to, in both APIs, and 6 at a strict tenant',
    async run(world) {
      const inactive = await world.inactiveCustomer();
      const onHold = await world.customer();
      await world.patchCustomer(onHold.id, { onHold: true });
      const unconfirmed = world.newPerson();
      assertEqual('status of a sign-up in the Glue API', (await world.glueSignUp(unconfirmed)).status, 201);
      const active = await world.customer();
      const people = [world.newPerson(), { ...active, ...wrong }, inactive, onHold, unconfirmed];
      for (const attempt of ['tryLogin', 'tryGlueLogin'] as const) {
        const responses = await inSequence(people.length, async (index) =>
          comparable(await world[attempt](people[index]!)),
        );
        for (const response of responses) assertEqual(`response to ${attempt}`, response, responses[0]);
      }
      await inSequence(16, () => world.tryLogin({ ...active, ...wrong }));
      assertEqual('status of the right password at a locked account', (await world.tryLogin(active)).status, 429);
      return world.withSettings({ strict: true }, async () => {
        const responses = await inSequence(people.length, async (index) =>
          comparable(await world.tryLogin(people[index]!)),
        );
        for (const response of [...responses, comparable(await world.tryLogin(active))])
          assertEqual('response at a strict tenant', response, responses[0]);
        return 'all get the same response, byte for byte; only a lock gets 429, as at the vendors, and at a strict tenant not even that';
      });
    },
  },
  {
    number: 2,
    title: 'an attacker measures logins, 60 each for known and unknown addresses in turn, in both APIs',
    async run(world) {
      const token = await world.visitorToken();
      const attempts: ((person: Person) => Promise<HttpResponse>)[] = [
        (person) => world.tryLogin(person, { token }),
        (person) => world.tryGlueLogin(person),
      ];
      const medians = await inSequence(attempts.length, async (api) => {
        // Several customers, because one would be locked out.
        const people = await inSequence(5, () => world.customer());
        const milliseconds = async (person: Person): Promise<number> =>
          (await attempts[api]!({ ...person, ...wrong })).milliseconds;
        await inSequence(5, () => milliseconds(world.newPerson()));
        const [known, unknown]: [number[], number[]] = [[], []];
        await inSequence(60, async (index) => {
          known.push(await milliseconds(people[index % people.length]!));
          unknown.push(await milliseconds(world.newPerson()));
        });
        return assertSimilarTimes('medians', known, unknown);
      });
      return medians.join(', ');
    },
  },
  {
    number: 3,
    title: 'an attacker measures reset requests, 30 each for known and unknown addresses in turn, in both APIs',
    async run(world) {
      const token = await world.visitorToken();
      const requests: ((email: string) => Promise<HttpResponse>)[] = [
        (email) => world.call('POST', '/password/reset', { token, json: { email } }),
        (email) => glueReset(world, email),
      ];
      const medians = await inSequence(requests.length, async (api) => {
        const request = requests[api]!;
        // 10 requests for each address, because a recipient gets no more than 10 mails.
        const [people, unregistered] = [
          await inSequence(3, () => world.customer()),
          Array.from({ length: 3 }, () => world.newPerson()),
        ];
        const [known, unknown]: [number[], number[]] = [[], []];
        await inSequence(30, async (index) => {
          const [customer, other] = [people[index % 3]!, unregistered[index % 3]!];
          const [a, b] = [await request(customer.email), await request(other.email)];
          assertEqual('response for an unknown address', comparable(b), comparable(a));
          known.push(a.milliseconds);
          unknown.push(b.milliseconds);
        });
        for (const { email } of unregistered)
          assertEqual('number of mails to an unknown address', (await world.mailsTo(email)).length, 0);
        for (const { email } of people) {
          const mails = (await world.mailsTo(email)).filter(({ kind }) => kind === 'password-reset');
          assertEqual('number of mails to a known address', mails.length, 10);
        }
        return assertSimilarTimes('medians', known, unknown);
      });
      return `all get the same response; unknown addresses get no mail; ${medians.join(', ')}`;
    },
  },
  {
    number: 4,
    title: 'an attacker signs up with the address of a customer, 3 times in each API',
    async run(world) {
      const owner = await world.customer({ customerDetails: { firstName: 'Owner' } });
      const before = await world.getCustomer(owner.id);
      const mails = await world.mailsTo(owner.email);
      const attacker = { email: owner.email.toUpperCase(), password: 'the attacker chose this one' };
      assertEqual(
        'statuses of the sign-ups',
        await inSequence(3, async () => (await world.signUp(attacker)).status),
        [409, 409, 409],
      );
      assertEqual(
        'statuses of the sign-ups in the Glue API',
        await inSequence(3, async () => (await world.glueSignUp(attacker)).status),
        [422, 422, 422],
      );
      assertEqual('the profile of the owner', await world.getCustomer(owner.id), before);
      // The Glue API promises a reset link to the owner. It sends one per minute.
      const [reset, ...others] = await world.mailsTo(owner.email);
      assertEqual('the new mail to the owner', reset?.kind, 'password-reset');
      assertEqual('the other mails to the owner', others, mails);
      assertEqual('status of a login of the attacker', (await world.tryLogin(attacker)).status, 400);
      await world.logIn(owner);
      return world.withSettings({ strict: true }, async () => {
        const withoutNumbers = (response: HttpResponse): object => ({
          ...comparable(response),
          text: response.text.replace(/[\d-]{5,}/g, ''),
        });
        const free = world.newPerson({ password: attacker.password });
        assertEqual(
          'response of a strict tenant',
          withoutNumbers(await world.signUp(attacker)),
          withoutNumbers(await world.signUp(free)),
        );
        const glue = [await world.glueSignUp(attacker), await world.glueSignUp(world.newPerson())];
        assertEqual(
          'statuses of a strict tenant in the Glue API',
          glue.map(({ status }) => status),
          [201, 201],
        );
        await world.logIn(owner);
        assertEqual('number of mails to the owner', (await world.mailsTo(owner.email)).length, mails.length + 2);
        return 'the account does not change; the response shows that the address is taken, as at the vendors; at a strict tenant only a mail to the owner does';
      });
    },
  },
  {
    number: 5,
    title: 'a customer requests e-mail changes to a taken and to a free address',
    async run(world) {
      const [customer, other] = [await world.customer(), await world.customer()];
      const { access } = await world.logIn(customer);
      const requestChange = (newEmail: string): Promise<HttpResponse> =>
        world.call('POST', '/me/accounts/internal/email/change', {
          token: access,
          json: { email: customer.email, password: customer.password, newEmail },
        });
      const mails = await world.mailsTo(other.email);
      assertEqual(
        'response for a taken address',
        comparable(await requestChange(other.email)),
        comparable(await requestChange(world.newPerson().email)),
      );
      assertEqual('mails to the taken address', await world.mailsTo(other.email), mails);
      return 'both get the same response; the taken address gets no mail';
    },
  },
  {
    number: 6,
    title: 'a visitor requests the opt-in mail again for an unknown, a confirmed and a pending address, 22 times each',
    async run(world) {
      const [pending, confirmed] = [world.newPerson(), world.newPerson()];
      for (const person of [pending, confirmed]) await world.glueSignUp(person);
      await world.glue('POST', '/customer-confirmation', {
        resource: {
          type: 'customer-confirmation',
          attributes: { registrationKey: await world.mailedToken(confirmed.email, 'opt-in') },
        },
      });
      const token = await world.visitorToken();
      const requestMail = async ({ email }: { email: string }): Promise<number> =>
        (await world.call('POST', '/signup/optin/refresh_token', { token, json: { email } })).status;
      const expected = Array<number>(22).fill(202);
      for (const person of [world.newPerson(), confirmed, pending]) {
        assertEqual('statuses of the requests', await inSequence(22, () => requestMail(person)), expected);
      }
      const kinds = async ({ email }: { email: string }): Promise<string[]> =>
        (await world.mailsTo(email)).map(({ kind }) => kind).sort();
      assertEqual('mails to the confirmed address', await kinds(confirmed), ['awaiting-activation', 'opt-in']);
      assertEqual('mails to the pending address', await kinds(pending), Array<string>(10).fill('opt-in'));
      return 'all get the same response; in an hour, the pending address gets 10 mails and the confirmed one none';
    },
  },
  {
    number: 14,
    title: 'an attacker sends 15 wrong passwords, then the right one, in both APIs',
    async run(world) {
      const [victim, other] = [await world.customer(), await world.customer()];
      const statuses = await inSequence(15, async () => (await world.tryLogin({ ...victim, ...wrong })).status);
      assertEqual('statuses of the wrong passwords', new Set(statuses), new Set([400]));
      for (const response of [await world.tryLogin(victim), await world.tryGlueLogin(victim)]) {
        assertEqual('status of the right password', response.status, 429);
        assert('the response has Retry-After', Number(response.headers['retry-after']) > 0);
      }
      await world.logIn(other);
      const from = world.otherAddress(0);
      assertEqual(
        'status of a login of the owner from another address',
        (await world.tryLogin(victim, { from })).status,
        200,
      );
      return 'both APIs return 429 with Retry-After; another account, and the owner from another address, can log in';
    },
  },
  {
    number: 15,
    title:
      'an attacker sends 200 passwords from one address, then 160 from 10 addresses; a customer logs in between 20 wrong ones',
    async run(world) {
      const token = await world.visitorToken();
      const countChecked = async (email: string, guesses: number, from?: string): Promise<number> => {
        const guess = (index: number): Promise<HttpResponse> =>
          world.tryLogin({ email, password: `a guess, number ${index}` }, { token, from });
        return (await inSequence(guesses, guess)).filter(({ status }) => status === 400).length;
      };
      const [one, many, honest] = await inSequence(3, () => world.customer());
      assertEqual('number of passwords that were checked, from one address', await countChecked(one!.email, 200), 15);
      const checked = await inSequence(10, (index) => countChecked(many!.email, 16, world.otherAddress(index)));
      const sum = checked.reduce((all, each) => all + each, 0);
      assertEqual('number of passwords that were checked, from all addresses', sum, 100);
      await countChecked(honest!.email, 10);
      await world.logIn(honest!);
      assertEqual(
        'number of passwords that were checked after a successful login',
        await countChecked(honest!.email, 10),
        10,
      );
      assertEqual('status of a login at the first account', (await world.tryLogin(one!)).status, 429);
      return '15 passwords are checked from one address, 100 from all; a successful login resets only the counter of its own account';
    },
  },
  {
    number: 16,
    title: 'an attacker sends 16 wrong passwords, each with a different X-Forwarded-For',
    async run(world) {
      const victim = await world.customer();
      const statuses = await inSequence(16, async (index) => {
        const headers = { 'x-forwarded-for': `203.0.113.${index}`, forwarded: `for=203.0.113.${index}` };
        return (await world.tryLogin({ ...victim, ...wrong }, { headers })).status;
      });
      assertEqual('status of the last login', statuses.at(-1), 429);
      return 'the headers are ignored; the address of the connection counts';
    },
  },
  {
    number: 7,
    title: 'a visitor sends 20 sign-ups for one address in parallel, in different letter case, in each API',
    async run(world) {
      const inMixedCase = (email: string, index: number): string =>
        [...email].map((letter, place) => ((place + index) % 3 ? letter : letter.toUpperCase())).join('');
      const token = await world.visitorToken();
      for (const [method, conflict] of [
        ['signUp', 409],
        ['glueSignUp', 422],
      ] as const) {
        const person = world.newPerson();
        const responses = await inParallel(20, async (index) => {
          const each = { ...person, email: inMixedCase(person.email, index) };
          return (await (method === 'signUp' ? world.signUp(each, token) : world.glueSignUp(each))).status;
        });
        assertEqual('number of created accounts', responses.filter((status) => status === 201).length, 1);
        assertEqual('number of rejected sign-ups', responses.filter((status) => status === conflict).length, 19);
        const kinds = (await world.mailsTo(person.email)).map(({ kind }) => kind);
        assertEqual('mails', kinds, [method === 'signUp' ? 'awaiting-activation' : 'opt-in']);
      }
      return 'one account is created and one mail is sent; 19 sign-ups are rejected';
    },
  },
  {
    number: 8,
    title: 'a person signs up and logs in with 6 notations of one address, and signs up with 4 similar addresses',
    async run(world) {
      const key = world.newPerson().email.slice(0, 8);
      const at = (local: string, domain = 'bücher.example'): string => `${local}${key}@${domain}`;
      const owner = await world.customer({ email: at('zoë.') });
      const same = [
        at('ZOË.').toUpperCase(),
        ` ${at('zoë.')} `,
        at('zoe\u0308.'),
        at('zoë.', 'xn--bcher-kva.example'),
        at('zoë.', 'BÜCHER.example'),
        at('zoë.', 'bu\u0308cher.example'),
      ];
      for (const email of same) {
        assertEqual(`status of a sign-up as ${email}`, (await world.signUp({ ...owner, email })).status, 409);
        await world.logIn({ ...owner, email });
      }
      const others = [at('zoë'), at('zoë.').replace('@', '+tag@'), at('zоë.'), at('zoë.', 'büсher.example')];
      for (const email of others) {
        assertEqual(`status of a sign-up as ${email}`, (await world.signUp({ ...owner, email })).status, 201);
      }
      return 'case, spaces, NFD and IDN do not change the identity; a dot, a tag and a homoglyph do';
    },
  },
  {
    number: 9,
    title: 'a person signs up with 9 invalid addresses, in both APIs',
    async run(world) {
      const { email, password } = world.newPerson();
      const invalid = [
        `${'a'.repeat(64)}@${'b'.repeat(60)}.${'c'.repeat(60)}.${'d'.repeat(60)}.${'e'.repeat(20)}.example`,
        `${email}\r\nBcc: eve@abuse.example`,
        `a\n${email}`,
        `Eve <${email}>`,
        `${email},eve@abuse.example`,
        `${email};eve@abuse.example`,
        `${email} eve@abuse.example`,
        'nobody',
        `${'ü'.repeat(130)}@abuse.example`,
      ];
      for (const each of invalid) {
        const shown = JSON.stringify(each).slice(0, 60);
        assertEqual(`status of a sign-up as ${shown}`, (await world.signUp({ email: each, password })).status, 400);
        assertEqual(
          `status of a sign-up in the Glue API as ${shown}`,
          (await world.glueSignUp({ email: each, password })).status,
          422,
        );
      }
      assertEqual('number of mails to the address', (await world.mailsTo(email)).length, 0);
      assertEqual('number of mails to the injected address', (await world.mailsTo('eve@abuse.example')).length, 0);
      return 'all are rejected, and no mail is sent';
    },
  },
];
