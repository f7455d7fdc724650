import { Migration } from '@mikro-orm/migrations';

/** The timeline of customers and the audit log: decision 0068. */
export class Audit extends Migration {
  override up(): void {
    this.addSql(`
      alter table history drop constraint history_pkey;
      alter table history
        alter customer_id drop not null,
        drop constraint history_actor_kind_check,
        add constraint history_actor_kind_check
          check (actor_kind in ('employee', 'service', 'operator', 'customer', 'system')),
        add primary key (tenant, at, id),
        -- The customer's own event: personal data, which is deleted with the customer and after 180 days.
        add own boolean not null generated always as (customer_id is not null
          and (actor_kind = 'system' or (actor_kind = 'customer' and actor = customer_id))) stored;
      create index history_of_customer on history (tenant, customer_id, at, id) where customer_id is not null;
      create index history_of_actor on history (tenant, actor, at, id);
      -- Logins are most of the rows, and are found by the primary key.
      create index history_of_action on history (tenant, action, at, id) where action <> 'logged_in';
      create index history_by_time on history using brin (at);

      create function keep_history() returns trigger language plpgsql as $$
        begin
          if tg_op = 'DELETE' then
            if old.own and (old.at < now() - interval '180 days' or not exists (
              select from customers c where c.tenant = old.tenant and c.id = old.customer_id)) then
              return old;
            end if;
          end if;
          raise exception using errcode = 'restrict_violation',
            message = 'entries of the history can be neither changed nor deleted';
        end
      $$;
      create trigger keep_history before update or delete on history for each row execute function keep_history();
      create trigger keep_all_history before truncate on history for each statement execute function keep_history();

      -- A trigger, so that no way of deleting a customer can forget the entries.
      create function erase_own_history() returns trigger language plpgsql as $$
        begin
          delete from history h where h.tenant = old.tenant and h.customer_id = old.id and h.own;
          return null;
        end
      $$;
      create trigger erase_own_history after delete on customers for each row execute function erase_own_history();

      -- A second role that runs the service cannot even try: docs/operations.md.
      do $$
        declare other text;
        begin
          for other in
            select distinct r.rolname from pg_class c, aclexplode(c.relacl) a join pg_roles r on r.oid = a.grantee
            where c.oid = 'history'::regclass and a.grantee <> c.relowner
          loop
            execute format('revoke update, truncate on history from %I', other);
          end loop;
        end
      $$;
    `);
  }
}
