import { Migration } from '@mikro-orm/migrations';

export class FairMailQueue extends Migration {
  override up(): void {
    this.addSql(`
      -- The rows of the outbox are the queue (decision 0034). A row is queued while it has a due date.
      alter table outbox
        add originator bytea,
        add due_at timestamptz,
        add turn_at timestamptz,
        add constraint outbox_queued check (due_at is null
          or (turn_at is not null and sealed is not null and sent_at is null and given_up_at is null));
      create index outbox_queue on outbox (tenant, kind, turn_at, due_at) where due_at is not null;
      create index outbox_of_originator on outbox (tenant, originator, turn_at) where due_at is not null;

      -- Counts outlive the mails: an erasure deletes the mails of a customer, and must not reset the limit. The
      -- recipient is a keyed hash.
      create table mail_counts (
        tenant text not null references tenants,
        recipient bytea not null,
        kind text not null,
        count integer not null,
        last_at timestamptz not null,
        ends_at timestamptz not null,
        primary key (tenant, recipient, kind)
      );

      -- Until now a pg-boss job asked for each delivery. The output of these jobs may name recipients.
      do $$ begin
        if to_regclass('pgboss.job') is not null then
          update outbox o set due_at = now(), turn_at = o.created_at
          from pgboss.job j
          where j.name = 'mail' and j.state::text in ('created', 'retry', 'active')
            and o.tenant = j.data->>'tenant' and o.id::text = j.data->>'id'
            and o.sealed is not null and o.sent_at is null and o.given_up_at is null;
          delete from pgboss.job where name = 'mail';
        end if;
      end $$;
    `);
  }
}
