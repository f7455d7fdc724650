import { type Case, NotRun, assertEqual, assert } from '../case.ts';
import type { Customer, World } from '../world.ts';

/** Asserts that no response contains data of an erased customer. */
async function assertErased(world: World, { id, email }: Customer, lastName: string): Promise<void> {
  const token = await world.serviceToken();
  for (const path of [`/customers/${id}`, `/customers/${id}/addresses`, `/customers/${id}/export`]) {
    assertEqual(`status of ${path} after the erasure`, (await world.call('GET', path, { token })).status, 404);
  }
  for (const q of [`email:${email}`, `contactEmail:${email}`, `lastName:${lastName}`, `id:${id}`]) {
    assertEqual(`customers found by ${q}`, (await world.call('GET', '/customers', { token, query: { q } })).body, []);
  }
  const history = await world.call('GET', `/customers/${id}/history`, { token });
  assertEqual('status of the history', history.status, 200);
  assert('the history still has entries', (history.body as unknown[]).length > 0);
  assert(
    'the history contains neither e-mail nor name',
    !history.text.includes(email) && !history.text.includes(lastName),
    history.text,
  );
  for (const { at, actor } of history.body as { at?: string; actor?: object }[])
    assert('each entry has a time and an actor', Boolean(at && actor));
}

export const privacy: Case[] = [
  {
    number: 60,
    title: 'a customer erases the account, and a service erases another one; a service searches for their data',
    async run(world) {
      const token = await world.serviceToken();
      const erasures: Record<string, (customer: Customer) => Promise<{ status: number }>> = {
        async customer(customer) {
          const { access } = await world.logIn(customer);
          const json = { password: 'not the password' };
          const wrong = await world.call('POST', '/me/erasure', { token: access, json });
          if (wrong.status === 404) throw new NotRun('not built: the erasure');
          assertEqual('status of the erasure with a wrong password', wrong.status, 400);
          return world.call('POST', '/me/erasure', { token: access, json: { password: customer.password } });
        },
        service: ({ id }) => world.call('POST', `/customers/${id}/erasure`, { token }),
      };
      for (const [actor, erase] of Object.entries(erasures)) {
        const lastName = `Vanish${world.newPerson().email.slice(0, 8)}`;
        const customer = await world.customer({ customerDetails: { firstName: 'Ada', lastName } });
        await world.call('POST', '/password/reset', {
          token: await world.visitorToken(),
          json: { email: customer.email },
        });
        assertEqual('a mail was sent before the erasure', (await world.mailsTo(customer.email)).length > 0, true);
        const exported = await world.call('GET', `/customers/${customer.id}/export`, { token });
        assertEqual('status of the export', exported.status, 200);
        assert('the export contains the address', exported.text.includes(customer.email));
        assert('the export contains no password hash', !/argon2|password_?hash/i.test(exported.text), exported.text);
        assertEqual(`status of the erasure by ${actor}`, (await erase(customer)).status, 204);
        await assertErased(world, customer, lastName);
        // The owner receives a notice, in case someone else erased the account.
        const [notice, ...others] = await world.mailsTo(customer.email);
        assertEqual('the only mail in the mailbox', [notice?.kind, others.length], ['account-erased', 0]);
        assert('the notice does not contain the name', !JSON.stringify(notice).includes(lastName));
        assertEqual('status of the login', (await world.tryLogin(customer)).status, 400);
        const log = world.log?.() ?? '';
        assert('the log contains neither e-mail nor name', !log.includes(customer.email) && !log.includes(lastName));
        assertEqual('status of a new sign-up under the address', (await world.signUp(customer)).status, 201);
      }
      return 'no page, search, export, mail or log line contains the data; the history remains, without personal data';
    },
  },
];
