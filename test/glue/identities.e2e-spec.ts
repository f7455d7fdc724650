import {
  Glue,
  GlueClient,
  type GlueCustomer,
  errorResponse,
  errorWithoutCode,
  invalidToken,
  missingToken,
} from '../support/glue.js';
import { rows } from '../support/rows.js';
import { Shop } from '../support/shop.js';

const bothIdentities = errorResponse(
  '005',
  "Headers request error. A user can't act as logged and not logged user at the same time.",
);
const invalidAgentToken = errorResponse('4102', 'Agent access token is invalid.');
const agentsOnly = errorResponse('4103', 'Action is available to agent user only.');

describe('the tokens in the headers of a Glue request', () => {
  let shop: Shop;
  let glue: Glue;
  let ada: GlueCustomer;
  let agent: GlueClient;
  /** The token of a session that has ended. */
  let revoked: string;
  beforeAll(async () => {
    shop = await Shop.open({ activation: 'none' });
    glue = new Glue(shop);
    [ada, agent] = [await glue.customer(), await glue.agent()];
    const eve = await glue.customer();
    revoked = eve.login.accessToken;
    await eve.delete('/refresh-tokens/mine');
  });
  afterAll(() => shop.close());

  /** The public routes. */
  const open: [method: string, path: string][] = [
    ['POST', '/access-tokens'],
    ['POST', '/refresh-tokens'],
    ['POST', '/customers'],
    ['POST', '/customer-confirmation'],
    ['POST', '/customers/DE--1/confirm-registration'],
    ['POST', '/customer-email-confirmation'],
    ['POST', '/customer-forgotten-password'],
    ['PATCH', '/customer-restore-password/any'],
    ['POST', '/agent-access-tokens'],
    ['GET', '/access-tokens'],
    ['GET', '/refresh-tokens'],
    ['GET', '/customer-access'],
    ['GET', '/health-check'],
  ];
  const restricted: [method: string, path: string][] = [
    ['GET', '/customers'],
    ['PATCH', '/customers/DE--1'],
    ['POST', '/customers/DE--1/addresses'],
    ['DELETE', '/refresh-tokens/unknown'],
    ['GET', '/agent-customer-search'],
  ];

  /** Sends a request with these headers, and with empty attributes. */
  const send = (method: string, path: string, headers: Record<string, string>) =>
    glue.unauthenticated.send(method, path, {
      ...(['POST', 'PATCH'].includes(method) && { attributes: {} }),
      headers,
    });

  it.each([...open, ...restricted])('must be valid in %s %s', async (method, path) => {
    for (const authorization of [
      'Bearer bad',
      'Bearer',
      'Bearer ',
      'Basic YTpi',
      `Bearer ${revoked}`,
      ada.login.refreshToken,
    ]) {
      expect(await send(method, path, { authorization })).toEqual(invalidToken);
    }
    const headers = { authorization: `Bearer ${ada.login.accessToken}` };
    expect(await send(method, path, headers)).not.toEqual(invalidToken);
  });

  it.each(open)('do not decide anything in %s %s', async (method, path) => {
    const expected = await send(method, path, {});
    for (const token of [ada.login.accessToken, agent.token ?? '']) {
      expect(await send(method, path, { authorization: `Bearer ${token}` })).toEqual(expected);
    }
  });

  it('are checked after the form of the body, and before its attributes', async () => {
    const [headers, path] = [{ authorization: 'Bearer bad' }, '/customers'];
    expect(await glue.unauthenticated.send('POST', path, { body: {}, headers })).toEqual(
      errorWithoutCode(400, 'Post data is invalid.'),
    );
    expect(await glue.unauthenticated.send('POST', path, { attributes: { email: '' }, headers })).toEqual(invalidToken);
  });

  it('of another tenant are not valid', async () => {
    await shop.addTenant('other');
    const foreign = await shop.visitor('other');
    expect(await send('GET', '/customer-access', { authorization: `Bearer ${foreign.token ?? ''}` })).toEqual(
      invalidToken,
    );
  });

  it('that have expired are not valid', async () => {
    const late = await glue.customer();
    await rows(
      shop,
      'update sessions set expires_at = now() where customer_id = (select id from customers where reference = $1)',
      [late.reference],
    );
    expect(await send('GET', '/customer-access', { authorization: `Bearer ${late.login.accessToken}` })).toEqual(
      invalidToken,
    );
  });

  describe('of an agent', () => {
    const asAgent = (value: string, authorization?: string): Record<string, string> => ({
      'x-agent-authorization': value,
      ...(authorization !== undefined && { authorization }),
    });

    it.each(open)('must be valid in %s %s', async (method, path) => {
      for (const value of ['Bearer bad', 'Basic YTpi', `Bearer ${revoked}`]) {
        expect(await send(method, path, asAgent(value))).toEqual(invalidAgentToken);
      }
      expect(await send(method, path, asAgent(`Bearer ${agent.token ?? ''}`))).toEqual(await send(method, path, {}));
    });

    it.each(restricted)('must be valid beside the token of the caller in %s %s', async (method, path) => {
      const own = `Bearer ${ada.login.accessToken}`;
      expect(await send(method, path, asAgent('Bearer bad', own))).toEqual(invalidAgentToken);
      expect(await send(method, path, asAgent('Bearer bad', 'Bearer bad'))).toEqual(invalidToken);
      expect(await send(method, path, asAgent(`Bearer ${agent.token ?? ''}`, 'Bearer bad'))).toEqual(invalidToken);
    });

    it.each(restricted.slice(0, 3))('are not checked in %s %s if the token is missing', async (method, path) => {
      expect(await send(method, path, asAgent('Bearer bad'))).toEqual(missingToken);
    });

    it('do not replace the token of the caller', async () => {
      expect(await send('GET', '/customers', asAgent(`Bearer ${agent.token ?? ''}`))).toEqual(missingToken);
    });

    it.each(['Bearer', 'bad', ''])('are absent if the header is %p', async (value) => {
      expect(await send('GET', '/customer-access', asAgent(value))).toEqual(await send('GET', '/customer-access', {}));
      expect(await send('GET', '/agent-customer-search', asAgent(value))).toEqual(agentsOnly);
      const authorization = `Bearer ${agent.token ?? ''}`;
      expect((await send('GET', '/agent-customer-search', asAgent(value, authorization))).status).toBe(200);
    });
  });

  it.each([...open, ...restricted])('must not be sent with the id of a guest in %s %s', async (method, path) => {
    const guest = { 'x-anonymous-customer-unique-id': 'guest-1' };
    const token = path === '/agent-customer-search' ? agent.token : ada.login.accessToken;
    expect(await send(method, path, { ...guest, authorization: `Bearer ${token ?? ''}` })).toEqual(bothIdentities);
    expect(await send(method, path, { ...guest, authorization: 'Bearer bad' })).toEqual(invalidToken);
    const invalidAgent = { authorization: `Bearer ${ada.login.accessToken}`, 'x-agent-authorization': 'Bearer bad' };
    expect(await send(method, path, { ...guest, ...invalidAgent })).toEqual(invalidAgentToken);
    expect(await send(method, path, guest)).toEqual(await send(method, path, {}));
  });
});
