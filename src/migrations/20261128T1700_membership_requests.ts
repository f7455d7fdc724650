import { Migration } from '@mikro-orm/migrations';

export class MembershipRequests extends Migration {
  override up(): void {
    this.addSql(`
      -- Members to be. A table of its own, so that no query for members can take a pending one for a member.
      create table membership_requests (
        tenant text not null,
        id text not null check (id ~ '^[A-Za-z0-9_-]{1,66}$'),
        legal_entity_id text not null,
        customer_id text not null,
        -- 'approval': by a company Admin or an employee. 'customer': by the customer whom a company Admin invited.
        awaits text not null check (awaits in ('approval', 'customer')),
        created_at timestamptz not null,
        primary key (tenant, id),
        constraint membership_requests_once unique (tenant, customer_id, legal_entity_id),
        constraint membership_requests_legal_entity foreign key (tenant, legal_entity_id)
          references legal_entities on delete cascade,
        constraint membership_requests_customer foreign key (tenant, customer_id)
          references customers on delete cascade on update cascade
      );
      create index membership_requests_of_legal_entity on membership_requests (tenant, legal_entity_id, created_at);
      create index membership_requests_by_creation on membership_requests (tenant, created_at, id);

      -- A member has no request for the same company, however the membership came about.
      create function end_membership_request() returns trigger language plpgsql as $$
        begin
          delete from membership_requests
          where tenant = new.tenant and customer_id = new.customer_id and legal_entity_id = new.legal_entity_id;
          return null;
        end $$;
      create trigger contact_assignments_end_request after insert or update of customer_id, legal_entity_id
        on contact_assignments for each row execute function end_membership_request();
    `);
  }
}
