import pLimit from 'p-limit';
import { Failure } from '../../common/failure.js';

/** How many wait for a turn, and longest how long one takes, in seconds. */
const MOST_WAITING = 20;
const LONGEST_TURN = 2;

/** Of all in this process: each has a connection for as long as it runs, and of those there are few. */
const everybody = pLimit(2);

/** Customers have one of them, so that staff need not wait for what strangers think of. */
const customers = pLimit(1);

/**
 * Does work that runs a regular expression from outside, in turn.
 *
 * @param byCustomer who asks is a customer, and no staff
 * @throws Failure `overloaded` when too many wait already
 */
export async function inTurn<T>(byCustomer: boolean, work: () => Promise<T>): Promise<T> {
  const lane = byCustomer ? customers : everybody;
  if (lane.pendingCount >= MOST_WAITING) throw new Failure('overloaded', { facts: { seconds: String(LONGEST_TURN) } });
  return byCustomer ? customers(() => everybody(work)) : everybody(work);
}
