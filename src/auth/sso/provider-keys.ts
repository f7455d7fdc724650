import { Injectable, Logger } from '@nestjs/common';
import {
  type JWTPayload,
  type JWTVerifyOptions,
  type RemoteJWKSet,
  createRemoteJWKSet,
  customFetch,
  jwtVerify,
} from 'jose';
import { Clock } from '../../common/clock.js';
import { Failure } from '../../common/failure.js';
import { Outbound } from './outbound.js';

/** A provider's whole part in one login takes no longer, in milliseconds: the contract's answer must come in time. */
const PATIENCE = 1800;

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

/** The keys of identity providers: read once, kept for ten minutes, read anew when a provider signs with another one. */
@Injectable()
export class ProviderKeys {
  private readonly logger = new Logger('sso');
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

  /**
   * Asks a provider, and gives up in time.
   *
   * @param refused what it is when the provider, or what it has signed, says no
   * @throws Failure `provider_unavailable` when it cannot be reached or answers nonsense, or what `refused` says
   */
  async ask<T>(
    refused: 'provider_refused' | 'subject_token_refused',
    work: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const signal = AbortSignal.timeout(PATIENCE);
    const late = new Promise<never>((_done, fail) => {
      signal.addEventListener('abort', () => fail(new Error('The provider took too long')));
    });
    try {
      return await Promise.race([work(signal), late]);
    } catch (error) {
      if (error instanceof Failure) throw error;
      const code = codeOf(error);
      this.logger.warn({ code, reason: reasonOf(error) }, 'An identity provider did not confirm a login');
      throw new Failure(isRefusal(code) ? refused : 'provider_unavailable', { cause: error });
    }
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

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

/** What an operator needs to know. Neither tokens nor claims are in it: those of `jose` and `oauth4webapi` are their cause. */
function reasonOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const said = 'error' in error && typeof error.error === 'string' ? error.error : error.message;
  return said.slice(0, 200);
}

/** Of both libraries' codes: the provider answered and said no, or what it signed is not good. */
function isRefusal(code: string): boolean {
  return /^(OAUTH_RESPONSE_BODY_ERROR|OAUTH_WWW_AUTHENTICATE_CHALLENGE|OAUTH_JWT_.*|ERR_J(WT|WS)_.*|ERR_JOSE_ALG_.*|ERR_JWKS_(NO|MULTIPLE)_.*)$/.test(
    code,
  );
}
