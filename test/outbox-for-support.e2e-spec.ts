import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { notAuthorized, unknownCustomer, validationError } from './support/responses.js';
import { rows } from './support/rows.js';
import { type ApiClient, type Body, type Person, type Response, Shop } from './support/shop.js';
import { type Behavior, MailServer } from './support/smtp.js';
import { waitUntil } from './support/wait-until.js';
import { staffActions } from './support/timeline.js';

const SCOPE = 'foyer.mails_manage';
const conflict = (message: string) => ({ status: 409, type: 'conflict_resource', message });
const mailNotFound = (id: string) => ({ status: 404, type: 'resource_not_found', message: `Mail ${id} not found.` });
const notGivenUp = conflict('Only a mail with the status given_up can be retried.');

type Customer = Person & { id: string };

interface Mail extends Body {
  id: string;
  to: string;
}

describe('the outbox for support', () => {
  const settings = { activation: 'none' as const, restrictions: ['DE', 'FR'] };
  let smtp: MailServer;
  let shop: Shop;
  let support: ApiClient;
  beforeAll(async () => {
    smtp = await MailServer.listen();
    shop = await Shop.open(settings, { smtpUrl: smtp.url, mailRetrySeconds: 3600 });
    support = await shop.employee('support');
  });
  afterEach(() => rows(shop, 'delete from outbox'));
  afterAll(async () => {
    await shop.close();
    await smtp.close();
  });

  /** Sends a request below `/admin/{tenant}/outbox`. */
  const send = <T = Mail[]>(
    method: string,
    path: string,
    { token, tenant }: ApiClient = support,
    headers: Record<string, string> = {},
  ): Promise<Response<T>> =>
    shop.send<T>(method, `/admin/${tenant}/outbox${path}`, {
      headers: { authorization: `Bearer ${token}`, ...headers },
    });
  const list = async (query: Record<string, string> = {}, client = support): Promise<Mail[]> => {
    const { status, body, text } = await send('GET', `?${new URLSearchParams(query).toString()}`, client);
    if (status !== 200) throw new Error(text);
    return body;
  };
  const recipients = async (query: Record<string, string> = {}, client = support): Promise<string[]> =>
    (await list(query, client)).map(({ to }) => to);
  const retry = ({ id }: { id: string }, client = support): Promise<Response> =>
    send<Body>('POST', `/${id}/retry`, client);

  /** Requests a password reset, which stores one mail. The mail server treats it as `behavior` says. */
  async function requestReset(behavior: Behavior = 'accept', person?: Customer): Promise<Customer> {
    const customer = person ?? (await shop.signUp());
    smtp.planBehavior(customer.email, behavior);
    await (await shop.visitor()).post('/password/reset', 204, { email: customer.email });
    // Otherwise two mails may have the same time.
    await sleep(2);
    return customer;
  }

  /** Waits until the mails have these statuses. */
  async function waitForStatuses(...statuses: string[]): Promise<void> {
    const found = async (): Promise<string[]> => (await list()).map(({ status }) => String(status)).sort();
    await waitUntil('each mail has the status', async () => (await found()).join() === statuses.toSorted().join());
  }

  /** Queues a given-up mail for an attempt in an hour, as if it were new. */
  const queueLater = ({ email }: Person): Promise<unknown> =>
    rows(
      shop,
      `update outbox set given_up_at = null, last_error = null, last_reason = null, smtp_code = null, attempts = 0,
        turn_at = now(), due_at = now() + interval '1 hour' where recipient = $1`,
      [email],
    );

  /** A mail that the mail server has rejected permanently. */
  async function newGivenUpMail(): Promise<Mail & { customer: Customer }> {
    const customer = await requestReset(550);
    await waitForStatuses('given_up');
    const [mail] = await list({ status: 'given_up' });
    if (!mail) throw new Error('No mail');
    return { ...mail, customer };
  }

  it('contains mails whose link was revoked before they were sent as given up', async () => {
    const [held, other] = [await requestReset(451), await requestReset(451)];
    await waitForStatuses('failed', 'failed');
    await support.patch(`/customers/${held.id}`, 200, { onHold: true, reason: 'Payment fraud' });
    expect(await list({ status: 'failed' })).toMatchObject([{ to: other.email }]);
    const [mail] = await list({ status: 'given_up' });
    expect(mail).toMatchObject({
      ...{ to: held.email, reason: 'The link in the mail was revoked', smtpCode: null },
      givenUpAt: expect.any(String) as string,
    });
    const { status, text } = await retry(mail ?? { id: '' });
    expect([status, text]).toEqual([409, expect.stringContaining('expired')]);
  });

  describe('lists', () => {
    it('mails with their status, the reply of the mail server and a reason, without their content', async () => {
      const [sent, failed, rejected] = [await requestReset(), await requestReset(451), await requestReset(554)];
      const queued = await requestReset(550);
      await waitForStatuses('sent', 'failed', 'given_up', 'given_up');
      await queueLater(queued);

      const { body, text } = await send('GET', '');
      const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/) as string;
      const common = {
        id: expect.any(String) as string,
        kind: 'password-reset',
        language: expect.any(String) as string,
        createdAt: time,
        expiresAt: time,
      };
      const notSent = { sentAt: null, givenUpAt: null, smtpCode: null, reason: null };
      const reason = 'The mail server rejects the content of the mail';
      const later = 'The mail server does not accept the mail at the moment';
      expect(body).toEqual([
        {
          ...{ ...common, ...notSent, to: queued.email, customerNumber: queued.id },
          ...{ status: 'queued', attempts: 0, nextAttemptAt: time },
        },
        {
          ...{ ...common, ...notSent, to: rejected.email, customerNumber: rejected.id, givenUpAt: time },
          ...{ status: 'given_up', attempts: 1, nextAttemptAt: null, smtpCode: 554, reason },
        },
        {
          ...{ ...common, ...notSent, to: failed.email, customerNumber: failed.id },
          ...{ status: 'failed', attempts: 1, nextAttemptAt: time, smtpCode: 451, reason: later },
        },
        {
          ...{ ...common, ...notSent, to: sent.email, customerNumber: sent.id, sentAt: time },
          ...{ status: 'sent', attempts: 1, nextAttemptAt: null, smtpCode: 250 },
        },
      ]);
      expect(Date.parse(String(body[2]?.nextAttemptAt))).toBeGreaterThan(Date.now() + 3_500_000);
      expect(text).not.toMatch(/refused for the story|Set a new password|subject|token|sealed/);
    });

    it('a mail that the server does not answer, without a number', async () => {
      const { email } = await requestReset('drop');
      await waitForStatuses('failed');
      expect(await list()).toMatchObject([{ to: email, status: 'failed', smtpCode: null, reason: expect.any(String) }]);
    });

    it('the mails that match each filter, and all filters together', async () => {
      const [ada, eve] = [await requestReset(550), await requestReset()];
      await waitForStatuses('given_up', 'sent');
      await rows(shop, `update outbox set kind = 'welcome' where recipient = $1`, [eve.email]);
      const [newest] = await list();
      const since = String(newest?.createdAt);

      expect(await recipients({ status: 'given_up' })).toEqual([ada.email]);
      expect(await recipients({ status: 'failed' })).toEqual([]);
      expect(await recipients({ kind: 'welcome' })).toEqual([eve.email]);
      expect(await recipients({ to: ada.email.toUpperCase() })).toEqual([ada.email]);
      expect(await recipients({ customerNumber: eve.id })).toEqual([eve.email]);
      expect(await recipients({ since })).toEqual([eve.email]);
      expect(await recipients({ until: since })).toEqual([ada.email]);
      const all = { status: 'sent', kind: 'welcome', to: eve.email, customerNumber: eve.id, since };
      expect(await recipients({ ...all, until: '2100-01-01T00:00:00+01:00' })).toEqual([eve.email]);
      expect(await recipients({ ...all, kind: 'erasure' })).toEqual([]);
    });

    it.each([
      ['status', 'given-up'],
      ['status', ''],
      ['kind', 'newsletter'],
      ['since', 'yesterday'],
      ['until', '2026-13-01T00:00:00Z'],
      ['since', '2026-11-29'],
      ['since', '2026-02-30T10:00:00Z'],
      ['pageSize', '0'],
      ['after', 'first'],
      ['after', randomUUID()],
    ])('nothing with %s=%s', async (name, value) => {
      const { status, body } = await send<Body>('GET', `?${name}=${value}`);
      expect({ status, body }).toEqual({ status: 400, body: validationError(name) });
    });

    it('pages that do not move when new mails arrive', async () => {
      const mails = [];
      for (let i = 0; i < 5; i++) mails.unshift((await requestReset()).email);
      const headers = { 'x-total-count': 'true' };
      const first = await send('GET', '?pageSize=2', support, headers);
      expect(first.headers).toMatchObject({ count: '2', 'x-total-count': '5' });
      await requestReset();
      const after = (page: Mail[]): string => page.at(-1)?.id ?? '';
      const second = await list({ pageSize: '2', after: after(first.body) });
      const third = await list({ pageSize: '2', after: after(second) });
      expect([...first.body, ...second, ...third].map(({ to }) => to)).toEqual(mails);
      expect(await list({ after: after(third) })).toEqual([]);
      expect((await send('GET', '')).headers).not.toHaveProperty('x-total-count');
    });

    it('each of many mails with the same time once', async () => {
      for (let i = 0; i < 5; i++) await requestReset();
      await rows(shop, `update outbox set created_at = '2026-11-29T10:00:00.123456Z'`);
      const seen = new Set<string>();
      for (let after: string | undefined; ;) {
        const [mail] = await list({ pageSize: '1', ...(after && { after }) });
        if (!mail) break;
        seen.add(mail.id);
        after = mail.id;
      }
      expect(seen.size).toBe(5);
    });
  });

  describe('retries a mail', () => {
    it('that was given up, with all its attempts, and stores the action in the history', async () => {
      const mail = await newGivenUpMail();
      expect((await retry(mail)).status).toBe(202);
      await waitForStatuses('sent');
      expect(await list()).toMatchObject([{ id: mail.id, attempts: 1, smtpCode: 250, reason: null, givenUpAt: null }]);
      expect(smtp.mailsTo(mail.to)).toHaveLength(1);
      const [entry] = await staffActions(support, mail.customer.id);
      expect(entry).toMatchObject({
        ...{ action: 'mail_retried', changes: { mail: 'password-reset' } },
        actor: { kind: 'employee' },
      });
    });

    it('only if it was given up', async () => {
      const { customer } = await newGivenUpMail();
      await queueLater(customer);
      await requestReset(451);
      await requestReset();
      await waitForStatuses('queued', 'failed', 'sent');
      for (const mail of await list()) expect((await retry(mail)).body).toEqual(notGivenUp);
    });

    it('only once, if two employees request it', async () => {
      const mail = await newGivenUpMail();
      const statuses = (await Promise.all([retry(mail), retry(mail)])).map(({ status }) => status);
      expect(statuses.sort()).toEqual([202, 409]);
      expect(await staffActions(support, mail.customer.id)).toHaveLength(1);
    });

    it('only while its link is valid', async () => {
      const mail = await newGivenUpMail();
      shop.advanceClock(3601);
      expect((await retry(mail, await shop.employee('support'))).body).toEqual(
        conflict('The link or code in the mail has expired. Send a new mail to the customer.'),
      );
      shop.advanceClock(-3601);
    });

    it.each([randomUUID(), 'first'])('only if it exists (%s)', async (id) => {
      const { status, body } = await retry({ id });
      expect({ status, message: body.message }).toEqual({ status: 404, message: expect.stringContaining('not found') });
    });

    it('of its own tenant only', async () => {
      await shop.addTenant('other');
      const [mail, other] = [await newGivenUpMail(), await shop.serviceClient(SCOPE, 'other')];
      expect(await list({}, other)).toEqual([]);
      expect((await retry(mail, other)).body).toEqual(mailNotFound(mail.id));
    });
  });

  describe('is open', () => {
    it.each([
      ['viewer', 403],
      ['support', 200],
      ['admin', 200],
    ] as const)('to the role %s: %i', async (role, status) => {
      const employee = await shop.employee(role);
      const response = await send<Body>('GET', '', employee);
      expect(response.status).toBe(status);
      if (status === 403) expect(response.body).toEqual(notAuthorized);
    });

    it('within the restriction of a scope: to mails of visible customers only', async () => {
      const service = await shop.serviceClient();
      const [german, french, plain] = [await shop.signUp(), await shop.signUp(), await shop.signUp()];
      await service.patch(`/customers/${german.id}`, 200, { restriction: 'DE' });
      await service.patch(`/customers/${french.id}`, 200, { restriction: 'FR' });
      for (const customer of [german, french]) await requestReset(550, customer);
      await requestReset('accept', plain);
      // Such as the notice to an address that belongs to no customer.
      await rows(shop, `update outbox set customer_id = null where recipient = $1`, [plain.email]);
      await waitForStatuses('given_up', 'given_up', 'sent');

      const limited = await shop.serviceClient(`${SCOPE}--DE`);

      expect(await recipients({}, limited)).toEqual([german.email]);
      expect(await recipients({ customerNumber: french.id }, limited)).toEqual([]);
      const { headers } = await send('GET', '', limited, { 'x-total-count': 'true' });
      expect(headers).toMatchObject({ 'x-total-count': '1' });
      const [[own], [hidden]] = [await list({ to: german.email }), await list({ to: french.email })];
      expect((await send<Body>('GET', `?after=${hidden?.id}`, limited)).body).toEqual(validationError('after'));
      expect((await retry(hidden ?? { id: '' }, limited)).body).toEqual(mailNotFound(hidden?.id ?? ''));
      expect((await retry(own ?? { id: '' }, limited)).status).toBe(202);

      const path = (id: string) => `/customers/${id}/mails`;
      const body = { kind: 'password-reset' };
      expect(await limited.post(path(french.id), 404, body)).toEqual(unknownCustomer(french.id));
      await limited.post(path(german.id), 202, body);
      expect(await recipients({}, await shop.serviceClient(`${SCOPE}--DE ${SCOPE}--FR`))).toHaveLength(3);
    });
  });
});

describe('a mail that an employee sends again', () => {
  let shop: Shop;
  let support: ApiClient;
  beforeAll(async () => {
    shop = await Shop.open({ activation: 'both' });
    support = await shop.employee('support');
  });
  afterAll(() => shop.close());

  const send = (id: string, kind: string): Promise<Response> =>
    support.send('POST', `/customers/${id}/mails`, { body: { kind } });
  const rejection = async (id: string, kind: string): Promise<unknown> => (await send(id, kind)).body;
  const change = (id: string, changes: Body): Promise<Body> => support.patch(`/customers/${id}`, 200, changes);
  const confirm = async ({ email }: Person, status = 204): Promise<void> => {
    const { token } = await shop.mailTo(email, 'opt-in');
    await (await shop.visitor()).get(`/signup/optin/${token}`, status);
  };
  /** Creates a customer whom an employee invites. */
  const invite = async (body: Body = {}): Promise<{ id: string; email: string }> => {
    const { email } = shop.person();
    const { id } = await support.post<{ id: string }>('/customers', 201, { contactEmail: email, ...body });
    return { id, email };
  };

  it('is the opt-in, until the customer has confirmed the e-mail', async () => {
    const ada = await shop.signUp();
    const { token } = await shop.mailTo(ada.email, 'opt-in');
    expect(await send(ada.id, 'opt-in')).toMatchObject({ status: 202, text: '' });
    await (await shop.visitor()).get(`/signup/optin/${token}`, 400);
    const { token: newToken } = await shop.mailTo(ada.email, 'opt-in');
    expect(newToken).not.toBe(token);
    const { status } = await (await shop.visitor()).send('GET', `/signup/optin/${newToken}`);
    expect(status).toBeLessThan(300);
    expect(await rejection(ada.id, 'opt-in')).toEqual(conflict('The customer has already confirmed the e-mail.'));
    const [entry] = await staffActions(support, ada.id);
    expect(entry).toMatchObject({ action: 'mail_requested', changes: { mail: 'opt-in' } });
    expect(await staffActions(support, ada.id)).toHaveLength(1);
  });

  it('is no opt-in for a customer who does not have to confirm', async () => {
    const { id } = await invite();
    expect(await rejection(id, 'opt-in')).toEqual(conflict('The customer does not have to confirm the e-mail.'));
  });

  it('is the password reset of an active customer', async () => {
    const ada = await shop.signUp();
    expect(await rejection(ada.id, 'password-reset')).toEqual(
      conflict('The customer must confirm the e-mail first: send an opt-in mail.'),
    );
    await confirm(ada, 200);
    expect(await rejection(ada.id, 'password-reset')).toEqual(
      conflict('The customer is not active. Activate the customer first.'),
    );
    await change(ada.id, { active: true });
    expect((await send(ada.id, 'password-reset')).status).toBe(202);
    const body = { token: (await shop.mailTo(ada.email, 'password-reset')).token, password: 'new secret words' };
    await (await shop.visitor()).post('/password/reset/update', 204, body);
    await shop.logIn({ ...ada, password: 'new secret words' });
  });

  it('is the initial password, until the customer has set one', async () => {
    const ada = await invite();
    const { token: first } = await shop.mailTo(ada.email, 'initial-password');
    expect((await send(ada.id, 'initial-password')).status).toBe(202);
    const { token } = await shop.mailTo(ada.email, 'initial-password');
    const visitor = await shop.visitor();
    await visitor.post('/password/reset/update', 400, { token: first, password: 'new secret words' });
    await visitor.post('/password/reset/update', 204, { token, password: 'new secret words' });
    const hasPassword = conflict('The customer already has a password: send a password-reset mail.');
    expect(await rejection(ada.id, 'initial-password')).toEqual(hasPassword);
    expect(await rejection((await shop.signUp()).id, 'initial-password')).toEqual(hasPassword);
  });

  it('is also the initial password of a customer whose password an employee has set', async () => {
    const { id } = await invite({ password: 'a first password' });
    expect((await send(id, 'initial-password')).status).toBe(202);
  });

  it('does not name the customer if the login e-mail is not confirmed, but an earlier one was', async () => {
    const { id, email } = await invite({ firstName: 'Adalbert' });
    await rows(shop, 'update customers set confirmed_at = now() where id = $1', [id]);
    await rows(shop, 'update accounts set email_confirmed = false where customer_id = $1', [id]);
    expect((await send(id, 'initial-password')).status).toBe(202);
    expect((await shop.mailTo(email, 'initial-password')).text).toMatch(/^Hello,\n/);
    await rows(shop, 'update accounts set email_confirmed = true where customer_id = $1', [id]);
    expect((await send(id, 'initial-password')).status).toBe(202);
    expect((await shop.mailTo(email, 'initial-password')).text).toMatch(/^Hello Adalbert,\n/);
  });

  it.each(['opt-in', 'password-reset', 'initial-password'])(
    'is no %s for a customer on hold, a contact or a customer without a login',
    async (kind) => {
      const { id } = await shop.signUp();
      await change(id, { onHold: true });
      expect(await rejection(id, kind)).toEqual(conflict('The customer is on hold.'));
      const contact = await invite({ type: 'CONTACT' });
      const cannotLogIn = conflict('A customer of the type CONTACT cannot log in.');
      expect(await rejection(contact.id, kind)).toEqual(cannotLogIn);
      const { id: nameless } = await support.post<{ id: string }>('/customers', 201, { lastName: 'Doe' });
      expect(await rejection(nameless, kind)).toEqual(conflict('The customer has no login e-mail.'));
      expect(await rejection('nobody', kind)).toEqual(unknownCustomer('nobody'));
    },
  );

  it.each([['welcome'], [''], [undefined], [['opt-in']]])('cannot be of the kind %j', async (kind) => {
    const { id } = await shop.signUp();
    const { status, body } = await support.send('POST', `/customers/${id}/mails`, { body: { kind } });
    expect({ status, body }).toEqual({ status: 400, body: validationError('kind') });
  });

  it('is subject to the limit of its recipient', async () => {
    const ada = await shop.signUp();
    const statuses = [];
    for (let i = 0; i < 11; i++) statuses.push((await send(ada.id, 'opt-in')).status);
    // The sign-up has sent the first of ten.
    expect(statuses).toEqual([...Array<number>(9).fill(202), 429, 429]);
    expect(await rejection(ada.id, 'opt-in')).toEqual({
      ...{ status: 429, type: 'too_many_requests' },
      message: 'The recipient has received the maximum number of mails of this kind. Try again later.',
    });
    expect(await staffActions(support, ada.id)).toHaveLength(9);
    await confirm(ada, 200);
  });

  it('requires the scope foyer.mails_manage', async () => {
    const { id } = await shop.signUp();
    const path = `/customers/${id}/mails`;
    const others = await shop.serviceClient('customer.customer_read customer.customer_manage');
    expect(await others.post(path, 403, { kind: 'opt-in' })).toEqual(notAuthorized);
    expect(await (await shop.employee('viewer')).post(path, 403, { kind: 'opt-in' })).toEqual(notAuthorized);
    await (await shop.serviceClient(SCOPE)).post(path, 202, { kind: 'opt-in' });
  });
});
