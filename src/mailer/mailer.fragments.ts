/*
 * SQL fragments about mails, for the statements of any module. Their parameters are SQL too.
 */

/** SQL that is true if the hour that a row of `mail_counts` counts has ended. */
const isOver = 'mail_counts.ends_at <= excluded.last_at';

/** SQL for the update of a row of `mail_counts` by another mail, in an `on conflict` clause. */
export const recount = {
  isOver,
  count: `case when ${isOver} then 1 else mail_counts.count + 1 end`,
  endsAt: `case when ${isOver} then excluded.ends_at else mail_counts.ends_at end`,
};

/** The columns of a mail for `batchRows`, beside those of its customer. `Outbox.prepare` returns their values. */
export const mailColumns = {
  mail: 'uuid',
  mail_kind: 'text',
  mail_sealed: 'bytea',
  mail_counts_until: 'timestamptz',
  mail_recipient: 'bytea',
  mail_originator: 'bytea',
};

/**
 * SQL for two common table expressions, which store mails without a link or code within the limit of their recipients.
 * The mails are queued if they have an originator.
 *
 * @param rows SQL for rows with `mailColumns` and with the columns `n`, `tenant`, `email`, `id`, `created_at` and
 * `preferred_language` of the customer. A row whose `mail` is null has no mail
 * @param perHour how many mails of the kind a recipient gets in an hour
 */
export const storeMails = (rows: string, perHour: number): string => `counted_mail as (
      insert into mail_counts (tenant, recipient, kind, count, last_at, ends_at)
      select m.tenant, m.mail_recipient, m.mail_kind, 1, m.created_at, m.mail_counts_until
      from (${rows}) m where m.mail is not null
      on conflict (tenant, recipient, kind) do update
        set last_at = excluded.last_at, count = ${recount.count}, ends_at = ${recount.endsAt}
        where ${recount.isOver} or mail_counts.count < ${perHour}
      returning tenant, recipient as mail_recipient
    ), stored_mail as (
      insert into outbox
        (tenant, id, kind, recipient, customer_id, language, sealed, created_at, originator, due_at, turn_at)
      select m.tenant, m.mail, m.mail_kind, m.email, m.id, m.preferred_language, m.mail_sealed, m.created_at,
        m.mail_originator, case when m.mail_originator is not null then now() end,
        case when m.mail_originator is not null then ${nextTurn('m.tenant', 'm.mail_originator')}
          + interval '1 minute' * (row_number() over (partition by m.tenant, m.mail_originator order by m.n) - 1) end
      from (${rows}) m join counted_mail using (tenant, mail_recipient)
    )`;

/** SQL for the next turn of an originator: now, or one minute after the last queued mail. */
export const nextTurn = (tenant: string, originator: string): string =>
  `greatest(now(), (select max(o.turn_at) + interval '1 minute' from outbox o
        where o.tenant = ${tenant} and o.originator = ${originator} and o.due_at is not null))`;

/** The values of `mailColumns`; bytes are in the hex format of PostgreSQL. */
export interface PreparedMail {
  mail: string;
  mail_kind: string;
  mail_sealed: string;
  mail_counts_until: Date;
  mail_recipient: string;
  mail_originator: string | null;
}
