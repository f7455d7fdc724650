import { describeStartError } from '../start-error.js';
import { Failure } from '../common/failure.js';
import { textOf } from '../emporix/error-responses.js';
import { CommandError } from './command-error.js';
import { withoutControls } from './output.js';

/** Why a command failed, for the operator; for an unexpected error, its stack. */
export function reasonOf(error: unknown): string {
  return withoutControls(textFor(error));
}

function textFor(error: unknown): string {
  if (error instanceof Failure) return textOf(error);
  if (error instanceof CommandError) return error.message;
  return describeStartError(error, process.env);
}
