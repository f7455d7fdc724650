import { spawn } from 'node:child_process';
import type { Socket } from 'node:net';

/**
 * `cat` ends when the process of the service has ended. PostgreSQL removes `postmaster.pid` when it stops, so the file
 * exists only if the service did not stop it. An `initdb` that still runs can write files while they are deleted.
 */
const SCRIPT = `
cat
pid=$(head -n 1 "$1/postgres/cluster/data/postmaster.pid") && kill -INT "$pid"
for i in $(seq 300); do
  kill -0 "$pid" || break
  sleep 0.1
done
for i in 1 2 3; do
  rm -rf "$1" && break
  sleep 1
done`;

/**
 * Stops the PostgreSQL in a folder and deletes the folder when this process ends without having done so, for example
 * because it is killed. A shell does this in a process group of its own, to which signals for this one are not sent.
 * Without a shell (on Windows), nothing happens.
 */
export function deleteAfterwards(folder: string): void {
  // eslint-disable-next-line no-restricted-properties -- no setting of ours: where the system's own programs are
  const env = { PATH: process.env.PATH };
  const shell = spawn('sh', ['-c', SCRIPT, 'sh', folder], {
    ...{ cwd: '/', env, detached: true },
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  shell.on('error', () => undefined);
  shell.stdin?.on('error', () => undefined);
  shell.unref();
  (shell.stdin as Socket).unref();
}
