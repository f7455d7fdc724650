import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import type { Cleanup } from './cleanup.ts';

/** A Node process of the benchmark. */
export interface Running {
  readonly pid: number;
  isRunning: () => boolean;
  /** The last 8,000 characters of its output. */
  output: () => string;
  stop: () => Promise<void>;
}

const STOP_MILLISECONDS = 15_000;
const KEPT_CHARACTERS = 8_000;

/**
 * Starts `node {args}` with only this environment and `PATH`, and waits until its output contains `ready`.
 *
 * @throws Error with its output when it ends before
 */
export async function start(
  cleanup: Cleanup,
  args: string[],
  { ready, env = {}, cwd }: { ready: string; env?: Record<string, string>; cwd?: string },
): Promise<Running> {
  const child = spawn(process.execPath, args, {
    cwd,
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const end = once(child, 'exit');
  let output = '';
  const isRunning = (): boolean => child.exitCode === null && child.signalCode === null;
  const stop = async (): Promise<void> => {
    if (!isRunning()) return;
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MILLISECONDS);
    await end;
    clearTimeout(timer);
  };
  cleanup.register(stop);
  const isReady = new Promise<void>((resolve) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output = (output + text).slice(-KEPT_CHARACTERS);
        if (output.includes(ready)) resolve();
      });
    }
  });
  const tooEarly = end.then(() => {
    if (!output.includes(ready)) throw new Error(`node ${args.join(' ')} ended before it was ready:\n${output}`);
  });
  await Promise.race([isReady, tooEarly]);
  return { pid: child.pid ?? 0, isRunning, output: () => output, stop };
}

/** The environment and the flags that `npm start` gives to Node. */
export function npmStartOptions(): { env: Record<string, string>; flags: string[] } {
  const { scripts } = JSON.parse(readFileSync(inProject('package.json'), 'utf8')) as { scripts: { start: string } };
  const words = scripts.start.split(' ');
  const variables = words.filter((word) => /^[A-Z_]+=/.test(word)).map((word) => word.split('='));
  return {
    env: Object.fromEntries(variables) as Record<string, string>,
    flags: words.filter((word) => word.startsWith('--')),
  };
}

/** The path of a file of this project. */
export function inProject(...names: string[]): string {
  return path.join(import.meta.dirname, '..', ...names);
}

/** Resident memory of a process, in MB of a million bytes. */
export function residentMegabytes(pid: number): number {
  const kibibytes =
    process.platform === 'linux'
      ? /VmRSS:\s*(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
      : execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' });
  return (Number(kibibytes) * 1024) / 1_000_000;
}

/** The unit in which Linux reports the time of ended children, on every machine (`USER_HZ`, man 7 time). */
const NANOSECONDS_OF_A_TICK = 10_000_000;

/**
 * Processor time that a process and its children have used, in microseconds; undefined on systems that, unlike Linux, do
 * not report it in nanoseconds.
 */
export function processorMicroseconds(pid: number): number | undefined {
  if (process.platform !== 'linux') return undefined;
  let nanoseconds = 0;
  for (const id of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const facts = readFileSync(`/proc/${id}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
      const [parent, ofEnded] = [Number(facts[1]), Number(facts[13]) + Number(facts[14])];
      if (Number(id) !== pid && parent !== pid) continue;
      if (Number(id) === pid) nanoseconds += ofEnded * NANOSECONDS_OF_A_TICK;
      for (const task of readdirSync(`/proc/${id}/task`)) {
        nanoseconds += Number(readFileSync(`/proc/${id}/task/${task}/schedstat`, 'utf8').split(' ')[0]);
      }
    } catch {
      // It has ended meanwhile.
    }
  }
  return nanoseconds / 1000;
}
