import { Migration } from '@mikro-orm/migrations';

/** Among a million customers, one last name is that of thousands: first and last name together find the few. */
export class FullNames extends Migration {
  override up(): void {
    this.addSql(`
      drop index customers_last_name;
      create index customers_full_name on customers (tenant, last_name, first_name);
    `);
  }
}
