import { randomUUID } from 'node:crypto';
import { FIXED_COMPANY_ID } from './companies.js';
import type { Operation } from './document.js';
import type { Body, Person } from './shop.js';

const assignment = ({ id }: { id: string }): Body => ({
  legalEntity: { id: FIXED_COMPANY_ID },
  customer: { id },
  type: 'CONTACT',
});

const locationBody: Body = { type: 'OFFICE', contactDetails: { city: 'Berlin' } };

/** For a kind of mail with a link. */
const mailText: Body = { subject: 'A', paragraphs: ['B'], button: 'C' };

const bodies: Record<string, (person: Person & { id: string }) => Body> = {
  'POST /customer/{tenant}/signup': () => ({ password: 'old secret words' }),
  'POST /customer/{tenant}/login': ({ email, password }) => ({ email, password }),
  'POST /customer/{tenant}/password/reset/update': () => ({ token: 'unknown', password: 'new secret words' }),
  'POST /customer/{tenant}/password/change': ({ password }) => ({ currentPassword: password, newPassword: password }),
  'POST /customer/{tenant}/me/accounts/internal/email/change': ({ email, password }) => ({ email, password }),
  'POST /customer/{tenant}/me/accounts/internal/email/change/confirm': () => ({ token: 'unknown' }),
  'POST /customer/{tenant}/me/accounts/internal/email/change/undo': () => ({ token: 'unknown' }),
  'POST /customer/{tenant}/customers/{customerNumber}/addresses': () => ({ contactName: 'Ada Lovelace' }),
  'POST /customer/{tenant}/customers/{customerNumber}/mails': () => ({ kind: 'password-reset' }),
  'POST /customer/{tenant}/customers/{customerNumber}/notes': () => ({ text: 'Prefers to be called in the morning' }),
  'POST /customer/{tenant}/assistedbuying/login': ({ id }) => ({ customerNumber: id }),
  'POST /customer/{tenant}/assisted-buying-login': ({ id }) => ({ customerNumber: id }),
  'POST /customer/{tenant}/config/password-migration-retention': () => ({ retentionEndDate: '2100-01-31' }),
  'POST /customer/{tenant}/me/identities': ({ password }) => ({ password, code: 'unknown' }),
  'POST /customer/{tenant}/me/identities/confirm': () => ({ token: 'unknown' }),
  'PUT /customer/{tenant}/me/consents': () => ({ consents: [] }),
  'PATCH /session-context/{tenant}/me/context': () => ({ metadata: { version: 1 } }),
  'PUT /session-context/{tenant}/context/{sessionId}': () => ({ metadata: { version: 1 } }),
  'POST /session-context/{tenant}/me/context/attributes': () => ({ key: 'colour', value: 'green' }),
  'POST /session-context/{tenant}/context/{sessionId}/attributes': () => ({ key: 'colour', value: 'green' }),
  'POST /customer-management/{tenant}/legal-entities': () => ({ name: 'ABC Company' }),
  'PUT /customer-management/{tenant}/legal-entities/{legalEntityId}': () => ({ name: 'ABC Company', type: 'COMPANY' }),
  'POST /customer-management/{tenant}/contact-assignments': assignment,
  'PUT /customer-management/{tenant}/contact-assignments/{contactAssignmentId}': assignment,
  'POST /customer-management/{tenant}/locations': () => locationBody,
  'PUT /customer-management/{tenant}/locations/{locationId}': () => locationBody,
  'POST /admin/{tenant}/clients': () => ({ name: randomUUID(), kind: 'service' }),
  'POST /admin/{tenant}/activations': ({ id }) => ({ customerNumbers: [id], decision: 'activate' }),
  'PUT /admin/{tenant}/mails/{kind}/{language}': () => mailText,
  'POST /admin/{tenant}/mails/{kind}/{language}/preview': () => mailText,
  'POST /admin/{tenant}/employees': () => ({ role: 'viewer' }),
  'POST /admin/{tenant}/password/reset/confirm': () => ({ token: 'unknown', password: 'new secret words' }),
  // A wrong password: the employee is used again.
  'POST /admin/{tenant}/me/password': () => ({ currentPassword: 'wrong', newPassword: 'new secret words' }),
};

/** A valid body of the operation for this customer. Each new e-mail in it is that of `other`. */
export function bodyFor({ name, body = {} }: Operation, customer: Person & { id: string }, other: Person): Body {
  const emails = Object.keys(body).filter((property) => ['email', 'newEmail'].includes(property));
  return { ...Object.fromEntries(emails.map((property) => [property, other.email])), ...bodies[name]?.(customer) };
}

/** A valid list body, if the operation takes a list. */
export function listFor({ name }: Operation, { email }: Person): Body[] | undefined {
  if (name !== 'POST /customer/{tenant}/customers/import') return undefined;
  return [{ account: { email, passwordHash: '1:1000:YWJjZGVmZ2g=:aWprbG1ub3A=' } }];
}
