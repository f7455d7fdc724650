import { insertAccounts } from '../credentials/credentials.fragments.js';
import { insertCustomers, newCustomerColumns, newCustomerValues } from '../customers/customers.sql.js';
import type { NewCustomer } from '../customers/customers.service.js';
import type { Statement } from '../database/database.js';
import { batchRows } from '../database/query-batcher.js';
import { insertOwnEntries } from '../history/history.fragments.js';
import { type PreparedMail, mailColumns, storeMails } from '../mailer/mailer.fragments.js';
import { recipientLimits } from '../mailer/recipient-limits.js';
import { preferencesOf } from '../session-context/visitor-preferences.sql.js';
import { validSessionExists } from '../sessions/access/session-check.sql.js';

/** If the customer gives no value, the visitor's preference takes precedence over the tenant's default. */
const site = 'coalesce(case when request.takes_site then request.visitor_site end, request.preferred_site)';
const currency =
  'coalesce(case when request.takes_currency then request.visitor_currency end, request.preferred_currency)';

/**
 * Batched, one sign-up of an e-mail address at a time. Creates a customer and the account, stores a mail if there is
 * one, records the event, and returns the reference. No row: the visitor's session is invalid.
 */
export const insertSignUp: Required<Statement> = {
  name: 'insert_sign_up',
  text: `with request as materialized (
      select request.*, visitor.currency as visitor_currency, visitor.site as visitor_site
      from ${batchRows({
        ...newCustomerColumns,
        email: 'text',
        password_hash: 'text',
        session: 'uuid',
        address: 'text',
        takes_currency: 'boolean',
        takes_site: 'boolean',
        restrictions: 'text[]',
        ...mailColumns,
      })}
      left join lateral (${preferencesOf('request.tenant', 'request.session')}) visitor on true
    ), customer as (
      ${insertCustomers({
        preferredCurrency: currency,
        preferredSite: site,
        restriction: `case when request.restrictions is null then request.restriction
        when ${site} = any(request.restrictions) then ${site} end`,
      })}
      where ${validSessionExists({ tenant: 'request.tenant', session: 'request.session', now: 'request.created_at' })}
      returning tenant, id, reference
    ), account as (
      ${insertAccounts('request join customer using (tenant, id)')}
    ), ${storeMails(
      'select request.* from request join customer using (tenant, id)',
      recipientLimits['awaiting-activation'].perHour,
    )}, recorded as (
      ${insertOwnEntries({
        from: 'request join customer using (tenant, id)',
        tenant: 'request.tenant',
        customer: 'request.id',
        at: 'request.created_at',
        address: 'request.address',
        action: `'signed_up'`,
      })}
    )
    select request.n, customer.reference from request join customer using (tenant, id)`,
};

/** The visitor who signs up, and which fields take the visitor's preferences. */
export interface SignUpVisitor {
  sessionId: string | undefined;
  currency: boolean;
  site: boolean;
  /** The restrictions of the tenant if the restriction follows a site that the visitor chose; otherwise null. */
  restrictions: string[] | null;
}

/** The account of a sign-up. */
export interface SignUpAccount {
  /** The login e-mail, in its normalised form. */
  email: string;
  passwordHash: string;
  /** The network address of the request. */
  address?: string;
}

/** The values of `insertSignUp`. */
export function signUpValues(
  customer: NewCustomer,
  { email, passwordHash, address }: SignUpAccount,
  { sessionId, currency: takes_currency, site: takes_site, restrictions }: SignUpVisitor,
  mail: PreparedMail | undefined,
): Record<string, unknown> {
  return {
    ...newCustomerValues(customer),
    email,
    password_hash: passwordHash,
    session: sessionId,
    address,
    takes_currency,
    takes_site,
    restrictions,
    ...mail,
  };
}
