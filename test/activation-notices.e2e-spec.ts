import { EntityManager } from '@mikro-orm/postgresql';
import { ActivationNotices } from '../src/employee/activation-notices.js';
import { RequestScope } from '../src/tenants/request-scope.js';
import type { ActivationNotice } from '../src/tenants/tenant-settings.js';
import { Shop } from './support/shop.js';

const SUPPORT = 'support@example.com';

describe('notices of customers who await activation', () => {
  let shop: Shop;
  /** Another process on the same database. */
  let other: Shop;
  beforeAll(async () => {
    shop = await Shop.open();
    other = await Shop.open({}, { ...shop.config });
  });
  afterAll(async () => {
    await other.app.close();
    await shop.close();
  });

  let tenants = 0;
  /** A tenant whose employees get notices. */
  const newTenant = async (activationNotice: Partial<ActivationNotice>) => {
    const name = `noticed${++tenants}`;
    await shop.addTenant(name, { activationNotice, brand: { name: 'Acme' } });
    const to = activationNotice.to ?? [];
    /** A token that the clock has not expired. */
    const service = () => shop.serviceClient(undefined, name);
    return {
      name,
      signUp: async () => {
        const visitor = await shop.visitor(name);
        const { id } = await visitor.post<{ id: string }>('/signup', 201, shop.person());
        return id;
      },
      activate: async (id: string) => (await service()).patch(`/customers/${id}`, 200, { active: true }),
      addContact: async () => (await service()).post('/customers', 201, { type: 'CONTACT' }),
      /** The subjects of the mails of this tenant to each address, the oldest first. */
      subjects: async () => {
        const mails = await Promise.all(to.map((email) => shop.mailsTo(email)));
        return mails.map((some) =>
          some
            .filter(({ kind, text }) => kind === 'activation-notice' && text.includes(`/backoffice/${name}`))
            .map(({ subject }) => subject)
            .reverse(),
        );
      },
    };
  };
  const run = ({ app }: Shop) => RequestScope.run(app.get(EntityManager), () => app.get(ActivationNotices).run());
  /** Moves the clock of both processes, and lets both do the work at the same time. */
  const after = async (seconds: number) => {
    for (const one of [shop, other]) one.advanceClock(seconds);
    await Promise.all([run(shop), run(other), run(shop)]);
  };

  it('name the number of customers, and link to the waiting list, in the language of the tenant', async () => {
    const { name, signUp } = await newTenant({ to: [SUPPORT, 'boss@example.com'], every: 'daily' });
    await shop.addTenant(name, {
      activationNotice: { to: [SUPPORT, 'boss@example.com'], every: 'daily' },
      ...{ brand: { name: 'Acme' }, preferredLanguage: 'de_DE' },
    });
    await signUp();
    await signUp();
    await after(60);
    for (const email of [SUPPORT, 'boss@example.com']) {
      const mail = await shop.mailTo(email, 'activation-notice');
      expect(mail).toMatchObject({ language: 'de', subject: '2 Kunden warten auf die Freischaltung' });
      expect(mail.text).toContain('bei Acme warten 2 Kunden auf die Freischaltung.');
      expect(mail.text).toContain(`${shop.config.publicUrl}/backoffice/${name}`);
    }
  });

  it.each([
    ['hourly', 3600],
    ['daily', 24 * 3600],
  ] as const)('are sent at most once in an interval: %s', async (every, interval) => {
    const { signUp, activate, subjects } = await newTenant({ to: [SUPPORT], every });
    const first = await signUp();
    await after(60);
    expect(await subjects()).toEqual([['1 customer awaits activation']]);
    const second = await signUp();
    await after(interval - 60);
    expect(await subjects()).toEqual([['1 customer awaits activation']]);
    await after(60);
    expect(await subjects()).toEqual([['1 customer awaits activation', '2 customers await activation']]);
    for (const id of [first, second]) await activate(id);
    await after(interval);
    expect((await subjects())[0]).toHaveLength(2);
  });

  it('follow each sign-up, at most once a minute', async () => {
    const { signUp, subjects } = await newTenant({ to: [SUPPORT], every: 'signup' });
    await signUp();
    await after(60);
    await after(3600);
    expect(await subjects()).toEqual([['1 customer awaits activation']]);
    await signUp();
    await after(31);
    await signUp();
    await after(31);
    expect(await subjects()).toEqual([['1 customer awaits activation', '2 customers await activation']]);
    await after(31);
    expect(await subjects()).toEqual([
      ['1 customer awaits activation', '2 customers await activation', '3 customers await activation'],
    ]);
    await after(3600);
    expect((await subjects())[0]).toHaveLength(3);
  });

  it.each(['signup', 'hourly', 'daily'] as const)('are not sent for an empty list: %s', async (every) => {
    const { signUp, activate, addContact, subjects } = await newTenant({ to: [SUPPORT], every });
    await activate(await signUp());
    await addContact();
    await after(60);
    expect(await subjects()).toEqual([[]]);
  });

  it('are not sent without recipients', async () => {
    const { name, signUp } = await newTenant({ every: 'signup' });
    await signUp();
    await after(60);
    const em = shop.app.get(EntityManager).fork();
    const mails = `select 1 from outbox where tenant = ? and kind = 'activation-notice'`;
    expect(await em.execute(mails, [name])).toEqual([]);
  });

  it('are sent for other tenants if they fail for one', async () => {
    const broken = await newTenant({ to: [SUPPORT] });
    const { signUp, subjects } = await newTenant({ to: [SUPPORT] });
    await broken.signUp();
    await signUp();
    shop.advanceClock(60);
    const em = shop.app.get(EntityManager).fork();
    await em.execute(`update tenants set settings = '{"activationNotice": {"to": [7]}}' where name = ?`, [broken.name]);
    shop.advanceClock(60);
    await expect(run(shop)).rejects.toThrow('Activation notices failed for some tenants');
    await em.execute(`update tenants set settings = '{}' where name = ?`, [broken.name]);
    expect(await subjects()).toEqual([['1 customer awaits activation']]);
  });
});
