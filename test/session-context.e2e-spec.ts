import { randomUUID } from 'node:crypto';
import { validationError, invalidAccessToken } from './support/responses.js';
import { assignCustomer, member, newCompany, sendCompanyRequest } from './support/companies.js';
import { rows } from './support/rows.js';
import { call, getOwnContext, send, staleVersion, contextParameters } from './support/contexts.js';
import { type Body, Shop, ApiClient } from './support/shop.js';

const instant = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) as string;

describe('a session context', () => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await Shop.open({ activation: 'none', preferredCurrency: 'CHF', preferredSite: 'ch' });
  });
  afterAll(() => shop.close());

  const change = async (caller: ApiClient, version: number, changes: Body, status = 204): Promise<unknown> =>
    call(caller, 'PATCH', '/me/context', status, { ...changes, metadata: { version } });
  /** Creates a visitor, by default with all values of an anonymous login. */
  const newVisitor = async (query: Record<string, string> = contextParameters): Promise<ApiClient & { id: string }> => {
    const { access_token, sessionId } = await shop.logInAnonymously(query);
    return Object.assign(new ApiClient(shop, access_token), { id: sessionId });
  };

  it('is created at the anonymous login, with the values given there', async () => {
    const visitor = await newVisitor();
    const context = await getOwnContext(visitor);
    expect(context).toEqual({
      sessionId: visitor.id,
      ...contextParameters,
      context: {},
      metadata: { version: 1, createdAt: instant, modifiedAt: instant },
    });
    expect(context.metadata.modifiedAt).toBe(context.metadata.createdAt);
  });

  it('has the tenant’s defaults if no values are given', async () => {
    const visitor = await newVisitor({});
    const { metadata: _, ...context } = await getOwnContext(visitor);
    expect(context).toEqual({ sessionId: visitor.id, currency: 'CHF', siteCode: 'ch', context: {} });
  });

  it('is updated with the values sent, and keeps the others', async () => {
    const visitor = await newVisitor();
    shop.advanceClock(60);
    await change(visitor, 1, { currency: 'USD', context: { gift: 'yes', size: { shoe: '42' } } });
    const before = await getOwnContext(visitor);
    expect(before).toMatchObject({
      ...contextParameters,
      currency: 'USD',
      context: { gift: 'yes', size: { shoe: '42' } },
    });
    expect(before.metadata.version).toBe(2);
    expect(Date.parse(before.metadata.modifiedAt) - Date.parse(before.metadata.createdAt)).toBeGreaterThan(59_000);
    await change(visitor, 2, { siteCode: 'us', currency: null, context: { gift: null, size: { hat: '57' } } });
    const { metadata, ...after } = await getOwnContext(visitor);
    expect(after).toEqual({
      sessionId: visitor.id,
      ...contextParameters,
      siteCode: 'us',
      context: { size: { hat: '57' } },
    });
    expect(metadata).toMatchObject({ version: 3, createdAt: before.metadata.createdAt });
  });

  it('ignores read-only and unknown fields', async () => {
    const visitor = await newVisitor();
    const ignored = { sessionId: randomUUID(), customerId: '4711', cartId: '4711', colour: 'green' };
    await change(visitor, 1, { ...ignored, metadata: { version: 1 } });
    const { metadata: _, ...context } = await getOwnContext(visitor);
    expect(context).toEqual({ sessionId: visitor.id, ...contextParameters, context: {} });
  });

  it('is updated only with its current version', async () => {
    const visitor = await newVisitor();
    expect(await change(visitor, 2, { currency: 'USD' }, 409)).toEqual(staleVersion(1));
    expect(await change(visitor, 1e300, { currency: 'USD' }, 409)).toEqual(staleVersion(1));
    await change(visitor, 1, { currency: 'USD' });
    expect(await change(visitor, 1, { currency: 'GBP' }, 409)).toEqual(staleVersion(2));
    expect((await getOwnContext(visitor)).currency).toBe('USD');
  });

  it('is updated by only one of two concurrent requests', async () => {
    const visitor = await newVisitor();
    const both = await Promise.all(
      ['USD', 'GBP'].map((currency) =>
        send(visitor, 'PATCH', '/me/context', { currency, metadata: { version: 1 } }).then(({ status }) => status),
      ),
    );
    expect(both.sort()).toEqual([204, 409]);
    expect((await getOwnContext(visitor)).metadata.version).toBe(2);
  });

  it.each<[string, Body, string]>([
    ['no metadata', { currency: 'USD' }, 'metadata'],
    ['no version', { metadata: {} }, 'metadata.version'],
    ['null as the version', { metadata: { version: null } }, 'metadata.version'],
    ['a fractional version', { metadata: { version: 1.5 } }, 'metadata.version'],
    ['a string as the version', { metadata: { version: '1' } }, 'metadata.version'],
    ['a number as the currency', { currency: 5, metadata: { version: 1 } }, 'currency'],
    ['an invalid currency', { currency: 'NOPE', metadata: { version: 1 } }, 'currency'],
    ['an empty currency', { currency: '', metadata: { version: 1 } }, 'currency'],
    ['an empty site', { siteCode: '', metadata: { version: 1 } }, 'siteCode'],
    ['an array as the context', { context: [], metadata: { version: 1 } }, 'context'],
    ['null as the context', { context: null, metadata: { version: 1 } }, 'context'],
  ])('is not updated with %s', async (_what, body, field) => {
    const visitor = await newVisitor();
    const before = await getOwnContext(visitor);
    expect(await call(visitor, 'PATCH', '/me/context', 400, body)).toEqual(validationError(field));
    expect(await getOwnContext(visitor)).toEqual(before);
  });

  it('accepts single attributes regardless of its version', async () => {
    const visitor = await newVisitor();
    const attributes = '/me/context/attributes';
    const response = await send(visitor, 'POST', attributes, { key: 'colour', value: 'green' });
    expect([response.status, response.text]).toEqual([201, '"colour"']);
    expect(response.headers['content-type']).toMatch(/^application\/json/);
    await call(visitor, 'POST', attributes, 201, { key: 'a/b', value: { deep: { down: ['1'] } } });
    expect((await getOwnContext(visitor)).context).toEqual({ colour: 'green', 'a/b': { deep: { down: ['1'] } } });
    await call(visitor, 'DELETE', `${attributes}/a%2Fb`, 204);
    const before = await getOwnContext(visitor);
    expect(before).toMatchObject({ context: { colour: 'green' }, metadata: { version: 4 } });
    shop.advanceClock(60);
    await call(visitor, 'DELETE', `${attributes}/nothing`, 204);
    expect(await getOwnContext(visitor)).toEqual(before);
    for (const value of [5, true, null, ['x'], undefined]) {
      expect(await call(visitor, 'POST', attributes, 400, { key: 'x', value })).toEqual(validationError('value'));
    }
    for (const key of ['', '__proto__', 'constructor', 'prototype', 'x'.repeat(256)]) {
      expect(await call(visitor, 'POST', attributes, 400, { key, value: 'x' })).toEqual(validationError('key'));
    }
    expect((await getOwnContext(visitor)).context).toEqual({ colour: 'green' });
  });

  describe('has a maximum size', () => {
    const set = async (caller: ApiClient, key: string, value: string, status: number): Promise<unknown> =>
      call(caller, 'POST', '/me/context/attributes', status, { key, value });
    const tooLarge = (size: string): unknown =>
      validationError('context', `the context must be no larger than ${size}`);

    it('of 64 KiB for a customer', async () => {
      const ada = await shop.customer();
      const value = 'x'.repeat(40_000);
      await set(ada, 'a', value, 201);
      expect(await set(ada, 'b', value, 400)).toEqual(tooLarge('64 KiB'));
      expect(Object.keys((await getOwnContext(ada)).context as Body)).toEqual(['a']);
    });

    it('of 8 KiB for a visitor, and a larger one after the login', async () => {
      const visitor = await newVisitor();
      const value = 'x'.repeat(5000);
      await set(visitor, 'a', value, 201);
      expect(await set(visitor, 'b', value, 400)).toEqual(tooLarge('8 KiB'));
      expect(await change(visitor, 2, { context: { b: value } }, 400)).toEqual(tooLarge('8 KiB'));
      expect(Object.keys((await getOwnContext(visitor)).context as Body)).toEqual(['a']);
      const ada = await shop.logIn(await shop.signUp(), visitor);
      await set(ada, 'b', 'x'.repeat(20_000), 201);
    });

    it('in bytes, not in characters', async () => {
      const [visitor, ada] = [await newVisitor(), await shop.customer()];
      expect(await set(visitor, 'a', '😀'.repeat(2100), 400)).toEqual(tooLarge('8 KiB'));
      expect(await set(ada, 'a', '😀'.repeat(16_500), 400)).toEqual(validationError('value'));
      expect(await set(ada, 'a', '😀'.repeat(16_300), 201)).toBe('a');
    });

    it('that the tenant sets for visitors', async () => {
      await shop.addTenant('roomy', { visitorContextBytes: 20_000 });
      const visitor = await shop.visitor('roomy');
      await set(visitor, 'a', 'x'.repeat(19_000), 201);
      expect(await set(visitor, 'b', 'x'.repeat(2000), 400)).toEqual(tooLarge('20000 bytes'));
    });

    it('of 64 KiB for a service, even in the context of a visitor', async () => {
      const [visitor, staff] = [await newVisitor(), await shop.serviceClient()];
      const body = { key: 'cart', value: 'x'.repeat(20_000) };
      await call(staff, 'POST', `/context/${visitor.id}/attributes`, 204, body);
      await set(visitor, 'a', 'x', 201);
    });
  });

  it('is copied to the customer’s session at the login, and kept on a refresh', async () => {
    const visitor = await newVisitor();
    const { createdAt } = (await getOwnContext(visitor)).metadata;
    await change(visitor, 1, { currency: 'GBP', context: { gift: 'yes' } });
    shop.advanceClock(60);
    const ada = await shop.logIn(await shop.signUp(), visitor);
    const kept = {
      sessionId: visitor.id,
      customerId: ada.id,
      currency: 'GBP',
      language: 'de',
      context: { gift: 'yes' },
    };
    expect(await getOwnContext(ada)).toMatchObject({ ...kept, metadata: { version: 2, createdAt } });
    const { access_token } = await ada.get<{ access_token: string }>(
      `/refreshauthtoken?refreshToken=${ada.login.refresh_token}`,
    );
    const later = new ApiClient(shop, access_token);
    await change(later, 2, { context: { card: 'yes' } });
    expect(await getOwnContext(later)).toMatchObject({ ...kept, context: { gift: 'yes', card: 'yes' } });
  });

  it('is created by an upsert, regardless of the version in the request', async () => {
    for (const body of [
      { siteCode: 'us' },
      { siteCode: 'us', metadata: null },
      { siteCode: 'us', metadata: { version: 7 } },
    ]) {
      const visitor = await newVisitor();
      const path = '/me/context?upsert=true';
      await call(visitor, 'PATCH', path, 204, body);
      expect(await getOwnContext(visitor)).toMatchObject({ ...contextParameters, siteCode: 'us' });
      expect(await call(visitor, 'PATCH', path, 409, { metadata: { version: 7 } })).toEqual(staleVersion(2));
      await call(visitor, 'PATCH', path, 204, { currency: 'usd' });
      expect(await getOwnContext(visitor)).toMatchObject({ siteCode: 'us', currency: 'USD', metadata: { version: 3 } });
    }
  });

  it.each(['', '?upsert=false'])('requires a version without an upsert: %j', async (query) => {
    const visitor = await newVisitor();
    expect(await call(visitor, 'PATCH', `/me/context${query}`, 400, { siteCode: 'us' })).toEqual(
      validationError('metadata'),
    );
  });

  it('keeps its creation time at the login, even if it was never changed', async () => {
    const visitor = await newVisitor();
    const { createdAt } = (await getOwnContext(visitor)).metadata;
    shop.advanceClock(60);
    expect((await getOwnContext(await shop.logIn(await shop.signUp(), visitor))).metadata).toMatchObject({ createdAt });
  });

  it('of a customer is a copy that the visitor’s token can neither read nor change', async () => {
    const visitor = await newVisitor();
    await change(visitor, 1, { context: { gift: 'yes' } });
    const before = await getOwnContext(visitor);
    const ada = await shop.logIn(await shop.signUp(), visitor);
    await change(ada, 2, { currency: 'GBP', context: { secret: 'of Ada', gift: null } });
    expect(await getOwnContext(visitor)).toEqual(before);
    expect(before).not.toHaveProperty('customerId');
    await change(visitor, 2, { currency: 'USD', context: { planted: 'by Eve' } });
    await call(visitor, 'POST', '/me/context/attributes', 201, { key: 'secret', value: 'by Eve' });
    await call(visitor, 'DELETE', '/me/context/attributes/gift', 204);
    expect(await getOwnContext(visitor)).toMatchObject({
      currency: 'USD',
      context: { planted: 'by Eve', secret: 'by Eve' },
    });
    expect(await getOwnContext(ada)).toMatchObject({
      ...{ customerId: ada.id, currency: 'GBP', context: { secret: 'of Ada' } },
      metadata: { version: 3 },
    });
    const eve = await shop.logIn(await shop.signUp(), visitor);
    expect(await getOwnContext(eve)).toMatchObject({ customerId: eve.id, context: {} });
    expect((await getOwnContext(ada)).context).toEqual({ secret: 'of Ada' });
  });

  it('of a customer follows the profile and the addresses', async () => {
    const ada = await shop.logIn(await shop.signUp(), await newVisitor());
    expect(await getOwnContext(ada)).toMatchObject({ currency: 'CHF', siteCode: 'ch', targetLocation: 'DE' });
    await ada.patch('/me', 200, { preferredCurrency: 'SEK', preferredSite: 'se' });
    const { id } = await ada.post<{ id: string }>('/me/addresses', 201, { country: 'SE' });
    const { id: other } = await ada.post<{ id: string }>('/me/addresses', 201, { country: 'NO' });
    const location = async (): Promise<unknown> => (await getOwnContext(ada)).targetLocation;
    expect(await getOwnContext(ada)).toMatchObject({ currency: 'SEK', siteCode: 'se', targetLocation: 'SE' });
    const flag = async (address: string, name: string): Promise<void> => {
      await rows(shop, `update addresses set ${name} = false where customer_id = $1`, [ada.id]);
      await rows(shop, `update addresses set ${name} = true where id = $1`, [address]);
    };
    await flag(other, 'is_default_billing');
    expect(await location()).toBe('SE');
    await flag(other, 'is_default_shipping');
    expect(await location()).toBe('NO');
    await flag('none', 'is_default_shipping');
    await flag(id, 'is_default_billing');
    expect(await location()).toBe('SE');
    await flag('none', 'is_default_billing');
    await ada.patch(`/me/addresses/${other}`, 200, { isDefault: true });
    expect(await location()).toBe('NO');
    await ada.delete(`/me/addresses/${other}`);
    expect(await location()).toBe('DE');
  });

  it('of a customer names the legal entity of the token, and no other one', async () => {
    const ada = await member(shop, 'Buyer');
    const second = await newCompany(shop);
    await assignCustomer(shop, ada, second);
    const legalEntityOf = async (caller: ApiClient) => {
      const { context, sessionId } = await getOwnContext(caller);
      const seen = await call(await shop.serviceClient(), 'GET', `/context/${String(sessionId)}`, 200);
      expect(seen.context).toEqual(context);
      return (context as { legalEntityId?: unknown }).legalEntityId;
    };
    const visitor = await shop.logInAnonymously();
    const { login, token } = await shop.logIn(ada, new ApiClient(shop, visitor.access_token));
    const customer = new ApiClient(shop, token);
    expect(await legalEntityOf(customer)).toBeUndefined();
    let { refresh_token } = login;
    for (const company of [second, ada.company]) {
      const query = new URLSearchParams({ refreshToken: refresh_token, legalEntityId: company }).toString();
      const refreshed = await customer.get<typeof login>(`/refreshauthtoken?${query}`);
      refresh_token = refreshed.refresh_token;
      const switched = new ApiClient(shop, refreshed.access_token);
      expect(await legalEntityOf(switched)).toBe(company);
      await call(switched, 'POST', '/me/context/attributes', 201, { key: 'legalEntityId', value: 'another' });
      expect(await legalEntityOf(switched)).toBe(company);
    }
    await sendCompanyRequest(await shop.serviceClient(), 'DELETE', `/contact-assignments/${ada.assignment}`);
    expect(await legalEntityOf(customer)).toBeUndefined();
  });

  it('keeps explicit values until they are set to null', async () => {
    const ada = await shop.logIn(await shop.signUp(), await newVisitor());
    await ada.post('/me/addresses', 201, { country: 'SE' });
    const chosen = { currency: 'GBP', siteCode: 'uk', targetLocation: 'GB', language: 'en' };
    await change(ada, 1, chosen);
    await ada.patch('/me', 200, { preferredCurrency: 'SEK', preferredSite: 'se' });
    expect(await getOwnContext(ada)).toMatchObject(chosen);
    await change(ada, 2, { currency: null, siteCode: null, targetLocation: null, language: null });
    const profile = { currency: 'SEK', siteCode: 'se', targetLocation: 'SE', language: 'de' };
    expect(await getOwnContext(ada)).toMatchObject(profile);
  });

  it('returns to the language of the anonymous login when the language is set to null', async () => {
    const visitor = await newVisitor();
    await change(visitor, 1, { language: 'fr' });
    expect((await getOwnContext(visitor)).language).toBe('fr');
    await change(visitor, 2, { language: null });
    expect((await getOwnContext(visitor)).language).toBe('de');
  });

  it('is separate in each session of a customer', async () => {
    const ada = await shop.customer();
    await change(ada, 1, { currency: 'GBP' });
    expect((await getOwnContext(await shop.logIn(ada))).currency).toBe('CHF');
  });

  it('is unavailable after the session has ended', async () => {
    const ada = await shop.customer();
    await change(ada, 1, { currency: 'GBP' });
    await ada.get(`/logout?accessToken=${ada.token}`, 204);
    expect(await change(ada, 2, { currency: 'USD' }, 401)).toEqual(invalidAccessToken);
    expect(await call(ada, 'GET', '/me/context', 401)).toEqual(invalidAccessToken);
  });

  it('is deleted with the customer, as is the context of the former visitor', async () => {
    const visitor = await newVisitor();
    await change(visitor, 1, { context: { gift: 'for Grandma' } });
    const { id } = await shop.logIn(await shop.signUp(), visitor);
    await (await shop.serviceClient()).delete(`/customers/${id}`, 202);
    expect(await rows(shop, 'select * from session_contexts where session_id = $1', [visitor.id])).toEqual([]);
  });
});
