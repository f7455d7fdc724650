import { rows } from '../support/rows.js';
import type { LoggedInCustomer } from '../support/shop.js';
import { randomUUID } from 'node:crypto';
import type { QueryCost } from './query-cost.js';

const customers = '/customer/{tenant}/customers';
const retention = '/customer/{tenant}/config/password-migration-retention';
const customer = `${customers}/{customerNumber}`;

const period = { retentionEndDate: '2100-01-31' };
const account = (email: string) => ({ email, passwordHash: '1:1000:YWJjZGVmZ2g=:aWprbG1ub3A=' });

/** Operations for services and employees. */
export const staffCosts: QueryCost[] = [
  { operation: `GET ${customers}`, queries: 2, act: ({ serviceClient }) => serviceClient.get('/customers') },
  {
    operation: `GET ${customers}`,
    note: 'with q, expand and X-Total-Count',
    queries: 3,
    act: ({ serviceClient, ada: { id } }) =>
      serviceClient.send('GET', `/customers?q=id:${id}&expand=addresses`, { headers: { 'x-total-count': 'true' } }),
  },
  {
    operation: `GET ${customers}`,
    note: 'with a pattern',
    queries: 5,
    act: ({ serviceClient }) => serviceClient.get('/customers?q=lastName:~Doe'),
  },
  {
    operation: `POST ${customers}/search`,
    queries: 2,
    act: ({ serviceClient, ada: { email } }) => serviceClient.post('/customers/search', 200, { q: `email:${email}` }),
  },
  {
    operation: `POST ${customers}`,
    queries: 9,
    act: ({ serviceClient, newEmail }) => serviceClient.post('/customers', 201, { contactEmail: newEmail() }),
  },
  {
    operation: `POST ${customers}`,
    note: 'without a login',
    queries: 5,
    act: ({ serviceClient }) => serviceClient.post('/customers', 201, { firstName: 'John' }),
  },
  {
    operation: `GET ${customer}`,
    queries: 2,
    act: ({ serviceClient, ada: { id } }) => serviceClient.get(`/customers/${id}`),
  },
  {
    operation: `PUT ${customer}`,
    queries: 6,
    act: ({ serviceClient, ada: { id }, newEmail }) =>
      serviceClient.put(`/customers/${id}`, 204, { company: newEmail() }),
  },
  {
    operation: `PUT ${customer}`,
    note: 'that creates a customer',
    queries: 12,
    act: ({ serviceClient, newEmail }) =>
      serviceClient.put(`/customers/${randomUUID()}`, 201, { contactEmail: newEmail() }),
  },
  {
    operation: `PATCH ${customer}`,
    queries: 6,
    act: ({ serviceClient, ada: { id }, newEmail }) =>
      serviceClient.patch(`/customers/${id}`, 200, { company: newEmail() }),
  },
  {
    operation: `PATCH ${customer}`,
    note: 'that activates',
    queries: 9,
    given: async ({ shop }) => ({ ...(await shop.signUp()) }),
    act: ({ serviceClient }, { id }) =>
      serviceClient.patch(`/customers/${String(id)}`, 200, { active: true, onHold: false }),
  },
  {
    operation: `PATCH ${customer}`,
    note: 'that suspends',
    queries: 8,
    given: async ({ shop }) => ({ ...(await shop.signUp()) }),
    act: ({ serviceClient }, { id }) => serviceClient.patch(`/customers/${String(id)}`, 200, { onHold: true }),
  },
  {
    operation: `DELETE ${customer}`,
    queries: 8,
    given: async ({ shop }) => ({ ...(await shop.signUp()) }),
    act: ({ serviceClient }, { id }) => serviceClient.delete(`/customers/${String(id)}`, 202),
  },
  {
    operation: `POST ${customer}/unlock`,
    queries: 7,
    act: ({ serviceClient, ada: { id } }) => serviceClient.post(`/customers/${id}/unlock`, 204),
  },
  {
    operation: `POST ${customer}/mails`,
    note: 'with the opt-in',
    queries: 9,
    given: async ({ shop }) => {
      const customer = await shop.signUp();
      await rows(shop, 'update customers set must_confirm = true, active = true where id = $1', [customer.id]);
      return { ...customer };
    },
    act: ({ serviceClient }, { id }) => serviceClient.post(`/customers/${String(id)}/mails`, 202, { kind: 'opt-in' }),
  },
  {
    operation: `DELETE ${customer}/second-factors/{type}`,
    note: 'that the customer does not have',
    queries: 6,
    act: ({ serviceClient, ada: { id } }) =>
      serviceClient.delete(`/customers/${id}/second-factors/totp?reason=lost`, 404),
  },
  {
    operation: `GET ${customer}/second-factors`,
    queries: 3,
    act: ({ serviceClient, ada: { id } }) => serviceClient.get(`/customers/${id}/second-factors`),
  },
  {
    operation: `GET ${customer}/identities`,
    queries: 3,
    act: ({ serviceClient, ada: { id } }) => serviceClient.get(`/customers/${id}/identities`),
  },
  {
    operation: `DELETE ${customer}/identities/{identityId}`,
    note: 'that does not exist',
    queries: 6,
    act: ({ serviceClient, ada: { id } }) => serviceClient.delete(`/customers/${id}/identities/${randomUUID()}`, 404),
  },
  {
    operation: `GET ${customer}/sessions`,
    queries: 3,
    act: ({ serviceClient, ada: { id } }) => serviceClient.get(`/customers/${id}/sessions`),
  },
  {
    operation: `DELETE ${customer}/sessions`,
    queries: 7,
    given: async ({ shop }) => ({ ...(await shop.signUp()) }),
    act: ({ serviceClient }, { id }) => serviceClient.delete(`/customers/${String(id)}/sessions`, 204),
  },
  {
    operation: `DELETE ${customer}/sessions/{sessionId}`,
    note: 'that does not exist',
    queries: 5,
    act: ({ serviceClient, ada: { id } }) => serviceClient.delete(`/customers/${id}/sessions/${randomUUID()}`, 404),
  },
  {
    operation: `GET ${customer}/notes`,
    queries: 3,
    act: ({ serviceClient, ada: { id } }) => serviceClient.get(`/customers/${id}/notes`),
  },
  {
    operation: `POST ${customer}/notes`,
    queries: 6,
    act: ({ serviceClient, ada: { id } }) => serviceClient.post(`/customers/${id}/notes`, 201, { text: 'A' }),
  },
  {
    operation: `DELETE ${customer}/notes/{noteId}`,
    queries: 6,
    given: ({ serviceClient, ada: { id } }) => serviceClient.post(`/customers/${id}/notes`, 201, { text: 'A' }),
    act: ({ serviceClient, ada }, { id }) => serviceClient.delete(`/customers/${ada.id}/notes/${String(id)}`, 204),
  },
  {
    operation: `GET ${customer}/history`,
    queries: 2,
    act: ({ serviceClient, ada: { id } }) => serviceClient.get(`/customers/${id}/history`),
  },
  {
    operation: `GET ${customer}/history`,
    note: 'with the actions of an employee',
    queries: 3,
    given: async ({ shop, employee }) => {
      const { id } = await shop.signUp();
      await employee.patch(`/customers/${id}`, 200, { active: true });
      return { id };
    },
    act: ({ serviceClient }, { id }) => serviceClient.get(`/customers/${String(id)}/history`),
  },

  {
    operation: `GET ${customer}/addresses`,
    queries: 3,
    act: ({ serviceClient, ada: { id } }) => serviceClient.get(`/customers/${id}/addresses`),
  },
  {
    operation: `GET ${customer}/addresses/{addressId}`,
    queries: 3,
    act: ({ serviceClient, ada: { id }, address }) => serviceClient.get(`/customers/${id}/addresses/${address}`),
  },
  {
    operation: `POST ${customer}/addresses`,
    queries: 6,
    act: ({ serviceClient, ada: { id } }) =>
      serviceClient.post(`/customers/${id}/addresses`, 201, { contactName: 'Ada' }),
  },
  {
    operation: `PUT ${customer}/addresses/{addressId}`,
    queries: 7,
    act: ({ serviceClient, ada: { id }, address, newEmail }) =>
      serviceClient.put(`/customers/${id}/addresses/${address}`, 204, { street: newEmail() }),
  },
  {
    operation: `PUT ${customer}/addresses/{addressId}`,
    note: 'that creates it',
    queries: 9,
    act: ({ serviceClient, ada: { id } }) =>
      serviceClient.put(`/customers/${id}/addresses/${randomUUID()}`, 201, { contactName: 'Ada' }),
  },
  {
    operation: `PATCH ${customer}/addresses/{addressId}`,
    queries: 7,
    act: ({ serviceClient, ada: { id }, address, newEmail }) =>
      serviceClient.patch(`/customers/${id}/addresses/${address}`, 200, { street: newEmail() }),
  },
  {
    operation: `DELETE ${customer}/addresses/{addressId}`,
    queries: 6,
    given: ({ serviceClient, ada: { id } }) =>
      serviceClient.post(`/customers/${id}/addresses`, 201, { contactName: 'Ada' }),
    act: ({ serviceClient, ada }, { id }) => serviceClient.delete(`/customers/${ada.id}/addresses/${String(id)}`),
  },
  {
    operation: `POST ${customer}/addresses/{addressId}/tags`,
    queries: 7,
    act: ({ serviceClient, ada: { id }, address }) =>
      serviceClient.post(`/customers/${id}/addresses/${address}/tags?tags=NEW`, 204),
  },
  {
    operation: `DELETE ${customer}/addresses/{addressId}/tags`,
    queries: 7,
    act: ({ serviceClient, ada: { id }, address }) =>
      serviceClient.delete(`/customers/${id}/addresses/${address}/tags?tags=NEW`),
  },

  {
    operation: 'POST /customer/{tenant}/assistedbuying/login',
    queries: 9,
    act: ({ employee, ada: { id: customerNumber } }) =>
      employee.post('/assistedbuying/login', 200, { customerNumber, reason: 'by telephone' }),
  },

  {
    operation: 'POST /customer/{tenant}/assisted-buying-login',
    queries: 9,
    act: ({ employee, ada: { id: customerNumber } }) =>
      employee.post('/assisted-buying-login', 200, { customerNumber }),
  },

  {
    operation: `POST ${customers}/import`,
    note: 'of two customers',
    queries: 8,
    act: ({ serviceClient, newEmail }) =>
      serviceClient.post('/customers/import', 207, [
        { account: account(newEmail()) },
        { account: account(newEmail()) },
      ]),
  },
  {
    operation: `GET ${retention}`,
    queries: 2,
    given: ({ serviceClient }) => serviceClient.post('/config/password-migration-retention', 200, period),
    act: ({ serviceClient }) => serviceClient.get('/config/password-migration-retention'),
  },
  {
    operation: `POST ${retention}`,
    queries: 2,
    act: ({ serviceClient }) => serviceClient.post('/config/password-migration-retention', 200, period),
  },
  {
    operation: `DELETE ${retention}`,
    queries: 6,
    act: ({ serviceClient }) => serviceClient.delete('/config/password-migration-retention'),
  },

  {
    operation: `GET ${customer}/export`,
    note: 'one query for each list',
    queries: 21,
    given: async ({ shop }) => ({ eve: await shop.customer() }),
    act: ({ serviceClient }, { eve }) => serviceClient.get(`/customers/${(eve as LoggedInCustomer).id}/export`),
  },
  {
    operation: `POST ${customer}/erasure`,
    queries: 8,
    given: ({ shop }) => shop.signUp(),
    act: ({ serviceClient }, { id }) => serviceClient.post(`/customers/${String(id)}/erasure`, 204),
  },
];
