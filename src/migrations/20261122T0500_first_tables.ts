import { Migration } from '@mikro-orm/migrations';

export class FirstTables extends Migration {
  override up(): void {
    this.addSql(`
      create table tenants (
        name text primary key check (name ~ '^[a-z][a-z0-9]{2,15}$'),
        settings jsonb not null default '{}',
        created_at timestamptz not null default now()
      );

      create table clients (
        tenant text not null references tenants,
        id text not null check (id like tenant || '-%'),
        kind text not null check (kind in ('storefront', 'service')),
        secret_hashes text[] not null default '{}',
        scopes text[] not null default '{}',
        created_at timestamptz not null default now(),
        primary key (tenant, id)
      );

      create table employees (
        tenant text not null references tenants,
        id uuid not null,
        email text not null,
        password_hash text not null,
        scopes text[] not null default '{}',
        created_at timestamptz not null,
        primary key (tenant, id),
        constraint employees_one_email unique (tenant, email)
      );

      create table customers (
        tenant text not null references tenants,
        id text not null check (id ~ '^[A-Za-z0-9_-]{1,66}$'),
        title text, first_name text, middle_name text, last_name text,
        contact_email text, contact_phone text, company text,
        preferred_language text not null, preferred_currency text not null, preferred_site text not null,
        company_registration_id text,
        mixins jsonb not null default '{}',
        mixin_schemas jsonb not null default '{}',
        active boolean not null,
        on_hold boolean not null,
        must_confirm boolean not null default false,
        confirmed_at timestamptz,
        last_login timestamptz,
        version int not null default 1,
        created_at timestamptz not null,
        modified_at timestamptz not null,
        primary key (tenant, id)
      ) with (fillfactor = 90);

      create table accounts (
        tenant text not null,
        email text not null check (octet_length(email) <= 254),
        customer_id text not null,
        password_hash text not null,
        initial_password boolean not null default false,
        created_at timestamptz not null,
        primary key (tenant, email),
        foreign key (tenant, customer_id) references customers on delete cascade on update cascade
      );
      create index accounts_of_customer on accounts (tenant, customer_id);

      create table addresses (
        tenant text not null,
        id text not null,
        customer_id text not null,
        contact_name text, company_name text, street text, street_number text, street_appendix text,
        extra_line1 text, extra_line2 text, extra_line3 text, extra_line4 text,
        zip_code text, city text, country text, state text, contact_phone text,
        tags jsonb not null default '[]',
        is_default boolean not null default false,
        mixins jsonb not null default '{}',
        mixin_schemas jsonb not null default '{}',
        version int not null default 1,
        created_at timestamptz not null,
        primary key (tenant, id),
        foreign key (tenant, customer_id) references customers on delete cascade on update cascade
      );
      create index addresses_of_customer on addresses (tenant, customer_id, created_at);
      create unique index addresses_one_default on addresses (tenant, customer_id) where is_default;

      -- No reference to tenants: each visitor would lock the one row of the tenant.
      create table sessions (
        tenant text not null,
        id uuid not null,
        kind text not null check (kind in ('anonymous', 'customer', 'employee', 'service')),
        public_id uuid not null,
        client_id text,
        customer_id text check ((kind = 'customer') = (customer_id is not null)),
        passed_to text,
        context jsonb not null default '{}',
        created_at timestamptz not null,
        expires_at timestamptz not null,
        ended_at timestamptz,
        refresh_generation int not null default 0,
        refresh_retried boolean not null default false,
        refreshed_at timestamptz not null,
        refresh_expires_at timestamptz not null,
        primary key (tenant, id),
        foreign key (tenant, customer_id) references customers on delete cascade on update cascade
      ) with (fillfactor = 80);
      create index sessions_of_customer on sessions (tenant, customer_id) where customer_id is not null;

      create table one_time_tokens (
        tenant text not null,
        customer_id text not null,
        purpose text not null check (purpose in ('password-reset', 'email-change', 'opt-in')),
        hash text not null,
        intent jsonb not null default '{}',
        expires_at timestamptz not null,
        primary key (tenant, customer_id, purpose),
        constraint one_time_tokens_hash unique (tenant, hash),
        foreign key (tenant, customer_id) references customers on delete cascade on update cascade
      );

      create table outbox (
        tenant text not null references tenants,
        id uuid not null,
        kind text not null,
        recipient text not null,
        sealed bytea,
        created_at timestamptz not null,
        sent_at timestamptz,
        attempts smallint not null default 0,
        last_error text,
        given_up_at timestamptz,
        primary key (tenant, id)
      );
      create index outbox_of_recipient on outbox (tenant, recipient, created_at desc);
    `);
  }
}
