import { describeStartError } from '../start-error.js';
import { Failure } from '../common/failure.js';
import { textOf } from '../emporix/error-responses.js';
import { CommandError } from './command-error.js';
import { escapeControls } from './output.js';

/** Why a command failed, for the operator; for an unexpected error, its stack. */
export function reasonOf(error: unknown): string {
  return escapeControls(unescapedReason(error));
}

function unescapedReason(error: unknown): string {
  if (error instanceof Failure) return textOf(error);
  if (error instanceof CommandError) return error.message;
  return describeStartError(error, process.env);
}
