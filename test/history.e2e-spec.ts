import { notAuthorized, unknownCustomer, validationError } from './support/responses.js';
import { rows } from './support/rows.js';
import { type Body, Shop, type ApiClient } from './support/shop.js';
import { type TimelineEntry, staffActions } from './support/timeline.js';

describe('the history of a customer', () => {
  let shop: Shop;
  let staff: ApiClient & { id: string };
  beforeAll(async () => {
    shop = await Shop.open({ restrictions: ['DE'] });
    staff = await shop.employee();
  });
  afterAll(() => shop.close());

  /** Creates a customer as a service, so that the actions of the employee stand out. */
  const createCustomer = async (body: Body = {}): Promise<string> =>
    (await (await shop.serviceClient()).post<{ id: string }>('/customers', 201, body)).id;
  const historyOf = (id: string, query = ''): Promise<TimelineEntry[]> => staffActions(staff, id, query);
  /** The newest entry, without actor and time. */
  const latest = async (id: string): Promise<Body> => {
    const [entry] = await historyOf(id);
    return { action: entry?.action, changes: entry?.changes };
  };

  it('contains actor, action, time and address', async () => {
    const id = await createCustomer();
    const before = Date.now();
    const response = await staff.send('PATCH', `/customers/${id}`, { body: { active: true } });
    expect(response.status).toBe(200);
    const [changed, created, ...rest] = await historyOf(id);
    expect(changed).toEqual({
      at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) as string,
      action: 'customer_changed',
      actor: { kind: 'employee', id: staff.id, address: '127.0.0.1' },
      changes: { fields: ['active'], from: { active: false }, to: { active: true } },
    });
    expect(Date.parse(changed?.at ?? '') - before).toBeGreaterThanOrEqual(0);
    expect(Date.parse(changed?.at ?? '')).toBeLessThanOrEqual(Date.now());
    expect(created).toMatchObject({ action: 'customer_created', actor: { kind: 'service', id: 'shop-service' } });
    expect(rest).toEqual([]);
  });

  it.each<[string, string, Body, Body]>([
    ['activation', '', { active: true }, { fields: ['active'], from: { active: false }, to: { active: true } }],
    ['a hold', '', { onHold: true }, { fields: ['onHold'], from: { onHold: false }, to: { onHold: true } }],
    [
      'a type change',
      '',
      { type: 'CONTACT' },
      { fields: ['type'], from: { type: 'CUSTOMER' }, to: { type: 'CONTACT' } },
    ],
    [
      'a restriction change',
      '',
      { restriction: 'DE' },
      { fields: ['restriction'], from: { restriction: null }, to: { restriction: 'DE' } },
    ],
    ['a name change', '', { firstName: 'Ada', lastName: null }, { fields: ['firstName'] }],
    ['a mixin change', '', { mixins: { loyalty: { points: 20 } } }, { fields: ['mixins'] }],
  ])('contains %s', async (_what, query, body, changes) => {
    for (const method of ['PATCH', 'PUT']) {
      const id = await createCustomer();
      await staff.send(method, `/customers/${id}${query}`, { body });
      expect(await latest(id)).toEqual({ action: 'customer_changed', changes });
    }
  });

  it('contains the change from a contact to an active customer', async () => {
    const id = await createCustomer({ type: 'CONTACT' });
    await staff.patch(`/customers/${id}`, 200, { type: 'CUSTOMER' });
    const { changes } = await latest(id);
    expect((changes as { fields: string[] }).fields.sort()).toEqual(['active', 'type']);
    expect(changes).toMatchObject({ to: { type: 'CUSTOMER', active: true } });
  });

  it('contains the creation by POST and by PUT', async () => {
    await staff.post('/customers', 201, { id: 'H-1' });
    await staff.put('/customers/H-2', 201, {});
    for (const id of ['H-1', 'H-2']) {
      expect(await historyOf(id)).toMatchObject([{ action: 'customer_created', actor: { id: staff.id } }]);
    }
  });

  it('contains the reason that a PUT gives for the standing of a new customer', async () => {
    const reason = 'Verified by telephone';
    await staff.put('/customers/H-3', 201, { active: true, reason });
    expect(await historyOf('H-3')).toMatchObject([{ action: 'customer_created', changes: { reason } }]);
    await staff.put('/customers/H-4', 201, { reason: ' ' });
    expect(await historyOf('H-4')).toMatchObject([{ action: 'customer_created', changes: {} }]);
  });

  it('contains every action on an address', async () => {
    const id = await createCustomer();
    const path = `/customers/${id}/addresses`;
    await staff.post(path, 201, { id: `A-${id}`, contactName: 'John Doe' });
    await staff.put(`${path}/B-${id}`, 201, { contactName: 'Jane Doe' });
    await staff.put(`${path}/B-${id}`, 204, { city: 'Rome' });
    await staff.patch(`${path}/A-${id}`, 200, { city: 'Berlin', street: 'Unter den Linden' });
    await staff.post(`${path}/A-${id}/tags?tags=BILLING`, 204);
    await staff.delete(`${path}/A-${id}/tags?tags=BILLING`);
    await staff.delete(`${path}/A-${id}`);
    const entries = await historyOf(id);
    expect(entries.slice(0, -1).every(({ actor }) => actor.id === staff.id)).toBe(true);
    expect(entries.reverse().map(({ action, changes }) => [action, changes])).toEqual([
      ['customer_created', {}],
      ['address_added', { address: `A-${id}` }],
      ['address_added', { address: `B-${id}` }],
      ['address_changed', { address: `B-${id}`, fields: ['city'] }],
      ['address_changed', { address: `A-${id}`, fields: ['city', 'street'] }],
      ['address_changed', { address: `A-${id}`, fields: ['tags'] }],
      ['address_changed', { address: `A-${id}`, fields: ['tags'] }],
      ['address_removed', { address: `A-${id}` }],
    ]);
  });

  it('remains after the customer is deleted', async () => {
    const id = await createCustomer();
    await staff.delete(`/customers/${id}`, 202);
    expect(await historyOf(id)).toMatchObject([
      { action: 'customer_deleted', actor: { id: staff.id } },
      { action: 'customer_created' },
    ]);
  });

  it('contains no rejected requests and no reads', async () => {
    const id = await createCustomer();
    const path = `/customers/${id}`;
    await staff.patch(path, 409, { firstName: 'Ada', metadata: { version: 7 } });
    await staff.patch(path, 400, { restriction: 'XX' });
    await staff.post('/customers', 409, { id });
    await staff.delete(`${path}/addresses/none`, 404);
    await staff.patch(`${path}/addresses/none`, 404, { city: 'Rome' });
    await staff.get(path);
    expect(await historyOf(id)).toHaveLength(1);
  });

  it('contains no changes that the customer makes to the profile and the addresses', async () => {
    const ada = await shop.customer();
    const before = await staff.get(`/customers/${ada.id}/history`);
    await ada.patch('/me', 200, { firstName: 'Ada' });
    const { id } = await ada.post('/me/addresses', 201, { city: 'Rome' });
    await ada.patch(`/me/addresses/${String(id)}`, 200, { city: 'Oslo' });
    await ada.post(`/me/addresses/${String(id)}/tags?tags=A`, 204);
    await ada.delete(`/me/addresses/${String(id)}`);
    expect(await staff.get(`/customers/${ada.id}/history`)).toEqual(before);
  });

  it('contains the employee who acts with the customer’s token', async () => {
    const ada = await shop.customer();
    const employee = await shop.employee('support');
    const { accessToken } = await employee.post('/assistedbuying/login', 200, {
      customerNumber: ada.id,
      reason: 'Order by telephone',
    });
    const headers = { authorization: `Bearer ${String(accessToken)}` };
    await shop.unauthenticated.send('PATCH', '/me', { body: { firstName: 'Ada' }, headers });
    const { body } = await shop.unauthenticated.send('POST', '/me/addresses', { body: { city: 'Rome' }, headers });
    const address = String(body.id);
    await shop.unauthenticated.send('PATCH', `/me/addresses/${address}`, { body: { city: 'Oslo' }, headers });
    await shop.unauthenticated.send('DELETE', `/me/addresses/${address}`, { headers });
    const entries = await historyOf(ada.id);
    expect(entries.slice(0, 5)).toMatchObject([
      { action: 'address_removed', changes: { address } },
      { action: 'address_changed', changes: { address, fields: ['city'] } },
      { action: 'address_added', changes: { address } },
      { action: 'customer_changed', changes: { fields: ['firstName'] } },
      { action: 'acted_for_customer', changes: { reason: 'Order by telephone' } },
    ]);
    for (const { actor } of entries.slice(0, 5)) {
      expect(actor).toEqual({ kind: 'employee', id: employee.id, address: '127.0.0.1' });
    }
  });

  it('contains no personal data', async () => {
    const secret = 'Xyzzy';
    const lines = { contactName: secret, street: secret, city: secret, contactPhone: secret, tags: [secret] };
    const profile = { firstName: secret, lastName: secret, company: secret, contactPhone: secret };
    const more = { mixins: { [secret]: { [secret]: secret } }, contactEmail: `${secret}@example.com` };
    const id = await createCustomer({ ...profile, ...more, password: `${secret} words` });
    await staff.patch(`/customers/${id}`, 200, {
      ...profile,
      firstName: `${secret}2`,
      mixins: { [secret]: { a: secret } },
    });
    const { id: address } = await staff.post(`/customers/${id}/addresses`, 201, lines);
    await staff.patch(`/customers/${id}/addresses/${String(address)}`, 200, { city: `${secret}2` });
    await staff.delete(`/customers/${id}`, 202);
    const kept = await rows<{ row: string }>(shop, 'select h::text as row from history h where customer_id = $1', [id]);
    expect(kept).toHaveLength(5);
    expect(JSON.stringify(kept).toLowerCase()).not.toContain(secret.toLowerCase());
  });

  it('is paged, newest first', async () => {
    const id = await createCustomer();
    for (const firstName of ['a', 'b', 'c']) await staff.patch(`/customers/${id}`, 200, { firstName });
    const all = await historyOf(id);
    expect(all.map(({ action }) => action)).toEqual([
      'customer_changed',
      'customer_changed',
      'customer_changed',
      'customer_created',
    ]);
    expect(await historyOf(id, '?pageNumber=2&pageSize=3')).toEqual(all.slice(3));
    expect(await staff.get(`/customers/${id}/history?pageNumber=2&pageSize=9`)).toEqual([]);
    expect(await staff.get(`/customers/${id}/history?pageNumber=2`, 400)).toEqual(validationError('pageSize'));
  });

  it('is 404 for an unknown customer', async () => {
    expect(await staff.get('/customers/4711/history', 404)).toEqual(unknownCustomer('4711'));
  });

  it('requires customer_read of the same tenant', async () => {
    const id = await createCustomer();
    expect(await (await shop.employee('viewer')).get(`/customers/${id}/history`)).toHaveLength(1);
    const writer = await shop.serviceClient('customer.customer_manage');
    expect(await writer.get(`/customers/${id}/history`, 403)).toEqual(notAuthorized);
    expect(await (await shop.customer()).get(`/customers/${id}/history`, 403)).toEqual(notAuthorized);
    await shop.addTenant('other');
    const other = await shop.serviceClient(undefined, 'other');
    expect(await other.get(`/customers/${id}/history`, 404)).toEqual(unknownCustomer(id));
  });
});

it('the history of a reused number hides the previous customer from a restricted caller', async () => {
  const shop = await Shop.open({ restrictions: ['DE', 'FR'], enableRecreationOfDeletedCustomer: true });
  const all = await shop.serviceClient();
  for (const restriction of ['FR', 'DE']) {
    if (restriction === 'DE') await all.delete('/customers/used', 202);
    shop.advanceClock(1);
    await all.put('/customers/used', 201, { restriction });
  }
  const german = await shop.serviceClient('customer.customer_read--DE');
  expect(await german.get('/customers/used/history')).toMatchObject([{ action: 'customer_created' }]);
  expect(await all.get('/customers/used/history')).toHaveLength(3);
  await shop.close();
});
