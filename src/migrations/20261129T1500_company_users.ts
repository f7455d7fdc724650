import { Migration } from '@mikro-orm/migrations';

/** What the Glue API returns of companies and their users, and the locations: decision 0051. */
export class CompanyUsers extends Migration {
  override up(): void {
    this.addSql(`
      alter table legal_entities
        add uuid uuid not null default gen_random_uuid(),
        add active boolean not null default true,
        add status text not null default 'approved' check (status in ('pending', 'approved', 'denied')),
        add email text,
        add phone text,
        add external_url text,
        add bic text,
        add iban text,
        add constraint legal_entities_uuid unique (tenant, uuid);

      alter table contact_assignments
        add uuid uuid not null default gen_random_uuid(),
        add active boolean not null default true,
        add is_default boolean not null default false,
        add constraint contact_assignments_uuid unique (tenant, uuid);
      create unique index contact_assignments_default on contact_assignments (tenant, customer_id) where is_default;

      create table locations (
        tenant text not null references tenants,
        id text not null check (id ~ '^[A-Za-z0-9_-]{1,66}$'),
        uuid uuid not null default gen_random_uuid(),
        name text,
        type text not null check (type in ('HEADQUARTER', 'WAREHOUSE', 'OFFICE')),
        contact_details jsonb not null default '{}',
        mixins jsonb not null default '{}',
        mixin_schemas jsonb not null default '{}',
        version int not null default 1,
        created_at timestamptz not null,
        modified_at timestamptz not null,
        primary key (tenant, id),
        constraint locations_uuid unique (tenant, uuid),
        constraint locations_size check (octet_length(contact_details::text) + octet_length(mixins::text)
          + octet_length(mixin_schemas::text) <= 262144)
      );
      create index locations_by_creation on locations (tenant, created_at, id);
    `);
  }
}
