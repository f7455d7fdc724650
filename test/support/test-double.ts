import { globSync, readFileSync, readlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

export const BUILT = fileURLToPath(new URL('../../dist/src/', import.meta.url));

/** The command `foyer` of the package. */
export const FOYER = `${BUILT}cli/bin.cjs`;

type StartFoyer = typeof import('../../src/testing/start-foyer.cjs');

/** The built module `foyer/testing`. */
export const { startFoyer } = createRequire(import.meta.url)(`${BUILT}testing/start-foyer.cjs`) as StartFoyer;

/** A process, from `/proc`. */
export interface ProcessFacts {
  pid: number;
  command: string;
  /** The working directory. */
  folder: string;
}

/** The processes that a process has started and that still run. */
export function childrenOf(parent: number): ProcessFacts[] {
  return globSync('/proc/[0-9]*/stat').flatMap((file) => {
    const pid = Number(file.split('/')[2]);
    try {
      // The name of the program, which may contain spaces, is in parentheses.
      const [state, ppid] = readFileSync(file, 'utf8')
        .replace(/^.*\) /s, '')
        .split(' ');
      if (Number(ppid) !== parent || state === 'Z') return [];
      const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
      return [{ pid, command, folder: readlinkSync(`/proc/${pid}/cwd`) }];
    } catch {
      return []; // The process has ended.
    }
  });
}

export function isRunning(pid: number): boolean {
  try {
    return !/^State:\s*Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
