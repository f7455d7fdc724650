import { Migration } from '@mikro-orm/migrations';

export class OwnSessions extends Migration {
  override up(): void {
    this.addSql(`
      -- What a customer tells one session from another by: the User-Agent and the network address of its login.
      alter table sessions add device text, add origin text;

      -- A context goes with the last session that has its id: the customer's, or a visitor's that has passed to nobody.
      create or replace function forget_context() returns trigger language plpgsql as $$
        begin
          delete from session_contexts k
          where k.tenant = old.tenant and k.session_id = old.public_id::text and not exists (
            select from sessions s
            where s.tenant = old.tenant and s.customer_id = old.customer_id and s.public_id = old.public_id);
          return null;
        end
      $$;
      drop trigger forget_context on sessions;
      create trigger forget_context after delete on sessions for each row
        when (old.kind = 'customer' or (old.kind = 'anonymous' and old.passed_to is null))
        execute function forget_context();
    `);
  }
}
