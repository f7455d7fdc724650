import type { EntityManager } from '@mikro-orm/postgresql';
import type { SelectQueryBuilder } from 'kysely';
import { anyOf } from '../database/database.js';
import { withNetwork } from '../database/known-networks.js';

/*
 * SQL fragments about customers, for the statements of any module. Their parameters are SQL too.
 */

const isCustomer = (tenant: string, id: string): string => `customers.tenant = ${tenant} and customers.id = ${id}`;

/** SQL that is true if the customer exists and may log in. */
export const customerMayLogIn = (tenant: string, id: string): string =>
  `exists (select 1 from customers where ${isCustomer(tenant, id)} and customers.may_log_in)`;

/**
 * SQL that is true if the customer exists and an employee may act for the customer, even before the e-mail is
 * confirmed.
 */
export const customerMayBeActedFor = (tenant: string, id: string): string =>
  `exists (select 1 from customers where ${isCustomer(tenant, id)} and customers.active and not customers.on_hold
      and customers.type = 'CUSTOMER')`;

/** SQL that is true if the customer belongs to one of these restrictions. */
export const hasRestriction = (tenant: string, id: string, restrictions: string): string =>
  `exists (select 1 from customers where ${isCustomer(tenant, id)} and customers.restriction = any(${restrictions}))`;

/** SQL for the customer's reference. */
export const referenceOf = (tenant: string, id: string): string =>
  `(select customers.reference from customers where ${isCustomer(tenant, id)})`;

/** SQL for the customer's name, title, gender, date of birth and contact e-mail in JSON; null if there is no customer. */
export const personIn = (tenant: string, id: string): string =>
  `(select json_build_object('first_name', customers.first_name, 'last_name', customers.last_name,
      'title', customers.title, 'gender', customers.gender, 'date_of_birth', customers.date_of_birth,
      'contact_email', customers.contact_email)
    from customers where ${isCustomer(tenant, id)})`;

/** SQL for the customer's id, preferred currency and preferred site in JSON; null if there is no such customer. */
export const currencyAndSiteOf = (tenant: string, id: string): string =>
  `(select json_build_object('id', customers.id, 'currency', customers.preferred_currency,
      'site', customers.preferred_site) from customers where ${isCustomer(tenant, id)})`;

/** SQL for rows of what a login depends on: `may_log_in` and `known_networks`, by `tenant` and `id`. */
export const loginStates = '(select tenant, id, may_log_in, known_networks from customers)';

/** SQL for rows of names and contact data, which other users may see, and the restriction that limits their access. */
export const contacts =
  '(select tenant, id, first_name, last_name, contact_email, contact_phone, restriction from customers)';

/**
 * SQL that records logins of customers who may log in. It ends with a condition; more conditions and RETURNING may
 * follow.
 *
 * @param requests SQL for rows `request` with the columns `tenant`, `customer`, `now` and `network`
 */
export const recordLogins = (requests: string): string =>
  `update customers set last_login = request.now, known_networks = ${withNetwork('customers', 'request.network')}
      from ${requests}
      where ${isCustomer('request.tenant', 'request.customer')} and customers.may_log_in`;

/** SQL that joins the words `w` of the customers `c`. */
export const joinWords = 'join customer_words w on w.tenant = c.tenant and w.customer_id = c.id';

/** SQL for the condition that each word of a text begins one of the words `w`. */
export const hasWords = (tenant: string, text: string): string => `w.words @@ words_beginning(${tenant}, ${text})`;

/** SQL for the order of creation by the columns of `w`: it is indexed, so that a search for a common word stops early. */
export const creationInWords = 'w.created_at, w.customer_id';

/**
 * SQL that is true if the customer had logged in before this statement, but not from the given network. It is not true of
 * a network that is null.
 */
export const isNewNetwork = (tenant: string, id: string, network: string): string =>
  `coalesce((select cardinality(customers.known_networks) > 0 and ${network} <> all(customers.known_networks)
      from customers where ${isCustomer(tenant, id)}), false)`;

interface CustomerTexts {
  customers: Record<'tenant' | 'id' | 'preferred_language', string> & { first_name: string | null };
}

/** A query for the language that a customer prefers. */
export function preferredLanguageOf(
  em: EntityManager,
  tenant: string,
  id: string,
): SelectQueryBuilder<CustomerTexts, 'customers', { preferred_language: string }> {
  const customers = em.getKysely<CustomerTexts>().selectFrom('customers');
  return customers.select('preferred_language').where('tenant', '=', tenant).where('id', '=', id);
}

/** A query for the first name of a customer. */
export function firstNameOf(
  em: EntityManager,
  tenant: string,
  id: string,
): SelectQueryBuilder<CustomerTexts, 'customers', { first_name: string | null }> {
  const customers = em.getKysely<CustomerTexts>().selectFrom('customers');
  return customers.select('first_name').where('tenant', '=', tenant).where('id', '=', id);
}

interface CustomerKeys {
  customers: Record<'tenant' | 'id', string> & { restriction: string | null };
}

/** A query for the numbers of the tenant's customers with one of these restrictions. */
export function customersWithRestriction(
  em: EntityManager,
  tenant: string,
  restrictions: string[],
): SelectQueryBuilder<CustomerKeys, 'customers', { id: string }> {
  const customers = em.getKysely<CustomerKeys>().selectFrom('customers');
  return customers.select('id').where('tenant', '=', tenant).where('restriction', '=', anyOf(restrictions));
}

/** A query that locks the customer's row against other writers of the customer's data. */
export function lockCustomer(
  em: EntityManager,
  tenant: string,
  id: string,
): SelectQueryBuilder<CustomerKeys, 'customers', { id: string }> {
  const customers = em.getKysely<CustomerKeys>().selectFrom('customers');
  return customers.select('id').where('tenant', '=', tenant).where('id', '=', id).forNoKeyUpdate();
}

/** A query that prevents a deletion of the customer until the transaction ends. It does not block other changes. */
export function keepCustomer(
  em: EntityManager,
  tenant: string,
  id: string,
): SelectQueryBuilder<CustomerKeys, 'customers', Record<never, never>> {
  const customers = em.getKysely<CustomerKeys>().selectFrom('customers');
  return customers.where('tenant', '=', tenant).where('id', '=', id).forKeyShare();
}
