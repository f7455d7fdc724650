import { Migration } from '@mikro-orm/migrations';

/** The standing of customers, names of employees, and the role `approver`: decision 0065. */
export class StandingOfCustomers extends Migration {
  override up(): void {
    this.addSql(`
      alter table customers
        add standing text not null default 'awaiting'
          check (standing in ('awaiting', 'active', 'declined', 'deactivated')),
        add standing_since timestamptz;

      -- Customers who logged in were active once. The history before a customer was created is that of a previous one.
      update customers c set
        standing = case
          when c.active then 'active'
          when h.deactivated is not null or c.last_login is not null then 'deactivated'
          else 'awaiting' end,
        standing_since = coalesce(
          case when c.active then h.activated else coalesce(h.deactivated, c.last_login) end, c.created_at)
      from customers o left join lateral (
        select max(e.at) filter (where e.changes->'to'->>'active' = 'true') as activated,
          max(e.at) filter (where e.changes->'to'->>'active' = 'false') as deactivated
        from history e where e.tenant = o.tenant and e.customer_id = o.id and e.at >= o.created_at
      ) h on true
      where o.tenant = c.tenant and o.id = c.id;

      alter table customers
        alter standing_since set not null,
        add constraint customers_standing_active check (active = (standing = 'active'));
      create index customers_by_standing on customers (tenant, standing, standing_since);

      -- The flag of the APIs decides, so that no way of changing it can forget the standing.
      create function set_standing() returns trigger language plpgsql as $$
        begin
          if tg_op = 'INSERT' then
            new.standing := case
              when new.active then 'active'
              when new.standing = 'active' then 'awaiting'
              else new.standing end;
            new.standing_since := coalesce(new.standing_since, new.created_at);
          else
            if new.active <> old.active then
              new.standing := case when new.active then 'active' else 'deactivated' end;
            end if;
            if new.standing <> old.standing then
              new.standing_since := case
                when new.modified_at > old.modified_at then new.modified_at
                else greatest(now(), old.standing_since) end;
            end if;
          end if;
          return new;
        end
      $$;
      create trigger set_standing before insert or update of active, standing on customers
        for each row execute function set_standing();

      alter table employees
        add name text,
        drop constraint employees_role_check,
        add constraint employees_role_check check (role in ('viewer', 'support', 'approver', 'admin'));
    `);
  }
}
