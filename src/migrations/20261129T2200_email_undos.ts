import { Migration } from '@mikro-orm/migrations';

/** Changes of login e-mails can be undone: decision 0063. */
export class EmailUndos extends Migration {
  override up(): void {
    this.addSql(`
      create table email_undos (
        tenant text not null,
        hash text not null,
        customer_id text not null,
        email text not null,
        contact_email text,
        changed_at timestamptz not null,
        expires_at timestamptz not null,
        primary key (tenant, hash),
        foreign key (tenant, customer_id) references customers on delete cascade on update cascade
      );
      create index email_undos_of_customer on email_undos (tenant, customer_id);
      alter table accounts add email_confirmed boolean;
    `);
  }
}
