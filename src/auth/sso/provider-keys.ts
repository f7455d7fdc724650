import { Injectable } from '@nestjs/common';
import {
  type JWTPayload,
  type JWTVerifyOptions,
  type RemoteJWKSet,
  createRemoteJWKSet,
  customFetch,
  jwtVerify,
} from 'jose';
import { Clock } from '../../common/clock.js';
import { PATIENCE } from './asking.js';
import { Outbound } from './outbound.js';

/** Signatures that only the holder of a private key can make; neither `none` nor a shared secret. */
const ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
];

/** In milliseconds. A key that is not known makes the keys be read anew, but not more often than this. */
const COOLDOWN = 1000;

const MOST_SETS = 1000;

/**
 * The keys of identity providers: read once, kept for ten minutes, read anew when a provider signs with another one.
 */
@Injectable()
export class ProviderKeys {
  private readonly sets = new Map<string, RemoteJWKSet>();

  constructor(
    private readonly outbound: Outbound,
    private readonly clock: Clock,
  ) {}

  /**
   * The claims of a JWT whose signature is good, which has not expired, and whose `sub` is one.
   *
   * @throws Error of `jose` when it is not so, or the keys cannot be read
   */
  async verify(
    token: string,
    jwks: string,
    expected: Pick<JWTVerifyOptions, 'issuer' | 'audience'>,
  ): Promise<JWTPayload> {
    const { payload } = await jwtVerify(token, this.of(jwks), {
      ...expected,
      algorithms: ALGORITHMS,
      requiredClaims: ['exp', 'sub'],
      clockTolerance: 5,
      currentDate: this.clock.now(),
    });
    return payload;
  }

  private of(jwks: string): RemoteJWKSet {
    let set = this.sets.get(jwks);
    if (!set) {
      if (this.sets.size >= MOST_SETS) this.sets.clear();
      set = createRemoteJWKSet(new URL(jwks), {
        timeoutDuration: PATIENCE,
        cooldownDuration: COOLDOWN,
        [customFetch]: (url, { headers, method, signal }) => this.outbound.fetch(url, { headers, method, signal }),
      });
      this.sets.set(jwks, set);
    }
    return set;
  }
}
