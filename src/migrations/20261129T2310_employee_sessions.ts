import { Migration } from '@mikro-orm/migrations';

/** Refresh tokens of employees, and mailed links to set their passwords: decision 0066. */
export class EmployeeSessions extends Migration {
  override up(): void {
    this.addSql(`
      -- Of an employee's session that can be refreshed: the scopes of its tokens.
      alter table sessions add scope text;
      alter table employees
        -- An employee who was invited has no password yet.
        alter password_hash drop not null,
        -- The only valid link that was mailed to set a password.
        add link_hash text,
        add link_expires_at timestamptz,
        add constraint employees_one_link unique (tenant, link_hash);
    `);
  }
}
