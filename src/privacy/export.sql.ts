import type { EntityManager, EntityName } from '@mikro-orm/postgresql';
import { type Expression, type SelectQueryBuilder, type SqlBool, sql } from 'kysely';
import { Address } from '../addresses/address.entity.js';
import { ContactAssignment } from '../companies/contact-assignment.entity.js';
import { MembershipRequest } from '../companies/membership-request.entity.js';
import { StoredConsent } from '../consents/consent.entity.js';
import { Account } from '../credentials/account.entity.js';
import { EmailUndo } from '../credentials/email-undo.entity.js';
import { Identity } from '../credentials/identity.entity.js';
import { OneTimeToken } from '../credentials/one-time-token.entity.js';
import { Customer } from '../customers/customer.entity.js';
import { HistoryEntry } from '../history/history-entry.entity.js';
import { OutboxMessage } from '../mailer/outbox-message.entity.js';
import { CustomerNote } from '../notes/customer-note.entity.js';
import { FactorFailures } from '../second-factor/factor-failures.entity.js';
import { MailedCode } from '../second-factor/mailed-code.entity.js';
import { RecoveryCode } from '../second-factor/recovery-code.entity.js';
import { SecondFactor } from '../second-factor/second-factor.entity.js';
import { StoredContext } from '../session-context/session-context.entity.js';
import { sessionRows } from '../sessions/public-session.sql.js';
import { Session } from '../sessions/session.entity.js';

/** Tables of any module. */
type ExportedTables = Record<string, Record<string, string>>;

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
  entity: EntityName;
  /** SQL for the exported columns of the row `t`, without secrets. */
  columns: Expression<unknown>;
  /** Columns that order the rows and are unique together, with their types. */
  key: Record<string, string>;
  /** Few if one row may have 64 KiB. */
  rows: number;
  /** SQL that is true for the customer's rows. */
  isOwn: (customer: ExportedCustomer) => Expression<SqlBool>;
}

const tableOf = (em: EntityManager, entity: EntityName): string => em.getMetadata(entity).tableName;

/** @returns no row if there is no such customer */
export function customerQuery(
  em: EntityManager,
  { tenant, id }: ExportedCustomer,
): SelectQueryBuilder<ExportedTables, string, { json: string }> {
  return em
    .getKysely<ExportedTables>()
    .selectFrom(`${tableOf(em, Customer)} as c`)
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
  em: EntityManager,
  { entity, columns, key, rows, isOwn }: ExportSection,
  customer: ExportedCustomer,
  after: string[] | undefined,
): SelectQueryBuilder<ExportedTables, string, ExportRow> {
  const names = Object.keys(key).map((column) => sql.ref(`t.${column}`));
  const order = sql.join(names);
  const last = Object.values(key).map((type, index) => sql`${after?.[index]}::${sql.raw(type)}`);
  const db = em.getKysely<ExportedTables>();
  let piece = db
    .selectFrom(`${tableOf(em, entity)} as t`)
    .selectAll('t')
    .where(isOwn(customer));
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

const sessions = sql.raw(sessionRows);

/** The network address and the device of an employee are not the customer's data. */
const sessionColumns = sql`t.id, t.client_id, t.created_at, t.refreshed_at, t.expires_at, t.ended_at, t.context,
  case when t.employee_id is null then t.device end as device,
  case when t.employee_id is null then t.origin end as origin`;

/** The new e-mail of a pending change is the customer's data; the intent of a pending link belongs to an identity. */
const tokenColumns = sql`t.purpose, t.expires_at,
  case when t.purpose = 'email-change' then t.intent ->> 'email' end as email`;

/** The network address of an employee is not the customer's data. */
const historyColumns = sql`t.at, t.actor_kind, t.action, t.changes, case when t.own then t.address end as address`;

/** All tables with rows of a customer. A new table must be added by hand. */
export const exportSections: ExportSection[] = [
  section('accounts', {
    entity: Account,
    columns: sql`t.email, t.initial_password, t.created_at`,
    key: { created_at: 'timestamptz', email: 'text' },
  }),
  section('identities', {
    entity: Identity,
    columns: sql`t.provider, t.issuer, t.subject, t.created_at, t.last_login`,
    key: { created_at: 'timestamptz', id: 'uuid' },
  }),
  section('addresses', {
    entity: Address,
    columns: sql`t.*`,
    key: { created_at: 'timestamptz', id: 'text' },
    rows: 4,
  }),
  section('companies', {
    entity: ContactAssignment,
    columns: sql`t.legal_entity_id, t.company_group, t.active, t.is_default, t.created_at`,
    key: { created_at: 'timestamptz', id: 'text' },
  }),
  section('membershipRequests', {
    entity: MembershipRequest,
    columns: sql`t.legal_entity_id, t.awaits, t.created_at`,
    key: { created_at: 'timestamptz', id: 'text' },
  }),
  section('consents', {
    entity: StoredConsent,
    columns: sql`t.consent, t.version, t.accepted, t.at, t.address`,
    key: { at: 'timestamptz', consent: 'text', number: 'int' },
  }),
  section('sessions', {
    entity: Session,
    columns: sessionColumns,
    key: { created_at: 'timestamptz', id: 'uuid' },
  }),
  section('contexts', {
    entity: StoredContext,
    columns: sql`(select s.public_id from ${sessions} s where s.tenant = t.tenant and s.id::text = t.session_id) as session_id,
      t.chosen, t.context, t.created_at, t.modified_at`,
    isOwn: ({ tenant, id }) => sql`t.tenant = ${tenant} and t.session_id in (
      select s.id::text from ${sessions} s where s.tenant = ${tenant} and s.customer_id = ${id})`,
    key: { created_at: 'timestamptz', session_id: 'text' },
    rows: 4,
  }),
  section('history', {
    entity: HistoryEntry,
    columns: historyColumns,
    key: { at: 'timestamptz', id: 'bigint' },
  }),
  section('notes', {
    entity: CustomerNote,
    columns: sql`t.text, t.author_kind, t.created_at`,
    key: { created_at: 'timestamptz', id: 'uuid' },
    rows: 20,
  }),
  section('mailedTokens', {
    entity: OneTimeToken,
    columns: tokenColumns,
    key: { expires_at: 'timestamptz', purpose: 'text' },
  }),
  section('emailUndos', {
    entity: EmailUndo,
    columns: sql`t.email, t.contact_email, t.changed_at, t.expires_at`,
    key: { changed_at: 'timestamptz', hash: 'text' },
  }),
  section('secondFactors', {
    entity: SecondFactor,
    columns: sql`t.type, t.status, t.session_id, t.created_at, t.activated_at`,
    key: { created_at: 'timestamptz', type: 'text' },
  }),
  section('secondFactorCodes', {
    entity: MailedCode,
    columns: sql`t.session_id, t.failures, t.expires_at`,
    key: { expires_at: 'timestamptz', session_id: 'uuid' },
  }),
  section('secondFactorFailures', {
    entity: FactorFailures,
    columns: sql`t.failures, t.ends_at`,
    key: { ends_at: 'timestamptz' },
  }),
  section('recoveryCodes', {
    entity: RecoveryCode,
    columns: sql`t.created_at`,
    key: { created_at: 'timestamptz', hash: 'text' },
  }),
  section('mails', {
    entity: OutboxMessage,
    columns: sql`t.kind, t.recipient, t.created_at, t.sent_at`,
    key: { created_at: 'timestamptz', id: 'uuid' },
  }),
];
