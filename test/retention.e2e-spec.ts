import { Clock } from '../src/common/clock.js';
import { notAuthorized } from './support/answers.js';
import { type Answer, type Person, Shop, type Visitor } from './support/shop.js';

const PATH = '/config/password-migration-retention';
/** Of `Grüße, Ada`; from `src/passwords/legacy/registry.spec.ts`. */
const legacyAuth = {
  algorithm: 'salted-sha1',
  hash: '6b5cf6462464e4509cd84343f61914a08fd708fd',
  context: { salt: 'NaCl' },
};

describe('the period of a password migration', () => {
  let shop: Shop;
  let employee: Visitor;
  beforeEach(async () => {
    shop = await Shop.open({ restrictions: ['DE'] });
    employee = await shop.employee();
  });
  afterEach(() => shop.close());

  /** That many days from the service's today. */
  const day = (days: number): string =>
    shop.app
      .get(Clock)
      .in(days * 24 * 3600)
      .toISOString()
      .slice(0, 10);

  /** A customer with a password of an older system. */
  async function bring(): Promise<Person & { id: string; code: number }> {
    const { email } = shop.person();
    const item = { account: { email, legacyAuth } };
    const { body }: Answer<{ id: string; code: number }[]> = await employee.send('POST', '/customers/import', {
      body: [item],
    });
    return { email, password: 'Grüße, Ada', id: body[0]?.id ?? '', code: body[0]?.code ?? 0 };
  }

  it('that is for nobody to decide on who is limited to some of the customers', async () => {
    await employee.post(PATH, 200, { retentionEndDate: day(10) });
    const limited = await shop.employee('customer.import_manage--DE customer.import_read--DE');
    expect(await limited.post(PATH, 403, { retentionEndDate: day(1) })).toEqual(notAuthorized);
    expect(await limited.delete(PATH, 403)).toEqual(notAuthorized);
    expect(await limited.get(PATH)).toMatchObject({ retentionEndDate: day(10) });
  });

  it('that is set, read, replaced and removed', async () => {
    await employee.get(PATH, 404);
    const set = { retentionEndDate: day(40), emailReminderDate: day(20), emailNotificationsEnabled: false };
    expect(await employee.post(PATH, 200, set)).toEqual(set);
    expect(await employee.get(PATH)).toEqual(set);
    const sooner = await employee.post(PATH, 200, { retentionEndDate: day(10) });
    const whole = { retentionEndDate: day(10), emailReminderDate: day(3), emailNotificationsEnabled: true };
    expect(sooner).toEqual(whole);
    expect(await employee.get(PATH)).toEqual(whole);
    await employee.delete(PATH, 204);
    expect(await employee.get(PATH, 404)).toMatchObject({ status: 404, type: 'resource_not_found' });
    await employee.delete(PATH, 204);
  });

  it.each([
    [40, 33],
    [9, 2],
    [8, 1],
    [7, 1],
    [2, 1],
    [1, 0],
  ])('of %i days, whose reminder is on day %i', async (end, reminder) => {
    const set = await employee.post(PATH, 200, { retentionEndDate: day(end) });
    expect(set).toMatchObject({ emailReminderDate: day(reminder) });
  });

  it.each([
    ['retentionEndDate', 'that is missing', () => ({})],
    ['retentionEndDate', 'that is today', () => ({ retentionEndDate: day(0) })],
    ['retentionEndDate', 'that no calendar has', () => ({ retentionEndDate: '2999-02-30' })],
    ['retentionEndDate', 'with a time', () => ({ retentionEndDate: '2999-02-03T00:00:00Z' })],
    ['retentionEndDate', 'that is a number', () => ({ retentionEndDate: 20990101 })],
    ['emailReminderDate', 'that is past', () => ({ retentionEndDate: day(9), emailReminderDate: day(-1) })],
    ['emailReminderDate', 'on the last day', () => ({ retentionEndDate: day(9), emailReminderDate: day(9) })],
    ['emailReminderDate', 'that is null', () => ({ retentionEndDate: day(9), emailReminderDate: null })],
    ['emailNotificationsEnabled', 'of text', () => ({ retentionEndDate: day(9), emailNotificationsEnabled: 'no' })],
  ])('but no %s %s', async (field, _what, body) => {
    expect(await employee.post(PATH, 400, body())).toMatchObject({ details: [{ field }] });
    await employee.get(PATH, 404);
  });

  it('that stays while somebody needs it', async () => {
    await employee.post(PATH, 200, { retentionEndDate: day(30) });
    const ada = await bring();
    expect(await employee.delete(PATH, 400)).toEqual({
      status: 400,
      type: 'validation_failure',
      message: 'Configuration removal is not possible until password migration is concluded.',
    });
    await shop.logIn(ada);
    await employee.delete(PATH, 204);
  });

  it('that is not removed under an import', async () => {
    await employee.post(PATH, 200, { retentionEndDate: day(30) });
    const imports = Array.from({ length: 8 }, () => bring());
    const removal = employee.send('DELETE', PATH);
    const brought = await Promise.all(imports);
    const { status } = await removal;
    // Either nobody came before it was gone, or it stays.
    expect(brought.some(({ code }) => code === 201)).toBe(status === 400);
  });

  it('of each tenant its own', async () => {
    await shop.addTenant('other');
    await employee.post(PATH, 200, { retentionEndDate: day(30) });
    await bring();
    const other = await shop.employee(undefined, 'other');
    await other.get(PATH, 404);
    await other.delete(PATH, 204);
    await employee.get(PATH, 200);
  });
});
