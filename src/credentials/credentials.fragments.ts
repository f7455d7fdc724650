import type { EntityManager } from '@mikro-orm/postgresql';
import type { SelectQueryBuilder } from 'kysely';

/*
 * SQL fragments about accounts, identities and mailed tokens, for the statements of any module. Their parameters are
 * SQL too.
 */

/** A row of `logins`. */
export type LoginRow = Record<'tenant' | 'customer_id' | 'email', string>;

/** SQL for rows of login e-mails. */
export const logins = '(select tenant, customer_id, email from accounts)';

/**
 * SQL that inserts the accounts of new customers.
 *
 * @param rows SQL for rows with the columns `tenant`, `email`, `id` of the customer, `password_hash` and `created_at`
 */
export function insertAccounts(rows: string): string {
  return `insert into accounts (tenant, email, customer_id, password_hash, created_at)
      select tenant, email, id, password_hash, created_at from ${rows}`;
}

/**
 * SQL for the numbers `n` of those rows `request` whose customer has an account with the password hash `request.hash`,
 * or any account if the hash is null. Locks the accounts, so that a concurrent change of the password waits.
 */
export const accountsWithHash = `select n from request
      join accounts a on a.tenant = request.tenant and a.customer_id = request.customer
      where request.hash is null or a.password_hash = request.hash for share of a`;

/** SQL for the identities of a customer in JSON, oldest first, with the login e-mail or else the provider's subject. */
export const linkedIdentities = (tenant: string, customer: string): string =>
  `array(select json_build_object('id', coalesce((select min(accounts.email) from accounts
        where accounts.tenant = identities.tenant and accounts.customer_id = identities.customer_id), identities.subject),
        'providerId', identities.subject)
      from identities where identities.tenant = ${tenant} and identities.customer_id = ${customer}
      order by identities.created_at, identities.id)`;

/** SQL for rows of the locks of logins that have not ended. */
export const currentLocks =
  '(select tenant, customer_id, locked_until from login_failures where login_failures.locked_until > now())';

/** SQL for the end of the latest lock of a customer's login; null if it is not locked. */
export const lockedUntil = (tenant: string, customer: string): string =>
  `(select max(k.locked_until) from ${currentLocks} k where k.tenant = ${tenant} and k.customer_id = ${customer})`;

/** SQL for the new login e-mail of a change that its owner has not confirmed yet; null if there is none. */
export const pendingEmail = (tenant: string, customer: string): string =>
  `(select one_time_tokens.intent ->> 'email' from one_time_tokens
      where one_time_tokens.tenant = ${tenant} and one_time_tokens.customer_id = ${customer}
        and one_time_tokens.purpose = 'email-change' and one_time_tokens.expires_at > now())`;

interface CredentialTables {
  accounts: Record<'tenant' | 'customer_id', string>;
  one_time_tokens: Record<'tenant' | 'customer_id' | 'purpose', string> & { expires_at: Date };
}

type RowsOf<Table extends keyof CredentialTables> = SelectQueryBuilder<CredentialTables, Table, { tenant: string }>;

/** A query for the customer's accounts. */
export function accountsOf(em: EntityManager, tenant: string, customerId: string): RowsOf<'accounts'> {
  const accounts = em.getKysely<CredentialTables>().selectFrom('accounts').select('tenant');
  return accounts.where('tenant', '=', tenant).where('customer_id', '=', customerId);
}

/** A query for the customer's mailed tokens that were not used; they may have expired. */
export function mailedTokensOf(em: EntityManager, tenant: string, customerId: string): RowsOf<'one_time_tokens'> {
  const tokens = em.getKysely<CredentialTables>().selectFrom('one_time_tokens').select('tenant');
  return tokens.where('tenant', '=', tenant).where('customer_id', '=', customerId);
}
