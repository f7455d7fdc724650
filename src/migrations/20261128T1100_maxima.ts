import { Migration } from '@mikro-orm/migrations';

/** A maximum for every collection of a customer or tenant: decision 0033. */
export class Maxima extends Migration {
  override up(): void {
    this.addSql(`
      -- Arguments: the owner ('customer' or 'tenant'), the maximum, and what a message calls the rows.
      -- The owner's row is locked first. Each query of the function has a snapshot of its own, so of two writers at
      -- once the second one counts the rows of the first one.
      create function enforce_maximum() returns trigger language plpgsql as $$
        declare
          maximum constant int := tg_argv[1]::int;
          size int;
        begin
          if tg_argv[0] = 'customer' then
            perform from customers where tenant = new.tenant and id = new.customer_id for no key update;
            execute format('select count(*) from (select from %I where tenant = $1 and customer_id = $2 limit $3) r', tg_table_name)
              into size using new.tenant, new.customer_id, maximum + 1;
          else
            perform from tenants where name = new.tenant for no key update;
            execute format('select count(*) from (select from %I where tenant = $1 limit $2) r', tg_table_name)
              into size using new.tenant, maximum + 1;
          end if;
          if size > maximum then
            raise check_violation using
              constraint = tg_table_name || '_maximum',
              message = format('A %s has at most %s %s', tg_argv[0], maximum, tg_argv[2]),
              detail = json_build_object('owner', tg_argv[0], 'maximum', tg_argv[1], 'items', tg_argv[2])::text;
          end if;
          return null;
        end
      $$;
      create trigger identities_maximum after insert on identities
        for each row execute function enforce_maximum('customer', '20', 'linked identities');
      create trigger contact_assignments_maximum after insert or update of customer_id on contact_assignments
        for each row execute function enforce_maximum('customer', '500', 'contact assignments');
      create trigger clients_maximum after insert on clients
        for each row execute function enforce_maximum('tenant', '200', 'clients');
      create trigger employees_maximum after insert on employees
        for each row execute function enforce_maximum('tenant', '2000', 'employees');

      -- A customer has decisions on at most 100 texts. Of each text the newest 20 decisions are kept.
      create function enforce_consents_maximum() returns trigger language plpgsql as $$
        begin
          perform from customers where tenant = new.tenant and id = new.customer_id for no key update;
          delete from consents where tenant = new.tenant and customer_id = new.customer_id
            and consent = new.consent and number <= new.number - 20;
          if new.number = 1 and 100 < (
            select count(distinct consent) from consents where tenant = new.tenant and customer_id = new.customer_id) then
            raise check_violation using
              constraint = 'consents_maximum',
              message = 'A customer has consents on at most 100 texts',
              detail = json_build_object('owner', 'customer', 'maximum', '100', 'items', 'consent ids')::text;
          end if;
          return null;
        end
      $$;
      delete from consents c using (
        select tenant, customer_id, consent, max(number) as newest,
          row_number() over (partition by tenant, customer_id order by max(at) desc, consent) as place
        from consents group by tenant, customer_id, consent) t
      where (c.tenant, c.customer_id, c.consent) = (t.tenant, t.customer_id, t.consent)
        and (c.number <= t.newest - 20 or t.place > 100);
      create trigger consents_maximum after insert on consents
        for each row execute function enforce_consents_maximum();

      -- A customer has at most 100 sessions, and as many in which employees act for it. A login never fails for that:
      -- it removes the sessions that are over, then those that were not used for the longest time.
      create function enforce_sessions_maximum() returns trigger language plpgsql as $$
        begin
          perform from customers where tenant = new.tenant and id = new.customer_id for no key update;
          perform from sessions where tenant = new.tenant and customer_id = new.customer_id offset 100 limit 1;
          if not found then
            return null;
          end if;
          delete from sessions where tenant = new.tenant and id in (
            select s.id from sessions s
            where s.tenant = new.tenant and s.customer_id = new.customer_id
              and (s.employee_id is null) = (new.employee_id is null)
            order by s.id = new.id desc, (s.ended_at is null and s.expires_at > new.created_at) desc,
              s.refreshed_at desc, s.id
            offset 100);
          return null;
        end
      $$;
      delete from sessions s using (
        select tenant, id, row_number() over (partition by tenant, customer_id, employee_id is null
          order by (ended_at is null and expires_at > now()) desc, refreshed_at desc, id) as place
        from sessions where customer_id is not null) o
      where s.tenant = o.tenant and s.id = o.id and o.place > 100;
      create trigger sessions_maximum after insert on sessions
        for each row when (new.customer_id is not null) execute function enforce_sessions_maximum();

      -- Sizes in bytes. What is stored already stays readable.
      alter table tenants
        add constraint tenants_settings_size check (octet_length(settings::text) <= 262144) not valid;
      alter table legal_entities
        add constraint legal_entities_size check (octet_length(legal_info::text) + octet_length(customer_groups::text)
          + octet_length(entities_addresses::text) + octet_length(approval_group::text) + octet_length(mixins::text)
          + octet_length(mixin_schemas::text) <= 262144) not valid;
    `);
  }
}
