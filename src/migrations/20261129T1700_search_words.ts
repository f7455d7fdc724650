import { Migration } from '@mikro-orm/migrations';

/** Names in NFC, and the search for words of customers: decision 0060. */
export class SearchWords extends Migration {
  override up(): void {
    this.addSql(`
      update customers set title = normalize(title), first_name = normalize(first_name),
          middle_name = normalize(middle_name), last_name = normalize(last_name), company = normalize(company)
        where title is not normalized or first_name is not normalized or middle_name is not normalized
          or last_name is not normalized or company is not normalized;

      -- The words of texts in lower case. Each is preceded by the tenant, so that one index serves all tenants.
      create function words_of(tenant text, variadic texts text[]) returns tsvector
        language sql immutable parallel safe
        return array_to_tsvector(array(
          select tenant || ' ' || left(word, 100)
          from regexp_split_to_table(
            lower(normalize(array_to_string(texts, ' ')) collate "und-x-icu"), '[[:space:][:punct:]+]+') as word
          where word <> ''));

      -- Each word of a text must begin one of the words.
      create function words_beginning(tenant text, content text) returns tsquery
        language sql immutable parallel safe
        return (select string_agg(quote_literal(word) || ':*', ' & ')
          from unnest(tsvector_to_array(words_of(tenant, content))) as word)::tsquery;

      create index customers_words on customers
        using gin (words_of(tenant, id, reference, contact_email, first_name, last_name, company));
      create index accounts_words on accounts using gin (words_of(tenant, email));
    `);
  }
}
