/** A refusal that only this dialect knows, in the vendor's words. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    /** The vendor's code; none for a request whose form is wrong. */
    readonly code: string | undefined,
    detail: string,
  ) {
    super(detail);
  }
}

/** The body is no resource object. */
export const postDataInvalid = (): Refusal => new Refusal(400, undefined, 'Post data is invalid.');
export const typeInvalid = (): Refusal => new Refusal(400, undefined, 'Invalid type.');
export const idMissing = (): Refusal => new Refusal(400, undefined, 'Resource id is not specified.');
/** The reference in the path is not the caller's. */
export const unauthorized = (): Refusal => new Refusal(403, '411', 'Unauthorized request.');
export const passwordsDiffer = (first: string, second: string): Refusal =>
  new Refusal(422, '406', `Value in field ${first} should be identical to value in the ${second} field.`);
