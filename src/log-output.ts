import { setTimeout as sleep } from 'node:timers/promises';

const MEGABYTE = 1024 * 1024;

/** The maximum size of the lines that wait until the reader of the log takes them. Later lines are dropped. */
const MAX_WAITING_BYTES = 4 * MEGABYTE;

/** How long `flushLog` waits for the reader of the log. */
const MAX_FLUSH_MILLISECONDS = 1000;

// The reader has closed the pipe. Without this listener, the error would end the process.
process.stdout.on('error', () => undefined);

/**
 * Writes the lines of a log to standard output. If the reader of a pipe stops reading, a synchronous write would block
 * all requests, the probes and the stop signal (decision 76).
 */
export class LogOutput {
  private dropped = 0;

  write(line: string): void {
    const { stdout } = process;
    if (stdout.writableLength > MAX_WAITING_BYTES) {
      this.dropped++;
      return;
    }
    if (this.dropped > 0) stdout.write(`${JSON.stringify(this.takeGap())}\n`);
    stdout.write(line);
  }

  /** The entry for the lines that were dropped since the last written line. */
  private takeGap(): object {
    const { dropped } = this;
    this.dropped = 0;
    const time = new Date().toISOString();
    return { level: 40, time, context: 'log', dropped, msg: 'Lines were dropped, because the log was not read' };
  }
}

/** Waits until all lines are written, but no longer than a second. Must be called before the process exits. */
export async function flushLog(): Promise<void> {
  const written = new Promise<void>((resolve) => process.stdout.write('', () => resolve()));
  await Promise.race([written, sleep(MAX_FLUSH_MILLISECONDS)]);
}
