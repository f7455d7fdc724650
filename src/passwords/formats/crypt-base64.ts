const alphabet = './0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** The value of a character in the Base64 of `crypt(3)`; -1 for another character. */
export function cryptValue(character: string): number {
  return alphabet.indexOf(character);
}

/** Encodes bytes in the Base64 of `crypt(3)`: three bytes are a number, of which the lowest six bits come first. */
export function toCryptBase64(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length; i += 3) {
    const [one = 0, two = 0, three = 0] = bytes.subarray(i, i + 3);
    let value = one | (two << 8) | (three << 16);
    for (let left = Math.min(3, bytes.length - i) + 1; left > 0; left--) {
      text += alphabet[value & 63];
      value >>= 6;
    }
  }
  return text;
}
