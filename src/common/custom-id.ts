import { Matches } from 'class-validator';
import { invalid } from './failure.js';

/** The vendor's pattern allows one character; its import means what is written here. */
const CUSTOM_ID = /^[\w-]{1,66}$/;
const RULE = 'must have 1 to 66 letters, digits, _ or -';

/**
 * An id that staff chooses for a customer, an address or a company. It is kept exactly as it is sent; upper and lower
 * case differ.
 */
export function IsCustomId(): PropertyDecorator {
  return Matches(CUSTOM_ID, { message: `$property ${RULE}` });
}

/** An id in a path that may become the id of something new. @throws Failure `invalid_input` */
export function customId(name: string, id: string): string {
  if (!CUSTOM_ID.test(id)) throw invalid(name, `${name} ${RULE}`);
  return id;
}
