import { randomInt } from 'node:crypto';

/** Ten digits, at random: a number tells neither how many customers there are nor when this one came. */
export function newCustomerNumber(): string {
  return String(randomInt(1_000_000_000, 10_000_000_000));
}
