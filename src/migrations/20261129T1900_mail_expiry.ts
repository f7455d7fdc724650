import { Migration } from '@mikro-orm/migrations';

/** When the link or code of a mail expires: decision 0059. Mails that are already queued have no such time. */
export class MailExpiry extends Migration {
  override up(): void {
    this.addSql(`alter table outbox add expires_at timestamptz;`);
  }
}
