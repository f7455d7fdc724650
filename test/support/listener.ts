import type { LoggerService } from '@nestjs/common';

type Line = Record<string, unknown> & { event: string };

/** Listens to the log of the service, once it is its logger. */
export class Listener implements LoggerService {
  said: unknown[][] = [];

  log = (...what: unknown[]): void => void this.said.push(what);
  warn = this.log;
  error = this.log;

  /** The security events of that name. */
  all(event: string): Line[] {
    const lines = this.said.filter((what) => what.at(-1) === 'security').map(([line]) => line as Line);
    return lines.filter((line) => line.event === event);
  }

  latest(event: string): Line | undefined {
    return this.all(event).at(-1);
  }
}
