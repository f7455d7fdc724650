import { Injectable } from '@nestjs/common';

/** The current time of the service. Tests replace it. */
@Injectable()
export class Clock {
  now(): Date {
    return new Date();
  }

  /** The time `seconds` from now; negative for the past. */
  in(seconds: number): Date {
    return new Date(this.now().getTime() + seconds * 1000);
  }
}
