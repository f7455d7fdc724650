import { hash } from 'node:crypto';
import { sameBytes, within } from './bytes.js';
import { toCryptBase64 } from './crypt-base64.js';
import { repeatDigest } from './repeat.js';
import type { Verifier } from './verifier.js';

const DEFAULT_ROUNDS = 5000;
const MAX_ROUNDS = 100_000;
const COSTLY_ROUNDS = 20_000;

/** The bytes of a digest. */
const LENGTH = 64;

const form = /^\$6\$(?:rounds=([1-9]\d{0,8})\$)?([^$\n]{0,16})\$([./0-9A-Za-z]{86})$/;

/**
 * Reads SHA-512 crypt, `$6$rounds=5000${salt}${hash}`, as `crypt(3)` of Linux writes it. The names of the digests are
 * those of the specification.
 *
 * @see https://www.akkadia.org/drepper/SHA-crypt.txt
 */
export function readSha512Crypt(passwordHash: string): Verifier | string | undefined {
  const [, given, salt = '', expected] = form.exec(passwordHash) ?? [];
  const rounds = given === undefined ? DEFAULT_ROUNDS : Number(given);
  if (expected === undefined || !within(1000, rounds, 999_999_999)) return undefined;
  if (rounds > MAX_ROUNDS) return `SHA-512 crypt with ${rounds} rounds; the maximum is ${MAX_ROUNDS}`;
  return {
    matches: async (password) => {
      const computed = await compute(Buffer.from(password), Buffer.from(salt), rounds);
      return sameBytes(Buffer.from(toCryptBase64(inCryptOrder(computed))), Buffer.from(expected));
    },
    costly: rounds > COSTLY_ROUNDS,
  };
}

async function compute(password: Buffer, salt: Buffer, rounds: number): Promise<Buffer> {
  const b = sha512(password, salt, password);
  const a = sha512(
    password,
    salt,
    repeated(b, password.length),
    ...bitsOf(password.length).map((bit) => (bit ? b : password)),
  );
  const p = repeated(sha512(...Array<Buffer>(password.length).fill(password)), password.length);
  const s = repeated(sha512(...Array<Buffer>(16 + (a[0] ?? 0)).fill(salt)), salt.length);
  const none = Buffer.alloc(0);
  return repeatDigest(rounds, a, (last, round) => {
    const isOdd = round % 2 === 1;
    return sha512(isOdd ? p : last, round % 3 ? s : none, round % 7 ? p : none, isOdd ? last : p);
  });
}

function sha512(...parts: Buffer[]): Buffer {
  return hash('sha512', Buffer.concat(parts), 'buffer');
}

/** The bytes of a digest, repeated up to a length. */
function repeated(digest: Buffer, length: number): Buffer {
  return Buffer.alloc(length, digest);
}

/** The bits of a number, the lowest first. */
function bitsOf(value: number): boolean[] {
  const bits: boolean[] = [];
  for (let left = value; left > 0; left >>= 1) bits.push((left & 1) === 1);
  return bits;
}

/** The order in which the specification encodes the bytes: three at a time, from the thirds of the digest. */
function inCryptOrder(digest: Buffer): Buffer {
  const order: number[] = [];
  for (
    let [one, two, three] = [0, 21, 42];
    order.length < LENGTH - 1;
    [one, two, three] = [two + 1, three + 1, one + 1]
  ) {
    order.push(three, two, one);
  }
  return Buffer.from([...order, LENGTH - 1].map((i) => digest[i] ?? 0));
}
