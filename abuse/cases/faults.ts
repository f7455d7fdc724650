import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { MailServer } from '../../test/support/smtp.ts';
import { type Case, NotRun, atOnce, expect, hold, notRun, times, until } from '../case.ts';
import { freePort, startOwnDemo } from '../../tour/own-demo.ts';
import { World } from '../world.ts';

const RESET = 'Set a new password';

/** Asks for a mail with a link. @returns the milliseconds until the answer */
async function askReset(world: World, email: string): Promise<number> {
  const token = await world.visitor();
  const { status, milliseconds } = await world.call('POST', '/password/reset', { token, json: { email } });
  expect('the answer to a reset', status, 204);
  return milliseconds;
}

/** PostgreSQL of a demo, as its own files tell of it. */
function postgresOf(home: string): { pid: () => number; command: string[]; data: string } {
  const data = join(home, '.foyer/postgres/cluster/data');
  const command = readFileSync(join(data, 'postmaster.opts'), 'utf8')
    .trim()
    .split(/ (?=")/)
    .map((word) => word.replaceAll('"', ''));
  return { data, command, pid: () => Number(readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n')[0]) };
}

/** Stops it, if it runs. */
async function goAway({ pid, data }: ReturnType<typeof postgresOf>, signal: NodeJS.Signals): Promise<void> {
  if (!existsSync(join(data, 'postmaster.pid'))) return;
  const server = pid();
  process.kill(server, signal);
  await until('PostgreSQL is gone', () => !isAlive(server));
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** Starts it again with the same settings. */
function startAgain({ data, command: [program = '', ...flags] }: ReturnType<typeof postgresOf>): void {
  const { uid, gid } = statSync(data);
  spawn(program, flags, { cwd: data, uid, gid, stdio: 'ignore', detached: true }).unref();
}

/** What takes a process or its neighbours down, or brings them up. */
export const faults: Case[] = [
  {
    number: 52,
    tries: 'kill -9 behind the answer to 3 resets and in the middle of sign-ups',
    async run(world) {
      const people = await times(3, () => world.customer());
      const port = await freePort();
      const env = { SMTP_URL: `smtp://127.0.0.1:${port}`, MAIL_RETRY_SECONDS: '1' };
      const answered: string[] = [];
      const begun: string[] = [];
      // It leaves mails to others, so that none is on its way when it dies.
      await world.beside({ ...env, JOBS: 'off' }, async (other, process) => {
        for (const { email } of people) await askReset(other, email);
        const signUps = atOnce(30, async () => {
          const person = other.stranger();
          begun.push(person.email);
          if ((await other.glueSignUp(person)).status === 201) answered.push(person.email);
        }).catch(() => undefined);
        await until('some have signed up', () => answered.length > 3);
        expect('the exit code', await process.stop('SIGKILL'), null);
        await signUps;
      });
      const smtp = await MailServer.listen(port);
      try {
        await world.beside(env, async () => {
          const subjects = (email: string) => smtp.mailsTo(email).map(({ headers }) => headers.subject?.[0]);
          await until('all mails are sent', () =>
            [...people.map(({ email }) => email), ...answered].every((email) => smtp.mailsTo(email).length > 0),
          );
          for (const { email } of people) expect('mails', subjects(email), [RESET]);
          for (const email of begun) {
            // Whether it is taken tells whether the sign-up was stored.
            const { status } = await world.glueSignUp({ email, password: 'quiet river under stone' });
            if (status === 422) await until('its mail is sent', () => smtp.mailsTo(email).length > 0);
            expect('mails of a sign-up', smtp.mailsTo(email).length, status === 422 ? 1 : 0);
          }
        });
      } finally {
        await smtp.close();
      }
      return `each mail once after the restart; ${answered.length} accounts each with its mail, none without`;
    },
  },
  {
    number: 53,
    tries: 'a mail server that is down, answers 451, answers 550, and drops the connection',
    async run(world) {
      const port = await freePort();
      const env = { SMTP_URL: `smtp://127.0.0.1:${port}`, MAIL_RETRY_SECONDS: '1', MAIL_ATTEMPTS: '5' };
      const [down, later, never, dropped] = await times(4, () => world.customer());
      return world.beside(env, async (other) => {
        const milliseconds = await askReset(other, down!.email);
        hold('a fast answer', milliseconds < 1000, milliseconds);
        const smtp = await MailServer.listen(port);
        try {
          smtp.meet(later!.email, 451, 451);
          smtp.meet(never!.email, 550);
          smtp.meet(dropped!.email, 'drop');
          for (const { email } of [later!, never!, dropped!]) await askReset(other, email);
          const arrived = [down!, later!, dropped!].map(({ email }) => email);
          await until('they arrive', () => arrived.every((email) => smtp.mailsTo(email).length > 0), 30);
          expect(
            'mails',
            arrived.map((email) => smtp.mailsTo(email).length),
            [1, 1, 1],
          );
          expect('mails to who was refused', smtp.mailsTo(never!.email).length, 0);
          // Two for 451, one that dropped, one that was refused for good, and those that were taken.
          expect('attempts', smtp.attempts, 2 + 1 + 1 + arrived.length);
        } finally {
          await smtp.close();
        }
        return `answered in ${milliseconds.toFixed(0)} ms; tried again until taken, once each; given up at 550`;
      });
    },
  },
  notRun(54, 'not built: Foyer has no webhooks'),
  {
    number: 55,
    tries: 'PostgreSQL stopped and started, fast and immediately, under 50 writes a second',
    async run(world) {
      if (!world.another) throw new NotRun('it takes a database down, and does so only to a demo of its own');
      const demo = await startOwnDemo(undefined, { keep: true });
      try {
        const own = new World(demo.home, demo);
        const seconds = [await restarted(own, 'SIGINT'), await restarted(own, 'SIGQUIT')];
        return `503 with Retry-After meanwhile, nothing lost, nothing twice; back within ${Math.max(...seconds).toFixed(1)} s`;
      } finally {
        await demo.stop();
        // The demo does not know the one that we started.
        await goAway(postgresOf(demo.home), 'SIGINT');
        rmSync(demo.home, { recursive: true, force: true });
      }
    },
  },
  {
    number: 56,
    tries: 'SIGTERM under load',
    async run(world) {
      return world.beside({}, async (other, process) => {
        const person = await world.customer();
        const token = await world.visitor();
        const outcomes: { begun: number; status?: number }[] = [];
        let loading = true;
        const load = atOnce(8, async () => {
          while (loading) {
            const one: (typeof outcomes)[number] = { begun: Date.now() };
            outcomes.push(one);
            one.status = await other.tryLogin(person, { token }).then(
              ({ status }) => status,
              () => undefined,
            );
          }
        });
        await until('requests are answered', () => outcomes.length > 60);
        await sleep(500);
        const told = Date.now();
        const code = await process.stop();
        loading = false;
        await load;
        expect('the exit code', code, 0);
        // What began in the last moment may not have been accepted.
        const accepted = outcomes.filter(({ begun }) => begun < told - 500);
        hold('requests before', accepted.length > 0);
        expect('answers', [...new Set(accepted.map(({ status }) => status))], [200]);
        for (const { status = 503 } of outcomes) hold('an answer', [200, 503].includes(status), status);
        return `${accepted.length} requests were answered, exit 0 after ${((Date.now() - told) / 1000).toFixed(1)} s`;
      });
    },
  },
  {
    number: 57,
    tries: 'two starts at once on an empty folder, and two on the same when it is old',
    async run(world) {
      if (!world.another) throw new NotRun('it starts processes, and does so only beside a demo of its own');
      const home = mkdtempSync(join(tmpdir(), 'foyer-abuse-'));
      try {
        let person;
        for (let start = 0; start < 2; start++) {
          const [one, other] = await atOnce(2, () => startOwnDemo(home, { keep: true }));
          const [here, there] = [new World(home, one), new World(home, other)];
          person ??= await here.customer();
          await here.logIn(person);
          await there.logIn(person);
          // Whoever holds the database goes last.
          await atOnce(2, (index) => [one, other][index]!.stop());
        }
        return 'all four came up, and the customer of the first logs in at each';
      } finally {
        rmSync(home, { recursive: true, force: true });
      }
    },
  },
];

/** Restarts PostgreSQL under load. @returns how long it took until a write was acknowledged again, in seconds */
async function restarted(world: World, signal: 'SIGINT' | 'SIGQUIT'): Promise<number> {
  const people = await times(10, async () => world.logIn(await world.customer()));
  const kept = new Map<string, { token: string; status?: number; retryAfter?: string }>();
  const ended: Promise<void>[] = [];
  const load = setInterval(() => {
    const name = `${signal}-${kept.size}`;
    const one: { token: string; status?: number; retryAfter?: string } = {
      token: people[kept.size % people.length]!.access,
    };
    kept.set(name, one);
    const json = { contactName: name };
    ended.push(
      world.call('POST', '/me/addresses', { token: one.token, json }).then(
        ({ status, headers }) => void Object.assign(one, { status, retryAfter: headers['retry-after'] }),
        () => undefined,
      ),
    );
  }, 20);
  const count = (wanted: number): number => [...kept.values()].filter(({ status }) => status === wanted).length;
  const postgres = postgresOf(world.home);
  let back = 0;
  try {
    await until('writes are acknowledged', () => count(201) > 50);
    await goAway(postgres, signal);
    await until('the service says so', () => count(503) > 25);
    startAgain(postgres);
    const [before, begun] = [count(201), Date.now()];
    await until('writes are acknowledged again', () => count(201) > before, 10);
    back = (Date.now() - begun) / 1000;
    await until('as many as before are', () => count(201) > before + 50);
  } finally {
    clearInterval(load);
    await Promise.all(ended);
  }
  hold('back within 5 s', back < 5, back);
  const refused = [...kept.values()].filter(({ status }) => status !== 201);
  expect('what else was answered', [...new Set(refused.map(({ status }) => status))], [503]);
  hold(
    'a Retry-After in each',
    refused.every(({ retryAfter }) => Number(retryAfter) > 0),
  );
  const found = await times(people.length, async (index) => {
    const { body } = await world.call('GET', '/me/addresses', { token: people[index]!.access });
    return (body as { contactName: string }[]).map(({ contactName }) => contactName);
  });
  const names = found.flat();
  expect('names that are there twice', names.length, new Set(names).size);
  for (const [name, { status }] of kept) if (status === 201) hold(`${name} is lost`, names.includes(name));
  return back;
}
