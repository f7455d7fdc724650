import pg from 'pg';

const firstNames =
  'Anna Maria Julia Laura Sophie Emma Lena Clara Nora Ida Paula Marta Elena Giulia Chiara Camille Manon Louise Zofia ' +
  'Agnieszka Katarzyna Ingrid Astrid Freja Aino John Peter Thomas Michael Andreas Stefan Lukas Jonas Paul Felix Max ' +
  'Emil Oskar Karl Hans Luca Marco Matteo Pierre Julien Antoine Piotr Tomasz Lars Erik Björn Mikko José Carlos Miguel';
const lastNames =
  'Müller Schmidt Schneider Fischer Weber Meyer Wagner Becker Schulz Hoffmann Koch Bauer Richter Klein Wolf Schröder ' +
  'Neumann Schwarz Zimmermann Braun Krüger Hofmann Hartmann Lange Werner Krause Lehmann Maier Huber Kaiser Fuchs Lang ' +
  'Rossi Ferrari Bianchi Romano Colombo Ricci Martin Bernard Dubois Durand Moreau Laurent Nowak Kowalski Wiśniewski ' +
  'Kamiński Lewandowski Hansen Johansen Olsen Larsen Andersson Johansson Karlsson Korhonen Virtanen García Martínez ' +
  'López Sánchez Doe Smith Jones Taylor Brown Wilson Evans Thomas Roberts Johnson Walker Wright Hughes Green Hall';
const cities =
  'Berlin Hamburg München Köln Frankfurt Stuttgart Wien Zürich Warszawa Paris Milano Oslo Stockholm Madrid';

const FIRST_NUMBER = 5_000_000_000;

/** A customer to search for. */
export interface SearchedCustomer {
  email: string;
  first: string;
  last: string;
  points: number;
  card: string;
}

/**
 * Stores customers of two tenants, `many` and `few`, each with an account, some mixins, and every fifth one with an
 * address. The random numbers are the same each time. Names differ in frequency, and every fourth last name is a double
 * name.
 *
 * @returns customers of `many` to search for, and the version of PostgreSQL
 */
export async function seedCustomers(
  url: string,
  sizes: Record<'many' | 'few', number>,
  samples: number,
): Promise<{ searched: SearchedCustomer[]; version: string }> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query('select setseed(0.4711)');
    // Skips triggers and foreign keys, because the rows are known to be valid.
    await client.query('set session_replication_role = replica');
    for (const [tenant, size] of Object.entries(sizes)) await seedTenant(client, tenant, size);
    await client.query('vacuum analyze');
    const { rows } = await client.query<SearchedCustomer>(
      `select contact_email as email, first_name as first, last_name as last,
          (mixins #>> '{loyalty,points}')::int as points, mixins #>> '{loyalty,card}' as card
        from customers where tenant = 'many' and id = any($1)`,
      [
        Array.from({ length: samples }, (_, index) =>
          String(FIRST_NUMBER + 5 + 5 * Math.floor((index * sizes.many) / samples / 5)),
        ),
      ],
    );
    const shown = await client.query<{ server_version: string }>('show server_version');
    return { searched: rows, version: shown.rows[0]?.server_version ?? '' };
  } finally {
    await client.end();
  }
}

async function seedTenant(client: pg.Client, tenant: string, size: number): Promise<void> {
  await client.query('insert into tenants (name) values ($1)', [tenant]);
  await client.query(
    `insert into customers (tenant, id, title, first_name, last_name, contact_email, contact_phone, company,
        preferred_language, preferred_currency, preferred_site, reference, mixins, active, standing, on_hold,
        created_at, modified_at, standing_since)
      select $1, (${FIRST_NUMBER} + n)::text, 'MR', first, last, first || '.' || last || n || '@Example.com',
        '+49 30 ' || n, case when n % 7 = 0 then last || ' GmbH' end, 'de_DE', 'EUR', 'main', 'DE--' || n,
        jsonb_build_object('loyalty', jsonb_build_object(
          'points', n::bigint * 7919 % 20000,
          'tier', case when n % 20 = 0 then 'gold' when n % 5 = 0 then 'silver' else 'bronze' end,
          'card', 'L' || n)),
        n % 50 <> 0, case when n % 50 <> 0 then 'active' else 'awaiting' end, false, at, at, at
      from (
        select n, now() - ($2::int - n) * interval '90 seconds' as at,
          ($3::text[])[1 + floor(power(random(), 2) * cardinality($3))::int] as first,
          ($4::text[])[1 + floor(power(random(), 2) * cardinality($4))::int]
            || case when random() < 0.25 then '-' || ($4::text[])[1 + floor(random() * cardinality($4))::int] else '' end as last
        from generate_series(1, $2::int) n
      ) who`,
    [tenant, size, firstNames.split(' '), lastNames.split(' ')],
  );
  await client.query(
    `insert into accounts (tenant, email, customer_id, password_hash, created_at)
      select tenant, lower(contact_email), id, 'none', created_at from customers where tenant = $1`,
    [tenant],
  );
  // Without the triggers, which are skipped.
  await client.query(
    `insert into customer_words (tenant, customer_id, created_at, words)
      select tenant, id, created_at, words_of(tenant, id, reference, contact_email, first_name, last_name, company)
      from customers where tenant = $1`,
    [tenant],
  );
  await client.query(
    `insert into addresses (tenant, id, customer_id, contact_name, street, street_number, zip_code, city, country,
        is_default, created_at)
      select tenant, gen_random_uuid(), id, first_name || ' ' || last_name, 'Hauptstraße', right(id, 2),
        right(id, 5), ($2::text[])[1 + floor(random() * cardinality($2))::int], 'DE', true, created_at
      from customers where tenant = $1 and id::bigint % 5 = 0`,
    [tenant, cities.split(' ')],
  );
}
