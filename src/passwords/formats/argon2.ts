import { hash, hashRaw, verify } from '@node-rs/argon2';
import { fromBase64 } from './bytes.js';
import type { Verifier } from './verifier.js';

/**
 * The minimum parameters that OWASP requires for Argon2id, which is the library's default; memory in KiB. Tests lower
 * them; no setting does.
 */
export const argon2Cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/**
 * The maximum work of a hash, in KiB · passes; its time is proportional to it. PHP writes the hashes with the most
 * work.
 */
const maximum = { memoryCost: 131_072, work: 4 * 65_536, parallelism: 16 };

const form =
  /^\$argon2(id|i|d)\$v=19\$m=([1-9]\d{0,6}),t=([1-9]\d?),p=([1-9]\d?)\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{16,86})$/;

type Parameters = typeof argon2Cost;

/** Hashes with the current parameters. The password is not normalised. */
export function hashArgon2(password: string): Promise<string> {
  return hash(password, argon2Cost);
}

/**
 * Reads Argon2id, Argon2i and Argon2d in PHC form: `$argon2id$v=19$m=19456,t=2,p=1${salt}${hash}`, m in KiB, salt of 8
 * to 64 bytes, hash of 12 to 64. The version before 1.3 (`v=16`, or no `v`) is not supported.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9106
 * @see https://github.com/P-H-C/phc-string-format/blob/master/phc-sf-spec.md
 */
export function readArgon2(passwordHash: string): Verifier | string | undefined {
  const parameters = parse(passwordHash);
  if (!parameters) return undefined;
  return (
    excessiveCost(parameters) ?? {
      matches: (password) => verify(passwordHash, password),
      costly: isCostlyArgon2(parameters),
    }
  );
}

/** Computes the bytes of Argon2id with one lane. */
export function argon2idBytes(
  password: string,
  salt: Buffer,
  { memoryCost, timeCost, outputLen }: Omit<Parameters, 'parallelism'> & { outputLen: number },
): Promise<Buffer> {
  return hashRaw(password, { salt, memoryCost, timeCost, outputLen, parallelism: 1 });
}

/** The cost of Argon2 as a text, if it is too high; otherwise undefined. */
export function excessiveCost({ memoryCost, timeCost, parallelism }: Parameters): string | undefined {
  const isWithin =
    memoryCost <= maximum.memoryCost &&
    workOf({ memoryCost, timeCost }) <= maximum.work &&
    parallelism <= maximum.parallelism;
  if (isWithin) return undefined;
  return `Argon2 with ${memoryCost} KiB, ${timeCost} passes and ${parallelism} lanes; the maximum is ${maximum.memoryCost} KiB, ${maximum.work} KiB times passes, and ${maximum.parallelism} lanes`;
}

/** Whether Argon2 takes several times as long as with the current parameters. */
export function isCostlyArgon2(parameters: Pick<Parameters, 'memoryCost' | 'timeCost'>): boolean {
  return workOf(parameters) > 2 * workOf(argon2Cost);
}

/** Whether it is an Argon2id hash with at least the current parameters. Every hash has one lane. */
export function isCurrentArgon2(passwordHash: string): boolean {
  const parameters = parse(passwordHash);
  if (parameters?.variant !== 'id' || excessiveCost(parameters)) return false;
  return parameters.memoryCost >= argon2Cost.memoryCost && parameters.timeCost >= argon2Cost.timeCost;
}

function workOf({ memoryCost, timeCost }: Pick<Parameters, 'memoryCost' | 'timeCost'>): number {
  return memoryCost * timeCost;
}

function parse(passwordHash: string): ({ variant: string } & Parameters) | undefined {
  const [, variant, m, t, p, salt, tag] = form.exec(passwordHash) ?? [];
  if (!variant || !salt || !tag || !fromBase64(salt) || !fromBase64(tag)) return undefined;
  const [memoryCost, timeCost, parallelism] = [Number(m), Number(t), Number(p)];
  return 8 * parallelism <= memoryCost ? { variant, memoryCost, timeCost, parallelism } : undefined;
}
