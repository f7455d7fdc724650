import { Migration } from '@mikro-orm/migrations';

/** When employees were last notified of customers who await activation: decision 0069. */
export class ActivationNotices extends Migration {
  override up(): void {
    this.addSql(`
      create table activation_notices (
        tenant text primary key references tenants,
        sent_at timestamptz not null
      );
    `);
  }
}
