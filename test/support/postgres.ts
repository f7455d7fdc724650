import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../src/database/embedded-postgres.js';
import { waitUntil } from './wait-until.js';

/** A PostgreSQL server of one test, which can stop and restart on the same port. */
export class TestPostgres {
  private child?: ChildProcess;
  private stopped = false;

  private constructor(
    private readonly directory: string,
    private readonly first: EmbeddedPostgres,
  ) {}

  static async start(): Promise<TestPostgres> {
    const directory = mkdtempSync(join(tmpdir(), 'foyer-story-'));
    chmodSync(directory, 0o755);
    return new TestPostgres(directory, await startEmbeddedPostgres(directory, { settings: { fsync: 'off' } }));
  }

  get url(): string {
    return this.first.url;
  }

  /** @param how `SIGINT` is a fast shutdown; `SIGQUIT` an immediate one, which requires crash recovery */
  async stop(how: 'SIGINT' | 'SIGQUIT' = 'SIGINT'): Promise<void> {
    this.stopped = true;
    if (!this.child) return this.first.stop();
    const exited = once(this.child, 'exit');
    this.child.kill(how);
    this.child = undefined;
    await exited;
  }

  /** Runs the command line that PostgreSQL recorded at its last start, with the same port and settings. */
  async restart(): Promise<void> {
    if (!this.stopped) return;
    this.stopped = false;
    const data = join(this.directory, 'cluster/data');
    const [command = '', ...flags] = readFileSync(join(data, 'postmaster.opts'), 'utf8')
      .trim()
      .split(/ (?=")/)
      .map((word) => word.replaceAll('"', ''));
    const { uid, gid } = statSync(data);
    this.child = spawn(command, flags, { cwd: data, uid, gid, stdio: 'ignore' });
    const lock = join(data, 'postmaster.pid');
    await waitUntil('PostgreSQL runs', () => existsSync(lock) && readFileSync(lock, 'utf8').includes('ready'));
  }

  async close(): Promise<void> {
    await this.stop();
    if (existsSync(this.directory)) rmSync(this.directory, { recursive: true, force: true });
  }
}
