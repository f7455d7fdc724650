import { once } from 'node:events';
import { serveTest } from '../testing/serve-test.js';
import { CommandError } from './command-error.js';
import { type OutputOptions, print } from './output.js';

interface Options extends OutputOptions {
  port: number;
  settings: Record<string, unknown>;
  untilStdinEnds?: boolean;
}

/**
 * Runs the service until it receives a signal, or until the standard input ends.
 *
 * @throws CommandError in production
 */
export async function runTestService({ port, settings, untilStdinEnds, json }: Options): Promise<void> {
  const { NODE_ENV, FOYER_MODE } = process.env;
  if ([NODE_ENV, FOYER_MODE].includes('production')) {
    throw new CommandError('foyer test must not run in production, because its routes require no token.');
  }
  // A file emits only `end`. A broken pipe emits only `close`, or an error.
  const inputEnds = untilStdinEnds ? ['end', 'close'].map((event) => once(process.stdin.resume(), event)) : [];
  // A signal during the start stops the service once it has started.
  const ended = Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM'), ...inputEnds]).catch(() => undefined);
  try {
    const { facts, stop } = await serveTest({ port, settings }, process.env);
    if (json) console.log(JSON.stringify(facts));
    else print(facts, {});
    await ended;
    await stop();
  } finally {
    // An open input would keep the process running.
    process.stdin.pause();
  }
}
