import { Migration } from '@mikro-orm/migrations';

export class ContextAndConsents extends Migration {
  override up(): void {
    this.addSql(`
      -- By the session id that clients see, which is text: a service may keep one for a session of its own.
      create table session_contexts (
        tenant text not null,
        session_id text not null,
        chosen jsonb not null,
        context jsonb not null,
        version int not null,
        created_at timestamptz not null,
        modified_at timestamptz not null,
        primary key (tenant, session_id),
        constraint session_contexts_size check (octet_length(context::text) <= 65536)
      ) with (fillfactor = 90);

      -- The context may have begun with the visitor, whose session knows no customer: it goes with the customer's.
      create function forget_context() returns trigger language plpgsql as $$
        begin
          delete from session_contexts where tenant = old.tenant and session_id = old.public_id::text;
          return null;
        end
      $$;
      create trigger forget_context after delete on sessions for each row
        when (old.kind = 'customer') execute function forget_context();

      -- Each line is one decision; the last one of a consent counts.
      create table consents (
        tenant text not null,
        customer_id text not null,
        consent text not null,
        number int not null,
        version text not null,
        accepted boolean not null,
        at timestamptz not null,
        address text,
        primary key (tenant, customer_id, consent, number),
        foreign key (tenant, customer_id) references customers on delete cascade on update cascade
      );
    `);
  }
}
