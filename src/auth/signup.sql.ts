import type { NewCustomer } from '../customers/customers.service.js';
import type { Statement } from '../database/database.js';
import { sessionLives } from '../sessions/sessions.sql.js';

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

/** A customer and the account in one statement. No row: the visitor's session is dead. */
export const insertSignUp: Statement = {
  name: 'insert_sign_up',
  text: `with customer as (
      insert into customers (${Object.values(columns).join(', ')})
      select ${names.map((_name, index) => `$${index + 1}${index === 2 ? '::timestamptz' : ''}`).join(', ')}
      where ${sessionLives({ tenant: '$1', session: `$${after + 3}`, now: '$3' })}
      returning tenant, id, created_at
    )
    insert into accounts (tenant, email, customer_id, password_hash, created_at)
    select tenant, $${after + 1}, id, $${after + 2}, created_at from customer
    returning customer_id`,
};

/** The values of `insertSignUp`. */
export function signUpValues(
  customer: NewCustomer,
  account: { email: string; passwordHash: string },
  sessionId: string | undefined,
): unknown[] {
  return [...names.map((name) => customer[name] ?? null), account.email, account.passwordHash, sessionId];
}
