import { EntityManager, LockMode } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { Clock } from '../common/clock.js';
import { Failure, invalid } from '../common/failure.js';
import { transaction } from '../database/database.js';
import type { Reach } from '../tenants/reach.js';
import { TenantsService } from '../tenants/tenants.service.js';
import { Account } from './account.entity.js';
import { MigrationPeriod } from './migration-period.entity.js';

/** The retention period of passwords of an older system. Dates are `YYYY-MM-DD`, in UTC. */
export interface RetentionPeriod {
  /** The first day on which these passwords are no longer valid. */
  retentionEndDate: string;
  /** The day on which customers who have not logged in yet get a reminder. */
  emailReminderDate: string;
  /** Whether mails are sent; otherwise customers get neither the reminder nor the mail at the end. */
  emailNotificationsEnabled: boolean;
}

export type NewRetentionPeriod = Pick<RetentionPeriod, 'retentionEndDate'> & Partial<RetentionPeriod>;

/** The tenant's retention period for passwords that an older system hashed. */
@Injectable()
export class Retention {
  constructor(
    private readonly em: EntityManager,
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
   * Sets or replaces the period; it may become shorter at any time. Customers who were reminded before the new reminder
   * date are reminded again.
   *
   * @throws Failure `invalid_input`, `access_denied`
   */
  async set(input: NewRetentionPeriod, reach: Reach): Promise<RetentionPeriod> {
    assertNoLimit(reach);
    const { today } = this;
    const { retentionEndDate: end, emailNotificationsEnabled = true } = input;
    if (end <= today) throw invalid('retentionEndDate', 'retentionEndDate must be in the future');
    const { emailReminderDate: reminder = defaultReminder(today, end) } = input;
    if (reminder < today || reminder >= end) {
      throw invalid('emailReminderDate', 'emailReminderDate must be today or later, and before retentionEndDate');
    }
    const period = { retentionEndDate: end, emailReminderDate: reminder, emailNotificationsEnabled };
    await this.em.upsert(MigrationPeriod, { tenant: this.tenants.current, ...period }, { disableIdentityMap: true });
    return period;
  }

  /** @throws Failure `retention_in_use` while an account still has a password of an older system, `access_denied` */
  async remove(reach: Reach): Promise<void> {
    assertNoLimit(reach);
    await transaction(this.em, async () => {
      // An import of such passwords holds this lock. The next statement therefore sees all passwords that were imported
      // before.
      await this.find(LockMode.PESSIMISTIC_WRITE);
      const used = await this.em.findOne(Account, { legacyAuth: { $ne: null } }, { fields: ['email'] });
      if (used) throw new Failure('retention_in_use');
      await this.em.nativeDelete(MigrationPeriod, {});
    });
  }

  /** Returns the period, locked until the caller's transaction ends. */
  async lock(lock: LockMode.PESSIMISTIC_READ | LockMode.PESSIMISTIC_WRITE): Promise<RetentionPeriod | undefined> {
    return this.find(lock);
  }

  private async find(lockMode?: LockMode): Promise<RetentionPeriod | undefined> {
    const tenant = this.tenants.current;
    const found = await this.em.findOne(MigrationPeriod, { tenant }, { lockMode, disableIdentityMap: true });
    if (!found) return undefined;
    const { retentionEndDate, emailReminderDate, emailNotificationsEnabled } = found;
    return { retentionEndDate, emailReminderDate, emailNotificationsEnabled };
  }
}

/**
 * Rejects a caller that is limited to some customers, because the period applies to all.
 *
 * @throws Failure `access_denied`
 */
function assertNoLimit({ restrictions }: Reach): void {
  if (restrictions) throw new Failure('access_denied');
}

/** Returns a week before the end, or tomorrow if that is today or past; in any case before the end. */
function defaultReminder(today: string, end: string): string {
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
