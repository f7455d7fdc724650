import { text } from 'node:stream/consumers';
import type { RunResult } from './command-line.ts';

/* The program `foyer` of a test: `CommandServer` runs the command, and this process has its output and exit code. */

/** An operator command, and where it was started. */
export interface Command {
  words: string[];
  env: NodeJS.ProcessEnv;
  cwd: string;
  input: string;
}

const { argv, env } = process;
const command: Command = { words: argv.slice(2), env, cwd: process.cwd(), input: await text(process.stdin) };
const response = await fetch(env.COMMAND_SERVER ?? '', { method: 'POST', body: JSON.stringify(command) });
const { code, out, err } = (await response.json()) as RunResult;
process.stdout.write(out);
process.stderr.write(err);
process.exitCode = code;
