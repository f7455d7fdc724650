import { Migration } from '@mikro-orm/migrations';

export class Companies extends Migration {
  override up(): void {
    this.addSql(`
      create table legal_entities (
        tenant text not null references tenants,
        id text not null check (id ~ '^[A-Za-z0-9_-]{1,66}$'),
        name text not null,
        type text not null default 'COMPANY' check (type in ('COMPANY', 'SUBSIDIARY')),
        parent_id text,
        legal_info jsonb not null default '{}',
        registration_id text generated always as (nullif(btrim(legal_info ->> 'registrationId'), '')) stored,
        account_limit jsonb,
        customer_groups jsonb not null default '[]',
        entities_addresses jsonb not null default '[]',
        approval_group jsonb not null default '[]',
        restrictions jsonb,
        mixins jsonb not null default '{}',
        mixin_schemas jsonb not null default '{}',
        version int not null default 1,
        created_at timestamptz not null,
        modified_at timestamptz not null,
        primary key (tenant, id),
        constraint legal_entities_parent foreign key (tenant, parent_id) references legal_entities,
        constraint legal_entities_no_own_parent check (parent_id <> id)
      );
      create index legal_entities_by_creation on legal_entities (tenant, created_at, id);
      create index legal_entities_of_parent on legal_entities (tenant, parent_id) where parent_id is not null;
      -- A subsidiary may be registered under its company's number: who signs up with a number joins the company.
      create unique index legal_entities_registration on legal_entities (tenant, registration_id) where type = 'COMPANY';

      create table contact_assignments (
        tenant text not null,
        id text not null check (id ~ '^[A-Za-z0-9_-]{1,66}$'),
        legal_entity_id text not null,
        customer_id text not null,
        type text check (type in ('PRIMARY', 'BILLING', 'LOGISTICS', 'CONTACT')),
        is_primary boolean not null default false,
        -- A column, so that inside a company a customer is in one of the predefined groups.
        company_group text not null check (company_group in ('Admin', 'Buyer', 'Requester')),
        mixins jsonb not null default '{}',
        mixin_schemas jsonb not null default '{}',
        version int not null default 1,
        created_at timestamptz not null,
        modified_at timestamptz not null,
        primary key (tenant, id),
        constraint contact_assignments_once unique (tenant, customer_id, legal_entity_id),
        constraint contact_assignments_legal_entity foreign key (tenant, legal_entity_id)
          references legal_entities on delete cascade,
        constraint contact_assignments_customer foreign key (tenant, customer_id)
          references customers on delete cascade on update cascade
      );
      create index contact_assignments_of_legal_entity on contact_assignments (tenant, legal_entity_id, created_at);
      create index contact_assignments_by_creation on contact_assignments (tenant, created_at, id);

      -- The company that the customer acts for. No reference: a refresh asks for the assignment anyway.
      alter table sessions add legal_entity_id text;

      -- A customer who administers a company acts on its other customers.
      alter table history
        drop constraint history_actor_kind_check,
        add constraint history_actor_kind_check check (actor_kind in ('employee', 'service', 'operator', 'customer'));
    `);
  }
}
