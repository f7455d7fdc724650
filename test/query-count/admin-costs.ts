import { randomUUID } from 'node:crypto';
import type { Body } from '../support/shop.js';
import type { Line, Scene } from './line.js';

const clients = '/admin/{tenant}/clients';
const employees = '/admin/{tenant}/employees';

/** Calls an admin route. @returns the body */
async function call({ shop, staff }: Scene, method: string, path: string, body?: Body): Promise<Body> {
  const headers = { authorization: `Bearer ${staff.token}` };
  const response = await shop.send(method, `/admin/${shop.tenant}${path}`, { body, headers });
  if (response.status >= 300) throw new Error(`${method} ${path}: ${response.status} ${response.text}`);
  return response.body;
}

const newService = (): Body => ({ name: randomUUID(), kind: 'service' });
const newEmployee = ({ newEmail }: Scene): Body => ({
  email: newEmail(),
  password: 'old secret words',
  role: 'viewer',
});
const service = (scene: Scene): Promise<Body> => call(scene, 'POST', '/clients', newService());
const employee = (scene: Scene): Promise<Body> => call(scene, 'POST', '/employees', newEmployee(scene));

/** The operations of administrators. */
export const adminCosts: Line[] = [
  { operation: `GET ${clients}`, queries: 2, act: (scene) => call(scene, 'GET', '/clients') },
  { operation: `POST ${clients}`, queries: 2, act: (scene) => call(scene, 'POST', '/clients', newService()) },
  {
    operation: `GET ${clients}/{clientId}`,
    queries: 2,
    given: service,
    act: (scene, { id }) => call(scene, 'GET', `/clients/${String(id)}`),
  },
  {
    operation: `PATCH ${clients}/{clientId}`,
    queries: 6,
    given: service,
    act: (scene, { id }) => call(scene, 'PATCH', `/clients/${String(id)}`, { scopes: ['customer.customer_read'] }),
  },
  {
    operation: `DELETE ${clients}/{clientId}`,
    queries: 6,
    given: service,
    act: (scene, { id }) => call(scene, 'DELETE', `/clients/${String(id)}`),
  },
  {
    operation: `POST ${clients}/{clientId}/secrets`,
    queries: 5,
    given: service,
    act: (scene, { id }) => call(scene, 'POST', `/clients/${String(id)}/secrets`),
  },
  {
    operation: `DELETE ${clients}/{clientId}/secrets/{secretId}`,
    queries: 6,
    given: async (scene) => {
      const { id: client } = await service(scene);
      return { client, ...(await call(scene, 'POST', `/clients/${String(client)}/secrets`)) };
    },
    act: (scene, { client, id }) => call(scene, 'DELETE', `/clients/${String(client)}/secrets/${String(id)}`),
  },
  { operation: `GET ${employees}`, queries: 2, act: (scene) => call(scene, 'GET', '/employees') },
  { operation: `POST ${employees}`, queries: 3, act: (scene) => call(scene, 'POST', '/employees', newEmployee(scene)) },
  {
    operation: `GET ${employees}/{employeeId}`,
    queries: 2,
    given: employee,
    act: (scene, { id }) => call(scene, 'GET', `/employees/${String(id)}`),
  },
  {
    operation: `PATCH ${employees}/{employeeId}`,
    queries: 7,
    given: employee,
    act: (scene, { id }) => call(scene, 'PATCH', `/employees/${String(id)}`, { role: 'support' }),
  },
  {
    operation: `DELETE ${employees}/{employeeId}`,
    queries: 6,
    given: employee,
    act: (scene, { id }) => call(scene, 'DELETE', `/employees/${String(id)}`),
  },
  { operation: 'GET /admin/{tenant}/settings', queries: 1, act: (scene) => call(scene, 'GET', '/settings') },
  {
    operation: 'PATCH /admin/{tenant}/settings',
    queries: 7,
    act: (scene) => call(scene, 'PATCH', '/settings', { preferredSite: 'main' }),
  },
];
