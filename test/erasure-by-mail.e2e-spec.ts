import { randomUUID } from 'node:crypto';
import { dumpDatabase, rows, sendErasureMails } from './support/rows.js';
import { type LoggedInCustomer, Shop } from './support/shop.js';

describe('an erasure that is confirmed by mail', () => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await Shop.open({ activation: 'none', links: { erasure: 'https://acme.example/custDelete?token=' } });
  });
  afterAll(() => shop.close());

  it('changes nothing until the link is used, and then removes all personal data', async () => {
    const name = `Ada${randomUUID()}`;
    const ada = await shop.customer({ customerDetails: { firstName: name } });
    const phone = await shop.logIn(ada);
    await ada.post('/me/erasure/request', 204);
    expect(await ada.get('/me')).toMatchObject({ firstName: name });
    const { token, text } = await shop.mailTo(ada.email, 'erasure');
    expect(text).toContain(`https://acme.example/custDelete?token=${token}`);

    await (await shop.visitor()).post('/erasure/confirm', 204, { token });
    expect(await sendErasureMails(shop)).toEqual([ada.email]);
    const everywhere = await dumpDatabase(shop);
    for (const trace of [ada.email, name]) expect(everywhere).not.toContain(trace);
    for (const session of [ada, phone]) await session.get('/me', 401);
    await (await shop.serviceClient()).get(`/customers/${ada.id}`, 404);
    await shop.signUp({ email: ada.email });
  });

  it('accepts only the newest token, once, before it expires, for its purpose and tenant', async () => {
    await shop.addTenant('other');
    const [ada, eve] = [await shop.customer(), await shop.customer()];
    const requestErasure = async (caller: typeof ada) => {
      shop.advanceClock(61);
      await caller.post('/me/erasure/request', 204);
      return (await shop.mailTo(caller.email, 'erasure')).token;
    };
    const confirm = async (token: unknown, status: number, tenant?: string) =>
      (await shop.visitor(tenant)).post('/erasure/confirm', status, { token });

    const [old, token] = [await requestErasure(ada), await requestErasure(ada)];
    await confirm(old, 400);
    await confirm(token, 400, 'other');
    await (await shop.visitor()).post('/password/reset', 204, { email: ada.email });
    await confirm((await shop.mailTo(ada.email, 'password-reset')).token, 400);
    const password = 'another secret one';
    await (await shop.visitor()).post('/password/reset/update', 400, { token, password });
    for (const wrong of ['unknown', '', 7, undefined]) await confirm(wrong, 400);
    await ada.get('/me');
    const visitor = await shop.visitor();
    const both = await Promise.all([1, 2].map(() => visitor.send('POST', '/erasure/confirm', { body: { token } })));
    expect(both.map(({ status }) => status).sort()).toEqual([204, 400]);

    const late = await requestErasure(eve);
    shop.advanceClock(3601);
    await confirm(late, 400);
    await shop.logIn(eve);
  });

  const actions: [string, (ada: LoggedInCustomer) => Promise<unknown>][] = [
    [
      'a password reset',
      async ({ email }) => {
        const visitor = await shop.visitor();
        await visitor.post('/password/reset', 204, { email });
        const { token } = await shop.mailTo(email, 'password-reset');
        await visitor.post('/password/reset/update', 204, { token, password: 'another secret one' });
      },
    ],
    [
      'a password change',
      (ada) => ada.post('/password/change', 204, { currentPassword: ada.password, newPassword: 'another secret one' }),
    ],
    ['the end of all other sessions', (ada) => ada.delete('/me/sessions')],
    ['a hold', async ({ id }) => (await shop.serviceClient()).patch(`/customers/${id}`, 200, { onHold: true })],
    [
      'a new login e-mail',
      async (ada) => {
        const { email, password } = ada;
        const newEmail = shop.person().email;
        await ada.post('/me/accounts/internal/email/change', 204, { email, password, newEmail });
        const { token } = await shop.mailTo(newEmail, 'email-change');
        await (await shop.visitor()).post('/me/accounts/internal/email/change/confirm', 204, { token });
      },
    ],
  ];
  it.each(actions)('is no longer pending after %s', async (_what, action) => {
    const ada = await shop.customer();
    await ada.post('/me/erasure/request', 204);
    const { token } = await shop.mailTo(ada.email, 'erasure');
    await action(ada);
    await (await shop.visitor()).post('/erasure/confirm', 400, { token });
  });

  it('is mailed only once a minute, regardless of the number of requests', async () => {
    const ada = await shop.customer();
    for (let n = 0; n < 3; n++) await ada.post('/me/erasure/request', 204);
    const [only, ...others] = (await shop.mailsTo(ada.email)).filter(({ kind }) => kind === 'erasure');
    expect(others).toEqual([]);
    await (await shop.visitor()).post('/erasure/confirm', 204, { token: only?.token });
  });

  it('can be requested only by the customer in person', async () => {
    const ada = await shop.customer();
    const clerk = await shop.employee('support');
    const { accessToken } = await clerk.post<{ accessToken: string }>('/assistedbuying/login', 200, {
      customerNumber: ada.id,
    });
    const headers = { authorization: `Bearer ${accessToken}` };
    expect((await ada.send('POST', '/me/erasure/request', { headers })).status).toBe(403);
    await (await shop.visitor()).post('/me/erasure/request', 403);
    await clerk.post('/me/erasure/request', 403);
    await shop.unauthenticated.post('/erasure/confirm', 401, { token: 'x' });
    expect((await shop.mailsTo(ada.email)).filter(({ kind }) => kind === 'erasure')).toEqual([]);
  });
});

describe('a customer without an account', () => {
  it('gets an error that no mail can be sent', async () => {
    const shop = await Shop.open({ activation: 'none' });
    const ada = await shop.customer();
    await rows(shop, 'delete from accounts where customer_id = $1', [ada.id]);
    const { message } = await ada.post('/me/erasure/request', 400);
    expect(message).toContain('No mail can be sent');
    await shop.close();
  });
});
