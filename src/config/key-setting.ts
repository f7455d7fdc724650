import { createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { InvalidVariable, type Reader } from './variable.js';

/** The blocks of a PEM text (RFC 7468). Their line breaks may be lost, or be spaces. */
const BLOCK = /-----BEGIN ([^-]+)-----([^]*?)-----END \1-----/g;
/** `openssl ecparam -genkey` writes the name of the curve in front of the key, which names it again. */
const CURVE = 'EC PARAMETERS';

/**
 * Private keys in PEM, as PKCS#8 or in the older forms that openssl writes, or the paths of key files, separated by
 * commas. The value is PKCS#8. A message never contains the text, because a key in another form would look like a path.
 */
export const signingKeys: Reader<string[]> = {
  rule: 'must be private keys in PEM (P-256, or RSA of 2048 bits or more), or paths of such files, separated by commas',
  read: (setting) => {
    const text = setting.includes('-----BEGIN') ? setting : setting.split(',').map(contentOf).join('\n');
    const blocks = [...text.replaceAll('\\n', '\n').matchAll(BLOCK)].filter(([, label]) => label !== CURVE);
    if (blocks.length === 0) throw new InvalidVariable('no private key was found');
    return blocks.map(([, label = '', content = ''], index) => {
      const problem = (text: string): InvalidVariable => new InvalidVariable(`key ${index + 1} ${text}`);
      if (/PUBLIC KEY|CERTIFICATE/.test(label)) throw problem('is a public key; the private key is required');
      if (/ENCRYPTED/.test(label + content)) {
        throw problem('is encrypted; `openssl pkey -in FILE` prints it without encryption');
      }
      return pkcs8(pemOf(label, content), problem);
    });
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

/** Restores the line breaks. Without them, OpenSSL finds no key. */
function pemOf(label: string, content: string): string {
  const lines = content.replace(/\s/g, '').match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`].join('\n');
}

function pkcs8(pem: string, problem: (text: string) => InvalidVariable): string {
  let key;
  try {
    key = createPrivateKey(pem);
  } catch {
    throw problem('is not valid');
  }
  const { asymmetricKeyType: type = 'unknown', asymmetricKeyDetails: { namedCurve = '', modulusLength = 0 } = {} } =
    key;
  const isRsa = type === 'rsa';
  if (isRsa && modulusLength < 2048) throw problem(`is an RSA key of ${modulusLength} bits; 2048 or more are required`);
  if (!isRsa && namedCurve !== 'prime256v1') {
    const kind = namedCurve ? `on the curve ${namedCurve}` : `of the type ${type}`;
    throw problem(`is a key ${kind}; P-256 or RSA is required`);
  }
  return key.export({ type: 'pkcs8', format: 'pem' }).toString().trim();
}
