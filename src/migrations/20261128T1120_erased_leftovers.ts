import { Migration } from '@mikro-orm/migrations';

/** Removes rows that erasures left behind: decision 0033. */
export class ErasedLeftovers extends Migration {
  override up(): void {
    this.addSql(`
      -- The rows of before have unkeyed hashes of e-mail addresses. Without them, counting starts again.
      truncate login_failures;
      -- Counters are removed with the customer whose account was tried.
      alter table login_failures
        add customer_id text,
        add constraint login_failures_customer foreign key (tenant, customer_id)
          references customers on delete cascade on update cascade;
      create index login_failures_of_customer on login_failures (tenant, customer_id) where customer_id is not null;

      do $$
        begin
          -- The outputs of failed jobs may name recipients.
          if to_regclass('pgboss.job') is not null then
            update pgboss.job set output = null where output is not null;
          end if;
        end
      $$;
    `);
  }
}
