import { randomUUID } from 'node:crypto';
import { validationError } from './support/responses.js';
import { call, sessionNotFound, getOwnContext, staleVersion, contextParameters } from './support/contexts.js';
import { rows } from './support/rows.js';
import { Shop, ApiClient } from './support/shop.js';
import { decodeToken } from './support/tokens.js';

describe('the session context, for a service', () => {
  let shop: Shop;
  let service: ApiClient;
  beforeAll(async () => {
    shop = await Shop.open({ activation: 'none', preferredCurrency: 'CHF', preferredSite: 'ch', restrictions: ['DE'] });
    service = await shop.serviceClient('sessioncontext.context_manage');
  });
  afterAll(() => shop.close());

  const newVisitor = async (): Promise<ApiClient & { id: string }> => {
    const { access_token, sessionId } = await shop.logInAnonymously(contextParameters);
    return Object.assign(new ApiClient(shop, access_token), { id: sessionId });
  };

  it('ends with the session', async () => {
    const visitor = await newVisitor();
    const { id } = visitor;
    await rows(shop, 'update sessions set ended_at = now() where id = $1', [id]);
    shop.advanceClock(1);
    expect(await call(service, 'GET', `/context/${id}`, 404)).toEqual(sessionNotFound(id));
    const put = await call(service, 'PUT', `/context/${id}?upsert=true`, 404, { metadata: { version: 1 } });
    expect(put).toEqual(sessionNotFound(id));
  });

  it('is the customer’s until the logout, and then the visitor’s again', async () => {
    const visitor = await newVisitor();
    const path = `/context/${visitor.id}`;
    await call(service, 'PUT', path, 204, { cartId: 'C-1', metadata: { version: 1 } });
    const ada = await shop.logIn(await shop.signUp(), visitor);
    expect(await getOwnContext(ada)).toMatchObject({ customerId: ada.id, cartId: 'C-1' });
    await call(service, 'PUT', path, 204, { cartId: 'C-2', metadata: { version: 2 } });
    expect(await getOwnContext(ada)).toMatchObject({ cartId: 'C-2' });
    expect(await getOwnContext(visitor)).toMatchObject({ cartId: 'C-1' });
    await ada.get(`/logout?accessToken=${ada.token}`, 204);
    const context = await call(service, 'GET', path, 200);
    expect(context).toEqual(await getOwnContext(visitor));
    expect(context).toMatchObject({ sessionId: visitor.id, cartId: 'C-1', metadata: { version: 2 } });
    expect(context).not.toHaveProperty('customerId');
  });

  it('is neither found nor created by the internal id of a customer’s session', async () => {
    const ada = await shop.logIn(await shop.signUp(), await newVisitor());
    await call(ada, 'POST', '/me/context/attributes', 201, { key: 'secret', value: 'of Ada' });
    const { sid } = decodeToken(ada.token ?? '').claims as { sid: string };
    expect(sid).not.toBe(ada.login.session_id);
    expect(await call(service, 'GET', `/context/${sid}`, 404)).toEqual(sessionNotFound(sid));
    await call(service, 'PUT', `/context/${sid}?upsert=true`, 404, { metadata: { version: 1 } });
  });

  it('is found by the session id, before and after the login', async () => {
    const visitor = await newVisitor();
    const path = `/context/${visitor.id}`;
    expect(await call(service, 'GET', path, 200)).toEqual(await getOwnContext(visitor));
    const ada = await shop.logIn(await shop.signUp(), visitor);
    const context = await call(service, 'GET', path, 200);
    expect(context).toEqual(await getOwnContext(ada));
    expect(context).toMatchObject({ customerId: ada.id, currency: 'CHF' });
  });

  it('accepts all fields except the session and the customer', async () => {
    const visitor = await newVisitor();
    const path = `/context/${visitor.id}`;
    const body = { cartId: 'C-1', currency: 'GBP', sessionId: randomUUID(), customerId: '4711', context: { a: 'b' } };
    await call(service, 'PUT', path, 204, { ...body, metadata: { version: 1 } });
    const { metadata, ...context } = await getOwnContext(visitor);
    expect(context).toEqual({
      sessionId: visitor.id,
      ...contextParameters,
      cartId: 'C-1',
      currency: 'GBP',
      context: { a: 'b' },
    });
    expect(metadata.version).toBe(2);
    expect(await call(service, 'PUT', path, 409, { metadata: { version: 1 } })).toEqual(staleVersion(2));
    expect(await call(service, 'PUT', path, 400, { cartId: 'C-2' })).toEqual(validationError('metadata'));
    await call(service, 'POST', `${path}/attributes`, 204, { key: 'c', value: 'd' });
    for (const name of ['a', 'a', 'nothing']) await call(service, 'DELETE', `${path}/attributes/${name}`, 204);
    expect(await getOwnContext(visitor)).toMatchObject({
      cartId: 'C-1',
      context: { c: 'd' },
      metadata: { version: 4 },
    });
  });

  it.each([randomUUID(), 'till-7'])('is created by an upsert for an unknown session: %s', async (id) => {
    const path = `/context/${id}`;
    const body = { currency: 'GBP', metadata: { version: 1 } };
    expect(await call(service, 'GET', path, 404)).toEqual(sessionNotFound(id));
    expect(await call(service, 'PUT', path, 404, body)).toEqual(sessionNotFound(id));
    expect(await call(service, 'PUT', `${path}?upsert=false`, 404, body)).toEqual(sessionNotFound(id));
    expect(await call(service, 'POST', `${path}/attributes`, 404, { key: 'a', value: 'b' })).toEqual(
      sessionNotFound(id),
    );
    expect(await call(service, 'DELETE', `${path}/attributes/a`, 404)).toEqual(sessionNotFound(id));
    expect(await call(service, 'PUT', `${path}?upsert=yes`, 400, body)).toEqual(validationError('upsert'));
    await call(service, 'PUT', `${path}?upsert=true`, 204, body);
    expect(await call(service, 'GET', path, 200)).toMatchObject({ sessionId: id, currency: 'GBP', siteCode: 'ch' });
    await call(service, 'PUT', `${path}?upsert=true`, 204, { ...body, currency: 'USD' });
    await call(service, 'POST', `${path}/attributes`, 204, { key: 'a', value: 'b' });
    const after = { currency: 'USD', context: { a: 'b' }, metadata: { version: 3 } };
    expect(await call(service, 'GET', path, 200)).toMatchObject(after);
    await shop.addTenant('other');
    const otherService = await shop.serviceClient(undefined, 'other');
    expect(await call(otherService, 'GET', path, 404)).toEqual(sessionNotFound(id));
  });

  it('is not found if the customer is outside the restriction of the scope', async () => {
    const manager = await shop.serviceClient();
    await rows(shop, `update clients set scopes = array_append(scopes, $1) where id = 'shop-service'`, [
      'sessioncontext.context_manage--DE',
    ]);
    shop.advanceClock(6);
    const { body } = await shop.requestToken({ scope: 'sessioncontext.context_manage--DE' });
    const restricted = new ApiClient(shop, body.access_token);
    const [ada, eve] = [await shop.customer(), await shop.customer()];
    await manager.patch(`/customers/${ada.id}`, 200, { restriction: 'DE' });
    const path = ({ login }: typeof ada): string => `/context/${login.session_id}`;
    await call(restricted, 'GET', path(ada), 200);
    for (const id of [eve.login.session_id, (await newVisitor()).id, randomUUID()]) {
      expect(await call(restricted, 'GET', `/context/${id}`, 404)).toEqual(sessionNotFound(id));
      const put = await call(restricted, 'PUT', `/context/${id}?upsert=true`, 404, { metadata: { version: 1 } });
      expect(put).toEqual(sessionNotFound(id));
    }
  });
});
