import { randomUUID } from 'node:crypto';
import { type Case, assertEqual, assert } from '../case.ts';
import type { HttpResponse } from '../http.ts';
import type { World } from '../world.ts';

const ASSIGN = 'customermanagement.contactassignment_manage customermanagement.contactassignment_read';

/** A request below `/customer-management/{tenant}`. */
function customerManagement(
  world: World,
  method: string,
  path: string,
  token: string,
  json?: object,
): Promise<HttpResponse> {
  return world.http.send(method, `/customer-management/${world.tenant}${path}`, { token, json });
}

async function newCompany(world: World, registrationId: string = randomUUID()): Promise<string> {
  const json = { name: 'ABC', legalInfo: { registrationId } };
  const { status, body } = await customerManagement(world, 'POST', '/legal-entities', await world.serviceToken(), json);
  assertEqual('status of the creation of a company', status, 201);
  return (body as { id: string }).id;
}

/** Creates a customer who is an Admin of the company. @returns the customer number and an access token */
async function newAdmin(world: World, company: string): Promise<{ id: string; token: string }> {
  const customer = await world.customer();
  const json = { legalEntity: { id: company }, customer: { id: customer.id }, group: 'Admin' };
  assertEqual(
    'status of the assignment of an Admin',
    (await customerManagement(world, 'POST', '/contact-assignments', await world.serviceToken(), json)).status,
    201,
  );
  return { id: customer.id, token: (await world.logIn(customer)).access };
}

const joiningCompany = (registrationId: string): object => ({
  customerDetails: {
    ...{ firstName: 'Eve', lastName: 'Evil', company: 'Evil' },
    b2b: { companyRegistrationId: registrationId },
  },
});

export const companies: Case[] = [
  {
    number: 100,
    title: 'a service without customer_manage assigns an Admin; a service with a restriction assigns other customers',
    async run(world) {
      const [customer, company] = [await world.customer(), await newCompany(world)];
      const json = { legalEntity: { id: company }, customer: { id: customer.id }, type: 'CONTACT' };
      const assigner = await world.serviceToken(ASSIGN);
      const admin = await customerManagement(world, 'POST', '/contact-assignments', assigner, {
        ...json,
        group: 'Admin',
      });
      assertEqual('status of assigning an Admin without customer_manage', admin.status, 403);
      return world.withSettings({ restrictions: ['DE', 'FR'] }, async () => {
        const german = await world.serviceToken(`${ASSIGN} customer.customer_manage--DE`);
        assertEqual(
          'status of POST for a customer with another restriction',
          (await customerManagement(world, 'POST', '/contact-assignments', german, json)).status,
          400,
        );
        const { body } = await customerManagement(world, 'POST', '/contact-assignments', assigner, json);
        const path = `/contact-assignments/${(body as { id: string }).id}`;
        assertEqual(
          'status of GET for the assignment',
          (await customerManagement(world, 'GET', path, german)).status,
          404,
        );
        assertEqual(
          'status of PUT for the assignment',
          (await customerManagement(world, 'PUT', path, german, json)).status,
          409,
        );
        assertEqual(
          'status of DELETE for the assignment',
          (await customerManagement(world, 'DELETE', path, german)).status,
          404,
        );
        const { text } = await customerManagement(
          world,
          'GET',
          `/contact-assignments?customer.id=${customer.id}`,
          german,
        );
        assertEqual('assignments in the list', text, '[]');
        return 'assigning an Admin gets 403; assignments of customers with another restriction are not found';
      });
    },
  },
  {
    number: 101,
    title: 'a company Admin at a strict tenant tests by POST, PUT and sign-ups whether addresses have an account',
    async run(world) {
      const owner = await world.customer();
      const { token } = await newAdmin(world, await newCompany(world));
      return world.withSettings({ strict: true }, async () => {
        const responsesFor = async (email: string): Promise<unknown[]> => {
          const json = { contactEmail: email };
          const created = await world.call('POST', '/customers', { token, json });
          const path = `/customers/${String((created.body as { id?: string }).id)}`;
          const responses = [
            created,
            await world.call('GET', path, { token }),
            await world.call('PUT', path, { token, json }),
            await world.call('POST', '/customers', { token, json }),
            await world.call('GET', '/customers', { token, query: { q: `contactEmail:${email}` } }),
          ];
          return responses.map(({ status, text }) => [status, text.replace(/\d{10}/g, 'number')]);
        };
        const [free, taken] = [await responsesFor(world.newPerson().email), await responsesFor(owner.email)];
        assertEqual('responses for a taken address', taken, free);
        for (const person of [world.newPerson(), { ...world.newPerson(), email: owner.email }]) {
          const registrationId = randomUUID();
          const { status } = await world.signUp({ ...person, ...joiningCompany(registrationId) });
          assertEqual('status of a sign-up', status, 201);
          const query = { 'legalInfo.registrationId': registrationId };
          const path = `/customer-management/${world.tenant}/legal-entities`;
          const { text } = await world.http.send('GET', path, { token: await world.serviceToken(), query });
          assertEqual('companies of an unconfirmed sign-up', text, '[]');
        }
        return 'free and taken addresses get the same responses; a sign-up creates no company before the address is confirmed';
      });
    },
  },
  {
    number: 102,
    title: 'a company Admin chooses a customer number; a third party signs up with the registration id of a company',
    async run(world) {
      const registrationId = randomUUID();
      const { token } = await newAdmin(world, await newCompany(world, registrationId));
      const number = `chosen-${randomUUID()}`;
      const put = await world.call('PUT', `/customers/${number}`, { token, json: { firstName: 'Eve' } });
      assertEqual('status of PUT with a chosen number', put.status, 404);
      return world.withSettings({ companyJoin: 'approval' }, async () => {
        const eve = await world.customer({ ...world.newPerson(), ...joiningCompany(registrationId) });
        const { access } = await world.logIn(eve);
        const own = await customerManagement(world, 'GET', '/legal-entities', access);
        assertEqual('companies of a pending member', own.text, '[]');
        const pending = await customerManagement(world, 'GET', '/membership-requests', token);
        const [request] = pending.body as { id: string; customer: { id: string } }[];
        assertEqual('the customer of the membership request', request?.customer.id, eve.id);
        const path = `/membership-requests/${String(request?.id)}/approve`;
        assertEqual(
          'status of the approval by the pending member',
          (await customerManagement(world, 'POST', path, access)).status,
          403,
        );
        const otherAdmin = await newAdmin(world, await newCompany(world));
        assertEqual(
          'status of the approval by an Admin of another company',
          (await customerManagement(world, 'POST', path, otherAdmin.token)).status,
          404,
        );
        assertEqual(
          'status of the approval by the Admin',
          (await customerManagement(world, 'POST', path, token)).status,
          204,
        );
        assertEqual(
          'status of GET by the Admin for the new member',
          (await world.call('GET', `/customers/${eve.id}`, { token })).status,
          200,
        );
        return 'the chosen number gets 404; the third party has no access to the company before an Admin approves';
      });
    },
  },
  {
    number: 103,
    title:
      'a person signs up with invisible characters in the e-mail; URLs contain bidirectional overrides or user:password@',
    async run(world) {
      const { access } = await world.logIn(await world.customer());
      for (const character of ['\u200b', '\u00ad', '\u202a', '\u202e', '\u2066', '\u3000', '\u00a0']) {
        const person = world.newPerson({ email: `e${character}ve-${randomUUID()}@abuse.example` });
        const signUp = await world.signUp(person);
        assertEqual(`status of a sign-up with U+${character.codePointAt(0)?.toString(16)}`, signUp.status, 400);
        assert('the response names the field', signUp.text.includes('"email"'), signUp.text);
        assertEqual('status of the sign-up in the Glue API', (await world.glueSignUp(person)).status, 422);
      }
      for (const link of [
        'https://shop.example\u202e/x',
        'https://shop.example:x@evil.example/',
        'https://a\u0007.example',
      ]) {
        const responses = [
          await world.call('PATCH', '/me', { token: access, json: { photoUrl: link } }),
          await world.call('PATCH', '/me', { token: access, json: { metadata: { mixins: { loyalty: link } } } }),
          await world.http.send('PATCH', `/admin/${world.tenant}/settings`, {
            token: await world.employeeToken(),
            json: { links: { storefront: link } },
          }),
        ];
        for (const { status } of responses)
          assertEqual(`status of a change with the URL ${JSON.stringify(link)}`, status, 400);
      }
      return 'each is rejected; for an e-mail address, the response names the field';
    },
  },
];
