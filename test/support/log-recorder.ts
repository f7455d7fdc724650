import type { LoggerService } from '@nestjs/common';

type Line = Record<string, unknown> & { event: string };

/** Records the log of the service when used as its logger. */
export class LogRecorder implements LoggerService {
  entries: unknown[][] = [];

  log = (...entry: unknown[]): void => void this.entries.push(entry);
  warn = this.log;
  error = this.log;

  /** The security events of that name. */
  securityEvents(event: string): Line[] {
    const lines = this.entries.filter((entry) => entry.at(-1) === 'security').map(([line]) => line as Line);
    return lines.filter((line) => line.event === event);
  }

  latestSecurityEvent(event: string): Line | undefined {
    return this.securityEvents(event).at(-1);
  }
}
