import type { Operation } from './document.js';
import type { Body, Person } from './shop.js';

const bodies: Record<string, (person: Person) => Body> = {
  'POST /customer/{tenant}/signup': () => ({ password: 'old secret words' }),
  'POST /customer/{tenant}/login': ({ email, password }) => ({ email, password }),
  'POST /customer/{tenant}/password/reset/update': () => ({ token: 'unknown', password: 'new secret words' }),
  'POST /customer/{tenant}/password/change': ({ password }) => ({ currentPassword: password, newPassword: password }),
  'POST /customer/{tenant}/me/accounts/internal/email/change': ({ email, password }) => ({ email, password }),
  'POST /customer/{tenant}/me/accounts/internal/email/change/confirm': () => ({ token: 'unknown' }),
};

/** A body that the operation takes from this customer; e-mails that must be new are. */
export function bodyFor({ name, body = {} }: Operation, customer: Person, stranger: Person): Body {
  const emails = Object.keys(body).filter((property) => ['email', 'newEmail'].includes(property));
  return { ...Object.fromEntries(emails.map((property) => [property, stranger.email])), ...bodies[name]?.(customer) };
}
