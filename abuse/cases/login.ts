import { type Case, atOnce, expect, hold, median, times } from '../case.ts';
import type { Answer } from '../http.ts';
import type { Person, World } from '../world.ts';

/** What a stranger can tell one answer from another by. */
const told = ({ status, headers, text }: Answer): object => {
  const names = Object.keys(headers).filter((name) => !name.startsWith('ratelimit'));
  return { status, text, headers: names.sort() };
};

const wrong = { password: 'not the password at all' };

/** Medians in milliseconds, and whether they tell nothing. */
function alike(what: string, known: number[], unknown: number[]): string {
  const [a, b] = [median(known), median(unknown)];
  hold(`${what}: medians of ${a.toFixed(1)} and ${b.toFixed(1)} ms differ`, Math.abs(a - b) / Math.max(a, b) < 0.3);
  return `${what} ${a.toFixed(1)} and ${b.toFixed(1)} ms`;
}

const glueReset = (world: World, email: string): Promise<Answer> =>
  world.glue('POST', '/customer-forgotten-password', {
    resource: { type: 'customer-forgotten-password', attributes: { email } },
  });

export const login: Case[] = [
  {
    number: 1,
    tries: 'login of 5 kinds of people who may not, in both dialects, and of 6 at a strict tenant',
    async run(world) {
      const inactive = await world.signedUp();
      const held = await world.customer();
      await world.change(held.id, { onHold: true });
      const unconfirmed = world.stranger();
      expect('a sign-up by Glue', (await world.glueSignUp(unconfirmed)).status, 201);
      const active = await world.customer();
      const people = [world.stranger(), { ...active, ...wrong }, inactive, held, unconfirmed];
      for (const attempt of ['tryLogin', 'tryGlueLogin'] as const) {
        const answers = await times(people.length, async (index) => told(await world[attempt](people[index]!)));
        for (const answer of answers) expect(attempt, answer, answers[0]);
      }
      await times(16, () => world.tryLogin({ ...active, ...wrong }));
      expect('a lock', (await world.tryLogin(active)).status, 429);
      return world.set({ strict: true }, async () => {
        const answers = await times(people.length, async (index) => told(await world.tryLogin(people[index]!)));
        for (const answer of [...answers, told(await world.tryLogin(active))]) expect('strict', answer, answers[0]);
        return 'one answer, byte for byte; a lock alone is told, by 429, as the vendors do, but not where it is strict';
      });
    },
  },
  {
    number: 2,
    tries: 'login, 60 times each for a known and an unknown address by turns, in both dialects',
    async run(world) {
      const token = await world.visitor();
      const attempts: ((person: Person) => Promise<Answer>)[] = [
        (person) => world.tryLogin(person, { token }),
        (person) => world.tryGlueLogin(person),
      ];
      const found = await times(attempts.length, async (dialect) => {
        // More than one, or the lockout would answer.
        const people = await times(5, () => world.customer());
        const milliseconds = async (person: Person): Promise<number> =>
          (await attempts[dialect]!({ ...person, ...wrong })).milliseconds;
        await times(5, () => milliseconds(world.stranger()));
        const [known, unknown]: [number[], number[]] = [[], []];
        await times(60, async (index) => {
          known.push(await milliseconds(people[index % people.length]!));
          unknown.push(await milliseconds(world.stranger()));
        });
        return alike('medians', known, unknown);
      });
      return found.join(', ');
    },
  },
  {
    number: 3,
    tries: 'reset, 30 times each for a known and an unknown address by turns, in both dialects',
    async run(world) {
      const token = await world.visitor();
      const asks: ((email: string) => Promise<Answer>)[] = [
        (email) => world.call('POST', '/password/reset', { token, json: { email } }),
        (email) => glueReset(world, email),
      ];
      const found = await times(asks.length, async (dialect) => {
        const ask = asks[dialect]!;
        // More than one, or the limit of mails to one address would answer.
        const [people, strangers] = [await times(2, () => world.customer()), [world.stranger(), world.stranger()]];
        const [known, unknown]: [number[], number[]] = [[], []];
        await times(30, async (index) => {
          const [customer, stranger] = [people[index % 2]!, strangers[index % 2]!];
          const [a, b] = [await ask(customer.email), await ask(stranger.email)];
          expect('the answer', told(b), told(a));
          known.push(a.milliseconds);
          unknown.push(b.milliseconds);
        });
        for (const { email } of strangers) expect('mails to the unknown', (await world.mailsTo(email)).length, 0);
        for (const { email } of people) {
          const mails = (await world.mailsTo(email)).filter(({ kind }) => kind === 'password-reset');
          expect('mails to the known', mails.length, 15);
        }
        return alike('medians', known, unknown);
      });
      return `one answer, no mail to the unknown; ${found.join(', ')}`;
    },
  },
  {
    number: 4,
    tries: 'sign-up under a taken address, 3 times in each dialect',
    async run(world) {
      const owner = await world.customer({ customerDetails: { firstName: 'Owner' } });
      const before = await world.seen(owner.id);
      const mails = await world.mailsTo(owner.email);
      const thief = { email: owner.email.toUpperCase(), password: 'the thief chose this one' };
      expect('answers', await times(3, async () => (await world.signUp(thief)).status), [409, 409, 409]);
      expect('answers of Glue', await times(3, async () => (await world.glueSignUp(thief)).status), [422, 422, 422]);
      expect('the owner', await world.seen(owner.id), before);
      expect('mails', await world.mailsTo(owner.email), mails);
      expect("the thief's login", (await world.tryLogin(thief)).status, 400);
      await world.logIn(owner);
      return world.set({ strict: true }, async () => {
        const blotted = (answer: Answer): object => ({ ...told(answer), text: answer.text.replace(/[\d-]{5,}/g, '') });
        const free = world.stranger({ password: thief.password });
        expect('a strict answer', blotted(await world.signUp(thief)), blotted(await world.signUp(free)));
        const glue = [await world.glueSignUp(thief), await world.glueSignUp(world.stranger())];
        expect(
          'strict answers of Glue',
          glue.map(({ status }) => status),
          [201, 201],
        );
        await world.logIn(owner);
        expect('a mail to the owner', (await world.mailsTo(owner.email)).length, mails.length + 1);
        return 'no row changed; the answer tells that it is taken, as the vendors do, but where it is strict only a mail does';
      });
    },
  },
  {
    number: 5,
    tries: 'e-mail change to a taken and to a free address',
    async run(world) {
      const [customer, other] = [await world.customer(), await world.customer()];
      const { access } = await world.logIn(customer);
      const ask = (newEmail: string): Promise<Answer> =>
        world.call('POST', '/me/accounts/internal/email/change', {
          token: access,
          json: { email: customer.email, password: customer.password, newEmail },
        });
      const mails = await world.mailsTo(other.email);
      expect('the answer', told(await ask(other.email)), told(await ask(world.stranger().email)));
      expect('mails to the taken address', await world.mailsTo(other.email), mails);
      return 'one answer, no mail to the taken address';
    },
  },
  {
    number: 6,
    tries: 'resend of the confirmation for an unknown, a confirmed and a pending address, 22 times each',
    async run(world) {
      const [pending, confirmed] = [world.stranger(), world.stranger()];
      for (const person of [pending, confirmed]) await world.glueSignUp(person);
      await world.glue('POST', '/customer-confirmation', {
        resource: {
          type: 'customer-confirmation',
          attributes: { registrationKey: await world.mailed(confirmed.email, 'opt-in') },
        },
      });
      const token = await world.visitor();
      const ask = async ({ email }: { email: string }): Promise<number> =>
        (await world.call('POST', '/signup/optin/refresh_token', { token, json: { email } })).status;
      const wanted = [...Array<number>(20).fill(202), 429, 429];
      for (const person of [world.stranger(), confirmed, pending]) {
        expect('the answers', await times(22, () => ask(person)), wanted);
      }
      expect('mails to the confirmed', (await world.mailsTo(confirmed.email)).length, 1);
      return 'one answer; 429 after 20 in an hour, and no mail to the confirmed';
    },
  },
  {
    number: 14,
    tries: '15 wrong passwords, then the right one, in both dialects',
    async run(world) {
      const [victim, other] = [await world.customer(), await world.customer()];
      const wrongOnes = await times(15, async () => (await world.tryLogin({ ...victim, ...wrong })).status);
      expect('wrong ones', new Set(wrongOnes), new Set([400]));
      for (const answer of [await world.tryLogin(victim), await world.tryGlueLogin(victim)]) {
        expect('the right one', answer.status, 429);
        hold('Retry-After', Number(answer.headers['retry-after']) > 0);
      }
      await world.logIn(other);
      const from = world.elsewhere(0);
      expect('the owner from another address', (await world.tryLogin(victim, { from })).status, 200);
      return '429 with Retry-After in both; another account, and the owner from another address, log in';
    },
  },
  {
    number: 15,
    tries: '1 account with 200 passwords from one address, with 160 from 10 addresses; a good login in between',
    async run(world) {
      const token = await world.visitor();
      const count = async (email: string, tries: number, from?: string): Promise<number> => {
        const guess = (index: number): Promise<Answer> =>
          world.tryLogin({ email, password: `a guess, number ${index}` }, { token, from });
        return (await times(tries, guess)).filter(({ status }) => status === 400).length;
      };
      const [one, many, honest] = await times(3, () => world.customer());
      expect('heard from one address', await count(one!.email, 200), 15);
      const heard = await times(10, (index) => count(many!.email, 16, world.elsewhere(index)));
      const sum = heard.reduce((all, each) => all + each, 0);
      expect('heard from all addresses', sum, 100);
      await count(honest!.email, 10);
      await world.logIn(honest!);
      expect('heard after a good login', await count(honest!.email, 10), 10);
      expect('the first account from the same address', (await world.tryLogin(one!)).status, 429);
      return '15 heard from one address, 100 from everywhere; a good login resets its own counter alone';
    },
  },
  {
    number: 16,
    tries: '16 wrong passwords, each with another X-Forwarded-For',
    async run(world) {
      const victim = await world.customer();
      const statuses = await times(16, async (index) => {
        const headers = { 'x-forwarded-for': `203.0.113.${index}`, forwarded: `for=203.0.113.${index}` };
        return (await world.tryLogin({ ...victim, ...wrong }, { headers })).status;
      });
      expect('the last answer', statuses.at(-1), 429);
      return 'the address that counts is that of the connection';
    },
  },
  {
    number: 7,
    tries: '20 sign-ups of one address at once in different letter case, in each dialect',
    async run(world) {
      const spelled = (email: string, index: number): string =>
        [...email].map((letter, place) => ((place + index) % 3 ? letter : letter.toUpperCase())).join('');
      const token = await world.visitor();
      for (const [dialect, refused] of [
        ['signUp', 409],
        ['glueSignUp', 422],
      ] as const) {
        const person = world.stranger();
        const answers = await atOnce(20, async (index) => {
          const each = { ...person, email: spelled(person.email, index) };
          return (await (dialect === 'signUp' ? world.signUp(each, token) : world.glueSignUp(each))).status;
        });
        expect('made', answers.filter((status) => status === 201).length, 1);
        expect('refused', answers.filter((status) => status === refused).length, 19);
        expect('mails', (await world.mailsTo(person.email)).length, dialect === 'signUp' ? 0 : 1);
      }
      return 'one account, one mail, 19 refused, no 5xx';
    },
  },
  {
    number: 8,
    tries: '6 spellings of one address, 4 that are others',
    async run(world) {
      const key = world.stranger().email.slice(0, 8);
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
        expect(`a sign-up as ${email}`, (await world.signUp({ ...owner, email })).status, 409);
        await world.logIn({ ...owner, email });
      }
      const others = [at('zoë'), at('zoë.').replace('@', '+tag@'), at('zоë.'), at('zoë.', 'büсher.example')];
      for (const email of others) {
        expect(`a sign-up as ${email}`, (await world.signUp({ ...owner, email })).status, 201);
      }
      return 'case, blanks, NFD and IDN are one identity; a dot, a tag and a homoglyph are others';
    },
  },
  {
    number: 9,
    tries: '9 addresses that are none, in both dialects',
    async run(world) {
      const { email, password } = world.stranger();
      const bad = [
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
      for (const each of bad) {
        const shown = JSON.stringify(each).slice(0, 60);
        expect(`a sign-up as ${shown}`, (await world.signUp({ email: each, password })).status, 400);
        expect(`a sign-up by Glue as ${shown}`, (await world.glueSignUp({ email: each, password })).status, 422);
      }
      expect('mails', (await world.mailsTo(email)).length, 0);
      expect('mails to the other', (await world.mailsTo('eve@abuse.example')).length, 0);
      return 'refused, nothing sent';
    },
  },
];
