import { type Response, type Person, Shop, type ApiClient } from './support/shop.js';

const FLOOD = 400;
const HONEST = 10;
/** The number of concurrent resets: more than the queue has room for in addition to the flood. */
const RESETS = 25;
const NEW = 'new secret words';
const ATTACKER = '203.0.113.1';
const OWNER = '198.51.100.7';

describe('a flood of requests that hash a password', () => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await Shop.open({ activation: 'none' }, { trustedProxies: ['127.0.0.1'] });
    await shop.addTenant('other', { activation: 'none' });
  });
  afterAll(() => shop.close());

  const signUp = async (tenant = shop.tenant): Promise<Person> => {
    const person = shop.person();
    await (await shop.visitor(tenant)).post('/signup', 201, { ...person });
    return person;
  };
  const send = (visitor: ApiClient, path: string, body: object, address: string): Promise<Response> =>
    visitor.send('POST', path, { body, headers: { 'x-forwarded-for': address } });

  /** @returns the responses to sequential honest requests, and to a flood of logins at the same time */
  const runDuringFlood = async (
    address: (index: number) => string,
    honest: (visitor: ApiClient) => Promise<Response>,
    tenant = shop.tenant,
  ): Promise<[Response[], Response[]]> => {
    const attacker = await shop.visitor();
    const visitors: ApiClient[] = [];
    for (let time = 0; time < HONEST; time++) visitors.push(await shop.visitor(tenant));
    const flood = Array.from({ length: FLOOD }, (_, index) => send(attacker, '/login', shop.person(), address(index)));
    const responses: Response[] = [];
    for (const visitor of visitors) responses.push(await honest(visitor));
    return [responses, await Promise.all(flood)];
  };
  const countSuccesses = (responses: Response[]): number => responses.filter(({ status }) => status === 200).length;
  const expectOverload = (responses: Response[]): void => {
    const rejected = responses.filter(({ status }) => status === 503);
    expect(rejected.length).toBeGreaterThan(0);
    for (const { headers } of rejected) expect(headers['retry-after']).toBe('2');
  };

  it('from one address rejects its own logins, and not those of other addresses', async () => {
    const ada = await signUp();
    const [honest, flood] = await runDuringFlood(
      () => ATTACKER,
      (visitor) => send(visitor, '/login', ada, OWNER),
    );
    expect(countSuccesses(honest)).toBeGreaterThanOrEqual(9);
    expectOverload(flood);
  });

  it('from fifty addresses at one tenant does not reject the logins at another tenant', async () => {
    const ada = await signUp('other');
    const [honest] = await runDuringFlood(
      (index) => `203.0.113.${index % 50}`,
      (visitor) => send(visitor, '/login', ada, OWNER),
      'other',
    );
    expect(countSuccesses(honest)).toBeGreaterThanOrEqual(9);
  });

  it('does not reach the queue with an invalid mailed token, in either API', async () => {
    const token = 'x'.repeat(43);
    const attributes = { restorePasswordKey: token, password: NEW, confirmPassword: NEW };
    const resource = { data: { type: 'customer-restore-password', attributes } };
    const statuses = new Set<number>();
    // The attacker's own logins fill the queue, so that one more hash is rejected.
    const [, flood] = await runDuringFlood(
      () => ATTACKER,
      async (visitor) => {
        const headers = { 'x-forwarded-for': ATTACKER };
        const glue = await shop.send('PATCH', '/customer-restore-password/mine', { body: resource, headers });
        const reset = () => send(visitor, '/password/reset/update', { token, password: NEW }, ATTACKER);
        const resets = await Promise.all(Array.from({ length: RESETS }, reset));
        for (const { status } of [glue, ...resets]) statuses.add(status);
        return glue;
      },
    );
    expect(statuses).toEqual(new Set([422, 400]));
    expectOverload(flood);
  });

  it('is limited by network address when a new password is set, in both APIs', async () => {
    const ada = await shop.customer();
    const glue = { authorization: `Bearer ${ada.token}` };
    const responses = [
      await ada.send('POST', '/password/change', { body: {} }),
      await (await shop.visitor()).send('POST', '/password/reset/update', { body: {} }),
      await shop.send('PATCH', '/customer-restore-password/mine', {
        body: { data: { type: 'customer-restore-password', attributes: {} } },
      }),
      await shop.send('PATCH', '/customer-password/mine', {
        body: { data: { type: 'customer-password', attributes: {} } },
        headers: glue,
      }),
    ];
    for (const { headers } of responses) expect(headers).toMatchObject({ 'ratelimit-limit': '600' });
  });
});
