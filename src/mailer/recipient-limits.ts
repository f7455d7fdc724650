import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable, Logger } from '@nestjs/common';
import { type InsertQueryBuilder, sql } from 'kysely';
import { Clock } from '../common/clock.js';
import { mailedTokensOf } from '../credentials/credentials.fragments.js';
import type { TenantSettings } from '../tenants/tenant-settings.js';
import { TenantsService } from '../tenants/tenants.service.js';
import type { CountedKind, MailCountTables } from './mail-count.entity.js';
import { MailHashes } from './mail-hashes.js';
import type { MailKind } from './mail-kinds.js';
import { recount } from './mailer.fragments.js';

/** In seconds. */
const HOUR = 3600;

interface RecipientLimit {
  /** How many mails of the kind one recipient gets in an hour. */
  perHour: number;
  /** The minimum time between two of them, in seconds. */
  pause?: number;
  /** The lifetime of the link in the mail. */
  link?: keyof TenantSettings['lifetimes'];
  /** The lifetime of the code in the mail, in seconds, as its text states it. */
  code?: number;
  /** The purpose of the token in the link, where only its owner, or a thief who knows the password, can revoke it. */
  purpose?: 'password-reset';
}

/** What the limit of a mail depends on, in addition to its kind and recipient. */
interface LimitedMail {
  customerId: string | undefined;
  pause?: number;
  unlimited?: boolean;
}

/** A recipient without a valid link gets a new one beyond the limit after this time, in seconds. */
const PAUSE_WITHOUT_LINK = 300;

/** The limits of each kind of mail to one recipient. Anyone can cause most mails, so every kind has a limit. */
export const recipientLimits: Record<MailKind, RecipientLimit> = {
  'opt-in': { perHour: 10, link: 'optIn' },
  'password-reset': { perHour: 10, link: 'passwordReset', purpose: 'password-reset' },
  'initial-password': { perHour: 10, link: 'initialPassword' },
  'email-change': { perHour: 10, link: 'emailChange' },
  'email-change-notice': { perHour: 10 },
  'email-changed': { perHour: 5, link: 'emailUndo' },
  'email-change-completed': { perHour: 5 },
  'identity-linked': { perHour: 5 },
  'identity-unlinked': { perHour: 5 },
  'password-changed': { perHour: 5 },
  'password-reset-completed': { perHour: 5 },
  'new-device-login': { perHour: 5 },
  'account-on-hold': { perHour: 5 },
  'account-erased': { perHour: 5 },
  'awaiting-activation': { perHour: 3 },
  'link-identity': { perHour: 10, link: 'linkIdentity' },
  'signup-attempt': { perHour: 1, pause: HOUR },
  erasure: { perHour: 10, pause: 60, link: 'erasure' },
  'second-factor-code': { perHour: 10, code: 1800 },
  welcome: { perHour: 10 },
  activated: { perHour: 10 },
  declined: { perHour: 3 },
  'company-member': { perHour: 5 },
  'migration-reminder': { perHour: 10 },
  'employee-invitation': { perHour: 10, link: 'initialPassword' },
  'employee-password-reset': { perHour: 10, link: 'passwordReset' },
  // The tenant's interval applies before this.
  'activation-notice': { perHour: 60 },
};

/** The limit of mails with example content, of all kinds together. Employees send them only to their own address. */
const exampleLimit: RecipientLimit = { perHour: 30 };

/** Returns the lifetime of the link or code in a mail in seconds; undefined if the mail has neither. */
export function mailLifetime(kind: MailKind, { lifetimes }: TenantSettings): number | undefined {
  const { link, code } = recipientLimits[kind];
  return link ? lifetimes[link] : code;
}

function limitOf(kind: CountedKind): RecipientLimit {
  return kind === 'example' ? exampleLimit : recipientLimits[kind];
}

/** Counts the mails to each recipient, by tenant and kind. */
@Injectable()
export class RecipientLimits {
  private readonly logger = new Logger('mailer');

  constructor(
    private readonly em: EntityManager,
    private readonly tenants: TenantsService,
    private readonly hashes: MailHashes,
    private readonly clock: Clock,
  ) {}

  /**
   * A statement that counts a mail, and returns a row if the recipient is within the limit. A recipient whose newest link
   * has expired gets a new one even beyond the limit, so that an attacker cannot block it. After a pause, so does the
   * owner of an account whose reset links were revoked.
   *
   * @param email in its normal form
   * @param customerId the customer that the mail belongs to, if it belongs to one
   * @param kind `example` for a mail with example content
   * @param pause the minimum time since the last mail of the kind, in seconds; that of the kind if omitted
   * @param unlimited whether to return a row even beyond the limit
   */
  countStatement(
    kind: CountedKind,
    email: string,
    { customerId, pause = limitOf(kind).pause, unlimited = false }: LimitedMail,
  ): InsertQueryBuilder<MailCountTables, 'mail_counts', { kind: CountedKind }> {
    const { current: tenant, settings } = this.tenants;
    const { perHour, link, purpose } = limitOf(kind);
    const [now, end, recipient] = [this.clock.now(), this.windowEnd, this.hashes.recipient(email)];
    const sentBefore = (seconds: number) => sql<boolean>`mail_counts.last_at <= ${this.clock.in(-seconds)}`;
    // One statement, so that no concurrent mail passes beyond the limit: the second one waits for the row of the first.
    return this.em
      .getKysely<MailCountTables>()
      .insertInto('mail_counts')
      .values({ tenant, recipient, kind, count: 1, last_at: now, ends_at: end })
      .onConflict((conflict) => {
        let update = conflict
          .columns(['tenant', 'recipient', 'kind'])
          .doUpdateSet({
            last_at: now,
            count: sql.raw<number>(recount.count),
            ends_at: sql.raw<Date>(recount.endsAt),
          })
          .where((eb) => {
            const admits = [sql.raw<boolean>(recount.isOver), sql<boolean>`mail_counts.count < ${perHour}`];
            if (unlimited) admits.push(sql<boolean>`true`);
            if (link) admits.push(sentBefore(settings.lifetimes[link]));
            if (purpose && customerId !== undefined) {
              const links = mailedTokensOf(this.em, tenant, customerId)
                .where('purpose', '=', purpose)
                .where('expires_at', '>', now);
              return eb.or([...admits, eb.and([sentBefore(PAUSE_WITHOUT_LINK), eb.not(eb.exists(links))])]);
            }
            return eb.or(admits);
          });
        if (pause !== undefined && !unlimited) update = update.where(sentBefore(pause));
        return update;
      })
      .returning('kind');
  }

  /** Counts a mail in the caller's transaction, as `countStatement` does. @returns false beyond the limit */
  async admit(kind: CountedKind, email: string, mail: LimitedMail): Promise<boolean> {
    const counted = await this.countStatement(kind, email, mail).execute();
    if (counted.length === 0) this.logRejection(kind);
    return counted.length > 0;
  }

  /** The end of an hour that begins now. */
  get windowEnd(): Date {
    return this.clock.in(HOUR);
  }

  logRejection(kind: CountedKind): void {
    const { current: tenant } = this.tenants;
    this.logger.log({ tenant, kind }, 'A mail was not stored: the recipient has reached the limit');
  }
}
