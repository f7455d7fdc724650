import { spawn } from 'node:child_process';
import type { Socket } from 'node:net';

/**
 * `cat` ends when the process of the service has ended. PostgreSQL removes `postmaster.pid` when it stops, so the file
 * exists only if the service did not stop it. An `initdb` that is still running can write files during the deletion, so
 * the deletion is repeated.
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
 * Stops the PostgreSQL in a folder and deletes the folder if this process ends without having done so, for example
 * because it was killed. A shell does this. It has its own process group, so signals for the group of this process do
 * not reach it. On Windows, which has no shell, nothing happens.
 */
export function deleteAfterwards(folder: string): void {
  // eslint-disable-next-line no-restricted-properties -- not a setting: the folders of the system's programs
  const env = { PATH: process.env.PATH };
  const shell = spawn('sh', ['-c', SCRIPT, 'sh', folder], {
    cwd: '/',
    env,
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  shell.on('error', () => undefined);
  shell.stdin?.on('error', () => undefined);
  shell.unref();
  (shell.stdin as Socket).unref();
}
