import { setTimeout as sleep } from 'node:timers/promises';

const MEGABYTE = 1024 * 1024;

/** The maximum size of the lines that wait until the reader of the log takes them. Later lines are dropped. */
const MOST_WAITING = 4 * MEGABYTE;

/** How long the end of the process waits for the reader of the log, in milliseconds. */
const LONGEST_WAIT = 1000;

// The reader has closed the pipe. Without this listener, the error would end the process.
process.stdout.on('error', () => undefined);

/**
 * Writes the lines of a log on standard output. If the reader of a pipe stops reading, a synchronous write would block
 * all requests, the probes and the stop signal.
 */
export class LogOutput {
  private dropped = 0;

  write(line: string): void {
    const { stdout } = process;
    if (stdout.writableLength > MOST_WAITING) {
      this.dropped++;
      return;
    }
    if (this.dropped > 0) stdout.write(`${JSON.stringify(this.gap())}\n`);
    stdout.write(line);
  }

  private gap(): object {
    const { dropped } = this;
    this.dropped = 0;
    const time = new Date().toISOString();
    return { level: 40, time, context: 'log', dropped, msg: 'Lines were dropped, because the log was not read' };
  }
}

/** Waits for a second at most until all lines are written. Must be called before the process exits. */
export async function writtenLog(): Promise<void> {
  const written = new Promise<void>((resolve) => process.stdout.write('', () => resolve()));
  await Promise.race([written, sleep(LONGEST_WAIT)]);
}
