import { Migration } from '@mikro-orm/migrations';

/** Visitors' and customers' sessions have contexts of their own: decision 0040. */
export class VisitorSessions extends Migration {
  override up(): void {
    this.addSql(`
      -- The visitor's session that is used while a customer's session has the session id of this one.
      alter table sessions add stand_in uuid;

      -- A context belongs to a session row, no longer to the session id that a visitor and a customer share. Existing
      -- ones become the customer's: nothing shows any more which part of them was the visitor's.
      insert into session_contexts (tenant, session_id, chosen, context, version, created_at, modified_at)
        select k.tenant, s.id::text, k.chosen, k.context, k.version, k.created_at, k.modified_at
        from sessions s join session_contexts k on k.tenant = s.tenant and k.session_id = s.public_id::text
        where s.kind = 'customer' and s.public_id <> s.id;
      delete from session_contexts k using sessions s
        where s.kind = 'customer' and s.public_id <> s.id and k.tenant = s.tenant and k.session_id = s.public_id::text;

      -- A context is deleted with its session. With an erased customer, the context of the visitor who logged in is
      -- deleted too.
      create or replace function forget_context() returns trigger language plpgsql as $$
        begin
          delete from session_contexts where tenant = old.tenant and session_id = old.id::text;
          if old.kind = 'customer' and old.public_id <> old.id
            and not exists (select from customers where tenant = old.tenant and id = old.customer_id) then
            delete from session_contexts where tenant = old.tenant and session_id = old.public_id::text;
          end if;
          return null;
        end
      $$;
      drop trigger forget_context on sessions;
      create trigger forget_context after delete on sessions for each row
        when (old.kind in ('anonymous', 'customer')) execute function forget_context();
    `);
  }
}
