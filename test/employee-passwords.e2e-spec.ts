import { Glue } from './support/glue.js';
import { LogRecorder } from './support/log-recorder.js';
import { invalidAccessToken, notAuthorized, validationError } from './support/responses.js';
import { rows } from './support/rows.js';
import { type Body, type Person, Shop } from './support/shop.js';

const NEW = 'seven green umbrellas';
const OTHER = 'nine purple hedgehogs';
const HOUR = 3600;
const DAY = 24 * HOUR;

describe("an employee's password", () => {
  const log = new LogRecorder();
  let shop: Shop;
  let admin: string;
  beforeAll(async () => {
    shop = await Shop.open({ activation: 'none' });
    shop.app.useLogger(log);
    admin = (await shop.employee('admin')).token ?? '';
  });
  afterAll(() => shop.close());

  const send = <T = Body>(method: string, path: string, body?: unknown, token?: string, tenant = 'shop') =>
    shop.send<T>(method, `/admin/${tenant}${path}`, {
      body,
      headers: token ? { authorization: `Bearer ${token}` } : {},
    });
  const logIn = ({ email, password }: Person, tenant = 'shop') =>
    shop.send<Body & { access_token: string }>('POST', '/oauth/token', {
      body: new URLSearchParams({
        ...{ grant_type: 'password', client_id: 'foyer-backoffice', tenant },
        ...{ username: email, password },
      }).toString(),
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
  /** An employee who has logged in with the client of the back office. */
  const employee = async () => {
    const person = await shop.createEmployee('support');
    return { ...person, token: (await logIn(person)).body.access_token };
  };
  const invite = async (more: Body = {}) => {
    const { email } = shop.person();
    const { status, body } = await send<{ id: string }>(
      'POST',
      '/employees',
      { email, role: 'support', ...more },
      admin,
    );
    expect(status).toBe(201);
    return { id: body.id, email };
  };
  const requestReset = (email: string, tenant = 'shop') =>
    send('POST', '/password/reset', { email }, undefined, tenant);
  const confirm = (token: string, password: string, tenant = 'shop') =>
    send('POST', '/password/reset/confirm', { token, password }, undefined, tenant);

  describe('is first set with an invitation', () => {
    it('that is mailed with a link to the back office', async () => {
      const { id, email } = await invite({ name: 'Grace Hopper' });
      const { subject, text, token } = await shop.mailTo(email, 'employee-invitation');
      expect(subject).toBe('Set your password for the back office');
      expect(text).toContain(`/backoffice/shop/password?token=${token}`);
      expect((await send('GET', `/employees/${id}`, undefined, admin)).body).toMatchObject({ invited: true });
      expect((await logIn({ email, password: '' })).status).toBe(400);

      expect((await confirm(token, NEW)).status).toBe(204);
      const { status, body } = await logIn({ email, password: NEW });
      expect(status).toBe(200);
      expect((await send('GET', '/me', undefined, body.access_token)).body).toMatchObject({ id, name: 'Grace Hopper' });
      expect((await send('GET', `/employees/${id}`, undefined, admin)).body).toMatchObject({ invited: false });
      expect(await confirm(token, OTHER)).toMatchObject({ status: 400, body: { type: 'bad_request' } });
    });

    it('and not by an admin', async () => {
      const { id, email } = await invite({ password: NEW });
      expect((await logIn({ email, password: NEW })).status).toBe(400);
      await send('PATCH', `/employees/${id}`, { password: NEW }, admin);
      expect((await logIn({ email, password: NEW })).status).toBe(400);
    });

    it('that expires; the employee then requests another link', async () => {
      const { email } = await invite();
      const { token } = await shop.mailTo(email, 'employee-invitation');
      shop.advanceClock(7 * DAY);
      admin = (await shop.employee('admin')).token ?? '';
      expect((await confirm(token, NEW)).status).toBe(400);
      expect((await requestReset(email)).status).toBe(204);
      const { token: next } = await shop.mailTo(email, 'employee-password-reset');
      expect((await confirm(next, NEW)).status).toBe(204);
    });

    it('unless the employee is inactive, gets another e-mail or is deleted', async () => {
      expect(await shop.mailsTo((await invite({ active: false })).email)).toEqual([]);
      const changes: [string, Body | undefined][] = [
        ['PATCH', { active: false }],
        ['PATCH', { email: shop.person().email }],
        ['DELETE', undefined],
      ];
      for (const [method, change] of changes) {
        const { id, email } = await invite();
        const { token } = await shop.mailTo(email, 'employee-invitation');
        expect((await send(method, `/employees/${id}`, change, admin)).status).toBeLessThan(300);
        expect((await confirm(token, NEW)).status).toBe(400);
      }
    });

    it('and no employee is created beyond the limit of mails to one recipient', async () => {
      const { email } = shop.person();
      const statuses: number[] = [];
      for (let count = 0; count < 11; count++) {
        const { status, body } = await send('POST', '/employees', { email, role: 'viewer' }, admin);
        statuses.push(status);
        if (status === 201) await send('DELETE', `/employees/${String(body.id)}`, undefined, admin);
      }
      expect(statuses).toEqual([...Array<number>(10).fill(201), 429]);
      expect(await rows(shop, 'select id from employees where email = $1', [email])).toEqual([]);
    });
  });

  describe('is reset', () => {
    it('with a mailed link, which works once, ends all sessions and unlocks the employee', async () => {
      const grace = await employee();
      for (let count = 0; count < 16; count++) await logIn({ ...grace, password: 'wrong secret words' });
      expect((await logIn(grace)).status).toBe(429);
      expect((await requestReset(grace.email.toUpperCase())).status).toBe(204);
      expect(log.latestSecurityEvent('password_reset_requested')).toMatchObject({ employee: grace.id });
      const { token, text } = await shop.mailTo(grace.email, 'employee-password-reset');
      expect(text).toContain(`/backoffice/shop/password?token=${token}`);

      const results = await Promise.all([confirm(token, NEW), confirm(token, NEW)]);
      expect(results.map(({ status }) => status).sort()).toEqual([204, 400]);
      expect(log.latestSecurityEvent('password_reset')).toMatchObject({ employee: grace.id });
      expect(await send('GET', '/me', undefined, grace.token)).toMatchObject({ status: 401, body: invalidAccessToken });
      expect((await logIn(grace)).status).toBe(400);
      expect((await logIn({ ...grace, password: NEW })).status).toBe(200);
    });

    it('with the latest link only, within an hour', async () => {
      const grace = await employee();
      await requestReset(grace.email);
      const { token: first } = await shop.mailTo(grace.email, 'employee-password-reset');
      await requestReset(grace.email);
      const { token: second } = await shop.mailTo(grace.email, 'employee-password-reset');
      expect((await confirm(first, NEW)).status).toBe(400);
      shop.advanceClock(HOUR);
      expect((await confirm(second, NEW)).status).toBe(400);
      admin = (await shop.employee('admin')).token ?? '';
    });

    it('in one tenant only', async () => {
      await shop.addTenant('other');
      const grace = await employee();
      expect((await requestReset(grace.email, 'other')).status).toBe(204);
      expect(await shop.mailsTo(grace.email)).toEqual([]);
      await requestReset(grace.email);
      const { token } = await shop.mailTo(grace.email, 'employee-password-reset');
      expect((await confirm(token, NEW, 'other')).status).toBe(400);
    });

    it('for active employees only, with the same response for any address', async () => {
      const grace = await employee();
      await send('PATCH', `/employees/${grace.id}`, { active: false }, admin);
      const ada = await shop.customer();
      for (const email of [grace.email, ada.email, shop.person().email]) {
        const { status, text } = await requestReset(email);
        expect([status, text]).toEqual([204, '']);
        expect((await shop.mailsTo(email)).map(({ kind }) => kind)).not.toContain('employee-password-reset');
      }
      expect((await requestReset('not an address')).body).toEqual(validationError('email'));
    });

    it('by at most ten mails in an hour', async () => {
      const grace = await employee();
      for (let count = 0; count < 11; count++) expect((await requestReset(grace.email)).status).toBe(204);
      expect(await shop.mailsTo(grace.email)).toHaveLength(10);
      const { token } = await shop.mailTo(grace.email, 'employee-password-reset');
      expect((await confirm(token, NEW)).status).toBe(204);
    });
  });

  describe('is changed by its owner', () => {
    const change = (token: string, currentPassword: string, newPassword: string) =>
      send('POST', '/me/password', { currentPassword, newPassword }, token);

    it('with the current one; other sessions and mailed links end', async () => {
      const grace = await employee();
      const { access_token: other } = (await logIn(grace)).body;
      await requestReset(grace.email);
      expect((await change(grace.token, grace.password, NEW)).status).toBe(204);
      expect(log.latestSecurityEvent('password_changed')).toMatchObject({ employee: grace.id });
      expect((await send('GET', '/me', undefined, grace.token)).status).toBe(200);
      expect((await send('GET', '/me', undefined, other)).status).toBe(401);
      const { token } = await shop.mailTo(grace.email, 'employee-password-reset');
      expect((await confirm(token, OTHER)).status).toBe(400);
      expect((await logIn({ ...grace, password: NEW })).status).toBe(200);
    });

    it('and not with a wrong one, which locks the employee after many attempts', async () => {
      const grace = await employee();
      const { status, body } = await change(grace.token, 'wrong secret words', NEW);
      expect([status, body]).toMatchObject([400, { message: 'The password is incorrect.' }]);
      for (let count = 0; count < 14; count++) await change(grace.token, 'wrong secret words', NEW);
      expect((await change(grace.token, grace.password, NEW)).status).toBe(429);
    });

    it('and not by services or the agents of the Glue API', async () => {
      const service = await shop.serviceClient();
      expect(await change(service.token ?? '', NEW, OTHER)).toMatchObject({ status: 403, body: notAuthorized });
      const agent = (await new Glue(shop).agent()).token ?? '';
      expect(await change(agent, 'old secret words', NEW)).toMatchObject({ status: 403, body: notAuthorized });
      expect(await send('GET', '/me', undefined, agent)).toMatchObject({ status: 403, body: notAuthorized });
    });

    it.each([
      ['short', 'fourteen words'],
      ['long', 'x'.repeat(129)],
      ['common', 'password1234567'],
      ['no text', 7],
    ])('unless the new one is %s, as at a strict tenant', async (_what, password) => {
      const grace = await employee();
      await requestReset(grace.email);
      const { token } = await shop.mailTo(grace.email, 'employee-password-reset');
      const changed = await change(grace.token, grace.password, password as string);
      expect([changed.status, changed.body]).toEqual([400, validationError('newPassword')]);
      const reset = await confirm(token, password as string);
      expect([reset.status, reset.body]).toEqual([400, validationError('password')]);
      expect((await confirm(token, NEW)).status).toBe(204);
    });
  });
});
