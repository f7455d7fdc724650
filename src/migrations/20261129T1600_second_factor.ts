import { Migration } from '@mikro-orm/migrations';

/** Second factors of customers: decision 0052. */
export class SecondFactors extends Migration {
  override up(): void {
    this.addSql(`
      create table second_factors (
        tenant text not null,
        customer_id text not null,
        type text not null check (type in ('email', 'totp')),
        status text not null check (status in ('pending', 'active')),
        -- The session that began the activation. No foreign key: the factor outlives it.
        session_id uuid not null,
        secret bytea,
        last_step int,
        created_at timestamptz not null,
        activated_at timestamptz,
        primary key (tenant, customer_id, type),
        constraint second_factors_customer foreign key (tenant, customer_id)
          references customers on delete cascade on update cascade
      );

      -- A mailed code is deleted with its session.
      create table second_factor_codes (
        tenant text not null,
        session_id uuid not null,
        customer_id text not null,
        hash text not null,
        failures int not null default 0,
        expires_at timestamptz not null,
        primary key (tenant, session_id),
        constraint second_factor_codes_session foreign key (tenant, session_id) references sessions on delete cascade,
        constraint second_factor_codes_customer foreign key (tenant, customer_id)
          references customers on delete cascade on update cascade
      );
      create index second_factor_codes_of_customer on second_factor_codes (tenant, customer_id);

      create table second_factor_failures (
        tenant text not null,
        customer_id text not null,
        failures int not null,
        ends_at timestamptz not null,
        primary key (tenant, customer_id),
        constraint second_factor_failures_customer foreign key (tenant, customer_id)
          references customers on delete cascade on update cascade
      );

      create table recovery_codes (
        tenant text not null,
        customer_id text not null,
        hash text not null,
        created_at timestamptz not null,
        primary key (tenant, customer_id, hash),
        constraint recovery_codes_customer foreign key (tenant, customer_id)
          references customers on delete cascade on update cascade
      );
    `);
  }
}
