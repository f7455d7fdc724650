/** Everything that services and employees may be allowed to do. */
export const staffScopes = [
  'customer.customer_read',
  'customer.customer_manage',
  'customer.import_read',
  'customer.import_manage',
];
