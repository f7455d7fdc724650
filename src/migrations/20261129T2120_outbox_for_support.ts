import { Migration } from '@mikro-orm/migrations';

/** What support sees of a mail, and the indexes for its lists. Failures of earlier attempts have no reason. */
export class OutboxForSupport extends Migration {
  override up(): void {
    this.addSql(`
      alter table outbox
        add smtp_code smallint,
        add last_reason text,
        add status text not null generated always as (case
          when sent_at is not null then 'sent'
          when given_up_at is not null then 'given_up'
          when last_error is not null then 'failed'
          else 'queued' end) stored;
      create index outbox_by_time on outbox (tenant, created_at);
      create index outbox_by_status on outbox (tenant, status, created_at);
      create index outbox_by_kind on outbox (tenant, kind, created_at);
    `);
  }
}
