import { Migration } from '@mikro-orm/migrations';

/** The words of customers in a table of their own, and an index for the order of names: decision 0060. */
export class WordsOfCustomers extends Migration {
  override up(): void {
    this.addSql(`
      create table customer_words (
        tenant text not null,
        customer_id text not null,
        created_at timestamptz not null,
        words tsvector not null,
        primary key (tenant, customer_id),
        foreign key (tenant, customer_id) references customers on delete cascade on update cascade
      );

      create function store_words(of_tenant text, of_customer text) returns void language sql as $$
        insert into customer_words (tenant, customer_id, created_at, words)
          select c.tenant, c.id, c.created_at, words_of(c.tenant, c.id, c.reference, c.contact_email, c.first_name, c.last_name,
              c.company, (select string_agg(a.email, ' ') from accounts a
                where a.tenant = c.tenant and a.customer_id = c.id))
          from customers c where c.tenant = of_tenant and c.id = of_customer
          on conflict (tenant, customer_id) do update set created_at = excluded.created_at, words = excluded.words
            where (customer_words.created_at, customer_words.words) <> (excluded.created_at, excluded.words)
      $$;

      create function store_words_of_customer() returns trigger language plpgsql as $$
        begin
          perform store_words(new.tenant, new.id);
          return null;
        end
      $$;
      -- Locks the customer before the words, as an update of the customer does, so that the two cannot deadlock.
      create function store_words_of_account() returns trigger language plpgsql as $$
        begin
          perform from customers c where (c.tenant, c.id) in ((old.tenant, old.customer_id), (new.tenant, new.customer_id))
            order by c.id for no key update;
          if tg_op <> 'INSERT' then perform store_words(old.tenant, old.customer_id); end if;
          if tg_op <> 'DELETE' then perform store_words(new.tenant, new.customer_id); end if;
          return null;
        end
      $$;
      create trigger store_words after insert or update of id, created_at, reference, contact_email, first_name, last_name, company
        on customers for each row execute function store_words_of_customer();
      create trigger store_words after insert or delete or update of email, customer_id
        on accounts for each row execute function store_words_of_account();

      insert into customer_words (tenant, customer_id, created_at, words)
        select c.tenant, c.id, c.created_at, words_of(c.tenant, c.id, c.reference, c.contact_email, c.first_name, c.last_name,
            c.company, (select string_agg(a.email, ' ') from accounts a
              where a.tenant = c.tenant and a.customer_id = c.id))
        from customers c;
      create index customer_words_words on customer_words using gin (words);
      create index customer_words_by_creation on customer_words (tenant, created_at, customer_id);
      drop index customers_words;
      drop index accounts_words;

      create index customers_last_name on customers (tenant, last_name collate "und-x-icu");
      analyze customer_words;
    `);
  }
}
