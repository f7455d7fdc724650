import { EntityManager } from '@mikro-orm/postgresql';
import { Logger } from '@nestjs/common';
import { Housekeeping } from '../src/housekeeping/housekeeping.service.js';
import { Jobs } from '../src/jobs/jobs.js';
import { RequestScope } from '../src/tenants/request-scope.js';
import { dropDatabase } from './support/database.js';
import { dumpDatabase, rows } from './support/rows.js';
import { Shop } from './support/shop.js';
import { MailServer } from './support/smtp.js';
import { waitUntil } from './support/wait-until.js';

describe('jobs', () => {
  const open: Shop[] = [];
  afterEach(async () => {
    const urls = new Set(open.map(({ config }) => config.databaseUrl ?? ''));
    for (const { app } of open.splice(0)) await app.close();
    for (const url of urls) await dropDatabase(url);
  });

  async function start(...[settings, config]: Parameters<typeof Shop.open>): Promise<Shop> {
    const shop = await Shop.open(settings, config);
    open.push(shop);
    return shop;
  }

  it('run an expired password migration every hour, even without a mail server', async () => {
    const shop = await start({}, { jobs: true });
    expect(await rows(shop, 'select name, cron, timezone from pgboss.schedule order by name')).toEqual([
      { name: 'activation-notice', cron: '* * * * *', timezone: 'UTC' },
      { name: 'housekeeping', cron: '30 * * * *', timezone: 'UTC' },
      { name: 'password-migration', cron: '0 * * * *', timezone: 'UTC' },
    ]);
    await rows(shop, `insert into password_migrations values ('shop', current_date, current_date - 1, true)`);
    const legacyAuth = { algorithm: 'salted-sha1', hash: '6b5cf6462464e4509cd84343f61914a08fd708fd' };
    const ada = await shop.signUp();
    await rows(shop, 'update accounts set legacy_auth = $1', [JSON.stringify(legacyAuth)]);
    const em = shop.app.get(EntityManager);
    await RequestScope.run(em, () => em.transactional(() => shop.app.get(Jobs).enqueue('password-migration', {})));
    const mail = await waitUntil('the job is done', () =>
      shop.mailTo(ada.email, 'initial-password').catch(() => undefined),
    );
    expect(mail.token).toBeTruthy();
    expect(await rows(shop, 'select 1 from accounts where legacy_auth is not null')).toEqual([]);
  });

  it('run once for a period in which they are due', async () => {
    const jobs = (await start({}, { jobs: false })).app.get(Jobs);
    let runs = 0;
    const work = (): Promise<void> => Promise.resolve(void (runs += 1));
    jobs.register({ name: 'hourly', options: {}, cron: '30 * * * *', work });
    jobs.register({ name: 'on-demand', options: {}, work });
    const runsBetween = async (after: string, until: string): Promise<number> => {
      runs = 0;
      await jobs.runDue(new Date(`2026-11-30T${after}Z`), new Date(`2026-${until}Z`));
      return runs;
    };
    expect(await runsBetween('12:00:00', '11-30T12:29:59')).toBe(0);
    expect(await runsBetween('12:00:00', '11-30T12:30:00')).toBe(1);
    expect(await runsBetween('12:30:00', '11-30T13:00:00')).toBe(0);
    expect(await runsBetween('12:00:00', '12-31T12:00:00')).toBe(1);
  });

  it('are left to another process by one that only serves requests', async () => {
    const smtp = await MailServer.listen();
    try {
      const serving = await start({ activation: 'email' }, { smtpUrl: smtp.url, jobs: false });
      const ada = await serving.signUp();
      await new Promise((resolve) => setTimeout(resolve, 1500));
      expect(smtp.mailsTo(ada.email)).toEqual([]);
      expect(await rows(serving, 'select 1 from pgboss.schedule')).toEqual([]);
      await start({ activation: 'email' }, { ...serving.config, jobs: true });
      await waitUntil('the other process sends it', () => smtp.mailsTo(ada.email).length > 0);
    } finally {
      await smtp.close();
    }
  });

  it.each([
    ['ahead of', 3_600_000],
    ['behind', -3_600_000],
  ])('log a warning if the clock of the process is %s that of the database', async (direction, milliseconds) => {
    const warn = jest.spyOn(Logger.prototype, 'warn');
    const now = Date.now;
    const clock = jest.spyOn(Date, 'now').mockImplementation(() => now() + milliseconds);
    try {
      await start({}, { jobs: true });
      const message = `The clock of this process is ${direction} that of the database`;
      expect(warn.mock.calls).toContainEqual([{ seconds: expect.any(Number) as number }, message]);
    } finally {
      clock.mockRestore();
      warn.mockRestore();
    }
  });

  it('that fail leave no error text in the queue, because it may contain a recipient', async () => {
    const shop = await start({}, { jobs: true });
    const work = jest
      .spyOn(shop.app.get(Housekeeping), 'run')
      .mockRejectedValue(new Error('ada@example.com refused', { cause: new Error('by ada@example.com') }));
    const em = shop.app.get(EntityManager);
    await RequestScope.run(em, () => em.transactional(() => shop.app.get(Jobs).enqueue('housekeeping', {})));
    const jobs = `select state, output::text from pgboss.job where name = 'housekeeping' and output is not null`;
    const [job] = await waitUntil('the job has failed', async () => {
      const found = await rows<{ state: string; output: string }>(shop, jobs);
      return found.length > 0 ? found : undefined;
    });
    expect(work).toHaveBeenCalled();
    expect(job?.output).toContain('The job failed');
    expect(await dumpDatabase(shop)).not.toContain('ada@example.com');
  });

  it('open no database connection if they are turned off', async () => {
    const shop = await start({}, { jobs: false });
    expect(
      await rows(
        shop,
        `select 1 from pg_stat_activity where application_name = 'foyer-jobs' and datname = current_database()`,
      ),
    ).toEqual([]);
  });
});
