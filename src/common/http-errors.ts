import { HttpException } from '@nestjs/common';
import { Failure } from './failure.js';

/** The `Retry-After` value: seconds until the same request may succeed. */
export function retryAfter(error: unknown, status: number): string | undefined {
  if (error instanceof Failure && error.facts.seconds) return error.facts.seconds;
  return status === 503 ? '1' : undefined;
}

/** The status code of a framework error. */
export function statusOf(error: unknown): number | undefined {
  if (error instanceof HttpException) return error.getStatus();
  if (error instanceof Error && 'statusCode' in error) return Number(error.statusCode);
  return undefined;
}
