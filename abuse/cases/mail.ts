import { type Case, atOnce, expect, hold, times } from '../case.ts';
import type { Answer } from '../http.ts';
import type { Customer, World } from '../world.ts';

const change = '/me/accounts/internal/email/change';

async function ask(world: World, customer: Customer, newEmail: string, password = customer.password): Promise<Answer> {
  const { access } = await world.logIn(customer);
  return world.call('POST', change, { token: access, json: { email: customer.email, password, newEmail } });
}

async function confirm(world: World, token: string): Promise<number> {
  return (await world.call('POST', `${change}/confirm`, { token: await world.visitor(), json: { token } })).status;
}

/** A change that was asked for and waits. @returns its token */
async function pending(world: World, customer: Customer, newEmail: string): Promise<string> {
  expect('a change of the e-mail', (await ask(world, customer, newEmail)).status, 204);
  return world.mailed(newEmail, 'email-change');
}

export const mail: Case[] = [
  {
    number: 38,
    tries: 'an opt-in token by HEAD, GET without a token, twice, and an old one after a resend, in both dialects',
    async run(world) {
      const visitor = await world.visitor();
      const key = (registrationKey: string): Promise<Answer> =>
        world.glue('POST', '/customer-confirmation', {
          resource: { type: 'customer-confirmation', attributes: { registrationKey } },
        });
      const optIn = (token: string): Promise<Answer> => world.call('GET', `/signup/optin/${token}`, { token: visitor });
      const resent = async (email: string): Promise<string> => {
        await world.call('POST', '/signup/optin/refresh_token', { token: visitor, json: { email } });
        return world.mailed(email, 'opt-in');
      };
      const [person, other] = [world.stranger(), world.stranger()];
      for (const each of [person, other]) await world.glueSignUp(each);
      const old = await world.mailed(person.email, 'opt-in');
      const token = await resent(person.email);
      expect('the old one', (await optIn(old)).status, 400);
      for (const method of ['HEAD', 'GET']) {
        const path = `/signup/optin/${token}`;
        hold(`${method} by a scanner`, (await world.call(method, path)).status >= 400);
        await world.call('HEAD', path, { token: visitor });
        await world.glue(method, `/customer-confirmation?registrationKey=${token}`);
      }
      expect('as a reset token', (await resetWith(world, token)).status, 400);
      const first = await optIn(token);
      hold('the first use', /waits for its activation|access_token/.test(first.text), first.text);
      const second = await optIn(token);
      hold('the second use', second.status === 400 && /used before/.test(second.text), second.text);
      const registrationKey = await world.mailed(other.email, 'opt-in');
      expect('in Glue', [(await key(registrationKey)).status, (await key(registrationKey)).status], [204, 422]);
      return 'it works once, the newest alone; a scanner changes nothing';
    },
  },
  {
    number: 39,
    tries: 'a change of the e-mail with a wrong password, before and after the proof',
    async run(world) {
      const customer = await world.customer();
      const newEmail = world.stranger().email;
      const { access: session } = await world.logIn(customer);
      expect('a wrong password', (await ask(world, customer, newEmail, 'not the password')).status, 400);
      expect('mails', (await world.mailsTo(newEmail)).length, 0);
      const token = await pending(world, customer, newEmail);
      hold(
        'the old address is told',
        (await world.mailsTo(customer.email)).some(({ kind }) => kind === 'email-change-notice'),
      );
      expect('the new login', (await world.tryLogin({ ...customer, email: newEmail })).status, 400);
      await world.logIn(customer);
      expect('by PATCH', (await world.call('PATCH', '/me', { token: session, json: { email: newEmail } })).status, 200);
      await world.logIn(customer);
      expect('the proof', await confirm(world, token), 204);
      expect('the proof again', await confirm(world, token), 400);
      expect('the old login', (await world.tryLogin(customer)).status, 400);
      await world.logIn({ ...customer, email: newEmail });
      return 'the password opens it, the new address proves it, the old one is told; until then the old one logs in';
    },
  },
  {
    number: 40,
    tries:
      'a pending change after reset, password change, logout of all and deletion; two to one address at once, 5 times',
    async run(world) {
      const staff = await world.staff();
      const ends: Record<string, (customer: Customer) => Promise<unknown>> = {
        async reset({ email }) {
          const token = await world.visitor();
          await world.call('POST', '/password/reset', { token, json: { email } });
          return resetWith(world, await world.mailed(email, 'password-reset'));
        },
        async change(customer) {
          const { access } = await world.logIn(customer);
          const json = { currentPassword: customer.password, newPassword: 'another quiet river' };
          return world.call('POST', '/password/change', { token: access, json });
        },
        'a logout of all': async (customer) =>
          world.glue('DELETE', '/refresh-tokens/mine', { token: (await world.glueLogIn(customer)).access }),
        deletion: ({ id }) => world.call('DELETE', `/customers/${id}`, { token: staff }),
      };
      const survived: string[] = [];
      for (const [name, end] of Object.entries(ends)) {
        const customer = await world.customer();
        const token = await pending(world, customer, world.stranger().email);
        await end(customer);
        if ((await confirm(world, token)) !== 400) survived.push(name);
      }
      await times(5, async () => {
        const newEmail = world.stranger().email;
        const pendings = await times(2, async () => pending(world, await world.customer(), newEmail));
        const won = await atOnce(2, (index) => confirm(world, pendings[index]!));
        expect('two to one address', won.sort(), [204, 400]);
      });
      expect('what a pending change survives', survived, []);
      return 'dead after each; of two, one wins';
    },
  },
  {
    number: 50,
    tries: '6 names that would like to be headers, markup or templates',
    async run(world) {
      const names = [
        'Eve\r\nBcc: eve@abuse.example',
        'Eve\nSubject: Won\n\nA prize',
        '<script>alert(1)</script>',
        '{{7*7}}${7*7}<%= 7*7 %>',
        'Eve\u2028Bcc: eve@abuse.example',
        '=?utf-8?q?Bcc:eve?=',
      ];
      for (const firstName of names) {
        const person = world.stranger();
        expect('a sign-up', (await world.glueSignUp(person, { firstName })).status, 201);
        const [letter] = await world.mailsTo(person.email);
        expect('the subject', letter?.subject, 'Please confirm your e-mail address');
        const [greeting = ''] = letter?.text.split('\n') ?? [];
        expect('the greeting', greeting, `Hello ${firstName.replace(/\s+/g, ' ')},`);
        const page = await world.http.send('GET', '/mailbox', { query: { to: person.email } });
        hold('the page of mails', !page.text.includes('<script>alert(1)'));
      }
      expect('mails to the other', (await world.mailsTo('eve@abuse.example')).length, 0);
      return 'they arrive as text, in one line of the letter';
    },
  },
  {
    number: 51,
    tries: 'Host, X-Forwarded-Host, Origin, Referer and redirect_url of a stranger, in both dialects',
    async run(world) {
      const customer = await world.customer();
      const visitor = await world.visitor();
      const linkOf = async (headers: Record<string, string>, more: object): Promise<string[]> => {
        const { email } = customer;
        const query = { redirect_url: 'https://eve.example/' };
        await world.call('POST', '/password/reset', { token: visitor, json: { email, ...more }, headers, query });
        const attributes = { email, ...more };
        const resource = { type: 'customer-forgotten-password', attributes };
        await world.glue('POST', '/customer-forgotten-password', { resource, headers, query });
        const letters = (await world.mailsTo(email)).slice(0, 2);
        return letters.map(({ text, token }) =>
          text.replaceAll(token ?? '', '').replace(/[^]*?(https?:\S*)[^]*/, '$1'),
        );
      };
      const honest = await linkOf({}, {});
      const evil = 'eve.example';
      const headers = {
        ...{ host: evil, 'x-forwarded-host': evil, 'x-forwarded-proto': 'https', forwarded: `host=${evil}` },
        ...{ origin: `https://${evil}`, referer: `https://${evil}/` },
      };
      const more = {
        redirect_url: 'https://eve.example/',
        redirectUrl: 'https://eve.example/',
        site: 'https://eve.example/',
      };
      expect('the links', await linkOf(headers, more), honest);
      hold(
        'a link',
        honest.every((link) => link.startsWith('http')),
        honest,
      );
      const login = await world.tryLogin(customer, { headers });
      hold('an answer', !login.text.includes(evil) && !login.headers.location);
      return 'links lead where the tenant’s settings say; nothing redirects';
    },
  },
];

async function resetWith(world: World, token: string): Promise<Answer> {
  const json = { token, password: 'one more quiet river' };
  return world.call('POST', '/password/reset/update', { token: await world.visitor(), json });
}
