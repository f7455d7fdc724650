import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { freePort } from '../../src/common/free-port.js';
import { waitUntil } from './wait-until.js';

/** The program of Debian's package, which `.ci/run` installs if it can; undefined if it is not installed. */
export const pgBouncerProgram = ['/usr/sbin/pgbouncer', '/usr/bin/pgbouncer'].find(existsSync);

/** PgBouncer in transaction mode in front of a database. */
export class PgBouncer {
  private constructor(
    /** The URL of the database at PgBouncer. */
    readonly url: string,
    private readonly child: ChildProcess,
    private readonly folder: string,
  ) {}

  /** @param settings more lines of `pgbouncer.ini` */
  static async start(databaseUrl: string, settings: string[] = []): Promise<PgBouncer> {
    const { hostname, port, username, password, pathname } = new URL(databaseUrl);
    const folder = mkdtempSync(join(tmpdir(), 'foyer-pgbouncer-'));
    chmodSync(folder, 0o755);
    const ownPort = await freePort();
    const target = `host=${hostname} port=${port} dbname=${pathname.slice(1)} user=${username} password=${password}`;
    const lines = [
      ...['[databases]', `foyer = ${target}`, '[pgbouncer]', 'auth_type = any', 'pool_mode = transaction'],
      // Fewer than the connections of a process, so that its connections share sessions.
      ...[
        'default_pool_size = 3',
        'listen_addr = 127.0.0.1',
        `listen_port = ${ownPort}`,
        'unix_socket_dir =',
        ...settings,
      ],
    ];
    writeFileSync(join(folder, 'pgbouncer.ini'), lines.join('\n'));
    // PgBouncer does not run as root.
    const id = (flag: string): number => Number(execFileSync('id', [flag, 'nobody'], { encoding: 'utf8' }));
    const account = process.getuid?.() === 0 ? { uid: id('-u'), gid: id('-g') } : {};
    const child = spawn(pgBouncerProgram ?? '', ['-q', join(folder, 'pgbouncer.ini')], { ...account, stdio: 'ignore' });
    const url = `postgresql://foyer:x@127.0.0.1:${ownPort}/foyer`;
    await waitUntil('PgBouncer runs', async () => {
      const client = new Client({ connectionString: url });
      client.on('error', () => undefined);
      return client.connect().then(
        () => client.end().then(() => true),
        () => false,
      );
    });
    return new PgBouncer(url, child, folder);
  }

  async stop(): Promise<void> {
    if (this.child.exitCode === null) {
      const exited = once(this.child, 'exit');
      this.child.kill('SIGKILL');
      await exited;
    }
    rmSync(this.folder, { recursive: true, force: true });
  }
}
