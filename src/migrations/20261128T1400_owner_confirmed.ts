import { Migration } from '@mikro-orm/migrations';

export class OwnerConfirmed extends Migration {
  override up(): void {
    this.addSql(`
      -- Whether the owner of the login e-mail has confirmed the account, and the identity. A reset removes the others.
      alter table accounts add owner_confirmed boolean not null default false;
      alter table identities add owner_confirmed boolean not null default false;
      update accounts a set owner_confirmed = true from customers c
        where c.tenant = a.tenant and c.id = a.customer_id and c.confirmed_at is not null;
      update identities i set owner_confirmed = true from customers c
        where c.tenant = i.tenant and c.id = i.customer_id and c.confirmed_at <= i.created_at;
    `);
  }
}
