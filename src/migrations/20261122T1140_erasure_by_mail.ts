import { Migration } from '@mikro-orm/migrations';

export class ErasureByMail extends Migration {
  override up(): void {
    this.addSql(`
      alter table one_time_tokens
        drop constraint one_time_tokens_purpose_check,
        add constraint one_time_tokens_purpose_check
          check (purpose in ('password-reset', 'email-change', 'opt-in', 'link-identity', 'erasure'));
    `);
  }
}
