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
 * Runs the service until a signal, or until the standard input ends.
 *
 * @throws CommandError in production
 */
export async function runTestService({ port, settings, untilStdinEnds, json }: Options): Promise<void> {
  const { NODE_ENV, FOYER_MODE } = process.env;
  if ([NODE_ENV, FOYER_MODE].includes('production')) {
    throw new CommandError('foyer test has routes that require no token: it must not run in production.');
  }
  // A file ends without being closed, and a broken pipe is closed or fails without an end.
  const ofInput = untilStdinEnds ? ['end', 'close'].map((event) => once(process.stdin.resume(), event)) : [];
  // Before the start, which then is completed and undone.
  const ended = Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM'), ...ofInput]).catch(() => undefined);
  try {
    const { facts, stop } = await serveTest({ port, settings }, process.env);
    if (json) console.log(JSON.stringify(facts));
    else print(facts, {});
    await ended;
    await stop();
  } finally {
    // Otherwise the open input would keep the process running.
    process.stdin.pause();
  }
}
