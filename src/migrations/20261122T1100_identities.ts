import { Migration } from '@mikro-orm/migrations';

export class Identities extends Migration {
  override up(): void {
    this.addSql(`
      -- Who somebody is at an identity provider. Nobody but the issuer may say what a subject stands for.
      create table identities (
        tenant text not null,
        issuer text not null,
        subject text not null,
        id uuid not null,
        customer_id text not null,
        provider text not null,
        created_at timestamptz not null,
        last_login timestamptz,
        primary key (tenant, issuer, subject),
        constraint identities_id unique (tenant, id),
        foreign key (tenant, customer_id) references customers on delete cascade on update cascade
      );
      create index identities_of_customer on identities (tenant, customer_id);

      -- Tokens of other systems that were exchanged; each is good once.
      create table exchanged_tokens (
        tenant text not null references tenants,
        issuer text not null,
        token text not null,
        expires_at timestamptz not null,
        primary key (tenant, issuer, token)
      );
      create index exchanged_tokens_by_end on exchanged_tokens (tenant, expires_at);

      alter table one_time_tokens
        drop constraint one_time_tokens_purpose_check,
        add constraint one_time_tokens_purpose_check
          check (purpose in ('password-reset', 'email-change', 'opt-in', 'link-identity'));
    `);
  }
}
