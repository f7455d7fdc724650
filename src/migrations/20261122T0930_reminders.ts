import { Migration } from '@mikro-orm/migrations';

export class Reminders extends Migration {
  override up(): void {
    this.addSql(`
      -- Each row knows whether it was reminded, so that a pass that broke off neither repeats a mail nor forgets one.
      alter table accounts add reminded_on date not null default '-infinity';
      drop index accounts_with_legacy_auth;
      create index accounts_with_legacy_auth on accounts (tenant, reminded_on) where legacy_auth is not null;

      alter table password_migrations drop reminded_at;
    `);
  }
}
