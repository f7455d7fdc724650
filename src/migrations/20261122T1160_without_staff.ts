import { Migration } from '@mikro-orm/migrations';

export class WithoutStaff extends Migration {
  override up(): void {
    this.addSql(`
      -- A sign-up or a company's administrator made it. Until staff changes it, it is only as good as the proof of who signed
      -- up or was made.
      alter table contact_assignments add without_staff boolean not null default false;
    `);
  }
}
