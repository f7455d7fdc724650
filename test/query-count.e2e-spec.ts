import { EntityManager } from '@mikro-orm/postgresql';
import { PasswordMigration } from '../src/credentials/password-migration.js';
import { Housekeeping } from '../src/housekeeping/housekeeping.service.js';
import { MailQueue } from '../src/mailer/mail-queue.js';
import { RequestScope } from '../src/tenants/request-scope.js';
import { adminCosts } from './query-count/admin-costs.js';
import { companyCosts } from './query-count/company-costs.js';
import { contextCosts } from './query-count/context-costs.js';
import { customerCosts } from './query-count/customer-costs.js';
import type { Fixture } from './query-count/query-cost.js';
import { staffCosts } from './query-count/staff-costs.js';
import { operations } from './support/document.js';
import { queriesOf, recordQueries } from './support/queries.js';
import { Shop } from './support/shop.js';
import { statementsWithoutTenant } from './support/tenant-check.js';

// The context costs come first, while the session of Ada's first login is valid.
const costs = [...contextCosts, ...customerCosts, ...staffCosts, ...adminCosts, ...companyCosts];

/** Work for all tenants at once, in statements without a tenant, with the reason. */
const crossTenant: { name: string; reason: string; run: (shop: Shop) => Promise<unknown>; tables: string[] }[] = [
  {
    name: 'housekeeping',
    reason: 'A job belongs to no tenant. It deletes expired rows by their times only.',
    run: ({ app }) => app.get(Housekeeping).run(),
    tables: [
      ...['email_undos', 'exchanged_tokens', 'history', 'login_failures', 'mail_counts', 'one_time_tokens', 'outbox'],
      ...['second_factor_codes', 'second_factor_failures', 'sessions'],
    ],
  },
  {
    name: 'the password migration',
    reason: 'The job finds the tenants with a retention period, and enters each of them for the rest.',
    run: ({ app }) => app.get(PasswordMigration).run(),
    tables: ['password_migrations'],
  },
  {
    name: 'the mail queue',
    reason: 'Processes send the mails of all tenants in turns, so that one tenant cannot delay the others.',
    run: async ({ app }) => [await app.get(MailQueue).claim(10), await app.get(MailQueue).measure()],
    tables: ['outbox'],
  },
];

describe('database queries', () => {
  let shop: Shop;
  let fixture: Fixture;
  let statements: string[];
  const all = new Set<string>();
  beforeAll(async () => {
    shop = await Shop.open();
    statements = await recordQueries(shop);
    const ada = await shop.customer();
    const { id } = await ada.post<{ id: string }>('/me/addresses', 201, { city: 'Berlin' });
    const [visitor, serviceClient, employee] = [
      await shop.visitor(),
      await shop.serviceClient(),
      await shop.employee(),
    ];
    const anonymous = await shop.logInAnonymously();
    fixture = {
      shop,
      visitor,
      ada,
      serviceClient,
      employee,
      address: id,
      anonymous,
      newEmail: () => shop.person().email,
    };
  });
  afterAll(() => shop.close());

  it('are counted for every documented operation', () => {
    const counted = new Set(costs.map(({ operation }) => operation));
    expect([...counted].sort()).toEqual(operations.map(({ name }) => name).sort());
  });

  it.each(costs.map((line) => ({ ...line, title: [line.operation, line.note].filter(Boolean).join(', ') })))(
    'for $title: $queries',
    async ({ given, act, queries }) => {
      const before = (await given?.(fixture)) ?? {};
      const sent = await queriesOf(shop, statements, () => act(fixture, before));
      for (const statement of sent) all.add(statement);
      expect({ queries: sent.length, sent }).toEqual({ queries, sent });
    },
  );

  it('contain the tenant', async () => {
    expect(all.size).toBeGreaterThan(100);
    expect(await statementsWithoutTenant(all, String(shop.config.databaseUrl))).toEqual({});
  });

  it.each(crossTenant)('of $name do not contain the tenant', async ({ run, tables }) => {
    statements.length = 0;
    await RequestScope.run(shop.app.get(EntityManager), () => run(shop));
    const found = await statementsWithoutTenant(statements, String(shop.config.databaseUrl));
    expect([...new Set(Object.values(found).flat())].sort()).toEqual(tables);
  });

  it('that omit the tenant are detected', async () => {
    const withoutTenant = [
      'select * from customers c join accounts a on a.tenant = c.tenant where c.id = $1',
      'update accounts set email = $1 where customer_id = $2',
      'delete from addresses where tenant = $1 and customer_id = $2 or exists (select from tenants where id = $1)',
    ];
    const found = await statementsWithoutTenant(withoutTenant, String(shop.config.databaseUrl));
    expect(Object.values(found).map((tables) => tables.toSorted())).toEqual([
      ['accounts', 'customers'],
      ['accounts'],
      ['addresses'],
    ]);
  });
});
