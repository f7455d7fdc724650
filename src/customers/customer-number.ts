import { randomInt } from 'node:crypto';

/** Returns ten random digits. They reveal neither the number of customers nor when a customer was created. */
export function newCustomerNumber(): string {
  return String(randomInt(1_000_000_000, 10_000_000_000));
}
