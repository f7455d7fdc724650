import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { startEmbeddedPostgres, type EmbeddedPostgres } from './embedded-postgres.js';

const SOURCE = fileURLToPath(new URL('./embedded-postgres.ts', import.meta.url));
const MODULES = fileURLToPath(new URL('../../node_modules', import.meta.url));
const TIMEOUT = 60_000;
const quick = { settings: { fsync: 'off' } };
const asRoot = process.getuid?.() === 0 ? it : it.skip;

describe('startEmbeddedPostgres', () => {
  let directory: string;
  const handles: EmbeddedPostgres[] = [];
  const children: ChildProcess[] = [];

  beforeEach(() => {
    directory = fs.mkdtempSync(path.join(os.tmpdir(), 'foyer-'));
    fs.chmodSync(directory, 0o755);
  });

  afterEach(async () => {
    for (const child of children.splice(0)) await kill(child);
    // The handle of this test stops the server. If its starter was killed above, a second call takes the server over.
    await start();
    for (const handle of handles.splice(0)) await handle.stop();
    fs.rmSync(directory, { recursive: true, force: true });
  }, TIMEOUT);

  async function start(): Promise<EmbeddedPostgres> {
    const handle = await startEmbeddedPostgres(directory, quick);
    handles.push(handle);
    return handle;
  }

  /** Starts a process that starts the server, prints its URL, and waits. */
  async function startElsewhere(source = SOURCE): Promise<{ url: string; child: ChildProcess }> {
    const script = `
      import { startEmbeddedPostgres } from ${JSON.stringify(source)};
      const { url } = await startEmbeddedPostgres(${JSON.stringify(directory)}, ${JSON.stringify(quick)});
      process.on('SIGINT', () => undefined);
      setInterval(() => undefined, 1000);
      process.stdout.write(url);`;
    const flags = ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', script];
    const child = spawn(process.execPath, flags, { stdio: ['ignore', 'pipe', 'inherit'], detached: true });
    children.push(child);
    const url = await new Promise<string>((resolve, reject) => {
      child.stdout.once('data', (text: Buffer) => resolve(String(text)));
      child.once('exit', () => reject(new Error('the child ended before it had a server')));
    });
    return { url, child };
  }

  it(
    'keeps the data across restarts',
    async () => {
      const first = await start();
      await query(first.url, 'create table note as select 42 as answer');
      await first.stop();
      await expect(query(first.url, 'select 1')).rejects.toThrow();
      const second = await start();
      expect(await query(second.url, 'select answer from note')).toEqual([{ answer: 42 }]);
      await second.stop();
    },
    TIMEOUT,
  );

  it(
    'runs PostgreSQL 18 in UTF-8 on loopback only, with the given settings',
    async () => {
      const { url } = await start();
      const settings = `select name, setting from pg_settings where name in
        ('server_encoding', 'listen_addresses', 'unix_socket_directories', 'fsync', 'TimeZone') order by lower(name)`;
      expect(await query(url, settings)).toEqual([
        { name: 'fsync', setting: 'off' },
        { name: 'listen_addresses', setting: '127.0.0.1' },
        { name: 'server_encoding', setting: 'UTF8' },
        { name: 'TimeZone', setting: 'UTC' },
        { name: 'unix_socket_directories', setting: '' },
      ]);
      expect(await query(url, `select upper('ä') as upper, version() ~ '^PostgreSQL 18' as eighteen`)).toEqual([
        { upper: 'Ä', eighteen: true },
      ]);
    },
    TIMEOUT,
  );

  it(
    'requires the password, which only its owner can read',
    async () => {
      const { url } = await start();
      const { username, password, host } = new URL(url);
      await expect(query(`postgresql://${username}:wrong@${host}/foyer`, 'select 1')).rejects.toThrow('password');
      expect(fs.statSync(path.join(directory, 'cluster', 'password')).mode & 0o777).toBe(0o600);
      expect(fs.readFileSync(path.join(directory, 'postgres.log'), 'utf8')).not.toContain(password);
    },
    TIMEOUT,
  );

  it(
    'joins a running server, which only the handle that started it stops',
    async () => {
      const owner = await start();
      const guest = await start();
      expect(guest.url).toBe(owner.url);
      await guest.stop();
      expect(await query(owner.url, 'select 1 as one')).toEqual([{ one: 1 }]);
      await owner.stop();
      await expect(query(owner.url, 'select 1')).rejects.toThrow();
      await owner.stop();
    },
    TIMEOUT,
  );

  it(
    'returns the same new server to all concurrent callers',
    async () => {
      const [here, ...elsewhere] = await Promise.all([start(), startElsewhere(), startElsewhere()]);
      for (const { url } of elsewhere) expect(url).toBe(here.url);
      expect(await query(here.url, 'select 1 as one')).toEqual([{ one: 1 }]);
      expect(fs.readdirSync(directory).sort()).toEqual(['cluster', 'owner', 'postgres.log']);
    },
    TIMEOUT,
  );

  it(
    'ignores and removes an incomplete cluster',
    async () => {
      const exited = spawn(process.execPath, ['--version'], { stdio: 'ignore' });
      await once(exited, 'exit');
      const incomplete = path.join(directory, `cluster-${exited.pid}-abcdef`);
      fs.mkdirSync(path.join(incomplete, 'data'), { recursive: true });
      fs.writeFileSync(path.join(incomplete, 'data', 'PG_VERSION'), '18\n');
      const { url } = await start();
      expect(await query(url, 'select 1 as one')).toEqual([{ one: 1 }]);
      expect(fs.existsSync(incomplete)).toBe(false);
    },
    TIMEOUT,
  );

  it(
    'takes over the server of a process that was killed',
    async () => {
      const { url, child } = await startElsewhere();
      await query(url, 'create table note as select 42 as answer');
      await kill(child);
      const successor = await start();
      expect(successor.url).toBe(url);
      expect(await query(successor.url, 'select answer from note')).toEqual([{ answer: 42 }]);
      const guest = await start();
      await guest.stop();
      expect(await query(successor.url, 'select 1 as one')).toEqual([{ one: 1 }]);
      await successor.stop();
      await expect(query(url, 'select 1')).rejects.toThrow();
    },
    TIMEOUT,
  );

  it(
    'stops the server from a joined handle if the process that started it has died',
    async () => {
      const { url, child } = await startElsewhere();
      const guest = await start();
      await kill(child);
      await guest.stop();
      await expect(query(url, 'select 1')).rejects.toThrow();
    },
    TIMEOUT,
  );

  it(
    'keeps the server running after Ctrl-C in the process that started it',
    async () => {
      const { url, child } = await startElsewhere();
      process.kill(-child.pid!, 'SIGINT');
      await new Promise((resolve) => setTimeout(resolve, 200));
      expect(await query(url, 'select 1 as one')).toEqual([{ one: 1 }]);
    },
    TIMEOUT,
  );

  it(
    'restarts after a crash of the server, even if its pid has been reused',
    async () => {
      const first = await start();
      await query(first.url, 'create table note as select 42 as answer');
      const pidFile = path.join(directory, 'cluster', 'data', 'postmaster.pid');
      const [pid, ...rest] = fs.readFileSync(pidFile, 'utf8').split('\n');
      process.kill(Number(pid), 'SIGKILL');
      const second = await start();
      expect(await query(second.url, 'select answer from note')).toEqual([{ answer: 42 }]);
      await second.stop();
      fs.writeFileSync(pidFile, [process.pid, ...rest].join('\n'));
      const third = await start();
      expect(await query(third.url, 'select answer from note')).toEqual([{ answer: 42 }]);
    },
    TIMEOUT,
  );

  it(
    'rejects with the reason if the server cannot start',
    async () => {
      const invalid = startEmbeddedPostgres(directory, { settings: { max_connections: 'many' } });
      await expect(invalid).rejects.toThrow('invalid value for parameter "max_connections": "many"');
    },
    TIMEOUT,
  );

  asRoot(
    'runs for root even if no other user can read the data or the binaries',
    async () => {
      fs.chmodSync(directory, 0o700);
      fs.mkdirSync(path.join(directory, 'node_modules'));
      for (const name of ['embedded-postgres', '@embedded-postgres']) {
        const to = path.join(directory, 'node_modules', name);
        fs.cpSync(path.join(MODULES, name), to, { recursive: true, verbatimSymlinks: true });
      }
      fs.symlinkSync(path.join(MODULES, 'pg'), path.join(directory, 'node_modules', 'pg'));
      fs.writeFileSync(path.join(directory, 'package.json'), '{"type":"module"}');
      const copy = path.join(directory, 'src');
      for (const file of ['database/embedded-postgres.ts', 'common/free-port.ts']) {
        fs.cpSync(path.join(path.dirname(SOURCE), '..', file), path.join(copy, file));
      }
      const { url } = await startElsewhere(path.join(copy, 'database', 'embedded-postgres.ts'));
      const [settings] = await query(url, `select current_user as name, pg_reload_conf() as reloaded`);
      expect(settings).toEqual({ name: 'foyer', reloaded: true });
    },
    TIMEOUT,
  );
});

async function query(url: string, text: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  await exit;
}
