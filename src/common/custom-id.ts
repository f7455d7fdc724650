import { Matches } from 'class-validator';
import { invalid } from './failure.js';

/** The vendor's published pattern matches only one character. This is the pattern that its import uses. */
const CUSTOM_ID = /^[\w-]{1,66}$/;
const RULE = 'must have 1 to 66 letters, digits, _ or -';

/**
 * An id that an employee or service chooses for a customer, an address or a company. It is stored exactly as it is
 * sent, and is case-sensitive.
 */
export function IsCustomId(): PropertyDecorator {
  return Matches(CUSTOM_ID, { message: `$property ${RULE}` });
}

/**
 * Validates an id in a path before it becomes the id of a new resource. A resource of the path that does not exist is
 * reported first.
 *
 * @param name of the path parameter
 * @throws Failure `invalid_input`
 */
export function assertCustomId(name: string, id: string): void {
  if (!CUSTOM_ID.test(id)) throw invalid(name, `${name} ${RULE}`);
}
