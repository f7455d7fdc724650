import { randomUUID } from 'node:crypto';
import { type Case, assertEqual, assert } from '../case.ts';
import type { HttpResponse } from '../http.ts';
import { operationsOf, pathOf } from '../operations.ts';
import type { World } from '../world.ts';

/** The visible parts of a response, without the id, to compare two responses. */
const comparable = ({ status, text, headers }: HttpResponse, id: string): object => ({
  status,
  text: text.replaceAll(id, '{id}'),
  headers: Object.keys(headers).sort(),
});

const glueAddress = {
  ...{ salutation: 'Ms', firstName: 'Ada', lastName: 'Lovelace', address1: 'Platz der Republik', address2: '1' },
  ...{ zipCode: '11011', city: 'Berlin', iso2Code: 'DE', isDefaultShipping: false, isDefaultBilling: false },
};

async function addressOf(world: World, token: string): Promise<string> {
  const json = { contactName: 'Ada', city: 'Berlin', country: 'DE' };
  const { body } = await world.call('POST', '/me/addresses', { token, json });
  return (body as { id: string }).id;
}

/** The profile and the addresses of a customer as a service reads them, without the time of the last login. */
async function snapshot(world: World, id: string): Promise<unknown> {
  const token = await world.serviceToken();
  const addresses = (await world.call('GET', `/customers/${id}/addresses`, { token })).body;
  return [{ ...(await world.getCustomer(id)), lastLogin: undefined }, addresses];
}

export const isolation: Case[] = [
  {
    number: 42,
    title: 'a customer sends the ids of another customer to every documented route that has an id',
    async run(world) {
      const [john, eve] = [await world.customer(), await world.customer()];
      const [johnTokens, eveTokens] = [await world.logIn(john), await world.logIn(eve)];
      const addressOfJohn = await addressOf(world, johnTokens.access);
      const before = await snapshot(world, john.id);
      let routes = 0;
      const assertSameResponse = async (
        name: string,
        send: (id: string) => Promise<HttpResponse>,
        existing: string,
      ): Promise<void> => {
        const unknown = existing.length > 30 ? randomUUID() : existing.replace(/\d/g, '7');
        assertEqual(name, comparable(await send(existing), existing), comparable(await send(unknown), unknown));
        routes++;
      };
      for (const operation of operationsOf('emporix')) {
        const name = `${operation.method} ${operation.path}`;
        const { path } = operation;
        const send = async (values: Record<string, string>): Promise<HttpResponse> =>
          world.http.send(operation.method, pathOf(operation, { tenant: world.tenant, ...values }), {
            token: eveTokens.access,
            query: path.endsWith('/tags') ? { tags: 'MINE' } : undefined,
            json: operation.hasBody ? { city: 'Rome', firstName: 'Eve', contactName: 'Eve' } : undefined,
          });
        if (path.includes('/me/') && path.includes('{addressId}')) {
          await assertSameResponse(name, (addressId) => send({ addressId }), addressOfJohn);
          assertEqual(
            `status of ${name} with the id of another customer`,
            (await send({ addressId: addressOfJohn })).status,
            404,
          );
        } else if (path.includes('{customerNumber}')) {
          await assertSameResponse(
            name,
            (customerNumber) => send({ customerNumber, addressId: addressOfJohn }),
            john.id,
          );
          assertEqual(
            `status of ${name} with a customer's token`,
            (await send({ customerNumber: john.id })).status,
            403,
          );
        }
      }
      for (const operation of operationsOf('glue').filter(({ schemes }) => schemes.includes('CustomerAccessToken'))) {
        const { method, path } = operation;
        const type =
          path
            .split('/')
            .filter((part) => part && !part.startsWith('{'))
            .at(-1) ?? '';
        const send = async (values: Record<string, string>): Promise<HttpResponse> =>
          world.glue(method, pathOf(operation, values), {
            token: eveTokens.access,
            resource: operation.hasBody
              ? {
                  type,
                  attributes:
                    type === 'addresses'
                      ? glueAddress
                      : { ...eve, newPassword: 'another quiet river', confirmPassword: 'another quiet river' },
                }
              : undefined,
          });
        if (path.includes('{addressId}')) {
          const own = { customerReference: eve.reference };
          await assertSameResponse(`${method} ${path}`, (addressId) => send({ ...own, addressId }), addressOfJohn);
        }
        if (path.includes('{customerReference}')) {
          const request = (customerReference: string): Promise<HttpResponse> =>
            send({ customerReference, addressId: addressOfJohn });
          const unknown = `${john.reference}999999`;
          assertEqual(
            `${method} ${path}`,
            comparable(await request(john.reference), john.reference),
            comparable(await request(unknown), unknown),
          );
          assert(`${method} ${path} is rejected`, (await request(john.reference)).status >= 400);
          routes++;
        }
      }
      assert('the documents have more than 15 routes with ids', routes > 15, routes);
      assertEqual('the data of the other customer', await snapshot(world, john.id), before);
      const otherTenant = await world.http.send('GET', '/customer/another/me', { token: eveTokens.access });
      assert('the token is rejected at another tenant', otherTenant.status >= 400);
      return `${routes} routes return the same response as for an unknown id (other tenants: test/ids.e2e-spec.ts)`;
    },
  },
  {
    number: 43,
    title: 'a customer sets 17 fields that customers must not set, at sign-up and by PATCH in both APIs',
    async run(world) {
      const more = {
        ...{ active: true, onHold: false, customerNumber: 'mine', id: 'mine', tenant: 'another', type: 'CONTACT' },
        ...{ accounts: [{ id: 'eve@abuse.example' }], isDefault: true, roles: ['admin'], scope: 'foyer.admin' },
        ...{ restriction: 'DE', reference: 'DE--1', lastLogin: '2000-01-01T00:00:00Z', version: 99, createdAt: 0 },
        ...{ metadata: { createdAt: '2000-01-01T00:00:00Z' } },
        b2b: { legalEntities: [{ id: 'not-mine', contactAssignmentId: 'x' }] },
      };
      const customer = await world.inactiveCustomer({ ...more, customerDetails: more });
      const untouched = { ...(await world.getCustomer((await world.inactiveCustomer()).id)) };
      const created = await world.getCustomer(customer.id);
      const names = ['active', 'onHold', 'type', 'restriction', 'b2b', 'lastLogin', 'businessModel'];
      for (const name of names) assertEqual(`${name} at sign-up`, created[name], untouched[name]);
      assert('the customer does not choose the customer number', customer.id !== 'mine');
      await world.patchCustomer(customer.id, { active: true });
      const { access } = await world.logIn(customer);
      const before = await world.getCustomer(customer.id);
      const first = await world.call('PATCH', '/me', { token: access, json: { ...more, firstName: 'Eve' } });
      assertEqual('status of PATCH in the Emporix API', first.status, 200);
      const { email } = world.newPerson();
      const second = await world.glue('PATCH', `/customers/${customer.reference}`, {
        token: access,
        resource: { type: 'customers', attributes: { ...more, email, firstName: 'Eve' } },
      });
      assertEqual('status of PATCH in the Glue API', second.status, 200);
      const { metadata, firstName, pendingEmail, ...after } = await world.getCustomer(customer.id);
      assertEqual('the first name after a PATCH', firstName, 'Eve');
      assertEqual('the e-mail that awaits confirmation', pendingEmail, email);
      assert('the version is not set by the customer', (metadata as { version: number }).version < 10);
      for (const [name, value] of Object.entries(after)) assertEqual(`${name} after a PATCH`, value, before[name]);
      return 'all of these fields are ignored; a new e-mail applies only when it is confirmed';
    },
  },
  {
    number: 61,
    title: 'a page of a foreign origin reads responses and sends preflight requests, in both APIs',
    async run(world) {
      const [allowed, foreign] = ['https://shop.example', 'https://evil.example'];
      const { access: token } = await world.logIn(await world.customer());
      const allowedOrigins = async (origin: string, method: string): Promise<unknown[]> => {
        const headers = { origin, ...(method === 'OPTIONS' && { 'access-control-request-method': 'GET' }) };
        const responses = [
          await world.call(method, '/me', { token, headers }),
          await world.call(method, '/me/addresses', { headers }),
          await world.glue(method, '/customers', { token, headers }),
        ];
        for (const response of responses) {
          assertEqual(
            'Access-Control-Allow-Credentials',
            response.headers['access-control-allow-credentials'],
            undefined,
          );
        }
        return responses.map((response) => response.headers['access-control-allow-origin']);
      };
      return world.withSettings({ corsOrigins: [allowed] }, async () => {
        for (const origin of [foreign, 'null', `${allowed}.evil.example`, 'http://shop.example', `${allowed}:8443`]) {
          for (const got of await allowedOrigins(origin, 'GET'))
            assertEqual(`Access-Control-Allow-Origin for ${origin}`, got, undefined);
        }
        for (const got of await allowedOrigins(allowed, 'GET'))
          assertEqual('Access-Control-Allow-Origin for the allowed origin', got, allowed);
        for (const got of (await allowedOrigins(foreign, 'OPTIONS')).slice(0, 2))
          assertEqual('Access-Control-Allow-Origin of a foreign preflight', got, undefined);
        return 'only pages of the configured origins can read responses, also error responses; no response allows cookies';
      });
    },
  },
];
