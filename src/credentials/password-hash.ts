import { availableParallelism } from 'node:os';
import pLimit from 'p-limit';
import { Failure } from '../common/failure.js';
import { hashArgon2 } from './formats/argon2.js';
import { isCostly, verifyHash } from './password-formats.js';

/** What a password is compared with where there is no account, so that both take the same time. */
const DUMMY = hashArgon2('no account has this password');

/** Nobody waits longer for a turn, in milliseconds: who would is told to come back instead. */
const LONGEST_WAIT = 2000;

/** Where work waits that takes a core for long. */
class Lane {
  private readonly turn: ReturnType<typeof pLimit>;

  /** Those whose work is done, and who wait for each other. */
  private readonly group: (() => void)[] = [];

  /**
   * @param atOnce how many of them may run
   * @param average how long one takes here, in milliseconds: a moving average, which starts with what is usual
   * @param together how many go on together at the most
   */
  constructor(
    atOnce: number,
    private average: number,
    private readonly together: number,
  ) {
    this.turn = pLimit(atOnce);
  }

  /** @throws Failure `overloaded` when too many wait already */
  async run<T>(work: () => Promise<T>): Promise<T> {
    const { pendingCount, concurrency } = this.turn;
    if ((pendingCount * this.average) / concurrency > LONGEST_WAIT) {
      throw new Failure('overloaded', { facts: { seconds: String(LONGEST_WAIT / 1000) } });
    }
    const turn = this.turn(async () => {
      const start = performance.now();
      const done = await work();
      this.average += (performance.now() - start - this.average) / 20;
      return done;
    });
    return turn.finally(() => this.goOn());
  }

  /**
   * Waits for the rest of a group, of no more than still wait for their turn, so that nobody waits longer than those.
   */
  private goOn(): Promise<void> {
    return new Promise((resolve) => {
      this.group.push(resolve);
      if (this.group.length < Math.min(this.together, this.turn.pendingCount)) return;
      for (const go of this.group.splice(0)) go();
    });
  }
}

const cores = availableParallelism();

/** For hashes such as ours: as many as are worked at, and as many at hand, so that no thread waits for the main one. */
const usual = new Lane(2 * cores, 20, 8);

/** For those that came with an import and take much longer: they leave half of the cores to everybody else. */
const costly = new Lane(Math.max(1, Math.floor(cores / 2)), 200, 1);

/** @param password in any Unicode form; NFC is hashed, so that each keyboard's form logs in */
export async function hashPassword(password: string): Promise<string> {
  return usual.run(() => hashArgon2(password.normalize('NFC')));
}

/**
 * Compares with a hash of any native format; takes as long as for Argon2id when there is none to compare with.
 *
 * @returns false also when the hash is not known
 * @throws Failure `overloaded` when too many wait already
 */
export async function verifyPassword(passwordHash: string | null | undefined, password: string): Promise<boolean> {
  const expected = passwordHash ?? (await DUMMY);
  const lane = isCostly(expected) ? costly : usual;
  const matches = await lane.run(() => verifyHash(expected, password));
  return matches && expected === passwordHash;
}
