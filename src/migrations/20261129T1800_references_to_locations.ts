import { Migration } from '@mikro-orm/migrations';

/** Finds the legal entities that refer to a location, when it is deleted: decision 0056. */
export class ReferencesToLocations extends Migration {
  override up(): void {
    this.addSql(
      'create index legal_entities_locations on legal_entities using gin (entities_addresses jsonb_path_ops);',
    );
  }
}
