import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';

// Node itself runs this file before the build (`scripts/check-demo.ts`), so it imports no other file.

const fileIn = (home: string): string => `${home}/demo.pid`;

/**
 * Allows one demo per folder: a second one would change the links in mails to its own port. The lock is
 * `{home}/demo.pid`. It is removed when the process exits, and ignored if its process has ended.
 *
 * @returns why this process may not run; undefined if it has the lock
 */
export function lockDemo(home: string): string | undefined {
  mkdirSync(home, { recursive: true });
  const file = fileIn(home);
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, String(process.pid));
  try {
    if (!findRunningDemo(home)) rmSync(file, { force: true });
    linkSync(draft, file); // atomic; of two simultaneous starts, only one creates the file
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return findRunningDemo(home) ?? lockDemo(home);
  } finally {
    rmSync(draft, { force: true });
  }
  process.on('exit', () => rmSync(file, { force: true }));
  return undefined;
}

/** Returns a message if another demo runs in the folder, otherwise undefined. */
export function findRunningDemo(home: string): string | undefined {
  const file = fileIn(home);
  const pid = existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0;
  if (!isDemo(pid)) return undefined;
  return `A demo is already running in this folder (process ${pid}). Stop it with Ctrl-C first.`;
}

/** Another program may have the process id of a demo that has ended, for example after a restart of a container. */
function isDemo(pid: number): boolean {
  if (!pid || pid === process.pid) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  const command = `/proc/${pid}/cmdline`;
  return process.platform !== 'linux' || (existsSync(command) && readFileSync(command, 'utf8').includes('--demo'));
}
