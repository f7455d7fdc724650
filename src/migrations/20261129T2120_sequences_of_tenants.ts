import { Migration } from '@mikro-orm/migrations';

/**
 * A new tenant gets a sequence. Its trigger runs as the owner of the schema, so that the role of the service needs no
 * right to create objects: decision 0059.
 */
export class SequencesOfTenants extends Migration {
  override up(): void {
    this.addSql(`alter function count_references() security definer set search_path from current;`);
  }
}
