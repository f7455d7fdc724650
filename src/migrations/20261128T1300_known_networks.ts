import { Migration } from '@mikro-orm/migrations';

export class KnownNetworks extends Migration {
  override up(): void {
    this.addSql(`
      -- The networks of the latest logins, newest first, at most ten: the account-wide lock does not apply to them.
      alter table customers add known_networks text[] not null default '{}';
      alter table employees add known_networks text[] not null default '{}';
    `);
  }
}
