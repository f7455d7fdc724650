import { randomUUID } from 'node:crypto';
import { sendCompanyRequest, newCompany } from './support/companies.js';
import { rows } from './support/rows.js';
import { type Response, type Body, LoggedInCustomer, type Person, Shop, type ApiClient } from './support/shop.js';

/** A response without the parts that differ each time. */
const comparable = ({ status, headers, text }: Response): unknown => {
  const { date, 'x-request-id': id, 'ratelimit-remaining': left, 'ratelimit-reset': reset, ...rest } = headers;
  return { status, headers: rest, text: text.replace(/\b\d{10}\b/g, 'number') };
};

/** At a strict tenant, a taken address looks like a free one to everyone but its owner. */
describe('a strict tenant hides whether an address is taken', () => {
  let shop: Shop;
  let staff: ApiClient;
  beforeAll(async () => {
    shop = await Shop.open({ strict: true, activation: 'none' });
    staff = await shop.serviceClient();
  });
  afterAll(() => shop.close());

  const signUp = async (body: Body = {}): Promise<Person & { id: string }> => {
    const person = shop.person();
    const { id } = await (await shop.visitor()).post<{ id: string }>('/signup', 201, { ...person, ...body });
    return { ...person, id };
  };
  const confirmAndLogIn = async (person: Person & { id: string }): Promise<LoggedInCustomer> => {
    const { token } = await shop.mailTo(person.email, 'opt-in');
    const login = await (await shop.visitor()).get<LoggedInCustomer['login']>(`/signup/optin/${token}`);
    return new LoggedInCustomer(shop, person.id, person.email, person.password, login);
  };
  const signUpDetails = (registrationId: string): Body => ({
    customerDetails: {
      ...{ firstName: 'Ada', lastName: 'Lovelace', company: 'Engines' },
      b2b: { companyRegistrationId: registrationId },
    },
  });
  const groups = async (registrationId: string): Promise<unknown[]> =>
    rows(
      shop,
      `select m.customer_id, m.company_group from legal_entities e
        left join contact_assignments m on m.tenant = e.tenant and m.legal_entity_id = e.id
        where e.registration_id = registration_key($1)`,
      [registrationId],
    );
  /** The Admin of a new company. */
  const admin = async (): Promise<LoggedInCustomer & { company: string }> => {
    const company = await newCompany(shop);
    const ada = await confirmAndLogIn(await signUp());
    const body = { legalEntity: { id: company }, customer: { id: ada.id }, group: 'Admin' };
    await sendCompanyRequest(staff, 'POST', '/contact-assignments', { body });
    const { id, email, password } = ada;
    return Object.assign(await shop.logIn({ id, email, password }), { company });
  };

  describe('at sign-up', () => {
    it('without any effect on companies before the address is confirmed', async () => {
      const taken = await confirmAndLogIn(await signUp());
      const [idWithTakenEmail, idWithFreeEmail] = [randomUUID(), randomUUID()];
      const visitor = await shop.visitor();
      await visitor.post('/signup', 201, {
        ...shop.person({ email: taken.email }),
        ...signUpDetails(idWithTakenEmail),
      });
      const free = await signUp(signUpDetails(idWithFreeEmail));
      expect([await groups(idWithTakenEmail), await groups(idWithFreeEmail)]).toEqual([[], []]);

      // The next sign-up becomes the Admin in both cases, once it is confirmed.
      for (const registrationId of [idWithTakenEmail, idWithFreeEmail]) {
        const next = await confirmAndLogIn(await signUp(signUpDetails(registrationId)));
        expect(await groups(registrationId)).toEqual([{ customer_id: next.id, company_group: 'Admin' }]);
      }
      await confirmAndLogIn(free);
      expect(await groups(idWithFreeEmail)).toHaveLength(1);
      const { body } = await sendCompanyRequest<Body[]>(staff, 'GET', `/membership-requests?customer.id=${free.id}`);
      expect(body).toHaveLength(1);
    });

    it('and requests to join an existing company after confirmation', async () => {
      const registrationId = randomUUID();
      await newCompany(shop, { legalInfo: { registrationId } });
      const ada = await confirmAndLogIn(await signUp(signUpDetails(registrationId)));
      const { body } = await sendCompanyRequest<Body[]>(staff, 'GET', `/membership-requests?customer.id=${ada.id}`);
      expect(body).toHaveLength(1);
    });
  });

  it('at sign-up with an address book entry that is too large', async () => {
    const owner = await confirmAndLogIn(await signUp());
    const long = '\u{20ac}'.repeat(255);
    const customerAddress = {
      contactName: 'Ada',
      ...{ street: long, extraLine1: long, extraLine2: long, extraLine3: long, city: long },
      tags: Array.from({ length: 50 }, (_, n) => `${n}`.padEnd(100, '\u{20ac}')),
      mixins: { text: 'x'.repeat(8000) },
      metadata: { mixins: { text: 'x'.repeat(8000) } },
    };
    const visitor = await shop.visitor();
    const seen: unknown[] = [];
    for (const email of [shop.person().email, owner.email]) {
      seen.push(
        comparable(await visitor.send('POST', '/signup', { body: { ...shop.person({ email }), customerAddress } })),
      );
    }
    expect(seen[0]).toMatchObject({ status: 400 });
    expect(seen[1]).toEqual(seen[0]);
  });

  describe("from a company's Admin", () => {
    const colleague = (email: string): Body => ({ contactEmail: email, firstName: 'Bob' });

    it('with the same responses to POST and later requests for a free and a taken address', async () => {
      const owner = await confirmAndLogIn(await signUp());
      // The owner's own mails are an hour old.
      shop.advanceClock(3601);
      staff = await shop.serviceClient();
      const boss = await admin();
      const list = async (): Promise<unknown> => {
        const headers = { 'x-total-count': 'true' };
        const { body, headers: sent } = await boss.send<Body[]>('GET', '/customers', { headers });
        return [body.map(({ id }) => id), sent['x-total-count'], sent.count];
      };
      const before = await list();
      const seen: unknown[] = [];
      for (const email of [shop.person().email, owner.email, owner.email.toUpperCase()]) {
        const start = performance.now();
        const created = await boss.send('POST', '/customers', { body: colleague(email) });
        expect(performance.now() - start).toBeGreaterThan(145);
        expect(created.body).toEqual({ id: expect.stringMatching(/^[1-9]\d{9}$/) as string });
        const path = `/customers/${String(created.body.id)}`;
        const later = [
          await boss.send('GET', path),
          await boss.send('PATCH', path, { body: { active: true } }),
          await boss.send('PUT', path, { body: colleague(email) }),
          await boss.send('DELETE', path),
          await boss.send('POST', '/customers', { body: colleague(email) }),
          await boss.send('PUT', `/customers/${randomUUID()}`, { body: colleague(email) }),
          await sendCompanyRequest(boss, 'GET', '/membership-requests'),
        ];
        expect(await list()).toEqual(before);
        const uuids = /[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}/g;
        seen.push([created, ...later].map((response) => JSON.stringify(comparable(response)).replace(uuids, 'uuid')));
      }
      expect(seen[1]).toEqual(seen[0]);
      expect(seen[2]).toEqual(seen[0]);
      expect((await shop.mailTo(owner.email, 'signup-attempt')).text).not.toContain('Bob');
      await shop.logIn(owner);
    });

    it('with as many customer references used for a taken address as for a free one', async () => {
      const boss = await admin();
      const owner = await confirmAndLogIn(await signUp());
      const reference = async (): Promise<number> => {
        const { id } = await signUp();
        return Number(String((await staff.get(`/customers/${id}`)).reference).split('--')[1]);
      };
      const used: number[] = [];
      for (const email of [shop.person().email, owner.email]) {
        const first = await reference();
        await boss.post('/customers', 201, colleague(email));
        used.push((await reference()) - first);
      }
      expect(used[1]).toBe(used[0]);
    });

    it('and makes the invited person a visible member once the first password is set', async () => {
      const boss = await admin();
      const { email, password } = shop.person();
      const query = '?sendPasswordResetNotifications=false';
      const { id } = await boss.post<{ id: string }>(`/customers${query}`, 201, colleague(email));
      await boss.get(`/customers/${id}`, 404);
      const { token } = await shop.mailTo(email, 'initial-password');
      await (await shop.visitor()).post('/password/reset/update', 204, { token, password });
      expect(await boss.get(`/customers/${id}`)).toMatchObject({ b2b: { legalEntities: [{ id: boss.company }] } });
      const bob = await shop.logIn({ id, email, password });
      expect(await bob.get('/me')).toMatchObject({ businessModel: 'B2B' });
    });

    it('and gives no membership to a person who did not accept but reset the password', async () => {
      const boss = await admin();
      const { email, password } = shop.person();
      const { id } = await boss.post<{ id: string }>('/customers', 201, colleague(email));
      await (await shop.visitor()).post('/password/reset', 204, { email });
      const { token } = await shop.mailTo(email, 'password-reset');
      await (await shop.visitor()).post('/password/reset/update', 204, { token, password });
      await boss.get(`/customers/${id}`, 404);
      expect(await rows(shop, 'select 1 from membership_requests where customer_id = $1', [id])).toEqual([]);
    });
  });
});
