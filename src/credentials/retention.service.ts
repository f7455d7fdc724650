import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { Clock } from '../common/clock.js';
import { Failure, invalid } from '../common/failure.js';
import { Database, transaction } from '../database/database.js';
import { RequestScope } from '../tenants/request-scope.js';
import { TenantsService } from '../tenants/tenants.service.js';

/** How long passwords of an older system count. Dates are `YYYY-MM-DD`, in UTC. */
export interface RetentionPeriod {
  /** The first day on which they no longer count. */
  retentionEndDate: string;
  /** When those who have not logged in yet are asked to. */
  emailReminderDate: string;
  /** Without it nobody gets a mail, neither then nor at the end. */
  emailNotificationsEnabled: boolean;
}

export type NewRetentionPeriod = Pick<RetentionPeriod, 'retentionEndDate'> & Partial<RetentionPeriod>;

const period = `to_char(retention_end_date, 'YYYY-MM-DD') as "retentionEndDate",
  to_char(email_reminder_date, 'YYYY-MM-DD') as "emailReminderDate",
  email_notifications_enabled as "emailNotificationsEnabled"`;

/** The tenant's time for passwords that an older system hashed. */
@Injectable()
export class Retention {
  constructor(
    private readonly em: EntityManager,
    private readonly database: Database,
    private readonly tenants: TenantsService,
    private readonly clock: Clock,
  ) {}

  /** Today, in UTC. */
  get today(): string {
    return isoDate(this.clock.now());
  }

  /** @throws Failure `retention_not_set` */
  async get(): Promise<RetentionPeriod> {
    const found = await this.find();
    if (!found) throw new Failure('retention_not_set');
    return found;
  }

  /**
   * Sets the period, or replaces the one that is set; it may become shorter at any time. Whoever was reminded before
   * the new reminder date is reminded again.
   *
   * @throws Failure `invalid_input`, `access_refused`
   */
  async set(wish: NewRetentionPeriod): Promise<RetentionPeriod> {
    expectNoLimit();
    const { today } = this;
    const { retentionEndDate: end, emailNotificationsEnabled = true } = wish;
    if (end <= today) throw invalid('retentionEndDate', 'retentionEndDate must be in the future');
    const { emailReminderDate: reminder = standardReminder(today, end) } = wish;
    if (reminder < today || reminder >= end) {
      throw invalid('emailReminderDate', 'emailReminderDate must be today or later, and before retentionEndDate');
    }
    await this.database.rows(
      {
        text: `insert into password_migrations
            (tenant, retention_end_date, email_reminder_date, email_notifications_enabled)
          values ($1, $2::date, $3::date, $4)
          on conflict (tenant) do update set retention_end_date = excluded.retention_end_date,
            email_reminder_date = excluded.email_reminder_date,
            email_notifications_enabled = excluded.email_notifications_enabled`,
      },
      [this.tenants.current, end, reminder, emailNotificationsEnabled],
    );
    return { retentionEndDate: end, emailReminderDate: reminder, emailNotificationsEnabled };
  }

  /** @throws Failure `retention_in_use` while an account still has a password of an older system, `access_refused` */
  async remove(): Promise<void> {
    expectNoLimit();
    await transaction(this.em, async () => {
      // Whoever imports such passwords holds it; what was imported until then is seen by the next statement.
      await this.find('for update');
      const [used] = await this.database.rows(
        { text: 'select 1 from accounts where tenant = $1 and legacy_auth is not null limit 1' },
        [this.tenants.current],
      );
      if (used) throw new Failure('retention_in_use');
      await this.database.rows({ text: 'delete from password_migrations where tenant = $1' }, [this.tenants.current]);
    });
  }

  /** The period, kept as it is until the caller's transaction ends. */
  async hold(how: 'for share' | 'for update'): Promise<RetentionPeriod | undefined> {
    return this.find(how);
  }

  private async find(lock = ''): Promise<RetentionPeriod | undefined> {
    const text = `select ${period} from password_migrations where tenant = $1 ${lock}`;
    const [found] = await this.database.rows<RetentionPeriod>({ text }, [this.tenants.current]);
    return found;
  }
}

/**
 * The period is all customers': who is limited to some of them cannot decide on it.
 *
 * @throws Failure `access_refused`
 */
function expectNoLimit(): void {
  if (RequestScope.current?.restrictions) throw new Failure('access_refused');
}

/** A week before the end; if that is today or past, tomorrow; in any case before the end. */
function standardReminder(today: string, end: string): string {
  const weekBefore = daysAfter(end, -7);
  if (weekBefore > today) return weekBefore;
  const tomorrow = daysAfter(today, 1);
  return tomorrow < end ? tomorrow : today;
}

function daysAfter(date: string, days: number): string {
  const day = new Date(date);
  day.setUTCDate(day.getUTCDate() + days);
  return isoDate(day);
}

function isoDate(time: Date): string {
  return time.toISOString().slice(0, 10);
}
