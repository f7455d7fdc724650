import type { DemoCredentials } from '../demo/demo-credentials.js';

export type DocumentedApi = 'emporix' | 'glue';

/** A kind of caller for which the bar gets a token. */
export interface DocumentedCaller {
  kind: 'visitor' | 'customer' | 'employee' | 'service';
  label: string;
  /** The values that `docs.js` sends to the token routes. In the demo they are known; otherwise the page asks for them. */
  fields: Field[];
  /** The operation to try first, in the form of Swagger UI's links: `tag/operationId`. */
  firstOperation?: string;
}

export interface Field {
  name: 'client_id' | 'client_secret' | 'store' | 'email' | 'password';
  label: string;
  optional?: boolean;
  value?: string;
}

const clientId: Field = { name: 'client_id', label: 'Client id' };
const clientSecret: Field = { name: 'client_secret', label: 'Client secret' };
const email: Field = { name: 'email', label: 'E-mail' };
const password: Field = { name: 'password', label: 'Password' };
const store: Field = { name: 'store', label: 'Store', optional: true };

const callers: Record<DocumentedApi, DocumentedCaller[]> = {
  emporix: [
    { kind: 'visitor', label: 'visitor', fields: [clientId], firstOperation: 'session-context/getContext' },
    {
      kind: 'customer',
      label: 'customer',
      fields: [clientId, email, password],
      firstOperation: 'customers/getProfile',
    },
    { kind: 'employee', label: 'employee', fields: [clientId, email, password], firstOperation: 'admin/getOwnAccount' },
    { kind: 'service', label: 'service', fields: [clientId, clientSecret], firstOperation: 'admin/listClients' },
  ],
  // In the Glue API, a visitor has no token, and only public routes accept the token of a service.
  glue: [
    { kind: 'visitor', label: 'visitor', fields: [], firstOperation: 'customers/getCustomerAccess' },
    {
      kind: 'customer',
      label: 'customer',
      fields: [store, email, password],
      firstOperation: 'customers/listCustomers',
    },
    { kind: 'employee', label: 'employee', fields: [store, email, password], firstOperation: 'agents/searchCustomers' },
    { kind: 'service', label: 'service', fields: [clientId, clientSecret] },
  ],
};

/** Returns the callers of an API. @param demo the credentials of the demo; if undefined, the page asks for them */
export function callersOf(api: DocumentedApi, demo: DemoCredentials | undefined): DocumentedCaller[] {
  if (!demo) return callers[api];
  const [customer] = demo.customers;
  const values: Record<DocumentedCaller['kind'], Partial<Record<Field['name'], string>>> = {
    visitor: { client_id: demo.storefrontClientId },
    customer: { client_id: demo.storefrontClientId, email: customer?.email, password: customer?.password },
    employee: { client_id: demo.storefrontClientId, ...demo.employee },
    service: { client_id: demo.serviceClientId, client_secret: demo.serviceClientSecret },
  };
  return callers[api].map(({ kind, label, fields, ...rest }) => ({
    ...rest,
    kind,
    label: kind === 'customer' && customer ? `${label} ${customer.firstName}` : label,
    fields: fields.flatMap((field) => ({ ...field, value: values[kind][field.name] ?? '' })),
  }));
}
