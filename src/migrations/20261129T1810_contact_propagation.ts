import { Migration } from '@mikro-orm/migrations';

/** `companyContactPropagation` was true or false, without an effect: decision 0056. */
export class ContactPropagation extends Migration {
  override up(): void {
    this.addSql(`
      update tenants set settings = case settings -> 'companyContactPropagation'
        when 'false' then settings || '{"companyContactPropagation": "DISABLED"}'
        else settings - 'companyContactPropagation' end
      where jsonb_typeof(settings -> 'companyContactPropagation') = 'boolean';
    `);
  }
}
