import type { NewCustomer } from '../customers/customers.service.js';
import type { Statement } from '../database/database.js';
import { sessionLives } from '../sessions/sessions.sql.js';
import { wishesOf } from './visitor-wishes.sql.js';

const columns = {
  tenant: 'tenant',
  id: 'id',
  createdAt: 'created_at',
  title: 'title',
  firstName: 'first_name',
  middleName: 'middle_name',
  lastName: 'last_name',
  contactEmail: 'contact_email',
  contactPhone: 'contact_phone',
  company: 'company',
  preferredLanguage: 'preferred_language',
  preferredCurrency: 'preferred_currency',
  preferredSite: 'preferred_site',
  companyRegistrationId: 'company_registration_id',
  photoUrl: 'photo_url',
  gender: 'gender',
  dateOfBirth: 'date_of_birth',
  reference: 'reference',
  type: 'type',
  restriction: 'restriction',
  mixins: 'mixins',
  mixinSchemas: 'mixin_schemas',
  active: 'active',
  onHold: 'on_hold',
  mustConfirm: 'must_confirm',
  modifiedAt: 'modified_at',
} satisfies Record<keyof NewCustomer, string>;

const names = Object.keys(columns) as (keyof NewCustomer)[];
const after = names.length;

const value = (name: keyof NewCustomer): string => `$${names.indexOf(name) + 1}`;

/** Where the customer says nothing, what the visitor wished goes before the tenant's defaults. */
const site = `coalesce(case when $${after + 5}::boolean then (select site from wishes) end, ${value('preferredSite')})`;
const asWished: Partial<Record<keyof NewCustomer, string>> = {
  createdAt: `${value('createdAt')}::timestamptz`,
  preferredCurrency: `coalesce(case when $${after + 4}::boolean then (select currency from wishes) end,
        ${value('preferredCurrency')})`,
  preferredSite: site,
  restriction: `case when $${after + 6}::text[] is null then ${value('restriction')}
        when ${site} = any($${after + 6}) then ${site} end`,
};

/** A customer and the account in one statement; answers the reference. No row: the visitor's session is dead. */
export const insertSignUp: Statement = {
  name: 'insert_sign_up',
  text: `with wishes as (
      ${wishesOf('$1', `$${after + 3}`)}
    ), customer as (
      insert into customers (${Object.values(columns).join(', ')})
      select ${names.map((name) => asWished[name] ?? value(name)).join(', ')}
      where ${sessionLives({ tenant: '$1', session: `$${after + 3}`, now: '$3' })}
      returning tenant, id, created_at, reference
    )
    insert into accounts (tenant, email, customer_id, password_hash, created_at)
    select tenant, $${after + 1}, id, $${after + 2}, created_at from customer
    returning (select reference from customer)`,
};

/** The next reference of a store, beforehand. `$1` store, `$2` tenant. */
export const nextReference: Statement = {
  name: 'next_reference',
  text: `select $1 || '--' || nextval(format('%I', 'references_of_' || $2::text)::regclass) as reference`,
};

/** The visitor who signs up, and what is left to what that visitor wished. */
export interface SignUpVisitor {
  sessionId: string | undefined;
  currency: boolean;
  site: boolean;
  /** Where the restriction follows the site that is left to the visitor: those of the tenant, else null. */
  restrictions: string[] | null;
}

/** The values of `insertSignUp`. */
export function signUpValues(
  customer: NewCustomer,
  account: { email: string; passwordHash: string },
  { sessionId, currency, site, restrictions }: SignUpVisitor,
): unknown[] {
  const values = names.map((name) => customer[name] ?? null);
  return [...values, account.email, account.passwordHash, sessionId, currency, site, restrictions];
}
