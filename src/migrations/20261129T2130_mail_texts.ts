import { Migration } from '@mikro-orm/migrations';

/** The tenants' own texts of mails: decision 0062. */
export class MailTexts extends Migration {
  override up(): void {
    this.addSql(`
      create table mail_texts (
        tenant text not null references tenants,
        kind text not null,
        language text not null,
        text jsonb not null,
        version int not null default 1,
        updated_at timestamptz not null,
        primary key (tenant, kind, language),
        -- The service allows 8 KiB of JSON without spaces.
        constraint mail_texts_size check (octet_length(text::text) <= 10240)
      );
      create trigger mail_texts_maximum after insert on mail_texts
        for each row execute function enforce_maximum('tenant', '1000', 'own mail texts');
    `);
  }
}
