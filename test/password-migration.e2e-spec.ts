import { Clock } from '../src/common/clock.js';
import { PasswordMigration } from '../src/credentials/password-migration.js';
import { rows } from './support/rows.js';
import { type Body, Shop, type ApiClient } from './support/shop.js';

const DAY = 24 * 3600;
const PASSWORD = 'Grüße, Ada';
const PATH = '/config/password-migration-retention';

// Hashes of PASSWORD, one per family, from the specs in `src/credentials`.
const native = {
  argon2id: '$argon2id$v=19$m=64,t=1,p=1$Zm95ZXIgdGVzdCBzYWx0IQ$pm508oFmAaHPb0EKjwP3fyLWY8Dcf/FTgsacElonFPE',
  argon2i: '$argon2i$v=19$m=64,t=1,p=1$Zm95ZXIgdGVzdCBzYWx0IQ$3IeVEb4opSHV6RUQZuR7vCcN/K+vzziRu0LXFzZ7f5o',
  argon2d: '$argon2d$v=19$m=64,t=1,p=1$Zm95ZXIgdGVzdCBzYWx0IQ$lrqdc0nA2kBtWcUPwxCUbqqH0TMrdhSb07cc7vFDm5A',
  bcrypt: '$2y$05$CCCCCCCCCCCCCCCCCCCCC.DkkKf24wLZhcj/2iT2Rkf39nrXoz4cq',
  scrypt: '$scrypt$ln=10,r=8,p=1$Zm95ZXIgdGVzdCBzYWx0IQ$AsO5OJvzeJnpStQRgMPmS3OD5VlcTk9EnEupHasWjG4',
  PBKDF2: '$pbkdf2-sha1$1000$Zm95ZXIgdGVzdCBzYWx0IQ$yOXuYFGsa7Y9eFzctYAJjcLiL2k',
  'the vendor': '1:10000:Zm95ZXIgdGVzdCBzYWx0IQ==:pmXCabOSn5oKsAtzabR7Dqui5+DRhBpRT6toePnaE/Q=',
};
const salted = {
  algorithm: 'salted-sha1',
  hash: '6b5cf6462464e4509cd84343f61914a08fd708fd',
  context: { salt: 'NaCl' },
};
const legacy = [
  {
    algorithm: 'hybris-sha512-uid-salt',
    hash: 'B25QZnXCYgD5+7IiJFm3trac3X1THRCjEntqbewd6EuHOIiDlLYoPj0P+8sbMCZzjF5oshJ+XEIuJGqwNY2j6w==',
    context: { originalUid: '15TE2000007AE9TOUEILLE 61359' },
  },
  { algorithm: 'magento1-md5', hash: '17a1ca540f29143273855f18f293a145:kT' },
  {
    algorithm: 'magento2-sha256',
    hash: '474c29bb48229cd647772a70f993b9794b0a23b97650d4eac22bb47f4c4042bd:W3b3k1vXn9dQ0aZpLr7TtYuIoPqSdFgH:1',
  },
  salted,
  {
    algorithm: 'salted-sha256',
    hash: 'FC46F1EE4C83E2905331D85462214E7E82130DC551EFA8294871713EA20FB320',
    context: { salt: 'NaCl', layout: 'salt+password' },
  },
  {
    algorithm: 'salted-sha512',
    hash: 'WyQpGCh4gHCybA9yEl84nXv+kNJd1w8zVdFg8fjsYy+VHFu6k93Z+/O0wywniHevxJuQxr/bGwWYykOaC0bJfw==',
    context: { salt: 'NaCl' },
  },
];

interface Account {
  password_hash: string | null;
  legacy_auth: object | null;
}

describe('the password migration', () => {
  let shop: Shop;
  let service: ApiClient;
  beforeAll(async () => (shop = await Shop.open()));
  beforeEach(async () => {
    await shop.reset();
    service = await shop.serviceClient();
  });
  // `reset` restores rows, but not the schema.
  afterEach(() => rows(shop, 'drop function if exists fail cascade'));
  afterAll(() => shop.close());

  /** The date that many days after the service's current date. */
  const day = (offset: number): string =>
    shop.app
      .get(Clock)
      .in(offset * DAY)
      .toISOString()
      .slice(0, 10);

  const setPeriod = (end: number, reminder: number, more: Body = {}): Promise<Body> =>
    service.post(PATH, 200, { retentionEndDate: day(end), emailReminderDate: day(reminder), ...more });

  /** Advances the clock, and runs the migration job. */
  async function advance(count: number): Promise<void> {
    shop.advanceClock(count * DAY);
    await shop.app.get(PasswordMigration).run();
    service = await shop.serviceClient();
  }

  async function importCustomer(
    account: Body,
    more: Body = {},
  ): Promise<{ id: string; email: string; password: string }> {
    const { email } = shop.person();
    const [result] = await service.post<{ id: string; code: number; message?: string }[]>('/customers/import', 207, [
      { ...more, account: { email, ...account } },
    ]);
    if (result?.code !== 201) throw new Error(`Not imported: ${result?.message}`);
    return { id: result.id, email, password: PASSWORD };
  }

  async function account(email: string): Promise<Account> {
    const [row] = await rows<Account>(shop, 'select password_hash, legacy_auth from accounts where email = $1', [
      email,
    ]);
    if (!row) throw new Error(`No account ${email}`);
    return row;
  }

  const mails = async (email: string): Promise<string[]> => (await shop.mailsTo(email)).map(({ kind }) => kind);
  const currentFormat = /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/;

  describe('with a native hash', () => {
    it.each(Object.entries(native))('of %s replaces it at the first login', async (_family, passwordHash) => {
      const ada = await importCustomer({ passwordHash });
      expect(await account(ada.email)).toEqual({ password_hash: passwordHash, legacy_auth: null });
      await (await shop.visitor()).post('/login', 400, { email: ada.email, password: 'Grüße, Eva' });
      expect((await account(ada.email)).password_hash).toBe(passwordHash);
      await shop.logIn(ada);
      expect((await account(ada.email)).password_hash).toMatch(currentFormat);
      await shop.logIn(ada);
    });
  });

  describe('with a legacy hash', () => {
    it.each(legacy)('of $algorithm replaces it at the first login', async (legacyAuth) => {
      await setPeriod(30, 20);
      const ada = await importCustomer({ legacyAuth });
      expect(await account(ada.email)).toEqual({ password_hash: null, legacy_auth: legacyAuth });
      await (await shop.visitor()).post('/login', 400, { email: ada.email, password: 'Grüße, Eva' });
      expect(await account(ada.email)).toEqual({ password_hash: null, legacy_auth: legacyAuth });
      await shop.logIn(ada);
      expect(await account(ada.email)).toEqual({
        password_hash: expect.stringMatching(currentFormat),
        legacy_auth: null,
      });
      await shop.logIn(ada);
    });

    it('accepts imports only during an active period', async () => {
      const message = 'account.legacyAuth requires an active password migration retention';
      await expect(importCustomer({ legacyAuth: salted })).rejects.toThrow(message);
      await setPeriod(2, 1);
      await importCustomer({ legacyAuth: salted });
      shop.advanceClock(2 * DAY);
      service = await shop.serviceClient();
      await expect(importCustomer({ legacyAuth: salted })).rejects.toThrow(message);
    });

    it('allows a login after an earlier one failed while replacing the hash', async () => {
      await setPeriod(30, 20);
      const ada = await importCustomer({ legacyAuth: salted });
      await rows(
        shop,
        `create function fail() returns trigger language plpgsql as $$ begin raise 'for the story'; end $$`,
      );
      await rows(shop, 'create trigger fail before update on accounts execute function fail()');
      await (await shop.visitor()).post('/login', 500, { email: ada.email, password: PASSWORD });
      expect(await account(ada.email)).toEqual({ password_hash: null, legacy_auth: salted });
      await rows(shop, 'drop trigger fail on accounts');
      await shop.logIn(ada);
    });

    it('ends for a customer who resets the password before the first login', async () => {
      await setPeriod(30, 20);
      const ada = await importCustomer({ legacyAuth: salted });
      const visitor = await shop.visitor();
      await visitor.post('/password/reset', 204, { email: ada.email });
      const { token } = await shop.mailTo(ada.email, 'password-reset');
      await visitor.post('/password/reset/update', 204, { token, password: 'new secret words' });
      await visitor.post('/login', 400, { email: ada.email, password: PASSWORD });
      await shop.logIn({ ...ada, password: 'new secret words' });
      expect((await account(ada.email)).legacy_auth).toBeNull();
    });
  });

  describe('reminders', () => {
    it('are sent once, on the reminder day, to customers who have not logged in', async () => {
      await setPeriod(30, 20);
      const [ada, eve, bob] = [
        await importCustomer({ legacyAuth: salted }, { firstName: 'Ada' }),
        await importCustomer({ legacyAuth: salted }),
        await importCustomer({ passwordHash: native.bcrypt }),
      ];
      const contact = await importCustomer({ legacyAuth: salted }, { type: 'CONTACT' });
      await shop.logIn(eve);
      await advance(19);
      expect(await mails(ada.email)).toEqual([]);
      await advance(1);
      await advance(0);
      await advance(1);
      expect(await mails(ada.email)).toEqual(['migration-reminder']);
      for (const { email } of [eve, bob, contact]) expect(await mails(email)).toEqual([]);
      const { text } = await shop.mailTo(ada.email, 'migration-reminder');
      // The import does not confirm the address.
      expect(text).toContain('Hello,');
      expect(text).toContain(new Date(day(9)).toLocaleDateString('en', { dateStyle: 'long', timeZone: 'UTC' }));
      expect(text).toContain('http://localhost:8080/');
      await shop.logIn(ada);
    });

    it('are sent to later imports, and again when the day is changed', async () => {
      await setPeriod(30, 20);
      const ada = await importCustomer({ legacyAuth: salted });
      await advance(20);
      const eve = await importCustomer({ legacyAuth: salted });
      await advance(1);
      expect([await mails(ada.email), await mails(eve.email)]).toEqual([
        ['migration-reminder'],
        ['migration-reminder'],
      ]);
      await setPeriod(30, 10);
      await advance(10);
      expect(await mails(ada.email)).toEqual(['migration-reminder', 'migration-reminder']);
    });

    it('are not sent if notifications are disabled', async () => {
      await setPeriod(30, 20, { emailNotificationsEnabled: false });
      const ada = await importCustomer({ legacyAuth: salted });
      await advance(20);
      await advance(10);
      expect(await mails(ada.email)).toEqual([]);
      expect((await account(ada.email)).legacy_auth).toBeNull();
    });
  });

  describe('the end of the period', () => {
    it('deletes legacy hashes and mails a link to set a password', async () => {
      await setPeriod(30, 20);
      const ada = await importCustomer({ legacyAuth: salted });
      await advance(29);
      expect((await account(ada.email)).legacy_auth).toEqual(salted);
      await advance(1);
      await advance(1);
      expect(await account(ada.email)).toEqual({ password_hash: null, legacy_auth: null });
      const visitor = await shop.visitor();
      await visitor.post('/login', 400, { email: ada.email, password: PASSWORD });
      expect(await mails(ada.email)).toEqual(['initial-password', 'migration-reminder']);
      const { token } = await shop.mailTo(ada.email, 'initial-password');
      await visitor.post('/password/reset/update', 204, { token, password: 'new secret words' });
      await shop.logIn({ ...ada, password: 'new secret words' });
      await service.delete(PATH, 204);
    });

    it('rejects legacy passwords on the last day, even before the job runs', async () => {
      await setPeriod(2, 1);
      const ada = await importCustomer({ legacyAuth: salted });
      shop.advanceClock(2 * DAY);
      await (await shop.visitor()).post('/login', 400, { email: ada.email, password: PASSWORD });
    });

    it('is handled once per customer, despite a failure and concurrent runs', async () => {
      await setPeriod(30, 29);
      const imported = await importCustomers(1200);
      shop.advanceClock(30 * DAY);
      await rows(
        shop,
        `create function fail() returns trigger language plpgsql as $$ begin
          if (select count(*) from outbox) >= 700 then raise 'for the story'; end if; return new; end $$`,
      );
      await rows(shop, 'create trigger fail before insert on outbox for each row execute function fail()');
      await expect(shop.app.get(PasswordMigration).run()).rejects.toThrow('failed for some tenants');
      const progress = `select (select count(*)::int from outbox) as mails,
        (select count(*)::int from accounts where legacy_auth is null) as ended`;
      expect(await rows(shop, progress)).toEqual([{ mails: 500, ended: 500 }]);
      await rows(shop, 'drop trigger fail on outbox');
      await Promise.all(Array.from({ length: 3 }, () => shop.app.get(PasswordMigration).run()));
      expect(await rows(shop, progress)).toEqual([{ mails: 1200, ended: 1200 }]);
      const sent = await rows<{ recipient: string }>(shop, 'select distinct recipient from outbox');
      expect(sent.map(({ recipient }) => recipient).sort()).toEqual([...imported].sort());
    }, 60_000);

    it('is handled for one tenant when it fails for another', async () => {
      await shop.addTenant('other');
      const other = await shop.serviceClient(undefined, 'other');
      const body = { retentionEndDate: day(2) };
      await other.post(PATH, 200, body);
      await service.post(PATH, 200, body);
      const ada = await importCustomer({ legacyAuth: salted });
      const item = { account: { email: 'eve@other.example', legacyAuth: salted } };
      await other.post('/customers/import', 207, [item]);
      await rows(
        shop,
        `create function fail() returns trigger language plpgsql as $$ begin
          if new.tenant = 'other' then raise 'for the story'; end if; return new; end $$`,
      );
      await rows(shop, 'create trigger fail before insert on outbox for each row execute function fail()');
      shop.advanceClock(2 * DAY);
      await expect(shop.app.get(PasswordMigration).run()).rejects.toThrow('failed for some tenants');
      expect((await account(ada.email)).legacy_auth).toBeNull();
      expect((await account('eve@other.example')).legacy_auth).not.toBeNull();
    });

    /** Imports customers with a legacy password. @returns their e-mails */
    async function importCustomers(count: number): Promise<string[]> {
      const emails = Array.from({ length: count }, () => shop.person().email);
      for (let from = 0; from < count; from += 200) {
        const items = emails.slice(from, from + 200).map((email) => ({ account: { email, legacyAuth: salted } }));
        await service.post('/customers/import', 207, items);
      }
      return emails;
    }
  });
});
