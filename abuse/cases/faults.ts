import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { MailServer } from '../../test/support/smtp.ts';
import { type Case, NotRun, inParallel, assertEqual, assert, notRun, inSequence, waitUntil } from '../case.ts';
import { freePort } from '../../src/common/free-port.ts';
import { startOwnDemo } from '../../tour/own-demo.ts';
import { World } from '../world.ts';

const RESET = 'Set a new password';

/** Requests a password reset. @returns the milliseconds until the response */
async function requestReset(world: World, email: string): Promise<number> {
  const token = await world.visitorToken();
  const { status, milliseconds } = await world.call('POST', '/password/reset', { token, json: { email } });
  assertEqual('status of the reset request', status, 204);
  return milliseconds;
}

/** The PostgreSQL server of a demo, from the files in its data folder. */
function postgresOf(home: string): { pid: () => number; command: string[]; data: string } {
  const data = join(home, '.foyer/postgres/cluster/data');
  const command = readFileSync(join(data, 'postmaster.opts'), 'utf8')
    .trim()
    .split(/ (?=")/)
    .map((word) => word.replaceAll('"', ''));
  return { data, command, pid: () => Number(readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n')[0]) };
}

/** Stops PostgreSQL if it is running. */
async function stopPostgres({ pid, data }: ReturnType<typeof postgresOf>, signal: NodeJS.Signals): Promise<void> {
  if (!existsSync(join(data, 'postmaster.pid'))) return;
  const server = pid();
  process.kill(server, signal);
  await waitUntil('PostgreSQL has stopped', () => !isAlive(server));
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** Starts PostgreSQL again with the same settings. */
function startPostgres({ data, command: [program = '', ...flags] }: ReturnType<typeof postgresOf>): void {
  const { uid, gid } = statSync(data);
  spawn(program, flags, { cwd: data, uid, gid, stdio: 'ignore', detached: true }).unref();
}

/** Crashes, stops and starts of the process, the mail server and the database. */
export const faults: Case[] = [
  {
    number: 52,
    title: 'an operator kills a process (SIGKILL) after its responses to 3 reset requests and during 30 sign-ups',
    async run(world) {
      const people = await inSequence(3, () => world.customer());
      const port = await freePort();
      const env = { SMTP_URL: `smtp://127.0.0.1:${port}`, MAIL_RETRY_SECONDS: '1' };
      const acknowledged: string[] = [];
      const requested: string[] = [];
      // This process sends no mails, so that no mail is being sent when the process is killed.
      await world.withProcess({ ...env, JOBS: 'off' }, async (other, process) => {
        for (const { email } of people) await requestReset(other, email);
        const signUps = inParallel(30, async () => {
          const person = other.newPerson();
          requested.push(person.email);
          if ((await other.glueSignUp(person)).status === 201) acknowledged.push(person.email);
        }).catch(() => undefined);
        await waitUntil('some sign-ups have succeeded', () => acknowledged.length > 3);
        assertEqual('exit code after SIGKILL', await process.stop('SIGKILL'), null);
        await signUps;
      });
      const smtp = await MailServer.listen(port);
      try {
        await world.withProcess(env, async () => {
          const subjects = (email: string) => smtp.mailsTo(email).map(({ headers }) => headers.subject?.[0]);
          await waitUntil('all mails are sent', () =>
            [...people.map(({ email }) => email), ...acknowledged].every((email) => smtp.mailsTo(email).length > 0),
          );
          for (const { email } of people) assertEqual('subjects of the mails', subjects(email), [RESET]);
          for (const email of requested) {
            // A second sign-up gets 422 if the first one was stored.
            const { status } = await world.glueSignUp({ email, password: 'quiet river under stone' });
            if (status === 422)
              await waitUntil('the mail of the sign-up is sent', () => smtp.mailsTo(email).length > 0);
            assertEqual('number of mails of a sign-up', smtp.mailsTo(email).length, status === 422 ? 1 : 0);
          }
        });
      } finally {
        await smtp.close();
      }
      return `after the restart each mail was sent once; ${acknowledged.length} sign-ups succeeded, and each account got its mail`;
    },
  },
  {
    number: 53,
    title:
      'a mail server is down, replies 451 twice, replies 550, and drops a connection; customers request resets meanwhile',
    async run(world) {
      const port = await freePort();
      const env = { SMTP_URL: `smtp://127.0.0.1:${port}`, MAIL_RETRY_SECONDS: '1', MAIL_ATTEMPTS: '5' };
      const [duringOutage, deferred, rejected, dropped] = await inSequence(4, () => world.customer());
      return world.withProcess(env, async (other) => {
        const milliseconds = await requestReset(other, duringOutage!.email);
        assert('the response takes less than 1 s', milliseconds < 1000, milliseconds);
        const smtp = await MailServer.listen(port);
        try {
          smtp.planBehavior(deferred!.email, 451, 451);
          smtp.planBehavior(rejected!.email, 550);
          smtp.planBehavior(dropped!.email, 'drop');
          for (const { email } of [deferred!, rejected!, dropped!]) await requestReset(other, email);
          const delivered = [duringOutage!, deferred!, dropped!].map(({ email }) => email);
          await waitUntil(
            'the other mails are delivered',
            () => delivered.every((email) => smtp.mailsTo(email).length > 0),
            30,
          );
          assertEqual(
            'numbers of delivered mails',
            delivered.map((email) => smtp.mailsTo(email).length),
            [1, 1, 1],
          );
          assertEqual('number of mails to the rejected recipient', smtp.mailsTo(rejected!.email).length, 0);
          // Two replies of 451, one dropped connection, one reply of 550, and the delivered mails.
          assertEqual('number of attempts', smtp.attempts, 2 + 1 + 1 + delivered.length);
        } finally {
          await smtp.close();
        }
        return `reset requests get their response in ${milliseconds.toFixed(0)} ms; each mail is retried until it is delivered once; 550 is final`;
      });
    },
  },
  notRun(54, 'not built: Foyer has no webhooks'),
  {
    number: 55,
    title: 'PostgreSQL stops in the modes "fast" and "immediate" and starts again, during 50 writes a second',
    async run(world) {
      if (!world.startProcess)
        throw new NotRun('the case stops the database, which is possible only with its own demo');
      const demo = await startOwnDemo(undefined, { keep: true });
      try {
        const own = new World(demo.home, demo);
        const seconds = [await restarted(own, 'SIGINT'), await restarted(own, 'SIGQUIT')];
        return `writes get 503 with Retry-After meanwhile; none is lost or stored twice; the service is back within ${Math.max(...seconds).toFixed(1)} s`;
      } finally {
        await demo.stop();
        // The demo stops only the PostgreSQL process that it started itself.
        await stopPostgres(postgresOf(demo.home), 'SIGINT');
        rmSync(demo.home, { recursive: true, force: true });
      }
    },
  },
  {
    number: 56,
    title: 'an operator stops a process with SIGTERM while it handles logins',
    async run(world) {
      return world.withProcess({}, async (other, process) => {
        const person = await world.customer();
        const token = await world.visitorToken();
        const outcomes: { startedAt: number; status?: number }[] = [];
        let loading = true;
        const load = inParallel(8, async () => {
          while (loading) {
            const outcome: (typeof outcomes)[number] = { startedAt: Date.now() };
            outcomes.push(outcome);
            outcome.status = await other.tryLogin(person, { token }).then(
              ({ status }) => status,
              () => undefined,
            );
          }
        });
        await waitUntil('requests are being handled', () => outcomes.length > 60);
        await sleep(500);
        const signalledAt = Date.now();
        const code = await process.stop();
        loading = false;
        await load;
        assertEqual('exit code', code, 0);
        // The connections of the latest requests may not have been accepted.
        const accepted = outcomes.filter(({ startedAt }) => startedAt < signalledAt - 500);
        assert('there were requests before the signal', accepted.length > 0);
        assertEqual('statuses of the accepted requests', [...new Set(accepted.map(({ status }) => status))], [200]);
        for (const { status = 503 } of outcomes)
          assert('each status is 200 or 503', [200, 503].includes(status), status);
        return `${accepted.length} accepted requests got 200; the process ended with exit code 0 after ${((Date.now() - signalledAt) / 1000).toFixed(1)} s`;
      });
    },
  },
  {
    number: 57,
    title: 'an operator starts two demos at once in an empty folder, stops the one that runs, and starts two again',
    async run(world) {
      if (!world.startProcess) throw new NotRun('the case starts processes, which is possible only with its own demo');
      const home = mkdtempSync(join(tmpdir(), 'foyer-abuse-'));
      try {
        let person;
        for (let start = 0; start < 2; start++) {
          const starts = await Promise.allSettled([1, 2].map(() => startOwnDemo(home, { keep: true })));
          const running = starts.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
          const reasons = starts.flatMap((one) => (one.status === 'rejected' ? [String(one.reason)] : []));
          const [demo] = running;
          if (!demo) throw new Error(reasons.join('\n'));
          try {
            assertEqual('number of demos that run', running.length, 1);
            assert('the other one names the reason', /A demo is already running/.test(String(reasons[0])), reasons[0]);
            const here = new World(home, demo);
            person ??= await here.customer();
            await here.logIn(person);
          } finally {
            await inParallel(running.length, (index) => running[index]!.stop());
          }
        }
        return 'each time one demo runs and the other names the reason; the customer can log in after both starts';
      } finally {
        rmSync(home, { recursive: true, force: true });
      }
    },
  },
];

/** Restarts PostgreSQL under load. @returns the seconds from its start until a write was acknowledged */
async function restarted(world: World, signal: 'SIGINT' | 'SIGQUIT'): Promise<number> {
  const people = await inSequence(10, async () => world.logIn(await world.customer()));
  const writes = new Map<string, { token: string; status?: number; retryAfter?: string }>();
  const pending: Promise<void>[] = [];
  const load = setInterval(() => {
    const name = `${signal}-${writes.size}`;
    const write: { token: string; status?: number; retryAfter?: string } = {
      token: people[writes.size % people.length]!.access,
    };
    writes.set(name, write);
    const json = { contactName: name };
    pending.push(
      world.call('POST', '/me/addresses', { token: write.token, json }).then(
        ({ status, headers }) => void Object.assign(write, { status, retryAfter: headers['retry-after'] }),
        () => undefined,
      ),
    );
  }, 20);
  const count = (wanted: number): number => [...writes.values()].filter(({ status }) => status === wanted).length;
  const postgres = postgresOf(world.home);
  let seconds = 0;
  try {
    await waitUntil('writes are acknowledged', () => count(201) > 50);
    await stopPostgres(postgres, signal);
    await waitUntil('writes get 503', () => count(503) > 25);
    startPostgres(postgres);
    const [before, startedAt] = [count(201), Date.now()];
    await waitUntil('writes are acknowledged again', () => count(201) > before, 10);
    seconds = (Date.now() - startedAt) / 1000;
    await waitUntil('50 more writes are acknowledged', () => count(201) > before + 50);
  } finally {
    clearInterval(load);
    await Promise.all(pending);
  }
  assert('the service is back within 5 s', seconds < 5, seconds);
  const failed = [...writes.values()].filter(({ status }) => status !== 201);
  assertEqual('statuses of the other writes', [...new Set(failed.map(({ status }) => status))], [503]);
  assert(
    'each 503 has Retry-After',
    failed.every(({ retryAfter }) => Number(retryAfter) > 0),
  );
  const found = await inSequence(people.length, async (index) => {
    const { body } = await world.call('GET', '/me/addresses', { token: people[index]!.access });
    return (body as { contactName: string }[]).map(({ contactName }) => contactName);
  });
  const names = found.flat();
  assertEqual('number of stored addresses without duplicates', names.length, new Set(names).size);
  for (const [name, { status }] of writes)
    if (status === 201) assert(`the acknowledged address ${name} is stored`, names.includes(name));
  return seconds;
}
