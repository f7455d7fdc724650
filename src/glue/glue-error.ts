import type { ErrorCode } from './errors.dto.js';

/** An error that only the Glue API has, with the vendor's message. */
export class GlueError extends Error {
  constructor(
    readonly status: number,
    /** The vendor's code; undefined for a malformed request. */
    readonly code: ErrorCode | undefined,
    detail: string,
  ) {
    super(detail);
  }
}

/** The body is not a resource object. */
export const postDataInvalid = (): GlueError => new GlueError(400, undefined, 'Post data is invalid.');
export const typeInvalid = (): GlueError => new GlueError(400, undefined, 'Invalid type.');
export const pageInvalid = (): GlueError => new GlueError(400, undefined, 'Pagination parameters are invalid.');
export const queryTooLong = (): GlueError => new GlueError(414, undefined, 'The query is too long.');
export const idMissing = (): GlueError => new GlueError(400, undefined, 'Resource id is not specified.');
/** The request has the token of a customer and the id of a guest. */
export const bothIdentities = (): GlueError =>
  new GlueError(400, '005', "Headers request error. A user can't act as logged and not logged user at the same time.");
export const agentRejected = (): GlueError => new GlueError(401, '4101', 'Failed to authenticate an agent.');
export const impersonationDenied = (): GlueError => new GlueError(401, '4104', 'Failed to impersonate a customer.');
export const referenceMissing = (): GlueError => new GlueError(400, '405', 'Customer reference is missing.');
/** The reference in the path is not the caller's. */
export const unauthorized = (): GlueError => new GlueError(403, '411', 'Unauthorized request.');
export const passwordsDiffer = (first: string, second: string): GlueError =>
  new GlueError(422, '406', `Value in field ${first} should be identical to value in the ${second} field.`);
/** The type of a second factor is absent or empty. */
export const factorTypeMissing = (): GlueError =>
  new GlueError(400, '5902', 'Multi-factor authentication type is missing.');
export const termsNotAccepted = (): GlueError => new GlueError(400, '413', 'Terms and Conditions was not accepted.');
export const emailTooLong = (): GlueError =>
  new GlueError(422, '417', 'Email is too long. It should have 100 characters or less.');
