import { Lockout } from '../../src/credentials/lockout.js';
import { createApp } from '../../src/app.js';
import { Clock } from '../../src/common/clock.js';
import {
  Glue,
  GlueClient,
  type GlueResponse,
  errorBody,
  errorResponse,
  errorWithoutCode,
  tokenResponse,
} from '../support/glue.js';
import { recordQueries } from '../support/queries.js';
import { rows } from '../support/rows.js';
import { type Body, Shop } from '../support/shop.js';

const HERE = '192.0.2.1';
const ELSEWHERE = '192.0.2.2';

describe('failed logins', () => {
  let shop: Shop;
  let glue: Glue;
  beforeAll(async () => {
    shop = await Shop.open({ activation: 'none' });
    glue = new Glue(shop);
  });
  afterAll(() => shop.close());

  const logIn = (username: string, password: string, from = HERE): Promise<GlueResponse> =>
    glue.unauthenticated.send('POST', '/access-tokens', { attributes: { username, password }, from });
  const guess = async (email: string, times: number, from = HERE): Promise<void> => {
    for (let n = 0; n < times; n++) {
      expect(await logIn(email, 'a wrong guess', from)).toEqual(errorResponse('003', 'Failed to authenticate user.'));
    }
  };
  const lockedResponse = (minutes = 1): GlueResponse => ({
    ...errorResponse(
      '4401',
      `Too many log in attempts from your address. Please wait ${minutes} minutes before trying again.`,
    ),
    headers: {
      ...errorResponse('4401').headers,
      'retry-after': expect.stringMatching(minutes === 1 ? /^(60|5\d)$/ : /^(120|1[01]\d)$/),
    },
  });
  const success = tokenResponse('access-tokens');

  it('lock the account after 15 attempts, even for the correct password', async () => {
    const { email, password } = await glue.customer();
    await guess(email, 15);
    expect(await logIn(email, 'a wrong guess')).toEqual(lockedResponse());
    expect(await logIn(email, password)).toEqual(lockedResponse());
  });

  it('include those with a password that no account has', async () => {
    const { email, password } = await glue.customer();
    await guess(email, 14);
    expect((await logIn(email, 'x'.repeat(5000))).status).toBe(401);
    expect(await logIn(email, password)).toEqual(lockedResponse());
    expect(await logIn(email, 'x'.repeat(5000))).toEqual(lockedResponse());
  });

  it('do not lock the account after 14 attempts', async () => {
    const { email, password } = await glue.customer();
    await guess(email, 14);
    expect(await logIn(email, password)).toEqual(success);
  });

  it('lock an unknown account in the same way', async () => {
    const { email } = shop.person();
    await guess(email, 15);
    expect(await logIn(email, 'a wrong guess')).toEqual(lockedResponse());
  });

  it('are counted regardless of the letter case of the e-mail', async () => {
    const { email } = await glue.customer();
    await guess(email, 8);
    await guess(email.toUpperCase(), 7);
    expect(await logIn(email, 'a wrong guess')).toEqual(lockedResponse());
  });

  it('do not lock other accounts', async () => {
    const [ada, bob] = [await glue.customer(), await glue.customer()];
    await guess(ada.email, 15);
    expect(await logIn(bob.email, bob.password)).toEqual(success);
  });

  it('from another network do not lock out the owner', async () => {
    const { email, password } = await glue.customer();
    await guess(email, 15, ELSEWHERE);
    expect(await logIn(email, password, ELSEWHERE)).toEqual(lockedResponse());
    expect(await logIn(email, password, HERE)).toEqual(success);
  });

  it('are reset by a successful login, but only for its network', async () => {
    const { email, password } = await glue.customer();
    await guess(email, 14, HERE);
    await guess(email, 14, ELSEWHERE);
    expect(await logIn(email, password, HERE)).toEqual(success);
    await guess(email, 14, HERE);
    await guess(email, 1, ELSEWHERE);
    expect(await logIn(email, password, HERE)).toEqual(success);
    expect(await logIn(email, password, ELSEWHERE)).toEqual(lockedResponse());
  });

  it('lock for one minute, and for two minutes after the next failure', async () => {
    const { email, password } = await glue.customer();
    await guess(email, 15);
    expect(await logIn(email, password)).toEqual(lockedResponse());
    shop.advanceClock(61);
    await guess(email, 1);
    expect(await logIn(email, password)).toEqual(lockedResponse(2));
    shop.advanceClock(61);
    expect((await logIn(email, password)).status).toBe(429);
    shop.advanceClock(60);
    expect(await logIn(email, password)).toEqual(success);
  });

  it('during a lock do not extend it', async () => {
    const { email, password } = await glue.customer();
    await guess(email, 15);
    for (let n = 0; n < 5; n++) expect((await logIn(email, 'a wrong guess')).status).toBe(429);
    shop.advanceClock(61);
    expect(await logIn(email, password)).toEqual(success);
  });

  it('in the Glue API also lock the Emporix API, and vice versa', async () => {
    const [ada, bob] = [await glue.customer(), await shop.signUp()];
    const visitor = await shop.visitor();
    const local = '127.0.0.1';
    await guess(ada.email, 15, local);
    const response = await visitor.send('POST', '/login', { body: { email: ada.email, password: ada.password } });
    expect({ status: response.status, wait: response.headers['retry-after'], body: response.body }).toEqual({
      status: 429,
      wait: expect.stringMatching(/^(60|5\d)$/),
      body: {
        status: 429,
        type: 'too_many_requests',
        message: expect.stringMatching(/^Too many failed logins. Try again in \d+ seconds\.$/),
      },
    });
    for (let n = 0; n < 15; n++) await visitor.post('/login', 400, { email: bob.email, password: 'a wrong guess' });
    expect(await logIn(bob.email, bob.password, local)).toEqual(lockedResponse());
  });

  it.each<[string, Body]>([
    ['no password', {}],
    ['an empty password', { password: '' }],
    ['a password that is not a text', { password: [] }],
  ])('are reported before the attribute rules: %s', async (_name, attributes) => {
    const { email: username } = await glue.customer();
    const send = (body: Body) =>
      glue.unauthenticated.send('POST', '/access-tokens', { attributes: { username, ...body }, from: HERE });
    expect((await send(attributes)).status).toBe(422);
    await guess(username, 15);
    expect(await send(attributes)).toEqual(lockedResponse());
    shop.advanceClock(61);
    expect((await send(attributes)).status).toBe(422);
  });

  it('are reported before a token that is not valid, and before two identities', async () => {
    const { email: username, password, login } = await glue.customer();
    const send = (headers: Record<string, string>) =>
      glue.unauthenticated.send('POST', '/access-tokens', { attributes: { username, password }, headers, from: HERE });
    const requests: Record<string, string>[] = [
      { authorization: 'Bearer bad' },
      { 'x-agent-authorization': 'Bearer bad' },
      { authorization: `Bearer ${login.accessToken}`, 'x-anonymous-customer-unique-id': 'guest' },
    ];
    expect((await Promise.all(requests.map(send))).map(({ status }) => status)).toEqual([401, 401, 400]);
    await guess(username, 15);
    for (const headers of requests) expect(await send(headers)).toEqual(lockedResponse());
  });

  it('are reported only if the body is well-formed', async () => {
    const { email: username, password } = await glue.customer();
    await guess(username, 15);
    const data = { type: 'customers', attributes: { username, password } };
    expect(await glue.unauthenticated.send('POST', '/access-tokens', { body: { data }, from: HERE })).toEqual(
      errorWithoutCode(400, 'Invalid type.'),
    );
  });

  it('do not change the response to a username that no account can have', async () => {
    for (const username of ['no address', 'a\0b@example.com', `${'x'.repeat(300)}@example.com`, 12, null]) {
      const attributes = { username, password: '' };
      expect((await glue.unauthenticated.send('POST', '/access-tokens', { attributes, from: HERE })).status).toBe(422);
    }
  });

  it.each(['/access-tokens', '/agent-access-tokens'])(
    'do not matter to a body that is not read, at %s',
    async (path) => {
      const body = `{"data":[${'{},'.repeat(345_000)}{}]}`;
      const { status } = await glue.unauthenticated.send('POST', path, {
        body,
        headers: { authorization: 'Bearer bad' },
      });
      expect(status).toBe(400);
    },
  );

  it('are reported in the language of the request', async () => {
    const { email: username, password } = await glue.customer();
    await guess(username, 15);
    const { body, headers } = await glue.unauthenticated.send('POST', '/access-tokens', {
      attributes: { username, password },
      headers: { 'accept-language': 'de' },
      from: HERE,
    });
    expect({ body, language: headers['content-language'] }).toEqual({
      body: errorBody('4401', 'Warten Sie bitte 1 Minuten, bevor Sie es erneut versuchen.'),
      language: 'de_DE',
    });
  });

  it('also lock POST /token, which returns the error of any failed login', async () => {
    const { email, password } = await glue.customer();
    const requestToken = () =>
      glue.unauthenticated.send('POST', '/token', {
        body: new URLSearchParams({ grant_type: 'password', username: email, password }).toString(),
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        from: HERE,
      });
    await guess(email, 15);
    expect(await requestToken()).toEqual({
      status: 400,
      reason: 'Bad Request',
      headers: { 'content-type': 'application/json; charset=utf-8', pragma: 'no-cache' },
      body: { error: 'invalid_grant', error_description: 'The user credentials were incorrect.' },
    });
    shop.advanceClock(61);
    expect((await requestToken()).status).toBe(200);
  });

  it('lock employee accounts', async () => {
    const { email: username, password } = await shop.createEmployee('support');
    const form = (guess: string) => ({
      body: new URLSearchParams({
        ...{ grant_type: 'password', client_id: 'shop-storefront', username, password: guess },
      }).toString(),
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    const statuses = new Set<number>();
    for (let n = 0; n < 15; n++) statuses.add((await shop.send('POST', '/oauth/token', form('a wrong guess'))).status);
    expect([...statuses]).toEqual([400]);
    const { status, headers } = await shop.send('POST', '/oauth/token', form(password));
    expect({ status, wait: headers['retry-after'] }).toEqual({
      status: 429,
      wait: expect.stringMatching(/^(60|5\d)$/),
    });
  });

  it('lock agents, even with the correct password or without a password', async () => {
    const { email: username, password } = await shop.createEmployee('support');
    const attempt = (attributes: Body) =>
      glue.unauthenticated.send('POST', '/agent-access-tokens', {
        attributes: { username, ...attributes },
        from: HERE,
      });
    const failed = errorResponse('4101', 'Failed to authenticate an agent.');
    for (let n = 0; n < 14; n++) expect(await attempt({ password: 'a wrong guess' })).toEqual(failed);
    expect(await attempt({})).toEqual(failed);
    for (const body of [{ password }, { password: '' }, {}, { password: 12 }]) {
      expect(await attempt(body)).toEqual(lockedResponse());
    }
    shop.advanceClock(61);
    expect((await attempt({ password })).status).toBe(201);
  });

  it('of a customer do not lock an employee with the same e-mail', async () => {
    const { email: username, password } = await shop.createEmployee('support');
    await guess(username, 15);
    const attributes = { username, password };
    expect((await glue.unauthenticated.send('POST', '/agent-access-tokens', { attributes, from: HERE })).status).toBe(
      201,
    );
  });

  it('are stored; a successful login without earlier failures stores nothing', async () => {
    const { email, password } = await glue.customer();
    const statements = await recordQueries(shop);
    statements.length = 0;
    expect(await logIn(email, password)).toEqual(success);
    const writes = () => statements.filter((text) => /(insert into|delete from|update) "?login_failures/.test(text));
    expect(writes()).toEqual([]);
    const key = shop.app.get(Lockout).keyOf('customer', email);
    expect(await rows(shop, 'select 1 from login_failures where account = $1', [key])).toEqual([]);
    await guess(email, 1);
    expect(writes()).not.toEqual([]);
    expect(
      await rows(shop, 'select origin, failures from login_failures where account = $1 order by 1', [key]),
    ).toEqual([
      { origin: '', failures: 1 },
      { origin: HERE, failures: 1 },
    ]);
  });

  it('in a burst are not checked beyond the limit and do not reveal the correct password', async () => {
    const { email, password } = await glue.customer();
    const guesses = Array.from({ length: 40 }, (_, at) => logIn(email, at === 39 ? password : `a wrong guess ${at}`));
    const statuses = (await Promise.all(guesses)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 401).length).toBeLessThanOrEqual(15);
    expect(statuses.filter((status) => status === 201)).toEqual([]);
    expect(statuses.filter((status) => status === 429).length).toBeGreaterThanOrEqual(25);
  });

  it('in large numbers from one network do not lock out the owner elsewhere', async () => {
    const { email, password } = await glue.customer();
    for (let group = 0; group < 5; group++) {
      await Promise.all(Array.from({ length: 26 }, (_, at) => logIn(email, `a wrong guess ${group} ${at}`)));
    }
    expect((await logIn(email, password)).status).toBe(429);
    expect((await logIn(email, password, '192.0.2.77')).status).toBe(201);
  });

  it('are stored without e-mail address, and separately for employees and customers', async () => {
    const { email } = await glue.customer();
    await guess(email, 2);
    const stored = await rows<{ row: string }>(shop, 'select f::text as row from login_failures f');
    expect(stored).not.toEqual([]);
    expect(stored.filter(({ row }) => row.includes('@') || row.includes(email.split('@')[0] ?? ''))).toEqual([]);
    const agent = await shop.createEmployee('support');
    await guess(agent.email, 15);
    expect(await logIn(agent.email, agent.password)).toEqual(lockedResponse());
    expect(
      (
        await shop.requestToken({
          grant_type: 'password',
          client_id: 'shop-storefront',
          client_secret: '',
          username: agent.email,
          password: agent.password,
        })
      ).status,
    ).toBe(200);
  });

  // Must run last: a second service in the same process replaces the guard of the first.
  it('are counted across all processes', async () => {
    const { email, password } = await glue.customer();
    await guess(email, 8);
    const other = await createApp(shop.config);
    try {
      other.get(Clock).now = () => shop.app.get(Clock).now();
      const otherClient = new GlueClient({ app: other } as Shop);
      const attributes = { username: email, password: 'a wrong guess' };
      for (let n = 0; n < 7; n++) {
        expect((await otherClient.send('POST', '/access-tokens', { attributes, from: HERE })).status).toBe(401);
      }
      expect(await logIn(email, password)).toEqual(lockedResponse());
      expect(await otherClient.send('POST', '/access-tokens', { attributes, from: HERE })).toEqual(lockedResponse());
    } finally {
      await other.close();
    }
  });
});
