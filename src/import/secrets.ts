/** Names of fields with a hash, a password or a part of one, in any system. */
const secretName = /passw|_pass$|^pass$|pwd|hash|salt|secret|credential|token/i;

/**
 * A text that may be a hash: one of the forms with a prefix, such as `$2y$…` and `{bcrypt}…`, or a long sequence of
 * Base64 or of hexadecimal digits. URLs are not hashes.
 */
const hashForm = /^\$[\w-]{1,20}\$|^\{[\w-]{1,20}\}|^(?!https?:).*[A-Za-z0-9+/]{24}/is;

/** Whether a text may be a hash. */
export function looksLikeHash(text: string): boolean {
  return hashForm.test(text);
}

/** Removes hashes and passwords from an item at any depth, so that they are not copied out of the input file. */
export function withoutSecrets(item: unknown): unknown {
  if (item === undefined) return undefined;
  const isSecret = (name: string, value: unknown): boolean =>
    secretName.test(name) || (typeof value === 'string' && looksLikeHash(value));
  return JSON.parse(
    JSON.stringify(item, (name, value: unknown) => (isSecret(name, value) ? undefined : value)) ?? 'null',
  );
}
