import { EntityManager, LockMode } from '@mikro-orm/postgresql';
import { Injectable, Logger, OnModuleInit } from '@nestjs/common';
import { type Updateable, sql } from 'kysely';
import type { CustomerTables, CustomerType } from '../customers/customer.entity.js';
import { customersOf } from '../customers/customers.sql.js';
import { jobTransaction } from '../database/database.js';
import { Jobs } from '../jobs/jobs.js';
import { Outbox } from '../mailer/outbox.service.js';
import { RequestScope } from '../tenants/request-scope.js';
import { TenantsService } from '../tenants/tenants.service.js';
import type { AccountTables } from './account.entity.js';
import { MigrationPeriod } from './migration-period.entity.js';
import { PasswordLinks } from './password-links.js';
import { Retention, RetentionPeriod } from './retention.js';

/** Accounts per transaction: few enough to block no login, and enough to process a million accounts overnight. */
const BATCH = 500;

/** Moves the customers of an older system to Foyer's own password hashes: it sends reminders, and ends the period. */
@Injectable()
export class PasswordMigration implements OnModuleInit {
  private readonly logger = new Logger('password-migration');

  constructor(
    private readonly em: EntityManager,
    private readonly tenants: TenantsService,
    private readonly jobs: Jobs,
    private readonly retention: Retention,
    private readonly passwordLinks: PasswordLinks,
    private readonly outbox: Outbox,
  ) {}

  onModuleInit(): void {
    this.jobs.register({
      name: 'password-migration',
      options: { policy: 'singleton', expireInSeconds: 12 * 3600, heartbeatSeconds: 60 },
      cron: '0 * * * *',
      work: () => this.run(),
    });
  }

  /**
   * Does the work that is due today, for all tenants. The rows store the progress, so a run can be aborted and
   * repeated at any time without repeating or losing a mail.
   *
   * @throws AggregateError when it failed for some tenants; the others are done
   */
  async run(): Promise<void> {
    const isDue = { emailReminderDate: { $lte: this.retention.today } };
    // The job is for all tenants.
    const due = await this.em.find(MigrationPeriod, isDue, { filters: false, disableIdentityMap: true });
    const errors: unknown[] = [];
    for (const { tenant } of due) {
      try {
        while (await this.inTenant(tenant, () => this.processBatch())) continue;
      } catch (error) {
        errors.push(error);
        this.logger.error(error);
      }
    }
    if (errors.length > 0) throw new AggregateError(errors, 'Password migration failed for some tenants');
  }

  /** Each batch has its own entity manager; otherwise a million accounts would stay in memory. */
  private inTenant<T>(tenant: string, work: () => Promise<T>): Promise<T> {
    return RequestScope.run(this.em, async () => {
      await this.tenants.enter(tenant);
      return work();
    });
  }

  /** Processes one batch. @returns whether there may be more to do */
  private async processBatch(): Promise<boolean> {
    return jobTransaction(this.em, async () => {
      // Concurrent runs wait here for each other. The period may have changed since the last batch.
      const period = await this.retention.lock(LockMode.PESSIMISTIC_WRITE);
      if (!period) return false;
      if (period.retentionEndDate <= this.retention.today) return this.endBatch(period);
      return period.emailReminderDate <= this.retention.today && this.remindBatch(period);
    });
  }

  private async remindBatch(period: RetentionPeriod): Promise<boolean> {
    const { retentionEndDate: until, emailReminderDate, emailNotificationsEnabled } = period;
    if (!emailNotificationsEnabled) return false;
    const { links } = this.tenants.settings;
    const found = await this.update({ reminded_on: this.retention.today }, emailReminderDate);
    for (const { email, customer_id: customerId, first_name: firstName, confirmed, type } of found) {
      if (type === 'CONTACT') continue;
      const facts = { link: links.storefront, until };
      await this.outbox.add('migration-reminder', { email, customerId, confirmed }, facts, { firstName });
    }
    return found.length === BATCH;
  }

  private async endBatch({ emailNotificationsEnabled }: RetentionPeriod): Promise<boolean> {
    const found = await this.update({ legacy_auth: null });
    for (const { email, customer_id, first_name, confirmed, type } of found) {
      if (emailNotificationsEnabled && type !== 'CONTACT') {
        await this.passwordLinks.mailInitial({ email, customerId: customer_id, confirmed }, first_name);
      }
    }
    return found.length === BATCH;
  }

  /**
   * Updates a batch of the accounts that still have a password of an older system.
   *
   * @param remindedBefore a date; undefined for all accounts
   * @returns the accounts with their customers. A contact cannot log in, so it gets no mail about it
   */
  private async update(
    values: Updateable<AccountTables['accounts']>,
    remindedBefore?: string,
  ): Promise<MigratedAccount[]> {
    const tenant = this.tenants.current;
    const db = this.em.getKysely<AccountTables>();
    let some = db
      .selectFrom('accounts')
      .select(['tenant', 'email'])
      .where('tenant', '=', tenant)
      .where('legacy_auth', 'is not', null);
    if (remindedBefore) some = some.where('reminded_on', '<', remindedBefore);
    return db
      .with('some', () => some.orderBy('reminded_on').limit(BATCH).forUpdate())
      .with('c', () => customersOf(this.em, tenant).select(['id', 'first_name', 'type', 'confirmed_at']))
      .updateTable('accounts as a')
      .from(['some', 'c'])
      .set(values)
      .whereRef('a.tenant', '=', 'some.tenant')
      .whereRef('a.email', '=', 'some.email')
      .whereRef('c.id', '=', 'a.customer_id')
      .returning(['a.email', 'a.customer_id', 'c.first_name', 'c.type'])
      .returning(sql<boolean>`c.confirmed_at is not null`.as('confirmed'))
      .execute();
  }
}

type MigratedAccount = Pick<AccountTables['accounts'], 'email' | 'customer_id'> &
  Pick<CustomerTables['customers'], 'first_name'> & { type: CustomerType; confirmed: boolean };
