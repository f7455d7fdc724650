import type { Role } from './employee.entity.js';

/** Everything that services and employees may be allowed to do. */
export const staffScopes = [
  'customer.customer_read',
  'customer.customer_manage',
  'customer.import_read',
  'customer.import_manage',
  'customer.assistedBuying_manage',
  'customermanagement.legalentity_read',
  'customermanagement.legalentity_manage',
  'customermanagement.contactassignment_read',
  'customermanagement.contactassignment_manage',
  'sessioncontext.context_manage',
  'foyer.admin',
];

const readsCompanies = ['customermanagement.legalentity_read', 'customermanagement.contactassignment_read'];

/** What the employees of each role may do. */
export const scopesOf: Record<Role, string[]> = {
  viewer: ['customer.customer_read', 'customer.import_read', ...readsCompanies],
  support: [
    'customer.customer_read',
    'customer.customer_manage',
    'customer.import_read',
    'customer.assistedBuying_manage',
    ...readsCompanies,
  ],
  admin: staffScopes,
};
