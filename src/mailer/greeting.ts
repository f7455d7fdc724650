/** The maximum number of characters of a name in a greeting. */
const MAX_LENGTH = 40;

/**
 * Parts of a link or an address, and characters that hide or reorder text: a colon (as behind a scheme), a slash, an
 * `@`, a dot in front of a label that may be a top-level domain, control, format and bidirectional characters.
 */
const unsafe = /[:@/\\\p{C}\p{Zl}\p{Zp}]|[.\u3002][\p{L}\p{M}\p{N}-]{2}/u;

/**
 * Returns a name that a greeting may use. Anyone can write an advertisement into the name field, so a name is left out
 * if it is long or looks like a link.
 */
export function greetingName(name: string | null | undefined): string | undefined {
  const text = name?.trim() ?? '';
  // Compatibility forms, such as a full-width slash, look like the characters that they stand for.
  const plain = text.normalize('NFKC');
  if (text === '' || [...text].length > MAX_LENGTH || [...plain].length > MAX_LENGTH || unsafe.test(plain))
    return undefined;
  return unsafe.test(text) ? undefined : text.replace(/\s+/g, ' ');
}
