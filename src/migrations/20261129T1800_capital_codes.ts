import { Migration } from '@mikro-orm/migrations';

/** Codes of countries and currencies are stored in capitals, so that searches find them however they were entered. */
export class CapitalCodes extends Migration {
  override up(): void {
    this.addSql(`
      update addresses set country = upper(country) where country ~ '^[A-Za-z]{2}$' and country <> upper(country);
      update customers set preferred_currency = upper(preferred_currency)
        where preferred_currency ~ '^[A-Za-z]{3}$' and preferred_currency <> upper(preferred_currency);
    `);
  }
}
