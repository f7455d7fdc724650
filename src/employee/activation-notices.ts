import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable, Logger, OnModuleInit } from '@nestjs/common';
import { sql } from 'kysely';
import { Clock } from '../common/clock.js';
import { Config } from '../config/config.js';
import { customersOf } from '../customers/customers.sql.js';
import { jobTransaction } from '../database/database.js';
import { Jobs } from '../jobs/jobs.js';
import { Outbox } from '../mailer/outbox.service.js';
import { RequestScope } from '../tenants/request-scope.js';
import type { ActivationNotice } from '../tenants/tenant-settings.js';
import { TenantsService } from '../tenants/tenants.service.js';
import type { ActivationNoticeTables } from './activation-notice.entity.js';

type Interval = ActivationNotice['every'];

/** In seconds. */
const intervals: Record<Interval, number> = { signup: 60, hourly: 3600, daily: 24 * 3600 };

/** The age in seconds from which a sign-up causes a mail: no transaction of a sign-up takes longer to commit. */
const SETTLED = 30;

/** Mails to employees about customers who await activation: decision 0069. */
@Injectable()
export class ActivationNotices implements OnModuleInit {
  private readonly logger = new Logger('activation-notice');

  constructor(
    private readonly em: EntityManager,
    private readonly tenants: TenantsService,
    private readonly jobs: Jobs,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
    private readonly config: Config,
  ) {}

  onModuleInit(): void {
    this.jobs.register({
      name: 'activation-notice',
      options: { policy: 'singleton', expireInSeconds: 600 },
      cron: '* * * * *',
      work: () => this.run(),
    });
  }

  /**
   * Sends the mails that are due, for all tenants. A run may abort and be repeated at any time, also concurrently: no
   * mail is repeated or lost.
   *
   * @throws AggregateError when it failed for some tenants; the others are done
   */
  async run(): Promise<void> {
    const errors: unknown[] = [];
    for (const tenant of await this.tenants.namesWithSetting('activationNotice')) {
      try {
        await RequestScope.run(this.em, async () => {
          await this.tenants.enter(tenant);
          await this.notify();
        });
      } catch (error) {
        errors.push(error);
        this.logger.error(error);
      }
    }
    if (errors.length > 0) throw new AggregateError(errors, 'Activation notices failed for some tenants');
  }

  private async notify(): Promise<void> {
    const { current: tenant, settings } = this.tenants;
    const { to, every } = settings.activationNotice;
    if (to.length === 0) return;
    await jobTransaction(this.em, async () => {
      const { count, newest } = await this.waiting();
      if (count === 0 || !(await this.begin(every, newest))) return;
      const link = `${this.config.publicUrl}/backoffice/${tenant}`;
      for (const email of to) {
        await this.outbox.add('activation-notice', { email, customerId: undefined, confirmed: true }, { count, link });
      }
    });
  }

  /** The number of customers who await activation, and the time of the newest settled sign-up. */
  private async waiting(): Promise<{ count: number; newest: Date | null }> {
    const settled = sql<boolean>`standing_since <= ${this.clock.in(-SETTLED)}`;
    const { count, newest } = await customersOf(this.em, this.tenants.current)
      .where('standing', '=', 'awaiting')
      .where('type', '=', 'CUSTOMER')
      .select(sql<number>`count(*)::int`.as('count'))
      .select((eb) => eb.fn.max('standing_since').filterWhere(settled).as('newest'))
      .executeTakeFirstOrThrow();
    return { count, newest: newest && new Date(newest) };
  }

  /**
   * Begins the next interval in the caller's transaction, if the last one is over. Concurrent runs wait here for each
   * other, and only the first one succeeds.
   *
   * @param newest after a mail for each sign-up, only a newer one begins an interval
   */
  private async begin(every: Interval, newest: Date | null): Promise<boolean> {
    if (every === 'signup' && !newest) return false;
    const [now, before] = [this.clock.now(), this.clock.in(-intervals[every])];
    const begun = await this.em
      .getKysely<ActivationNoticeTables>()
      .insertInto('activation_notices')
      .values({ tenant: this.tenants.current, sent_at: now })
      .onConflict((conflict) => {
        const update = conflict.column('tenant').doUpdateSet({ sent_at: now });
        const isOver = update.where(sql<boolean>`activation_notices.sent_at <= ${before}`);
        if (every !== 'signup') return isOver;
        return isOver.where(
          sql<boolean>`activation_notices.sent_at - make_interval(secs => ${SETTLED}) < ${newest}::timestamptz`,
        );
      })
      .returning('tenant')
      .execute();
    return begun.length > 0;
  }
}
