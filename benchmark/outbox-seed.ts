import type pg from 'pg';

/**
 * Stores mails of the tenant `many` over the last 30 days, and a third as many customers. One mail in a hundred is given
 * up; the latest ones wait. Kinds differ in frequency: one mail in 5,000 is an `erasure`. One customer in ten has the
 * restriction `DE`, and one in 10,000 `LU`. One mail in 20 belongs to no customer. The random numbers are the same each
 * time.
 */
export async function seedMails(client: pg.Client, size: number): Promise<void> {
  const customers = Math.ceil(size / 3);
  await client.query('select setseed(0.4711)');
  // Skips triggers and foreign keys, because the rows are known to be valid.
  await client.query('set session_replication_role = replica');
  await client.query(`insert into tenants (name) values ('many')`);
  await client.query(
    `insert into customers (tenant, id, contact_email, preferred_language, preferred_currency, preferred_site, reference,
        restriction, active, on_hold, created_at, modified_at, standing, standing_since)
      select 'many', n::text, 'mail' || n || '@example.com', 'de_DE', 'EUR', 'main', 'DE--' || n,
        case when n % 10000 = 7 then 'LU' when n % 10 = 3 then 'DE' end, true, false, now(), now(), 'active', now()
      from generate_series(1, $1::int) n`,
    [customers],
  );
  await client.query(
    `insert into outbox (tenant, id, kind, recipient, customer_id, sealed, created_at, sent_at, attempts, last_error,
        last_reason, smtp_code, given_up_at, due_at, turn_at)
      select 'many', gen_random_uuid(),
        case when n % 5000 = 0 then 'erasure'
          else (array['opt-in', 'password-reset', 'second-factor-code', 'welcome', 'activated'])[1 + floor(random() * 5)::int] end,
        'mail' || customer || '@example.com',
        case when n % 20 <> 0 then customer::text end,
        case when state <> 'sent' then decode(repeat('ab', 300), 'hex') end,
        at,
        case when state = 'sent' then at + interval '1 second' end,
        case state when 'queued' then 0 else 1 end,
        case when state in ('failed', 'given_up') then '550 5.1.1 No such user' end,
        case when state in ('failed', 'given_up') then 'The mail server rejects the recipient' end,
        case state when 'sent' then 250 when 'queued' then null else 550 end,
        case when state = 'given_up' then at + interval '1 second' end,
        case when state in ('queued', 'failed') then now() + interval '1 day' end,
        case when state in ('queued', 'failed') then now() end
      from (
        select n, now() - ($1::int - n) * (interval '30 days' / $1::int) as at, 1 + floor(random() * $2::int)::int as customer,
          case when n > $1::int - 100 then 'queued' when n > $1::int - 1000 and n % 2 = 0 then 'failed'
            when random() < 0.01 then 'given_up' else 'sent' end as state
        from generate_series(1, $1::int) n
      ) mails`,
    [size, customers],
  );
  await client.query('vacuum analyze');
}
