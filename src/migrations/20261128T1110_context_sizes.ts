import { Migration } from '@mikro-orm/migrations';

/** A context has a maximum in bytes of its own: a visitor's is smaller than a customer's (decision 0033). */
export class ContextSizes extends Migration {
  override up(): void {
    this.addSql(`
      alter table session_contexts
        add max_bytes int not null default 65536,
        drop constraint session_contexts_size,
        add constraint session_contexts_size check (octet_length(context::text) <= max_bytes and max_bytes <= 65536);
    `);
  }
}
