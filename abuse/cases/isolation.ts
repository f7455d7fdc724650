import { randomUUID } from 'node:crypto';
import { type Case, expect, hold } from '../case.ts';
import type { Answer } from '../http.ts';
import { operationsOf, pathOf } from '../operations.ts';
import type { World } from '../world.ts';

/** What a caller can tell one answer from another by, when the id itself is blotted out. */
const told = ({ status, text, headers }: Answer, id: string): object => ({
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

/** What staff sees of a customer, but for the time of its login. */
async function whole(world: World, id: string): Promise<unknown> {
  const token = await world.staff();
  const addresses = (await world.call('GET', `/customers/${id}/addresses`, { token })).body;
  return [{ ...(await world.seen(id)), lastLogin: undefined }, addresses];
}

export const isolation: Case[] = [
  {
    number: 42,
    tries: "another's id in every route of the documents that has one",
    async run(world) {
      const [john, eve] = [await world.customer(), await world.customer()];
      const [his, hers] = [await world.logIn(john), await world.logIn(eve)];
      const hisAddress = await addressOf(world, his.access);
      const before = await whole(world, john.id);
      let tried = 0;
      const alike = async (name: string, send: (id: string) => Promise<Answer>, theirs: string): Promise<void> => {
        const nobodys = theirs.length > 30 ? randomUUID() : theirs.replace(/\d/g, '7');
        expect(name, told(await send(theirs), theirs), told(await send(nobodys), nobodys));
        tried++;
      };
      for (const operation of operationsOf('emporix')) {
        const name = `${operation.method} ${operation.path}`;
        const { path } = operation;
        const send = async (values: Record<string, string>): Promise<Answer> =>
          world.http.send(operation.method, pathOf(operation, { tenant: world.tenant, ...values }), {
            token: hers.access,
            query: path.endsWith('/tags') ? { tags: 'MINE' } : undefined,
            json: operation.takesBody ? { city: 'Rome', firstName: 'Eve', contactName: 'Eve' } : undefined,
          });
        if (path.includes('/me/') && path.includes('{addressId}')) {
          await alike(name, (addressId) => send({ addressId }), hisAddress);
          expect(`${name} of another`, (await send({ addressId: hisAddress })).status, 404);
        } else if (path.includes('{customerNumber}')) {
          await alike(name, (customerNumber) => send({ customerNumber, addressId: hisAddress }), john.id);
          expect(`${name} by a customer`, (await send({ customerNumber: john.id })).status, 403);
        }
      }
      for (const operation of operationsOf('glue').filter(({ schemes }) => schemes.includes('CustomerAccessToken'))) {
        const { method, path } = operation;
        const type =
          path
            .split('/')
            .filter((part) => part && !part.startsWith('{'))
            .at(-1) ?? '';
        const send = async (values: Record<string, string>): Promise<Answer> =>
          world.glue(method, pathOf(operation, values), {
            token: hers.access,
            resource: operation.takesBody
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
          const mine = { customerReference: eve.reference };
          await alike(`${method} ${path}`, (addressId) => send({ ...mine, addressId }), hisAddress);
        }
        if (path.includes('{customerReference}')) {
          const ask = (customerReference: string): Promise<Answer> =>
            send({ customerReference, addressId: hisAddress });
          const nobodys = `${john.reference}999999`;
          expect(
            `${method} ${path}`,
            told(await ask(john.reference), john.reference),
            told(await ask(nobodys), nobodys),
          );
          hold(`${method} ${path}`, (await ask(john.reference)).status >= 400);
          tried++;
        }
      }
      hold('the documents have routes with ids', tried > 15, tried);
      expect('what is his', await whole(world, john.id), before);
      const elsewhere = await world.http.send('GET', '/customer/another/me', { token: hers.access });
      hold('another tenant', elsewhere.status >= 400);
      return `${tried} routes answer as for a missing one (other tenants: test/ids.e2e-spec.ts)`;
    },
  },
  {
    number: 43,
    tries: '17 fields that are not the customer’s to set, at sign-up and by PATCH, in both dialects',
    async run(world) {
      const more = {
        ...{ active: true, onHold: false, customerNumber: 'mine', id: 'mine', tenant: 'another', type: 'CONTACT' },
        ...{ accounts: [{ id: 'eve@abuse.example' }], isDefault: true, roles: ['admin'], scope: 'foyer.admin' },
        ...{ restriction: 'DE', reference: 'DE--1', lastLogin: '2000-01-01T00:00:00Z', version: 99, createdAt: 0 },
        ...{ metadata: { createdAt: '2000-01-01T00:00:00Z' } },
        b2b: { legalEntities: [{ id: 'not-mine', contactAssignmentId: 'x' }] },
      };
      const customer = await world.signedUp({ ...more, customerDetails: more });
      const fresh = { ...(await world.seen((await world.signedUp()).id)) };
      const given = await world.seen(customer.id);
      const names = ['active', 'onHold', 'type', 'restriction', 'b2b', 'lastLogin', 'businessModel'];
      for (const name of names) expect(`${name} at sign-up`, given[name], fresh[name]);
      hold('the number', customer.id !== 'mine');
      await world.change(customer.id, { active: true });
      const { access } = await world.logIn(customer);
      const before = await world.seen(customer.id);
      const first = await world.call('PATCH', '/me', { token: access, json: { ...more, firstName: 'Eve' } });
      expect('a PATCH', first.status, 200);
      const second = await world.glue('PATCH', `/customers/${customer.reference}`, {
        token: access,
        resource: { type: 'customers', attributes: { ...more, email: 'eve@abuse.example', firstName: 'Eve' } },
      });
      expect('a PATCH by Glue', second.status, 200);
      const { metadata, firstName, ...after } = await world.seen(customer.id);
      expect('the name', firstName, 'Eve');
      hold('the version counts', (metadata as { version: number }).version < 10);
      for (const [name, value] of Object.entries(after)) expect(`${name} after a PATCH`, value, before[name]);
      return 'ignored, all of them';
    },
  },
  {
    number: 61,
    tries: 'a page of another origin reads answers and asks beforehand, in both dialects',
    async run(world) {
      const [ours, foreign] = ['https://shop.example', 'https://evil.example'];
      const { access: token } = await world.logIn(await world.customer());
      const allowed = async (origin: string, method: string): Promise<unknown[]> => {
        const headers = { origin, ...(method === 'OPTIONS' && { 'access-control-request-method': 'GET' }) };
        const answers = [
          await world.call(method, '/me', { token, headers }),
          await world.call(method, '/me/addresses', { headers }),
          await world.glue(method, '/customers', { token, headers }),
        ];
        for (const answer of answers) {
          expect('cookies', answer.headers['access-control-allow-credentials'], undefined);
        }
        return answers.map((answer) => answer.headers['access-control-allow-origin']);
      };
      return world.set({ corsOrigins: [ours] }, async () => {
        for (const origin of [foreign, 'null', `${ours}.evil.example`, 'http://shop.example', `${ours}:8443`]) {
          for (const got of await allowed(origin, 'GET')) expect(`read by ${origin}`, got, undefined);
        }
        for (const got of await allowed(ours, 'GET')) expect('read by ours', got, ours);
        for (const got of (await allowed(foreign, 'OPTIONS')).slice(0, 2)) expect('asked by another', got, undefined);
        return 'the tenant’s own origins alone read answers, refusals too; no answer lets cookies in';
      });
    },
  },
];
