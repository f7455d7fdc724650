import { Migration } from '@mikro-orm/migrations';

export class Staff extends Migration {
  override up(): void {
    this.addSql(`
      alter table customers
        add type text not null default 'CUSTOMER' check (type in ('CUSTOMER', 'CONTACT')),
        add photo_url text,
        add restriction text,
        -- One wording of who may log in, for every statement that asks; mayLogIn() says the same of a loaded customer.
        add may_log_in boolean not null generated always as
          (active and not on_hold and type = 'CUSTOMER' and (not must_confirm or confirmed_at is not null)) stored;
      create index customers_by_creation on customers (tenant, created_at, id);
      create index customers_contact_email on customers (tenant, lower(contact_email));
      create index customers_first_name on customers (tenant, first_name);
      create index customers_last_name on customers (tenant, last_name);
      create index customers_mixins on customers using gin (mixins jsonb_path_ops);

      -- Numbers of deleted customers. A trigger, so that no way of making a customer can forget to ask.
      create table taken_numbers (
        tenant text not null references tenants,
        id text not null,
        deleted_at timestamptz not null,
        primary key (tenant, id)
      );
      create function refuse_taken_number() returns trigger language plpgsql as $$
        begin
          if exists (select from taken_numbers t where t.tenant = new.tenant and t.id = new.id) then
            raise unique_violation using constraint = 'customers_pkey', message = 'the number was a deleted customer''s';
          end if;
          return new;
        end
      $$;
      create trigger refuse_taken_number before insert on customers for each row execute function refuse_taken_number();

      alter table accounts
        alter password_hash drop not null,
        add legacy_auth jsonb;
      create index accounts_with_legacy_auth on accounts (tenant, email) where legacy_auth is not null;

      create table password_migrations (
        tenant text primary key references tenants,
        retention_end_date date not null,
        email_reminder_date date not null,
        email_notifications_enabled boolean not null,
        reminded_at timestamptz,
        check (email_reminder_date < retention_end_date)
      );

      alter table employees
        add role text not null default 'admin' check (role in ('viewer', 'support', 'admin')),
        add active boolean not null default true,
        drop scopes;
      alter table employees alter role drop default;

      -- The employee whose token it is, or who acts for the customer.
      alter table sessions add employee_id uuid;
      create index sessions_of_employee on sessions (tenant, employee_id) where employee_id is not null;
      create index sessions_of_service on sessions (tenant, client_id) where kind = 'service';

      -- What staff did to a customer. It outlives the customer, so nothing refers to one.
      create table history (
        tenant text not null references tenants,
        id bigint not null generated always as identity,
        customer_id text not null,
        at timestamptz not null,
        actor_kind text not null check (actor_kind in ('employee', 'service', 'operator')),
        actor text not null,
        address text,
        action text not null,
        changes jsonb not null default '{}',
        primary key (tenant, customer_id, id)
      );
    `);
  }
}
