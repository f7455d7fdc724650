import { randomUUID } from 'node:crypto';
import { rows } from '../support/rows.js';
import type { Body } from '../support/shop.js';
import type { QueryCost, Fixture } from './query-cost.js';

const clients = '/admin/{tenant}/clients';
const employees = '/admin/{tenant}/employees';
const mails = '/admin/{tenant}/mails';

/** Calls an admin route. @returns the body */
async function call({ shop, serviceClient }: Fixture, method: string, path: string, body?: Body): Promise<Body> {
  const headers = { authorization: `Bearer ${serviceClient.token}` };
  const response = await shop.send(method, `/admin/${shop.tenant}${path}`, { body, headers });
  if (response.status >= 300) throw new Error(`${method} ${path}: ${response.status} ${response.text}`);
  return response.body;
}

const newService = (): Body => ({ name: randomUUID(), kind: 'service' });
const newEmployee = ({ newEmail }: Fixture): Body => ({
  email: newEmail(),
  role: 'viewer',
});
const mailPath = '/mails/password-reset/en';
const mailText: Body = { subject: 'A', paragraphs: ['B'], button: 'C' };
/** Stores an own text of a mail. */
const ownMailText = (fixture: Fixture): Promise<Body> => call(fixture, 'PUT', mailPath, mailText);
/** Stores a mail that is given up. */
const givenUpMail = async ({ shop, ada, serviceClient }: Fixture): Promise<Body> => {
  await serviceClient.post(`/customers/${ada.id}/mails`, 202, { kind: 'password-reset' });
  const giveUp = 'update outbox set given_up_at = now() where recipient = $1 returning id';
  return (await rows<Body>(shop, giveUp, [ada.email]))[0] ?? {};
};
const service = (fixture: Fixture): Promise<Body> => call(fixture, 'POST', '/clients', newService());
/** Invites an employee. @returns the e-mail and the token in the mail */
const invited = async (fixture: Fixture): Promise<Body> => {
  const { email, role } = newEmployee(fixture);
  await call(fixture, 'POST', '/employees', { email, role });
  return { email, token: (await fixture.shop.mailTo(String(email), 'employee-invitation')).token };
};
const employee = (fixture: Fixture): Promise<Body> => call(fixture, 'POST', '/employees', newEmployee(fixture));

/** The operations of administrators. */
export const adminCosts: QueryCost[] = [
  {
    operation: 'GET /admin/{tenant}/audit',
    queries: 2,
    act: (fixture) => call(fixture, 'GET', '/audit?action=client_created'),
  },
  { operation: `GET ${clients}`, queries: 2, act: (fixture) => call(fixture, 'GET', '/clients') },
  { operation: `POST ${clients}`, queries: 5, act: (fixture) => call(fixture, 'POST', '/clients', newService()) },
  {
    operation: `GET ${clients}/{clientId}`,
    queries: 2,
    given: service,
    act: (fixture, { id }) => call(fixture, 'GET', `/clients/${String(id)}`),
  },
  {
    operation: `PATCH ${clients}/{clientId}`,
    queries: 7,
    given: service,
    act: (fixture, { id }) => call(fixture, 'PATCH', `/clients/${String(id)}`, { scopes: ['customer.customer_read'] }),
  },
  {
    operation: `DELETE ${clients}/{clientId}`,
    queries: 7,
    given: service,
    act: (fixture, { id }) => call(fixture, 'DELETE', `/clients/${String(id)}`),
  },
  {
    operation: `POST ${clients}/{clientId}/secrets`,
    queries: 6,
    given: service,
    act: (fixture, { id }) => call(fixture, 'POST', `/clients/${String(id)}/secrets`),
  },
  {
    operation: `DELETE ${clients}/{clientId}/secrets/{secretId}`,
    queries: 7,
    given: async (fixture) => {
      const { id: client } = await service(fixture);
      return { client, ...(await call(fixture, 'POST', `/clients/${String(client)}/secrets`)) };
    },
    act: (fixture, { client, id }) => call(fixture, 'DELETE', `/clients/${String(client)}/secrets/${String(id)}`),
  },
  {
    operation: 'GET /admin/{tenant}/me',
    queries: 2,
    act: ({ shop, employee: { token } }) =>
      shop.send('GET', `/admin/${shop.tenant}/me`, { headers: { authorization: `Bearer ${token ?? ''}` } }),
  },
  {
    operation: 'POST /admin/{tenant}/me/password',
    queries: 8,
    given: async ({ shop }) => {
      const { email: username, password } = await shop.createEmployee('viewer');
      const { body } = await shop.requestToken({ grant_type: 'password', username, password });
      return { password, token: body.access_token };
    },
    act: ({ shop }, { password: currentPassword, token }) =>
      shop.send('POST', `/admin/${shop.tenant}/me/password`, {
        body: { currentPassword, newPassword: 'new secret words' },
        headers: { authorization: `Bearer ${String(token)}` },
      }),
  },
  {
    operation: 'POST /admin/{tenant}/password/reset',
    queries: 6,
    given: invited,
    act: ({ shop }, { email }) => shop.send('POST', `/admin/${shop.tenant}/password/reset`, { body: { email } }),
  },
  {
    operation: 'POST /admin/{tenant}/password/reset/confirm',
    queries: 6,
    given: invited,
    act: ({ shop }, { token }) =>
      shop.send('POST', `/admin/${shop.tenant}/password/reset/confirm`, {
        body: { token, password: 'new secret words' },
      }),
  },
  { operation: `GET ${mails}`, queries: 2, act: (fixture) => call(fixture, 'GET', '/mails') },
  { operation: `GET ${mails}/{kind}/{language}`, queries: 2, act: (fixture) => call(fixture, 'GET', mailPath) },
  {
    operation: `PUT ${mails}/{kind}/{language}`,
    queries: 6,
    act: (fixture) => call(fixture, 'PUT', mailPath, mailText),
  },
  {
    operation: `PUT ${mails}/{kind}/{language}`,
    note: 'that replaces a text',
    queries: 6,
    given: ownMailText,
    act: (fixture) => call(fixture, 'PUT', mailPath, { ...mailText, subject: 'D' }),
  },
  {
    operation: `DELETE ${mails}/{kind}/{language}`,
    queries: 5,
    given: ownMailText,
    act: (fixture) => call(fixture, 'DELETE', mailPath),
  },
  {
    operation: `POST ${mails}/{kind}/{language}/preview`,
    queries: 2,
    act: (fixture) => call(fixture, 'POST', `${mailPath}/preview`),
  },
  {
    operation: `POST ${mails}/{kind}/{language}/preview`,
    note: 'of a text in the body',
    queries: 1,
    act: (fixture) => call(fixture, 'POST', `${mailPath}/preview`, mailText),
  },
  {
    operation: `POST ${mails}/{kind}/{language}/test`,
    queries: 7,
    act: ({ shop, employee: { token } }) =>
      shop.send('POST', `/admin/${shop.tenant}${mailPath}/test`, {
        headers: { authorization: `Bearer ${token ?? ''}` },
      }),
  },
  { operation: `GET ${employees}`, queries: 2, act: (fixture) => call(fixture, 'GET', '/employees') },
  {
    operation: `POST ${employees}`,
    queries: 9,
    act: (fixture) => call(fixture, 'POST', '/employees', newEmployee(fixture)),
  },
  {
    operation: `GET ${employees}/{employeeId}`,
    queries: 2,
    given: employee,
    act: (fixture, { id }) => call(fixture, 'GET', `/employees/${String(id)}`),
  },
  {
    operation: `PATCH ${employees}/{employeeId}`,
    queries: 8,
    given: employee,
    act: (fixture, { id }) => call(fixture, 'PATCH', `/employees/${String(id)}`, { role: 'support' }),
  },
  {
    operation: `DELETE ${employees}/{employeeId}`,
    queries: 7,
    given: employee,
    act: (fixture, { id }) => call(fixture, 'DELETE', `/employees/${String(id)}`),
  },
  {
    operation: 'POST /admin/{tenant}/activations',
    note: 'that activates a customer',
    queries: 8,
    given: async ({ shop }) => ({ ...(await shop.signUp()) }),
    act: (fixture, { id }) => call(fixture, 'POST', '/activations', { customerNumbers: [id], decision: 'activate' }),
  },
  {
    operation: 'POST /admin/{tenant}/activations',
    note: 'that declines a customer',
    queries: 9,
    given: async ({ shop }) => ({ ...(await shop.signUp()) }),
    act: (fixture, { id }) => call(fixture, 'POST', '/activations', { customerNumbers: [id], decision: 'decline' }),
  },
  { operation: 'GET /admin/{tenant}/outbox', queries: 2, act: (fixture) => call(fixture, 'GET', '/outbox') },
  {
    operation: 'GET /admin/{tenant}/outbox',
    note: 'the next page',
    queries: 3,
    given: givenUpMail,
    act: (fixture, { id }) => call(fixture, 'GET', `/outbox?status=given_up&after=${String(id)}`),
  },
  {
    operation: 'POST /admin/{tenant}/outbox/{mailId}/retry',
    queries: 6,
    given: givenUpMail,
    act: (fixture, { id }) => call(fixture, 'POST', `/outbox/${String(id)}/retry`),
  },
  { operation: 'GET /admin/{tenant}/settings', queries: 1, act: (fixture) => call(fixture, 'GET', '/settings') },
  {
    operation: 'PATCH /admin/{tenant}/settings',
    queries: 8,
    act: (fixture) => call(fixture, 'PATCH', '/settings', { preferredSite: 'main' }),
  },
];
