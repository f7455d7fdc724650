import { randomUUID } from 'node:crypto';
import { blames, deadToken } from './support/answers.js';
import { rows } from './support/rows.js';
import { call, own, send, stale, told } from './support/contexts.js';
import { type Body, Shop, Visitor } from './support/shop.js';

const instant = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) as string;

describe('the context of a session', () => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await Shop.open({ activation: 'none', preferredCurrency: 'CHF', preferredSite: 'ch' });
  });
  afterAll(() => shop.close());

  const change = async (who: Visitor, version: number, changes: Body, status = 204): Promise<unknown> =>
    call(who, 'PATCH', '/me/context', status, { ...changes, metadata: { version } });
  /** A visitor who tells what there is to tell. */
  const arrived = async (query: Record<string, string> = told): Promise<Visitor & { id: string }> => {
    const { access_token, sessionId } = await shop.anonymous(query);
    return Object.assign(new Visitor(shop, access_token), { id: sessionId });
  };

  it('begins at the anonymous login, with what was told there', async () => {
    const visitor = await arrived();
    const context = await own(visitor);
    expect(context).toEqual({
      sessionId: visitor.id,
      ...told,
      context: {},
      metadata: { version: 1, createdAt: instant, modifiedAt: instant },
    });
    expect(context.metadata.modifiedAt).toBe(context.metadata.createdAt);
  });

  it('is the tenant’s default where nothing was told', async () => {
    const visitor = await arrived({});
    const { metadata: _, ...context } = await own(visitor);
    expect(context).toEqual({ sessionId: visitor.id, currency: 'CHF', siteCode: 'ch', context: {} });
  });

  it('changes what is sent, and leaves the rest', async () => {
    const visitor = await arrived();
    shop.later(60);
    await change(visitor, 1, { currency: 'USD', context: { gift: 'yes', size: { shoe: '42' } } });
    const before = await own(visitor);
    expect(before).toMatchObject({ ...told, currency: 'USD', context: { gift: 'yes', size: { shoe: '42' } } });
    expect(before.metadata.version).toBe(2);
    expect(Date.parse(before.metadata.modifiedAt) - Date.parse(before.metadata.createdAt)).toBeGreaterThan(59_000);
    await change(visitor, 2, { siteCode: 'us', currency: null, context: { gift: null, size: { hat: '57' } } });
    const { metadata, ...after } = await own(visitor);
    expect(after).toEqual({ sessionId: visitor.id, ...told, siteCode: 'us', context: { size: { hat: '57' } } });
    expect(metadata).toMatchObject({ version: 3, createdAt: before.metadata.createdAt });
  });

  it('ignores what a storefront may not change', async () => {
    const visitor = await arrived();
    const stranger = { sessionId: randomUUID(), customerId: '4711', cartId: '4711', colour: 'green' };
    await change(visitor, 1, { ...stranger, metadata: { version: 1 } });
    const { metadata: _, ...context } = await own(visitor);
    expect(context).toEqual({ sessionId: visitor.id, ...told, context: {} });
  });

  it('is changed only from its present version', async () => {
    const visitor = await arrived();
    expect(await change(visitor, 2, { currency: 'USD' }, 409)).toEqual(stale(1));
    expect(await change(visitor, 1e300, { currency: 'USD' }, 409)).toEqual(stale(1));
    await change(visitor, 1, { currency: 'USD' });
    expect(await change(visitor, 1, { currency: 'GBP' }, 409)).toEqual(stale(2));
    expect((await own(visitor)).currency).toBe('USD');
  });

  it('is changed by one of two at once', async () => {
    const visitor = await arrived();
    const both = await Promise.all(
      ['USD', 'GBP'].map((currency) =>
        send(visitor, 'PATCH', '/me/context', { currency, metadata: { version: 1 } }).then(({ status }) => status),
      ),
    );
    expect(both.sort()).toEqual([204, 409]);
    expect((await own(visitor)).metadata.version).toBe(2);
  });

  it.each<[string, Body, string]>([
    ['no metadata', { currency: 'USD' }, 'metadata'],
    ['no version', { metadata: {} }, 'metadata.version'],
    ['null for a version', { metadata: { version: null } }, 'metadata.version'],
    ['half a version', { metadata: { version: 1.5 } }, 'metadata.version'],
    ['a text for a version', { metadata: { version: '1' } }, 'metadata.version'],
    ['a number for a currency', { currency: 5, metadata: { version: 1 } }, 'currency'],
    ['no currency', { currency: 'NOPE', metadata: { version: 1 } }, 'currency'],
    ['an empty currency', { currency: '', metadata: { version: 1 } }, 'currency'],
    ['an empty site', { siteCode: '', metadata: { version: 1 } }, 'siteCode'],
    ['a list for a context', { context: [], metadata: { version: 1 } }, 'context'],
    ['null for a context', { context: null, metadata: { version: 1 } }, 'context'],
  ])('is not changed by %s', async (_what, body, field) => {
    const visitor = await arrived();
    const before = await own(visitor);
    expect(await call(visitor, 'PATCH', '/me/context', 400, body)).toEqual(blames(field));
    expect(await own(visitor)).toEqual(before);
  });

  it('takes attributes one by one, whatever its version', async () => {
    const visitor = await arrived();
    const attributes = '/me/context/attributes';
    const answer = await send(visitor, 'POST', attributes, { key: 'colour', value: 'green' });
    expect([answer.status, answer.text]).toEqual([201, '"colour"']);
    expect(answer.headers['content-type']).toMatch(/^application\/json/);
    await call(visitor, 'POST', attributes, 201, { key: 'a/b', value: { deep: { down: ['1'] } } });
    expect((await own(visitor)).context).toEqual({ colour: 'green', 'a/b': { deep: { down: ['1'] } } });
    await call(visitor, 'DELETE', `${attributes}/a%2Fb`, 204);
    const before = await own(visitor);
    expect(before).toMatchObject({ context: { colour: 'green' }, metadata: { version: 4 } });
    shop.later(60);
    await call(visitor, 'DELETE', `${attributes}/nothing`, 204);
    expect(await own(visitor)).toEqual(before);
    for (const value of [5, true, null, ['x'], undefined]) {
      expect(await call(visitor, 'POST', attributes, 400, { key: 'x', value })).toEqual(blames('value'));
    }
    for (const key of ['', '__proto__', 'x'.repeat(256)]) {
      expect(await call(visitor, 'POST', attributes, 400, { key, value: 'x' })).toEqual(blames('key'));
    }
    expect((await own(visitor)).context).toEqual({ colour: 'green' });
  });

  describe('has a maximum', () => {
    const set = async (who: Visitor, key: string, value: string, status: number): Promise<unknown> =>
      call(who, 'POST', '/me/context/attributes', status, { key, value });
    const tooLarge = (size: string): unknown => blames('context', `the context must be no larger than ${size}`);

    it('of 64 KiB for a customer', async () => {
      const ada = await shop.loggedIn();
      const value = 'x'.repeat(40_000);
      await set(ada, 'a', value, 201);
      expect(await set(ada, 'b', value, 400)).toEqual(tooLarge('64 KiB'));
      expect(Object.keys((await own(ada)).context as Body)).toEqual(['a']);
    });

    it('of 8 KiB for a visitor, who may use more after the login', async () => {
      const visitor = await arrived();
      const value = 'x'.repeat(5000);
      await set(visitor, 'a', value, 201);
      expect(await set(visitor, 'b', value, 400)).toEqual(tooLarge('8 KiB'));
      expect(await change(visitor, 2, { context: { b: value } }, 400)).toEqual(tooLarge('8 KiB'));
      expect(Object.keys((await own(visitor)).context as Body)).toEqual(['a']);
      const ada = await shop.logIn(await shop.signedUp(), visitor);
      await set(ada, 'b', 'x'.repeat(20_000), 201);
    });

    it('in bytes', async () => {
      const [visitor, ada] = [await arrived(), await shop.loggedIn()];
      expect(await set(visitor, 'a', '😀'.repeat(2100), 400)).toEqual(tooLarge('8 KiB'));
      expect(await set(ada, 'a', '😀'.repeat(16_500), 400)).toEqual(blames('value'));
      expect(await set(ada, 'a', '😀'.repeat(16_300), 201)).toBe('a');
    });

    it('that the tenant sets for visitors', async () => {
      await shop.addTenant('roomy', { visitorContextBytes: 20_000 });
      const visitor = await shop.visitor('roomy');
      await set(visitor, 'a', 'x'.repeat(19_000), 201);
      expect(await set(visitor, 'b', 'x'.repeat(2000), 400)).toEqual(tooLarge('20000 bytes'));
    });

    it('of 64 KiB for a service, also in the context of a visitor', async () => {
      const [visitor, staff] = [await arrived(), await shop.employee()];
      const body = { key: 'cart', value: 'x'.repeat(20_000) };
      await call(staff, 'POST', `/context/${visitor.id}/attributes`, 204, body);
      await set(visitor, 'a', 'x', 201);
    });
  });

  it('passes to the customer at the login, and stays with a refresh', async () => {
    const visitor = await arrived();
    const { createdAt } = (await own(visitor)).metadata;
    await change(visitor, 1, { currency: 'GBP', context: { gift: 'yes' } });
    shop.later(60);
    const ada = await shop.logIn(await shop.signedUp(), visitor);
    const kept = {
      sessionId: visitor.id,
      customerId: ada.id,
      currency: 'GBP',
      language: 'de',
      context: { gift: 'yes' },
    };
    expect(await own(ada)).toMatchObject({ ...kept, metadata: { version: 2, createdAt } });
    const { access_token } = await ada.get<{ access_token: string }>(
      `/refreshauthtoken?refreshToken=${ada.login.refresh_token}`,
    );
    const later = new Visitor(shop, access_token);
    await change(later, 2, { context: { card: 'yes' } });
    expect(await own(later)).toMatchObject({ ...kept, context: { gift: 'yes', card: 'yes' } });
  });

  it('begins when it did, also where nothing was changed before the login', async () => {
    const visitor = await arrived();
    const { createdAt } = (await own(visitor)).metadata;
    shop.later(60);
    expect((await own(await shop.logIn(await shop.signedUp(), visitor))).metadata).toMatchObject({ createdAt });
  });

  it('of the customer is a copy made at the login: the visitor’s token reads and changes only its own', async () => {
    const visitor = await arrived();
    await change(visitor, 1, { context: { gift: 'yes' } });
    const before = await own(visitor);
    const ada = await shop.logIn(await shop.signedUp(), visitor);
    await change(ada, 2, { currency: 'GBP', context: { secret: 'of Ada', gift: null } });
    expect(await own(visitor)).toEqual(before);
    expect(before).not.toHaveProperty('customerId');
    await change(visitor, 2, { currency: 'USD', context: { planted: 'by Eve' } });
    await call(visitor, 'POST', '/me/context/attributes', 201, { key: 'secret', value: 'by Eve' });
    await call(visitor, 'DELETE', '/me/context/attributes/gift', 204);
    expect(await own(visitor)).toMatchObject({ currency: 'USD', context: { planted: 'by Eve', secret: 'by Eve' } });
    expect(await own(ada)).toMatchObject({
      ...{ customerId: ada.id, currency: 'GBP', context: { secret: 'of Ada' } },
      metadata: { version: 3 },
    });
    const eve = await shop.logIn(await shop.signedUp(), visitor);
    expect(await own(eve)).toMatchObject({ customerId: eve.id, context: {} });
    expect((await own(ada)).context).toEqual({ secret: 'of Ada' });
  });

  it('follows a customer’s profile and addresses', async () => {
    const ada = await shop.logIn(await shop.signedUp(), await arrived());
    expect(await own(ada)).toMatchObject({ currency: 'CHF', siteCode: 'ch', targetLocation: 'DE' });
    await ada.patch('/me', 200, { preferredCurrency: 'SEK', preferredSite: 'se' });
    const { id } = await ada.post<{ id: string }>('/me/addresses', 201, { country: 'SE' });
    const { id: other } = await ada.post<{ id: string }>('/me/addresses', 201, { country: 'NO' });
    const location = async (): Promise<unknown> => (await own(ada)).targetLocation;
    expect(await own(ada)).toMatchObject({ currency: 'SEK', siteCode: 'se', targetLocation: 'SE' });
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

  it('keeps what the session chose, until it is given up', async () => {
    const ada = await shop.logIn(await shop.signedUp(), await arrived());
    await ada.post('/me/addresses', 201, { country: 'SE' });
    const chosen = { currency: 'GBP', siteCode: 'uk', targetLocation: 'GB', language: 'en' };
    await change(ada, 1, chosen);
    await ada.patch('/me', 200, { preferredCurrency: 'SEK', preferredSite: 'se' });
    expect(await own(ada)).toMatchObject(chosen);
    await change(ada, 2, { currency: null, siteCode: null, targetLocation: null, language: null });
    const profile = { currency: 'SEK', siteCode: 'se', targetLocation: 'SE', language: 'de' };
    expect(await own(ada)).toMatchObject(profile);
  });

  it('gives up a language that was chosen for the one of the login', async () => {
    const visitor = await arrived();
    await change(visitor, 1, { language: 'fr' });
    expect((await own(visitor)).language).toBe('fr');
    await change(visitor, 2, { language: null });
    expect((await own(visitor)).language).toBe('de');
  });

  it('is another one in each session of a customer', async () => {
    const ada = await shop.loggedIn();
    await change(ada, 1, { currency: 'GBP' });
    expect((await own(await shop.logIn(ada))).currency).toBe('CHF');
  });

  it('is over with the session', async () => {
    const ada = await shop.loggedIn();
    await change(ada, 1, { currency: 'GBP' });
    await ada.get(`/logout?accessToken=${ada.token}`, 204);
    expect(await change(ada, 2, { currency: 'USD' }, 401)).toEqual(deadToken);
    expect(await call(ada, 'GET', '/me/context', 401)).toEqual(deadToken);
  });

  it('leaves nothing of a customer who is removed, nor of the visitor that was', async () => {
    const visitor = await arrived();
    await change(visitor, 1, { context: { gift: 'for Grandma' } });
    const { id } = await shop.logIn(await shop.signedUp(), visitor);
    await (await shop.employee()).delete(`/customers/${id}`, 202);
    expect(await rows(shop, 'select * from session_contexts where session_id = $1', [visitor.id])).toEqual([]);
  });
});
