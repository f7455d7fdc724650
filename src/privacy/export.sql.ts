import { type Expression, type Kysely, type SelectQueryBuilder, type SqlBool, sql } from 'kysely';

/** Tables of any module. */
export type ExportedTables = Record<string, Record<string, string>>;

/** The customer that is exported. */
export interface ExportedCustomer {
  tenant: string;
  id: string;
}

export interface ExportRow {
  /** The row in JSON. */
  json: string;
  key: string[];
}

/** A list of the export, read in pieces. A piece with fewer rows than `rows` is the last one. */
export interface ExportSection {
  /** The property of the export. */
  name: string;
  table: string;
  /** SQL for the exported columns of the row `t`, without secrets. */
  columns: Expression<unknown>;
  /** Columns that order the rows and are unique together, with their types. */
  key: Record<string, string>;
  /** Few if one row may have 64 KiB. */
  rows: number;
  /** SQL that is true for the customer's rows. */
  isOwn: (customer: ExportedCustomer) => Expression<SqlBool>;
}

/** @returns no row if there is no such customer */
export function customerQuery(
  db: Kysely<ExportedTables>,
  { tenant, id }: ExportedCustomer,
): SelectQueryBuilder<ExportedTables, string, { json: string }> {
  return db
    .selectFrom('customers as c')
    .select(sql<string>`(to_jsonb(c) - 'tenant')::text`.as('json'))
    .where('c.tenant', '=', tenant)
    .where('c.id', '=', id);
}

/**
 * The next rows of a section, ordered by their key.
 *
 * @param after the key of the last row of the piece before
 */
export function pieceQuery(
  db: Kysely<ExportedTables>,
  { table, columns, key, rows, isOwn }: ExportSection,
  customer: ExportedCustomer,
  after: string[] | undefined,
): SelectQueryBuilder<ExportedTables, string, ExportRow> {
  const names = Object.keys(key).map((column) => sql.ref(`t.${column}`));
  const order = sql.join(names);
  const last = Object.values(key).map((type, index) => sql`${after?.[index]}::${sql.raw(type)}`);
  let piece = db.selectFrom(`${table} as t`).selectAll('t').where(isOwn(customer));
  if (after) piece = piece.where(sql<boolean>`(${order}) > (${sql.join(last)})`);
  // The inner query picks the rows of the piece, so that only these are written as JSON.
  return db
    .selectFrom(piece.orderBy(order).limit(rows).as('t'))
    .select(sql<string>`(select row_to_json(r) from (select ${columns}) r)::text`.as('json'))
    .select(sql<string[]>`array[${sql.join(names.map((name) => sql`${name}::text`))}]`.as('key'))
    .orderBy(order);
}

type Source = Omit<ExportSection, 'name' | 'rows' | 'isOwn'> & Partial<ExportSection>;

function section(name: string, source: Source): ExportSection {
  const isOwn = ({ tenant, id }: ExportedCustomer) => sql<boolean>`t.tenant = ${tenant} and t.customer_id = ${id}`;
  return { name, rows: 200, isOwn, ...source };
}

/** The network address and the device of an employee are not the customer's data. */
const sessionColumns = sql`t.id, t.client_id, t.created_at, t.refreshed_at, t.expires_at, t.ended_at, t.context,
  case when t.employee_id is null then t.device end as device,
  case when t.employee_id is null then t.origin end as origin`;

/** The new e-mail of a pending change is the customer's data; the intent of a pending link belongs to an identity. */
const tokenColumns = sql`t.purpose, t.expires_at,
  case when t.purpose = 'email-change' then t.intent ->> 'email' end as email`;

/** All tables with rows of a customer. A new table must be added by hand. */
export const exportSections: ExportSection[] = [
  section('accounts', {
    table: 'accounts',
    columns: sql`t.email, t.initial_password, t.created_at`,
    key: { created_at: 'timestamptz', email: 'text' },
  }),
  section('identities', {
    table: 'identities',
    columns: sql`t.provider, t.issuer, t.subject, t.created_at, t.last_login`,
    key: { created_at: 'timestamptz', id: 'uuid' },
  }),
  section('addresses', {
    table: 'addresses',
    columns: sql`t.*`,
    key: { created_at: 'timestamptz', id: 'text' },
    rows: 4,
  }),
  section('companies', {
    table: 'contact_assignments',
    columns: sql`t.legal_entity_id, t.company_group, t.created_at`,
    key: { created_at: 'timestamptz', id: 'text' },
  }),
  section('membershipRequests', {
    table: 'membership_requests',
    columns: sql`t.legal_entity_id, t.awaits, t.created_at`,
    key: { created_at: 'timestamptz', id: 'text' },
  }),
  section('consents', {
    table: 'consents',
    columns: sql`t.consent, t.version, t.accepted, t.at, t.address`,
    key: { at: 'timestamptz', consent: 'text', number: 'int' },
  }),
  section('sessions', {
    table: 'sessions',
    columns: sessionColumns,
    key: { created_at: 'timestamptz', id: 'uuid' },
  }),
  section('contexts', {
    table: 'session_contexts',
    columns: sql`(select s.public_id from sessions s where s.tenant = t.tenant and s.id::text = t.session_id) as session_id,
      t.chosen, t.context, t.created_at, t.modified_at`,
    isOwn: ({ tenant, id }) => sql`t.tenant = ${tenant} and t.session_id in (
      select s.id::text from sessions s where s.tenant = ${tenant} and s.customer_id = ${id})`,
    key: { created_at: 'timestamptz', session_id: 'text' },
    rows: 4,
  }),
  section('history', {
    table: 'history',
    columns: sql`t.at, t.actor_kind, t.action, t.changes`,
    key: { id: 'bigint' },
  }),
  section('mailedTokens', {
    table: 'one_time_tokens',
    columns: tokenColumns,
    key: { expires_at: 'timestamptz', purpose: 'text' },
  }),
  section('mails', {
    table: 'outbox',
    columns: sql`t.kind, t.recipient, t.created_at, t.sent_at`,
    key: { created_at: 'timestamptz', id: 'uuid' },
  }),
];
