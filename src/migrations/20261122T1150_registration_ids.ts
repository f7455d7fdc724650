import { Migration } from '@mikro-orm/migrations';

export class RegistrationIds extends Migration {
  override up(): void {
    this.addSql(`
      -- What two spellings of one registration id have in common: blanks, case and forms of a letter are matters of typing.
      create function registration_key(id text) returns text language sql immutable parallel safe
        return nullif(upper(regexp_replace(normalize(id, NFKC), '\\s', '', 'g')), '');

      -- Of companies that only looked apart, the oldest keeps the id; the others show staff that they are to be looked at.
      update legal_entities e
      set legal_info = legal_info || jsonb_build_object('registrationId', (legal_info ->> 'registrationId') || ' (' || id || ')')
      where type = 'COMPANY' and exists (
        select 1 from legal_entities older
        where older.tenant = e.tenant and older.type = 'COMPANY' and (older.created_at, older.id) < (e.created_at, e.id)
          and registration_key(older.legal_info ->> 'registrationId') = registration_key(e.legal_info ->> 'registrationId'));

      -- PostgreSQL 15 and 16 cannot change how a column is made. The index on it goes with it.
      alter table legal_entities drop column registration_id;
      alter table legal_entities
        add registration_id text generated always as (registration_key(legal_info ->> 'registrationId')) stored;
      create unique index legal_entities_registration on legal_entities (tenant, registration_id) where type = 'COMPANY';
    `);
  }
}
