/**
 * Limits every query to the tenant that the request entered. On by default. MikroORM throws if a query is run before a
 * tenant is entered, so isolation fails closed.
 */
export const tenantFilter = {
  tenant: {
    name: 'tenant',
    cond: ({ tenant }: { tenant: string }): { tenant: string } => ({ tenant }),
    default: true,
  },
};
