import { Migration } from '@mikro-orm/migrations';

/** Notes about customers: decision 0067. */
export class CustomerNotes extends Migration {
  override up(): void {
    this.addSql(`
      create table customer_notes (
        tenant text not null,
        customer_id text not null,
        id uuid not null,
        text text not null check (char_length(text) <= 4000),
        author_kind text not null,
        author text not null,
        created_at timestamptz not null,
        primary key (tenant, customer_id, id),
        constraint customer_notes_customer foreign key (tenant, customer_id)
          references customers on delete cascade on update cascade
      );
      create trigger customer_notes_maximum after insert on customer_notes
        for each row execute function enforce_maximum('customer', '100', 'notes');
    `);
  }
}
