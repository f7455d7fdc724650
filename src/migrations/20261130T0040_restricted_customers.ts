import { Migration } from '@mikro-orm/migrations';

/** The customers with a restriction, for the lists of employees who are limited to restrictions. */
export class RestrictedCustomers extends Migration {
  override up(): void {
    this.addSql(`
      create index customers_restriction on customers (tenant, restriction) where restriction is not null;
    `);
  }
}
