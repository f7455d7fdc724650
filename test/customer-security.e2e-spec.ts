import { randomUUID } from 'node:crypto';
import { invalidAccessToken, notAuthorized, unknownCustomer } from './support/responses.js';
import { rows } from './support/rows.js';
import { addFactor } from './support/second-factor.js';
import { type Body, type LoggedInCustomer, Shop, type ApiClient } from './support/shop.js';
import { staffActions } from './support/timeline.js';

interface Session extends Body {
  id: string;
}

describe('an employee', () => {
  let shop: Shop;
  let staff: ApiClient & { id: string };
  let ada: LoggedInCustomer;
  beforeAll(async () => {
    shop = await Shop.open({ restrictions: ['DE', 'FR'] });
    staff = await shop.employee('support');
  });
  beforeEach(async () => (ada = await shop.customer()));
  afterAll(() => shop.close());

  const sessionsOf = ({ id }: { id: string }): Promise<Session[]> => staff.get<Session[]>(`/customers/${id}/sessions`);
  const identitiesOf = ({ id }: { id: string }): Promise<Body[]> => staff.get<Body[]>(`/customers/${id}/identities`);
  /** The newest entry of the history, without actor and time. */
  const latest = async ({ id }: { id: string }): Promise<Body> => {
    const [entry] = await staffActions(staff, id);
    expect(entry?.actor).toMatchObject({ kind: 'employee', id: staff.id });
    return { action: entry?.action, changes: entry?.changes };
  };
  const link = async ({ id }: { id: string }, provider = 'google'): Promise<string> => {
    const [row] = await rows<{ id: string }>(
      shop,
      `insert into identities (tenant, issuer, subject, id, customer_id, provider, created_at)
        values ('shop', 'https://idp.example', $1, gen_random_uuid(), $2, $3, now()) returning id`,
      [randomUUID(), id, provider],
    );
    return row?.id ?? '';
  };

  describe('lists the sessions of a customer', () => {
    it('newest first, with device, origin and times', async () => {
      shop.advanceClock(60);
      await (
        await shop.visitor()
      ).send('POST', '/login', {
        body: { email: ada.email, password: ada.password },
        headers: { 'user-agent': 'Phone/1.0' },
      });
      const sessions = await sessionsOf(ada);
      const own = await ada.get<Session[]>('/me/sessions');
      expect(sessions.map(({ id }) => id).sort()).toEqual(own.map(({ id }) => id).sort());
      expect(sessions).toEqual([
        {
          id: expect.any(String) as string,
          userAgent: 'Phone/1.0',
          origin: '127.0.0.1',
          client: 'shop-storefront',
          assisted: false,
          createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) as string,
          lastUsedAt: sessions[0]?.createdAt,
          expiresAt: expect.any(String) as string,
        },
        expect.objectContaining({ userAgent: 'lightMyRequest', assisted: false }),
      ]);
    });

    it('including those in which an employee acts, but not those that have ended', async () => {
      await staff.post('/assistedbuying/login', 200, { customerNumber: ada.id });
      expect((await sessionsOf(ada)).map(({ assisted }) => assisted).sort()).toEqual([false, true]);
      await staff.patch(`/customers/${ada.id}`, 200, { onHold: true });
      expect(await sessionsOf(ada)).toEqual([]);
    });
  });

  it('ends one session, with an entry in the history', async () => {
    const phone = await shop.logIn(ada);
    const own = await phone.get<Session[]>('/me/sessions');
    const other = own.find(({ current }) => !current)?.id ?? '';
    const path = `/customers/${ada.id}/sessions/${other}`;
    await staff.delete(path, 204);
    expect(await ada.get('/me', 401)).toEqual(invalidAccessToken);
    await phone.get('/me');
    expect(await latest(ada)).toEqual({ action: 'session_ended', changes: {} });
    const before = await staffActions(staff, ada.id);
    expect(await staff.delete(path, 404)).toMatchObject({ message: `Session ${other} not found.` });
    const eve = await shop.customer();
    const [foreign] = await sessionsOf(eve);
    await staff.delete(`/customers/${ada.id}/sessions/${foreign?.id}`, 404);
    await eve.get('/me');
    expect(await staffActions(staff, ada.id)).toEqual(before);
  });

  it('ends all sessions, and revokes the e-mail changes that they requested', async () => {
    const phone = await shop.logIn(ada);
    const { email, password } = ada;
    const newEmail = shop.person().email;
    await phone.post('/me/accounts/internal/email/change', 204, { email, password, newEmail });
    const { token } = await shop.mailTo(newEmail, 'email-change');
    await staff.delete(`/customers/${ada.id}/sessions`, 204);
    for (const session of [ada, phone]) expect(await session.get('/me', 401)).toEqual(invalidAccessToken);
    await (await shop.visitor()).post('/me/accounts/internal/email/change/confirm', 400, { token });
    expect(await sessionsOf(ada)).toEqual([]);
    expect(await latest(ada)).toEqual({ action: 'sessions_ended', changes: {} });
    await shop.logIn(ada);
  });

  it('lists and unlinks identities, which ends all sessions', async () => {
    const id = await link(ada);
    expect(await identitiesOf(ada)).toEqual([
      {
        ...{ id, providerId: 'google', issuer: 'https://idp.example', subject: expect.any(String) as string },
        ...{ createdAt: expect.any(String) as string, lastLogin: null },
      },
    ]);
    const path = `/customers/${ada.id}/identities`;
    await staff.delete(`${path}/${randomUUID()}`, 404);
    await staff.delete(`${path}/unknown`, 404);
    await staff.delete(`/customers/${(await shop.customer()).id}/identities/${id}`, 404);
    await staff.delete(`${path}/${id}`, 204);
    expect(await identitiesOf(ada)).toEqual([]);
    expect(await ada.get('/me', 401)).toEqual(invalidAccessToken);
    expect(await latest(ada)).toEqual({ action: 'identity_unlinked', changes: { fields: ['google'] } });
  });

  it('does not unlink the only way to log in', async () => {
    await rows(shop, 'update accounts set password_hash = null where customer_id = $1', [ada.id]);
    const [first, second] = [await link(ada), await link(ada, 'auth0')];
    const path = `/customers/${ada.id}/identities`;
    await staff.delete(`${path}/${first}`, 204);
    const before = await staffActions(staff, ada.id);
    const message = 'The identity cannot be deleted: the customer has no other way to log in.';
    expect(await staff.delete(`${path}/${second}`, 400)).toMatchObject({ message });
    expect(await identitiesOf(ada)).toMatchObject([{ id: second }]);
    expect(await staffActions(staff, ada.id)).toEqual(before);
  });

  it('lists second factors, without secrets', async () => {
    const path = `/customers/${ada.id}/second-factors`;
    expect(await staff.get(path)).toEqual([]);
    await addFactor(shop, ada);
    await rows(
      shop,
      `insert into second_factors (tenant, customer_id, type, status, session_id, secret, created_at)
        values ('shop', $1, 'totp', 'pending', gen_random_uuid(), 'secret', now() + interval '1 minute')`,
      [ada.id],
    );
    const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) as string;
    expect(await staff.get(path)).toEqual([
      { type: 'email', status: 'active', createdAt: time, activatedAt: time },
      { type: 'totp', status: 'pending', createdAt: time, activatedAt: null },
    ]);
    await staff.delete(`${path}/email?reason=lost`, 204);
    expect(await staff.get(path)).toMatchObject([{ type: 'totp' }]);
  });

  it('requires the scope, within its restriction', async () => {
    await staff.patch(`/customers/${ada.id}`, 200, { restriction: 'FR' });
    const identity = await link(ada);
    const [session] = await sessionsOf(ada);
    const at = `/customers/${ada.id}`;
    const reads = ['sessions', 'identities', 'second-factors'].map((list) => `${at}/${list}`);
    const deletions = [`${at}/sessions/${session?.id}`, `${at}/identities/${identity}`, `${at}/sessions`];
    const viewer = await shop.employee('viewer');
    for (const read of reads) {
      expect(await viewer.get(read)).toEqual(await staff.get(read));
      expect(await ada.get(read, 403)).toEqual(notAuthorized);
    }
    for (const path of deletions) expect(await viewer.delete(path, 403)).toEqual(notAuthorized);
    const german = await shop.serviceClient('customer.customer_read--DE customer.customer_manage--DE');
    for (const read of reads) expect(await german.get(read, 404)).toEqual(unknownCustomer(ada.id));
    for (const path of deletions) expect(await german.delete(path, 404)).toEqual(unknownCustomer(ada.id));
    await ada.get('/me');
    const french = await shop.serviceClient('customer.customer_manage--FR');
    for (const path of deletions) await french.delete(path, 204);
  });
});
