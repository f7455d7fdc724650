import { Clock } from '../src/common/clock.js';
import { notAuthorized } from './support/responses.js';
import { type Response, type Person, Shop, type ApiClient } from './support/shop.js';

const PATH = '/config/password-migration-retention';
/** The hash of `Grüße, Ada`, from `src/passwords/legacy/registry.spec.ts`. */
const legacyAuth = {
  algorithm: 'salted-sha1',
  hash: '6b5cf6462464e4509cd84343f61914a08fd708fd',
  context: { salt: 'NaCl' },
};

describe('the retention period of a password migration', () => {
  let shop: Shop;
  let service: ApiClient;
  beforeAll(async () => (shop = await Shop.open({ restrictions: ['DE'] })));
  beforeEach(async () => {
    await shop.reset();
    service = await shop.serviceClient();
  });
  afterAll(() => shop.close());

  /** The date that many days after the service's current date. */
  const day = (days: number): string =>
    shop.app
      .get(Clock)
      .in(days * 24 * 3600)
      .toISOString()
      .slice(0, 10);

  /** Imports a customer with a password of an older system. */
  async function importCustomer(): Promise<Person & { id: string; code: number }> {
    const { email } = shop.person();
    const item = { account: { email, legacyAuth } };
    const { body }: Response<{ id: string; code: number }[]> = await service.send('POST', '/customers/import', {
      body: [item],
    });
    return { email, password: 'Grüße, Ada', id: body[0]?.id ?? '', code: body[0]?.code ?? 0 };
  }

  it('cannot be changed by an employee with a restricted scope', async () => {
    await service.post(PATH, 200, { retentionEndDate: day(10) });
    const limited = await shop.serviceClient('customer.import_manage--DE customer.import_read--DE');
    expect(await limited.post(PATH, 403, { retentionEndDate: day(1) })).toEqual(notAuthorized);
    expect(await limited.delete(PATH, 403)).toEqual(notAuthorized);
    expect(await limited.get(PATH)).toMatchObject({ retentionEndDate: day(10) });
  });

  it('is set, read, replaced and deleted', async () => {
    await service.get(PATH, 404);
    const set = { retentionEndDate: day(40), emailReminderDate: day(20), emailNotificationsEnabled: false };
    expect(await service.post(PATH, 200, set)).toEqual(set);
    expect(await service.get(PATH)).toEqual(set);
    const sooner = await service.post(PATH, 200, { retentionEndDate: day(10) });
    const complete = { retentionEndDate: day(10), emailReminderDate: day(3), emailNotificationsEnabled: true };
    expect(sooner).toEqual(complete);
    expect(await service.get(PATH)).toEqual(complete);
    await service.delete(PATH, 204);
    expect(await service.get(PATH, 404)).toMatchObject({ status: 404, type: 'resource_not_found' });
    await service.delete(PATH, 204);
  });

  it.each([
    [40, 33],
    [9, 2],
    [8, 1],
    [7, 1],
    [2, 1],
    [1, 0],
  ])('of %i days has its reminder on day %i', async (end, reminder) => {
    const set = await service.post(PATH, 200, { retentionEndDate: day(end) });
    expect(set).toMatchObject({ emailReminderDate: day(reminder) });
    const unset = { retentionEndDate: day(end), emailReminderDate: null, emailNotificationsEnabled: null };
    expect(await service.post(PATH, 200, unset)).toEqual(set);
  });

  it.each([
    ['retentionEndDate', 'is missing', () => ({})],
    ['retentionEndDate', 'is today', () => ({ retentionEndDate: day(0) })],
    ['retentionEndDate', 'does not exist', () => ({ retentionEndDate: '2999-02-30' })],
    ['retentionEndDate', 'has a time', () => ({ retentionEndDate: '2999-02-03T00:00:00Z' })],
    ['retentionEndDate', 'is a number', () => ({ retentionEndDate: 20990101 })],
    ['emailReminderDate', 'is in the past', () => ({ retentionEndDate: day(9), emailReminderDate: day(-1) })],
    ['emailReminderDate', 'is the last day', () => ({ retentionEndDate: day(9), emailReminderDate: day(9) })],
    ['emailNotificationsEnabled', 'is a string', () => ({ retentionEndDate: day(9), emailNotificationsEnabled: 'no' })],
  ])('is rejected if %s %s', async (field, _what, body) => {
    expect(await service.post(PATH, 400, body())).toMatchObject({ details: [{ field }] });
    await service.get(PATH, 404);
  });

  it('cannot be deleted while a customer still has a legacy password', async () => {
    await service.post(PATH, 200, { retentionEndDate: day(30) });
    const ada = await importCustomer();
    expect(await service.delete(PATH, 400)).toEqual({
      status: 400,
      type: 'validation_failure',
      message: 'Configuration removal is not possible until password migration is concluded.',
    });
    await shop.logIn(ada);
    await service.delete(PATH, 204);
  });

  it('cannot be deleted during an import', async () => {
    await service.post(PATH, 200, { retentionEndDate: day(30) });
    const imports = Array.from({ length: 8 }, () => importCustomer());
    const removal = service.send('DELETE', PATH);
    const imported = await Promise.all(imports);
    const { status } = await removal;
    // Either no customer was imported before the deletion, or the deletion was rejected.
    expect(imported.some(({ code }) => code === 201)).toBe(status === 400);
  });

  it('is separate for each tenant', async () => {
    await shop.addTenant('other');
    await service.post(PATH, 200, { retentionEndDate: day(30) });
    await importCustomer();
    const other = await shop.serviceClient(undefined, 'other');
    await other.get(PATH, 404);
    await other.delete(PATH, 204);
    await service.get(PATH, 200);
  });
});
