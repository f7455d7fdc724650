import { readFileSync, readdirSync } from 'node:fs';
import { availableParallelism, setPriority } from 'node:os';

// Must run before anything else is imported, because libuv reads the variable when it starts its first thread. The
// threads hash passwords. Several hashes on one core evict each other from its cache: one thread per core computes a
// third more of them. Other work that requires a thread, such as the name lookup and the password of a new PostgreSQL
// connection, waits for at most two hashes. An expensive hash never takes the last thread: one core has two threads.
process.env.UV_THREADPOOL_SIZE ??= String(Math.max(2, availableParallelism()));

/** The niceness of libuv's threads; that of other threads is 0. */
const NICENESS = 10;

/**
 * Lowers the priority of libuv's threads, which hash passwords. A flood of hashes then delays neither the main thread
 * nor PostgreSQL on the same cores. Only Linux has a priority for each thread. Call it after a first hash, because
 * libuv starts its threads with the first task.
 */
export function lowerHashPriority(): void {
  if (process.platform !== 'linux') return;
  for (const thread of readdirSync('/proc/self/task')) {
    if (readFileSync(`/proc/self/task/${thread}/comm`, 'utf8').trim() === 'libuv-worker') {
      setPriority(Number(thread), NICENESS);
    }
  }
}
