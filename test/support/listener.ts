import type { LoggerService } from '@nestjs/common';

type Line = Record<string, unknown> & { event: string };

/** Records the log of the service when used as its logger. */
export class Listener implements LoggerService {
  said: unknown[][] = [];

  log = (...entry: unknown[]): void => void this.said.push(entry);
  warn = this.log;
  error = this.log;

  /** The security events of that name. */
  all(event: string): Line[] {
    const lines = this.said.filter((entry) => entry.at(-1) === 'security').map(([line]) => line as Line);
    return lines.filter((line) => line.event === event);
  }

  latest(event: string): Line | undefined {
    return this.all(event).at(-1);
  }
}
