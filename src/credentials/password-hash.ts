import { availableParallelism } from 'node:os';
import { networkOf } from '../common/network-address.js';
import { RequestScope } from '../tenants/request-scope.js';
import { hashArgon2 } from '../passwords/formats/argon2.js';
import { HashCores } from '../passwords/hash-cores.js';
import { HashQueue } from '../passwords/hash-queue.js';
import { isCostly, verifyHash, verifyDummy } from '../passwords/password-formats.js';

const cores = availableParallelism();

const hashCores = new HashCores(cores);

/** For Foyer's own hashes. More than one for each core would wait in the thread pool, where no order is fair. */
const ordinary = new HashQueue({ concurrency: () => hashCores.free, average: 20, batchSize: 8 });

/** For imported hashes that take much longer. Half of the cores stay free for ordinary ones. */
const costly = new HashQueue({
  concurrency: () => Math.max(1, Math.floor(cores / 2)),
  average: 200,
  batchSize: 1,
});

/**
 * Hashes the NFC of a password, so that a password typed on any keyboard matches.
 *
 * @param password in any Unicode form
 * @throws Failure `overloaded` when the caller has too much in the queue already
 */
export async function hashPassword(password: string): Promise<string> {
  return inTurn(ordinary, () => hashArgon2(password.normalize('NFC')));
}

/**
 * Compares a password with a hash of any native format. Without a hash, it takes as long as with Argon2id.
 *
 * @returns false also when the hash is not known
 * @throws Failure `overloaded` when the caller has too much in the queue already
 */
export async function verifyPassword(passwordHash: string | null | undefined, password: string): Promise<boolean> {
  if (!passwordHash) return inTurn(ordinary, () => verifyDummy(password));
  const queue = isCostly(passwordHash) ? costly : ordinary;
  return inTurn(queue, () => verifyHash(passwordHash, password));
}

/** Runs work in a queue, for the network of the current request. Jobs and the command line share one place. */
function inTurn<T>(queue: HashQueue, work: () => Promise<T>): Promise<T> {
  const { tenant = '', origin } = RequestScope.current ?? {};
  return queue.run({ tenant, address: networkOf(origin?.address) }, work);
}
