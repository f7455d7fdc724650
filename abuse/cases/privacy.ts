import { type Case, NotRun, expect, hold } from '../case.ts';
import type { Customer, World } from '../world.ts';

/** Whether anything that staff or a stranger can ask for still knows the customer. */
async function traces(world: World, { id, email }: Customer, lastName: string): Promise<void> {
  const token = await world.staff();
  for (const path of [`/customers/${id}`, `/customers/${id}/addresses`, `/customers/${id}/export`]) {
    expect(`${path} after the erasure`, (await world.call('GET', path, { token })).status, 404);
  }
  for (const q of [`email:${email}`, `contactEmail:${email}`, `lastName:${lastName}`, `id:${id}`]) {
    expect(`found by ${q}`, (await world.call('GET', '/customers', { token, query: { q } })).body, []);
  }
  const history = await world.call('GET', `/customers/${id}/history`, { token });
  expect('the history', history.status, 200);
  hold('the history keeps rows', (history.body as unknown[]).length > 0);
  hold('the history names nobody', !history.text.includes(email) && !history.text.includes(lastName), history.text);
  for (const { at, actor } of history.body as { at?: string; actor?: object }[])
    hold('who and when', Boolean(at && actor));
}

export const privacy: Case[] = [
  {
    number: 60,
    tries: 'an erasure by the customer and one by staff, and every place that knew the address',
    async run(world) {
      const token = await world.staff();
      const erasures: Record<string, (customer: Customer) => Promise<{ status: number }>> = {
        async customer(customer) {
          const { access } = await world.logIn(customer);
          const json = { password: 'not the password' };
          const wrong = await world.call('POST', '/me/erasure', { token: access, json });
          if (wrong.status === 404) throw new NotRun('not built: the erasure');
          expect('a wrong password', wrong.status, 400);
          return world.call('POST', '/me/erasure', { token: access, json: { password: customer.password } });
        },
        staff: ({ id }) => world.call('POST', `/customers/${id}/erasure`, { token }),
      };
      for (const [who, erase] of Object.entries(erasures)) {
        const lastName = `Vanish${world.stranger().email.slice(0, 8)}`;
        const customer = await world.customer({ customerDetails: { firstName: 'Ada', lastName } });
        await world.call('POST', '/password/reset', { token: await world.visitor(), json: { email: customer.email } });
        expect('a mail', (await world.mailsTo(customer.email)).length > 0, true);
        const known = await world.call('GET', `/customers/${customer.id}/export`, { token });
        expect('an export', known.status, 200);
        hold('the export knows the address', known.text.includes(customer.email));
        hold('the export holds no hash', !/argon2|password_?hash/i.test(known.text), known.text);
        expect(`the erasure by ${who}`, (await erase(customer)).status, 204);
        await traces(world, customer, lastName);
        expect('mails', (await world.mailsTo(customer.email)).length, 0);
        expect('the login', (await world.tryLogin(customer)).status, 400);
        const log = world.log?.() ?? '';
        hold('the log knows the address', !log.includes(customer.email) && !log.includes(lastName));
        expect('the address is free', (await world.signUp(customer)).status, 201);
      }
      return 'no page, search, export, mail or log line knows it; the history stays and names nobody';
    },
  },
];
