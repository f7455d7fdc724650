import { randomInt } from 'node:crypto';

/** 32 characters, without those that look alike. */
const ALPHABET = 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789';
const LENGTH = 10;
const COUNT = 10;

/** Creates ten different codes of 50 random bits, such as `K7F3Q-9M2XD`. */
export function newRecoveryCodes(): string[] {
  const codes = new Set<string>();
  while (codes.size < COUNT) {
    const text = Array.from({ length: LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');
    codes.add(`${text.slice(0, LENGTH / 2)}-${text.slice(LENGTH / 2)}`);
  }
  return [...codes];
}

/** The form in which a code is compared: people may type it without the hyphen, with spaces or in lower case. */
export function normalRecoveryCode(code: string): string {
  return code.replace(/[\s-]/g, '').toUpperCase();
}
