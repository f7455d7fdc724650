import type { Role } from './employee.entity.js';

/** Everything that services and employees may be allowed to do. */
export const staffScopes = [
  'customer.customer_read',
  'customer.customer_manage',
  'customer.import_read',
  'customer.import_manage',
  'customer.assistedBuying_manage',
  'foyer.admin',
];

/** What the employees of each role may do. */
export const scopesOf: Record<Role, string[]> = {
  viewer: ['customer.customer_read', 'customer.import_read'],
  support: [
    'customer.customer_read',
    'customer.customer_manage',
    'customer.import_read',
    'customer.assistedBuying_manage',
  ],
  admin: staffScopes,
};
