import { Migration } from '@mikro-orm/migrations';

/** The language of a mail: decision 0062. Mails that are already queued are sent in the language of the tenant. */
export class MailLanguage extends Migration {
  override up(): void {
    this.addSql(`alter table outbox add language text;`);
  }
}
