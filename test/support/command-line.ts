import { Readable } from 'node:stream';
import passport from 'passport';
import { foyer } from '../../src/cli/program.js';
import { AccessTokenStrategy } from '../../src/sessions/access/access-token.strategy.js';
import type { Shop } from './shop.js';

/** The result of a command-line run. */
export interface RunResult {
  code: number;
  out: string;
  err: string;
}

interface RunOptions {
  env?: NodeJS.ProcessEnv;
  /** The whole standard input. */
  input?: string;
  /** The current folder. */
  cwd?: string;
  /** A shop that is open during the run. The command line replaces its passport strategies until it ends. */
  shop?: Shop;
}

/** Runs the command line in this process, which is many times faster than starting a new one. */
export async function runInProcess(
  args: string[],
  { env, input = '', cwd = process.cwd(), shop }: RunOptions = {},
): Promise<RunResult> {
  const printed = { out: '', err: '' };
  const spies = [
    jest.spyOn(console, 'log').mockImplementation((line) => void (printed.out += `${String(line)}\n`)),
    jest.spyOn(console, 'error').mockImplementation((line) => void (printed.err += `${String(line)}\n`)),
    jest.spyOn(process.stdout, 'write').mockImplementation((text) => Boolean((printed.out += String(text)))),
    jest.spyOn(process.stderr, 'write').mockImplementation((text) => Boolean((printed.err += String(text)))),
  ];
  const before = { env: process.env, cwd: process.cwd(), stdin: process.stdin, exitCode: process.exitCode };
  process.env = { ...before.env, ...env };
  process.exitCode = 0;
  process.chdir(cwd);
  Object.defineProperty(process, 'stdin', { value: Readable.from([input]), configurable: true });
  try {
    const code = await foyer(args);
    return { code: code || Number(process.exitCode), ...printed };
  } finally {
    process.env = before.env;
    process.exitCode = before.exitCode;
    process.chdir(before.cwd);
    Object.defineProperty(process, 'stdin', { value: before.stdin, configurable: true });
    if (shop) passport.use('access-token', shop.app.get(AccessTokenStrategy));
    for (const spy of spies) spy.mockRestore();
  }
}
