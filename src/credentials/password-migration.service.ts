import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable, Logger, OnModuleInit } from '@nestjs/common';
import { Database, Statement, transaction } from '../database/database.js';
import { Jobs } from '../jobs/jobs.js';
import { Outbox } from '../mailer/outbox.service.js';
import { RequestScope } from '../tenants/request-scope.js';
import { TenantsService } from '../tenants/tenants.service.js';
import { PasswordsService } from './passwords.service.js';
import { Retention, RetentionPeriod } from './retention.service.js';

/** Accounts in one transaction: few enough to lock nobody out, enough to be done with a million overnight. */
const BATCH = 500;

interface Left {
  email: string;
  customer_id: string;
  first_name: string | null;
  /** A contact cannot log in, so it gets no mail about it. */
  is_contact: boolean;
}

const left = `a.email, a.customer_id, c.first_name, c.type = 'CONTACT' as is_contact`;

/** `$1` tenant, `$2` reminder date, `$3` today, `$4` how many at most. */
const remindSome: Statement = {
  text: `update accounts a set reminded_on = $3::date from customers c
    where (a.tenant, a.email) in (select tenant, email from accounts
        where tenant = $1 and legacy_auth is not null and reminded_on < $2::date
        order by reminded_on limit $4 for update)
      and c.tenant = a.tenant and c.id = a.customer_id
    returning ${left}`,
};

/** `$1` tenant, `$2` how many at most. */
const endSome: Statement = {
  text: `update accounts a set legacy_auth = null from customers c
    where (a.tenant, a.email) in (select tenant, email from accounts
        where tenant = $1 and legacy_auth is not null order by reminded_on limit $2 for update)
      and c.tenant = a.tenant and c.id = a.customer_id
    returning ${left}`,
};

/** Leads the customers of an older system to a password of ours: reminds them, and ends the time for it. */
@Injectable()
export class PasswordMigration implements OnModuleInit {
  private readonly logger = new Logger('password-migration');

  constructor(
    private readonly em: EntityManager,
    private readonly database: Database,
    private readonly tenants: TenantsService,
    private readonly jobs: Jobs,
    private readonly retention: Retention,
    private readonly passwords: PasswordsService,
    private readonly outbox: Outbox,
  ) {}

  onModuleInit(): void {
    this.jobs.serve({
      name: 'password-migration',
      options: { policy: 'singleton', expireInSeconds: 12 * 3600, heartbeatSeconds: 60 },
      cron: '0 * * * *',
      work: () => this.run(),
    });
  }

  /**
   * Does what is due today, for all tenants. What is done stands in the rows it is about, so it may break off, and be
   * run again at any time: no mail is repeated and none forgotten.
   *
   * @throws AggregateError when it broke off for some tenants; the others are done
   */
  async run(): Promise<void> {
    const due = await this.database.rows<{ tenant: string }>(
      { text: 'select tenant from password_migrations where email_reminder_date <= $1::date' },
      [this.retention.today],
    );
    const errors: unknown[] = [];
    for (const { tenant } of due) {
      try {
        while (await this.inTenant(tenant, () => this.doSome())) continue;
      } catch (error) {
        errors.push(error);
        this.logger.error(error);
      }
    }
    if (errors.length > 0) throw new AggregateError(errors, 'Password migration broke off');
  }

  /** Each batch has an entity manager of its own, or a million accounts would stay in memory. */
  private inTenant<T>(tenant: string, work: () => Promise<T>): Promise<T> {
    return RequestScope.run(this.em, async () => {
      await this.tenants.enter(tenant);
      return work();
    });
  }

  /** One batch. @returns whether there may be more to do */
  private async doSome(): Promise<boolean> {
    return transaction(this.em, async () => {
      // Of several runs at once each waits here for the other; and the period may have changed since the last batch.
      const period = await this.retention.hold('for update');
      if (!period) return false;
      if (period.retentionEndDate <= this.retention.today) return this.endSome(period);
      return period.emailReminderDate <= this.retention.today && this.remindSome(period);
    });
  }

  private async remindSome(period: RetentionPeriod): Promise<boolean> {
    const { retentionEndDate: until, emailReminderDate, emailNotificationsEnabled } = period;
    if (!emailNotificationsEnabled) return false;
    const { links } = this.tenants.settings;
    const values = [this.tenants.current, emailReminderDate, this.retention.today, BATCH];
    const found = await this.database.rows<Left>(remindSome, values);
    for (const { email, customer_id: customerId, first_name, is_contact } of found) {
      if (is_contact) continue;
      const facts = { firstName: first_name ?? undefined, link: links.storefront, until };
      await this.outbox.add('migration-reminder', { email, customerId }, facts);
    }
    return found.length === BATCH;
  }

  private async endSome({ emailNotificationsEnabled }: RetentionPeriod): Promise<boolean> {
    const found = await this.database.rows<Left>(endSome, [this.tenants.current, BATCH]);
    for (const { email, customer_id, first_name, is_contact } of found) {
      if (emailNotificationsEnabled && !is_contact) {
        await this.passwords.mailInitial(customer_id, email, first_name ?? undefined);
      }
    }
    return found.length === BATCH;
  }
}
