import { unicodeForms } from '../formats/unicode-forms.js';
import { hybrisSha512 } from './hybris-sha512.js';
import type { LegacyAlgorithm, LegacyVerifier } from './legacy-algorithm.js';
import { magento1Md5, magento2Sha256 } from './magento.js';
import { plainMd5, saltedDigest } from './salted-digest.js';

/** The hash of another shop and the parameters to compare with it. Each algorithm defines its own parameters. */
export interface LegacyAuth {
  algorithm: string;
  hash: string;
  /** An import may send null for no parameters. */
  context?: Record<string, string> | null;
}

const algorithms = new Map<string, LegacyAlgorithm>([
  ['hybris-sha512-uid-salt', hybrisSha512],
  ['magento1-md5', magento1Md5],
  ['magento2-sha256', magento2Sha256],
  ['md5', plainMd5],
  ['salted-md5', saltedDigest('md5')],
  ['salted-sha1', saltedDigest('sha1')],
  ['salted-sha256', saltedDigest('sha256')],
  ['salted-sha512', saltedDigest('sha512')],
]);

/**
 * A sentence that explains to the importing client why passwords cannot be compared with the hash; undefined when they
 * can.
 */
export function legacyProblem(auth: LegacyAuth): string | undefined {
  const read = readLegacy(auth);
  return typeof read === 'string' ? read : undefined;
}

/**
 * Compares a password: first its NFC, and then, if it differs, the password as it was typed.
 *
 * @returns false also when there is a {@link legacyProblem}
 */
export function verifyLegacy(auth: LegacyAuth, password: string): Promise<boolean> | boolean {
  const read = readLegacy(auth);
  return typeof read !== 'string' && unicodeForms(password).some(read);
}

function readLegacy({ algorithm, hash, context }: LegacyAuth): LegacyVerifier | string {
  const read = algorithms.get(algorithm);
  return read ? read(hash, context ?? {}) : `algorithm must be one of ${[...algorithms.keys()].join(', ')}`;
}
