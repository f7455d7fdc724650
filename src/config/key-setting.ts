import { createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { InvalidVariable, type Reader } from './variable.js';

/**
 * Private keys in PEM, whose line breaks may be `\n`, or the paths of key files, separated by commas. A message never
 * contains the text, because a key in another form would look like a path.
 */
export const signingKeys: Reader<string[]> = {
  rule: 'must be private keys in PEM (P-256, or RSA of 2048 bits or more), or paths of such files, separated by commas',
  read: (setting) => {
    const text = setting.includes('-----BEGIN') ? setting : setting.split(',').map(contentOf).join('\n');
    const keys = text.replaceAll('\\n', '\n').match(/-----BEGIN [^-]+-----[^-]+-----END [^-]+-----/g) ?? [];
    if (keys.length === 0) throw new InvalidVariable('no private key was found');
    const invalid = keys.findIndex((key) => !isSigningKey(key));
    if (invalid >= 0) throw new InvalidVariable(`key ${invalid + 1} is not valid`);
    return keys;
  },
};

function contentOf(path: string, index: number): string {
  try {
    return readFileSync(path.trim(), 'utf8');
  } catch (error) {
    const { code = 'error' } = error as NodeJS.ErrnoException;
    throw new InvalidVariable(`path ${index + 1} cannot be read (${code})`);
  }
}

function isSigningKey(pem: string): boolean {
  try {
    const { namedCurve, modulusLength } = createPrivateKey(pem).asymmetricKeyDetails ?? {};
    return namedCurve === 'prime256v1' || (modulusLength ?? 0) >= 2048;
  } catch {
    return false;
  }
}
