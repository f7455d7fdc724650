import { Migration } from '@mikro-orm/migrations';

export class SecondDialect extends Migration {
  override up(): void {
    this.addSql(`
      alter table customers
        add gender text check (gender in ('Male', 'Female', 'Other')),
        add date_of_birth date,
        add reference text;

      -- Each tenant counts its customers' references by itself; a sequence, so that sign-ups do not queue.
      create function count_references() returns trigger language plpgsql as $$
        begin
          execute format('create sequence %I', 'references_of_' || new.name);
          return new;
        end
      $$;
      create trigger count_references after insert on tenants for each row execute function count_references();
      do $$
        declare known text;
        begin
          for known in select name from tenants loop
            execute format('create sequence %I', 'references_of_' || known);
          end loop;
        end
      $$;
      update customers set reference = upper(tenant) || '--' || nextval(format('%I', 'references_of_' || tenant)::regclass);
      alter table customers
        alter reference set not null,
        add constraint customers_reference unique (tenant, reference);

      -- A reference that says only the store, such as DE--, gets the next number that no import has used.
      create function complete_reference() returns trigger language plpgsql as $$
        declare store text := coalesce(new.reference, upper(new.tenant) || '--');
        begin
          if store like '%--' then
            loop
              new.reference := store || nextval(format('%I', 'references_of_' || new.tenant)::regclass);
              exit when not exists (
                select from customers c where c.tenant = new.tenant and c.reference = new.reference);
            end loop;
          end if;
          return new;
        end
      $$;
      create trigger complete_reference before insert on customers for each row execute function complete_reference();

      alter table addresses
        add salutation text, add first_name text, add last_name text,
        add is_default_shipping boolean not null default false,
        add is_default_billing boolean not null default false;
      update addresses set
        first_name = nullif(regexp_replace(contact_name, '(^|\\s+)\\S+\\s*$', ''), ''),
        last_name = substring(contact_name from '(\\S+)\\s*$'),
        is_default_shipping = is_default,
        is_default_billing = is_default;
      create unique index addresses_one_default_shipping on addresses (tenant, customer_id) where is_default_shipping;
      create unique index addresses_one_default_billing on addresses (tenant, customer_id) where is_default_billing;

      -- Refused logins in a row, by account and where they came from; of the empty origin, from wherever.
      create table login_failures (
        tenant text not null,
        account text not null,
        origin text not null,
        failures int not null,
        last_at timestamptz not null,
        locked_until timestamptz,
        primary key (tenant, account, origin)
      );
    `);
  }
}
