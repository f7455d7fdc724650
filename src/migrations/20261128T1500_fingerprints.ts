import { Migration } from '@mikro-orm/migrations';

/** Fingerprints of the secret and of the signing keys, of the whole installation: they belong to no tenant. */
export class Fingerprints extends Migration {
  override up(): void {
    this.addSql(`
      create table secret_fingerprint (
        only_row boolean primary key default true check (only_row),
        fingerprint text not null
      )`);
    this.addSql(`
      create table signing_key_sets (
        key_ids text[] primary key,
        started_at timestamptz not null
      )`);
  }
}
