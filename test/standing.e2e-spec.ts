import { EntityManager } from '@mikro-orm/postgresql';
import { StandingOfCustomers } from '../src/migrations/20261129T2300_standing.js';
import { member } from './support/companies.js';
import { validationError } from './support/responses.js';
import { rows } from './support/rows.js';
import { type ApiClient, type Body, Shop } from './support/shop.js';
import { staffActions } from './support/timeline.js';

describe('the standing of a customer', () => {
  let shop: Shop;
  let staff: ApiClient;
  beforeAll(async () => {
    shop = await Shop.open();
    staff = await shop.serviceClient();
  });
  afterAll(() => shop.close());

  const read = (id: string): Promise<Body> => staff.get(`/customers/${id}`);
  const standingOf = async (id: string): Promise<unknown> => (await read(id)).standing;
  const found = async (q: string, sort = ''): Promise<unknown[]> => {
    const query = new URLSearchParams({ q, ...(sort && { sort }) });
    return (await staff.get<Body[]>(`/customers?${query.toString()}`)).map(({ id }) => id);
  };

  it('is awaiting after the sign-up, active after the activation, and deactivated afterwards', async () => {
    const { id } = await shop.signUp();
    const before = await read(id);
    expect(before).toMatchObject({ standing: 'awaiting', standingSince: before.metadataCreatedAt });

    shop.advanceClock(60);
    await staff.patch(`/customers/${id}`, 200, { active: true });
    const active = await read(id);
    expect(active).toMatchObject({ standing: 'active', active: true });
    const seconds = (Date.parse(String(active.standingSince)) - Date.parse(String(before.standingSince))) / 1000;
    expect(seconds).toBeGreaterThanOrEqual(60);

    // A hold and other changes are no decisions about the standing.
    await staff.patch(`/customers/${id}`, 200, { onHold: true, firstName: 'Ada' });
    expect(await read(id)).toMatchObject({ standing: 'active', standingSince: active.standingSince });

    await staff.patch(`/customers/${id}`, 200, { active: false });
    expect(await standingOf(id)).toBe('deactivated');
    await staff.patch(`/customers/${id}`, 200, { active: true });
    expect(await standingOf(id)).toBe('active');
  });

  it('is awaiting or active for customers whom employees create', async () => {
    const [waiting, active] = [
      await staff.post('/customers', 201, {}),
      await staff.put('/customers/S-1', 201, { active: true }),
    ];
    expect([await standingOf(String(waiting.id)), await standingOf(String(active.id))]).toEqual(['awaiting', 'active']);
  });

  it('follows the flag of the API, whatever statement changes it', async () => {
    const { id } = await shop.signUp();
    await rows(shop, 'update customers set active = true where id = $1', [id]);
    expect(await standingOf(id)).toBe('active');
    await expect(rows(shop, "update customers set standing = 'declined' where id = $1", [id])).rejects.toThrow(
      'customers_standing_active',
    );
  });

  it('can be searched and sorted', async () => {
    const [first, second, third] = [await shop.signUp(), await shop.signUp(), await shop.signUp()];
    shop.advanceClock(1);
    for (const { id } of [second, first]) {
      await staff.patch(`/customers/${id}`, 200, { active: true });
      shop.advanceClock(1);
    }
    const among = `id:(${[first, second, third].map(({ id }) => id).join(',')})`;
    expect(await found(`${among} standing:awaiting`)).toEqual([third.id]);
    expect(await found(`${among} standing:active`, 'standingSince')).toEqual([second.id, first.id]);
    expect(await found(among, 'standingSince:desc')).toEqual([first.id, second.id, third.id]);
    const since = (await read(first.id)).standingSince;
    expect(await found(`${among} standingSince:>="${String(since)}"`)).toEqual([first.id]);
  });

  it('comes with the confirmation, the lock and the last login, which can be searched', async () => {
    const ada = await shop.customer();
    const bob = await shop.signUp();
    const among = `id:(${ada.id},${bob.id})`;
    await rows(shop, 'update customers set confirmed_at = now() where id = $1', [ada.id]);
    expect(await read(bob.id)).toMatchObject({ emailConfirmed: false, lockedUntil: null });
    expect(await read(ada.id)).toMatchObject({
      emailConfirmed: true,
      lockedUntil: null,
      lastLogin: expect.any(String),
    });
    expect(await found(`${among} emailConfirmed:false`)).toEqual([bob.id]);
    expect(await found(`${among} lastLogin:null`)).toEqual([bob.id]);

    const visitor = await shop.visitor();
    for (let attempt = 0; attempt < 15; attempt++) {
      await visitor.send('POST', '/login', { body: { email: ada.email, password: 'a wrong guess' } });
    }
    const { lockedUntil } = await read(ada.id);
    expect(Date.parse(String(lockedUntil))).toBeGreaterThan(Date.now());
    expect(await found(`${among} lockedUntil:exists`)).toEqual([ada.id]);
    const [listed] = await staff.get<Body[]>(`/customers?q=id:${ada.id}`);
    expect(listed?.lockedUntil).toBe(lockedUntil);
    await staff.post(`/customers/${ada.id}/unlock`, 204);
    expect((await read(ada.id)).lockedUntil).toBeNull();
  });

  it('is hidden from customers and company Admins', async () => {
    const admin = await member(shop, 'Admin');
    const fields = ['standing', 'standingSince', 'emailConfirmed', 'lockedUntil'];
    for (const body of [await admin.get('/me'), await admin.get(`/customers/${admin.id}`)]) {
      expect(fields.filter((field) => field in body)).toEqual([]);
    }
    expect(await admin.get('/customers?q=standing:active', 400)).toEqual(validationError('q'));
    expect(await admin.get('/customers?sort=standingSince', 400)).toEqual(validationError('sort'));
  });

  it('keeps the reason of a hold and of a deactivation in the history', async () => {
    const { id } = await shop.signUp();
    await staff.patch(`/customers/${id}`, 200, { active: true, reason: 'Verified by telephone' });
    await staff.patch(`/customers/${id}`, 200, { onHold: true, reason: 'Payment fraud' });
    await staff.patch(`/customers/${id}`, 200, { active: false, reason: 'x'.repeat(500) });
    await staff.patch(`/customers/${id}`, 200, { firstName: 'Ada', reason: 'No decision' });
    const entries = await staffActions(staff, id);
    expect(entries.map(({ changes }) => changes.reason)).toEqual([
      undefined,
      'x'.repeat(500),
      'Payment fraud',
      'Verified by telephone',
    ]);
    expect(await staff.patch(`/customers/${id}`, 400, { active: true, reason: 'x'.repeat(501) })).toEqual(
      validationError('reason'),
    );
  });
});

it('customers of an earlier version get a standing by the migration', async () => {
  const shop = await Shop.open();
  const staff = await shop.serviceClient();
  const ids: Record<string, string> = {};
  for (const name of ['new', 'active', 'deactivated', 'loggedIn']) ids[name] = (await shop.signUp()).id;
  const activate = (name: string, active: boolean) => staff.patch(`/customers/${ids[name]}`, 200, { active });
  await activate('active', true);
  await activate('deactivated', true);
  await activate('deactivated', false);
  const lastLogin = '2026-01-02T03:04:05.000Z';
  await rows(shop, 'update customers set last_login = $2 where id = $1', [ids.loggedIn, lastLogin]);
  const history = await staffActions(staff, String(ids.deactivated));

  await rows(
    shop,
    `drop trigger set_standing on customers; drop function set_standing; alter table employees drop name;
      alter table customers drop standing, drop standing_since`,
  );
  const em = shop.app.get(EntityManager);
  const migration = new StandingOfCustomers(em.getDriver(), em.config);
  migration.up();
  for (const statement of migration.getQueries()) await rows(shop, statement as string);

  const read = async (name: string): Promise<Body> => {
    const { standing, standingSince, metadataCreatedAt } = await staff.get(`/customers/${ids[name]}`);
    return { standing, since: standingSince === metadataCreatedAt ? 'created' : standingSince };
  };
  expect(await read('new')).toEqual({ standing: 'awaiting', since: 'created' });
  expect(await read('active')).toMatchObject({ standing: 'active' });
  expect(await read('deactivated')).toEqual({ standing: 'deactivated', since: history[0]?.at });
  expect(await read('loggedIn')).toEqual({ standing: 'deactivated', since: lastLogin });
  await shop.close();
});
