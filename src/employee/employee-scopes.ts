import type { Role } from './employee.entity.js';

/** Changes login e-mails without a confirmation by their owners. */
export const EMAIL_OVERRIDE = 'foyer.email_override';

/** Reads the outbox, and sends mails to customers again. */
export const MAILS_MANAGE = 'foyer.mails_manage';

/** Activates and declines customers. */
export const ACTIVATIONS_MANAGE = 'foyer.activations_manage';

/** The scopes that permit requests of employees and services. An admin has all of them. */
export const employeeScopes = [
  'customer.customer_read',
  'customer.customer_manage',
  'customer.import_read',
  'customer.import_manage',
  'customer.assistedBuying_manage',
  'customermanagement.legalentity_read',
  'customermanagement.legalentity_manage',
  'customermanagement.contactassignment_read',
  'customermanagement.contactassignment_manage',
  'customermanagement.location_read',
  'customermanagement.location_manage',
  'sessioncontext.context_manage',
  EMAIL_OVERRIDE,
  MAILS_MANAGE,
  ACTIVATIONS_MANAGE,
  'foyer.admin',
];

/**
 * All scopes that a service can have. The scopes of company Admins have no effect for a service, but the
 * vendor's tutorials request them. Each deprecated scope permits the request that it names.
 */
export const serviceScopes = [
  ...employeeScopes,
  'customer.customer_read_own',
  'customer.customer_manage_own',
  'customer.customer_create',
  'customer.customer_update',
  'customer.customer_delete',
];

const readsCompanies = [
  'customermanagement.legalentity_read',
  'customermanagement.contactassignment_read',
  'customermanagement.location_read',
];

/** The scopes of each role. */
export const scopesOfRole: Record<Role, string[]> = {
  viewer: ['customer.customer_read', 'customer.import_read', ...readsCompanies],
  support: [
    'customer.customer_read',
    'customer.customer_manage',
    'customer.import_read',
    'customer.assistedBuying_manage',
    MAILS_MANAGE,
    ACTIVATIONS_MANAGE,
    ...readsCompanies,
  ],
  approver: ['customer.customer_read', ACTIVATIONS_MANAGE],
  admin: employeeScopes,
};

/** `scope-token` of RFC 6749, 3.3. */
const SCOPE_TOKEN = /^[\x21\x23-\x5B\x5D-\x7E]+$/;

/** The scopes in a `scope` parameter, which single spaces separate (RFC 6749, 3.3); undefined for anything else. */
export function parseScopes(text: string): string[] | undefined {
  const scopes = text.split(' ');
  return scopes.every((scope) => SCOPE_TOKEN.test(scope)) ? [...new Set(scopes)] : undefined;
}

/** Whether a scope concerns single customers, so that it can be limited to customers with a restriction. */
export const hasRestrictedForm = (scope: string): boolean =>
  ['customer.', MAILS_MANAGE, ACTIVATIONS_MANAGE].some((start) => scope.startsWith(start));

/**
 * Whether a scope can be put into a token: it has no characters that separate scopes, and its suffix, as in
 * `customer.customer_read--DE`, is one of the tenant's restrictions.
 */
export function isIssuable(scope: string, restrictions: string[]): boolean {
  const [, ...suffixes] = scope.split('--');
  const [restriction] = suffixes;
  if (!SCOPE_TOKEN.test(scope) || suffixes.length > 1) return false;
  return restriction === undefined || restrictions.includes(restriction);
}
