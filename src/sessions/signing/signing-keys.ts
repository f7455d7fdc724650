import { KeyObject, createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { JWK, calculateJwkThumbprint, decodeProtectedHeader } from 'jose';

/** RFC 9068: distinguishes an access token from other JWTs. */
export const ACCESS_TOKEN_TYPE = 'at+jwt';

export type SigningAlgorithm = 'ES256' | 'RS256';

export interface SigningKey {
  kid: string;
  algorithm: SigningAlgorithm;
  privateKey: KeyObject;
  publicKey: KeyObject;
  /** The public half as it is published. */
  jwk: JWK;
}

/** The current keys. To rotate: put the new key after the old one, later before it, and finally remove the old one. */
export class SigningKeys {
  private readonly byId: Map<string, SigningKey>;

  private constructor(private readonly keys: [SigningKey, ...SigningKey[]]) {
    this.byId = new Map(keys.map((key) => [key.kid, key]));
  }

  /**
   * @param pems private keys; the first signs
   * @throws Error if there is none, or one is neither P-256 nor RSA of 2048 bits or more
   */
  static async from(pems: string[]): Promise<SigningKeys> {
    const [first, ...others] = await Promise.all(pems.map(readKey));
    if (!first) throw new Error('SIGNING_KEYS contains no private key');
    return new SigningKeys([first, ...others]);
  }

  /** The key that signs. */
  get current(): SigningKey {
    return this.keys[0];
  }

  /** The key that a token names; undefined if it is unknown, or the token is not an access token (RFC 9068). */
  keyOf(token: string): SigningKey | undefined {
    try {
      const { typ, kid } = decodeProtectedHeader(token);
      return typ === ACCESS_TOKEN_TYPE && kid ? this.byId.get(kid) : undefined;
    } catch {
      return undefined;
    }
  }

  /** JWK set (RFC 7517) of the public halves. */
  get jwks(): { keys: JWK[] } {
    return { keys: this.keys.map(({ jwk }) => jwk) };
  }
}

/** Generates a private key in PEM, on the curve P-256. */
export function newSigningKey(): string {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

async function readKey(pem: string): Promise<SigningKey> {
  const privateKey = createPrivateKey(pem);
  const publicKey = createPublicKey(pem);
  const { namedCurve, modulusLength } = privateKey.asymmetricKeyDetails ?? {};
  const algorithm = namedCurve === 'prime256v1' ? 'ES256' : (modulusLength ?? 0) >= 2048 ? 'RS256' : undefined;
  if (!algorithm) throw new Error('SIGNING_KEYS: a key must be on the curve P-256, or RSA of 2048 bits or more');
  const jwk = publicKey.export({ format: 'jwk' }) as JWK;
  const kid = await calculateJwkThumbprint(jwk);
  return { kid, algorithm, privateKey, publicKey, jwk: { ...jwk, kid, alg: algorithm, use: 'sig' } };
}
