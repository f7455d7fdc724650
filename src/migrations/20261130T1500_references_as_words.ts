import { Migration } from '@mikro-orm/migrations';

/** A reference is one word: without this, the search for `DE--1` also finds numbers that begin with 1 (decision 0060). */
export class ReferencesAsWords extends Migration {
  override up(): void {
    this.addSql(`
      -- The words of texts in lower case. Each is preceded by the tenant, so that one index serves all tenants. A reference
      -- such as de--1 is one word.
      create or replace function words_of(tenant text, variadic texts text[]) returns tsvector
        language sql immutable parallel safe
        return array_to_tsvector(array(
          select tenant || ' ' || left(word[1], 100)
          from regexp_matches(lower(normalize(array_to_string(texts, ' ')) collate "und-x-icu"),
            '[[:alnum:]_-]+--[0-9]+|[^[:space:][:punct:]]+', 'g') as word));

      update customer_words w set words = words_of(c.tenant, c.id, c.reference, c.contact_email, c.first_name, c.last_name,
          c.company, (select string_agg(a.email, ' ') from accounts a
            where a.tenant = c.tenant and a.customer_id = c.id))
        from customers c where (c.tenant, c.id) = (w.tenant, w.customer_id);
    `);
  }
}
