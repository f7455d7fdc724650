import { Migration } from '@mikro-orm/migrations';

export class MailsOfCustomers extends Migration {
  override up(): void {
    this.addSql(`
      -- A mail goes with the customer it was left for, whatever the customer's addresses are by then.
      alter table outbox
        add customer_id text,
        add constraint outbox_customer foreign key (tenant, customer_id)
          references customers on delete cascade on update cascade;
      create index outbox_of_customer on outbox (tenant, customer_id) where customer_id is not null;

      update outbox o set customer_id = a.customer_id
      from accounts a where a.tenant = o.tenant and a.email = o.recipient;
    `);
  }
}
