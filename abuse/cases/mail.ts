import { MailServer } from '../../test/support/smtp.ts';
import { type Case, inParallel, assertEqual, assert, inSequence, waitUntil } from '../case.ts';
import type { HttpResponse } from '../http.ts';
import type { Customer, World } from '../world.ts';

const change = '/me/accounts/internal/email/change';

async function requestChange(
  world: World,
  customer: Customer,
  newEmail: string,
  password = customer.password,
): Promise<HttpResponse> {
  const { access } = await world.logIn(customer);
  return world.call('POST', change, { token: access, json: { email: customer.email, password, newEmail } });
}

async function confirm(world: World, token: string): Promise<number> {
  return (await world.call('POST', `${change}/confirm`, { token: await world.visitorToken(), json: { token } })).status;
}

/** Requests a change of the e-mail. @returns the mailed token that confirms it */
async function pendingChange(world: World, customer: Customer, newEmail: string): Promise<string> {
  assertEqual('status of the request', (await requestChange(world, customer, newEmail)).status, 204);
  return world.mailedToken(newEmail, 'email-change');
}

export const mail: Case[] = [
  {
    number: 38,
    title: 'opt-in links: opened by a scanner, used twice, and an old one after a resend, in both APIs',
    async run(world) {
      const visitor = await world.visitorToken();
      const confirmInGlue = (registrationKey: string): Promise<HttpResponse> =>
        world.glue('POST', '/customer-confirmation', {
          resource: { type: 'customer-confirmation', attributes: { registrationKey } },
        });
      const optIn = (token: string): Promise<HttpResponse> =>
        world.call('GET', `/signup/optin/${token}`, { token: visitor });
      const requestNewLink = async (email: string): Promise<string> => {
        await world.call('POST', '/signup/optin/refresh_token', { token: visitor, json: { email } });
        return world.mailedToken(email, 'opt-in');
      };
      const [person, other] = [world.newPerson(), world.newPerson()];
      for (const each of [person, other]) await world.glueSignUp(each);
      const old = await world.mailedToken(person.email, 'opt-in');
      const token = await requestNewLink(person.email);
      assertEqual('status of the old token', (await optIn(old)).status, 400);
      for (const method of ['HEAD', 'GET']) {
        const path = `/signup/optin/${token}`;
        assert(`${method} without an access token is rejected`, (await world.call(method, path)).status >= 400);
        await world.call('HEAD', path, { token: visitor });
        await world.glue(method, `/customer-confirmation?registrationKey=${token}`);
      }
      assertEqual('status of the token as a reset token', (await resetWith(world, token)).status, 400);
      const first = await optIn(token);
      assert('the first use confirms the address', /awaiting_activation|access_token/.test(first.text), first.text);
      const second = await optIn(token);
      assert(
        'the second use gets 400 with its reason',
        second.status === 400 && /already used/.test(second.text),
        second.text,
      );
      const registrationKey = await world.mailedToken(other.email, 'opt-in');
      assertEqual(
        'statuses of two uses in the Glue API',
        [(await confirmInGlue(registrationKey)).status, (await confirmInGlue(registrationKey)).status],
        [204, 422],
      );
      return 'only the newest token is valid, once; a scanner changes nothing';
    },
  },
  {
    number: 39,
    title: 'a customer changes the e-mail: with a wrong password, then before and after confirming the new address',
    async run(world) {
      const customer = await world.customer();
      const newEmail = world.newPerson().email;
      const { access: session } = await world.logIn(customer);
      assertEqual(
        'status of the request with a wrong password',
        (await requestChange(world, customer, newEmail, 'not the password')).status,
        400,
      );
      assertEqual('number of mails to the new address', (await world.mailsTo(newEmail)).length, 0);
      const token = await pendingChange(world, customer, newEmail);
      assert(
        'the old address gets a notice',
        (await world.mailsTo(customer.email)).some(({ kind }) => kind === 'email-change-notice'),
      );
      assertEqual(
        'status of a login with the new address before it is confirmed',
        (await world.tryLogin({ ...customer, email: newEmail })).status,
        400,
      );
      await world.logIn(customer);
      assertEqual(
        'status of PATCH with an e-mail',
        (await world.call('PATCH', '/me', { token: session, json: { email: newEmail } })).status,
        200,
      );
      await world.logIn(customer);
      assertEqual('status of the confirmation', await confirm(world, token), 204);
      assertEqual('status of a second confirmation', await confirm(world, token), 400);
      assertEqual('status of a login with the old address', (await world.tryLogin(customer)).status, 400);
      await world.logIn({ ...customer, email: newEmail });
      return 'it requires the password and the confirmation; the old address gets a notice, and is valid for logins until then';
    },
  },
  {
    number: 40,
    title:
      'a customer confirms an e-mail change after reset, password change, logout or deletion; two change to one address',
    async run(world) {
      const staff = await world.serviceToken();
      const actions: Record<string, (customer: Customer) => Promise<unknown>> = {
        async reset({ email }) {
          const token = await world.visitorToken();
          await world.call('POST', '/password/reset', { token, json: { email } });
          return resetWith(world, await world.mailedToken(email, 'password-reset'));
        },
        async change(customer) {
          const { access } = await world.logIn(customer);
          const json = { currentPassword: customer.password, newPassword: 'another quiet river' };
          return world.call('POST', '/password/change', { token: access, json });
        },
        'logout everywhere': async (customer) =>
          world.glue('DELETE', '/refresh-tokens/mine', { token: (await world.glueLogIn(customer)).access }),
        deletion: ({ id }) => world.call('DELETE', `/customers/${id}`, { token: staff }),
      };
      const stillPending: string[] = [];
      for (const [name, act] of Object.entries(actions)) {
        const customer = await world.customer();
        const token = await pendingChange(world, customer, world.newPerson().email);
        await act(customer);
        if ((await confirm(world, token)) !== 400) stillPending.push(name);
      }
      await inSequence(5, async () => {
        const newEmail = world.newPerson().email;
        const tokens = await inSequence(2, async () => pendingChange(world, await world.customer(), newEmail));
        const statuses = await inParallel(2, (index) => confirm(world, tokens[index]!));
        assertEqual('statuses of two confirmations for one address', statuses.sort(), [204, 400]);
      });
      assertEqual('actions after which the change was still pending', stillPending, []);
      return 'each action cancels the pending change; of two changes to one address, one succeeds';
    },
  },
  {
    number: 50,
    title: 'a person signs up with 6 names that contain headers, markup or templates',
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
        const person = world.newPerson();
        assertEqual('status of the sign-up', (await world.glueSignUp(person, { firstName })).status, 201);
        const [mail] = await world.mailsTo(person.email);
        assertEqual('subject of the mail', mail?.subject, 'Please confirm your e-mail address');
        const [greeting = ''] = mail?.text.split('\n') ?? [];
        assertEqual('greeting of the mail', greeting, 'Hello,');
        const page = await world.http.send('GET', '/mailbox', { query: { to: person.email } });
        assert('the mailbox page escapes the name', !page.text.includes('<script>alert(1)'));
      }
      assertEqual('number of mails to the injected address', (await world.mailsTo('eve@abuse.example')).length, 0);
      return 'mails to unconfirmed addresses contain none of the names';
    },
  },
  {
    number: 51,
    title:
      'an attacker requests resets with foreign Host, X-Forwarded-Host, Origin, Referer and redirect_url, in both APIs',
    async run(world) {
      const customer = await world.customer();
      const visitor = await world.visitorToken();
      const linksIn = async (headers: Record<string, string>, more: object): Promise<string[]> => {
        const { email } = customer;
        const query = { redirect_url: 'https://eve.example/' };
        await world.call('POST', '/password/reset', { token: visitor, json: { email, ...more }, headers, query });
        const attributes = { email, ...more };
        const resource = { type: 'customer-forgotten-password', attributes };
        await world.glue('POST', '/customer-forgotten-password', { resource, headers, query });
        const mails = (await world.mailsTo(email)).slice(0, 2);
        return mails.map(({ text, token }) => text.replaceAll(token ?? '', '').replace(/[^]*?(https?:\S*)[^]*/, '$1'));
      };
      const expected = await linksIn({}, {});
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
      assertEqual('links in the mails', await linksIn(headers, more), expected);
      assert(
        'each mail contains a link',
        expected.every((link) => link.startsWith('http')),
        expected,
      );
      const login = await world.tryLogin(customer, { headers });
      assert('the login response does not redirect', !login.text.includes(evil) && !login.headers.location);
      return 'links lead to the URLs in the tenant’s settings; no response redirects';
    },
  },
];

/** Cases in which an attacker causes mails to third parties. */
export const recipients: Case[] = [
  {
    number: 75,
    title: 'an attacker requests 25 resets for an owner, with other addresses in the body, in both APIs',
    async run(world) {
      const owner = await world.customer();
      const token = await world.visitorToken();
      const before = (await world.mailsTo(owner.email)).length;
      const statuses = await inSequence(25, async (index) => {
        const decoy = `${index}@abuse.example`;
        const json = { newEmail: decoy, contactEmail: decoy, email: owner.email };
        if (index % 2 === 0) return (await world.call('POST', '/password/reset', { token, json })).status;
        const data = { type: 'customer-forgotten-password', attributes: { email: owner.email } };
        return (await world.glue('POST', '/customer-forgotten-password', { json: { email: decoy, data } })).status;
      });
      assertEqual('statuses of the requests', [...new Set(statuses)], [204]);
      assertEqual('number of mails to the owner', (await world.mailsTo(owner.email)).length - before, 10);
      const { status } = await resetWith(world, await world.mailedToken(owner.email, 'password-reset'));
      assertEqual('status of the newest link', status, 204);
      return 'the owner gets 10 mails in an hour, and the newest link works';
    },
  },
  {
    number: 76,
    title: 'an attacker signs up a third party, with an advertisement as the name and the company',
    async run(world) {
      const link = 'claim: https://prize.example/x';
      const person = world.newPerson();
      assertEqual(
        'status of the sign-up',
        (await world.glueSignUp(person, { firstName: link, lastName: link })).status,
        201,
      );
      const token = await world.visitorToken();
      for (const path of ['/password/reset', '/signup/optin/refresh_token']) {
        await world.call('POST', path, { token, json: { email: person.email } });
      }
      const staff = await world.serviceToken();
      const { email: contactEmail } = world.newPerson();
      const json = { contactEmail, firstName: 'Eve', company: link };
      assertEqual(
        'status of the creation of a customer',
        (await world.call('POST', '/customers', { token: staff, json })).status,
        201,
      );
      const mails = [...(await world.mailsTo(person.email)), ...(await world.mailsTo(contactEmail))];
      assert(
        'the third party gets mails of several kinds',
        new Set(mails.map(({ kind }) => kind)).size > 1,
        mails.length,
      );
      const advertising = mails.filter(({ text }) => /prize|claim|Eve/.test(text) || !text.startsWith('Hello,'));
      assertEqual('mails with the advertisement', advertising, []);
      return 'no mail to an unconfirmed address contains the advertisement';
    },
  },
  {
    number: 77,
    title: 'a service causes 40 mails; after that 4 owners request a reset',
    async run(world) {
      const smtp = await MailServer.listen();
      try {
        const owners = await inSequence(4, () => world.customer());
        const env = { SMTP_URL: smtp.url };
        const noise = Array.from({ length: 40 }, () => world.newPerson().email);
        await world.withProcess({ ...env, JOBS: 'off' }, async (other) => {
          const staff = await other.serviceToken();
          await inSequence(40, async (index) => {
            const json = { contactEmail: noise[index] };
            const { status } = await other.call('POST', '/customers', { token: staff, json });
            assertEqual('status of the creation of a customer', status, 201);
          });
          const token = await other.visitorToken();
          for (const { email } of owners) await other.call('POST', '/password/reset', { token, json: { email } });
        });
        await world.withProcess(env, async () => {
          await waitUntil('all mails are sent', () => smtp.mails.length >= 44);
        });
        const positions = owners.map(({ email }) =>
          smtp.mails.findIndex(({ recipients }) => recipients.includes(email)),
        );
        assert(
          'the resets are among the first 24 mails',
          positions.every((position) => position >= 0 && position < 24),
          positions,
        );
        return `the positions of the resets among 44 mails are ${positions.map((position) => position + 1).join(', ')}`;
      } finally {
        await smtp.close();
      }
    },
  },
];

async function resetWith(world: World, token: string): Promise<HttpResponse> {
  const json = { token, password: 'one more quiet river' };
  return world.call('POST', '/password/reset/update', { token: await world.visitorToken(), json });
}
