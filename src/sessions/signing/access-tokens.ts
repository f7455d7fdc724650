import { type KeyObject, createSecretKey, hkdfSync, randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { JwtService } from '@nestjs/jwt';
import { Clock } from '../../common/clock.js';
import { Config } from '../../config/config.js';
import type { CallerKind } from '../session.entity.js';
import { ACCESS_TOKEN_TYPE, type SigningAlgorithm, SigningKeys } from './signing-keys.js';

/** The claims of an access token (RFC 9068), beside `iss`, `iat`, `jti`. */
export interface AccessClaims {
  /** The tenant: the token is for its services alone. */
  aud: string;
  /** Customer number, client id or employee id; the public session id of a visitor. In the Glue API, see `glueClaims`. */
  sub: string;
  /** In tokens of the Glue API: the value that `sub` has in other tokens. */
  uid?: string;
  kind: CallerKind;
  /** The session row behind the token. */
  sid: string;
  /** The session id that clients see. */
  session_id: string;
  client_id?: string;
  /** The company that the customer acts for. */
  legal_entity_id?: string;
  /** The employee who acts for the customer (RFC 8693 4.1). */
  act?: { sub: string };
  /** In tokens of the Glue API: the vendor's names for the kind of holder. */
  scopes?: string[];
  /** Scopes separated by blanks, `tenant={tenant}` among them. */
  scope: string;
  exp: number;
}

/** The minimum number of cached tokens, about 2 KB each; at most twice as many. Fewer if they are long. */
const MAX_FRESH_TOKENS = 2000;

/** The characters of the cached tokens, at most twice as many. Their claims take about as much memory again. */
const MAX_FRESH_LENGTH = 4_000_000;

/** Signs and verifies the tokens of Foyer. */
@Injectable()
export class AccessTokens {
  private readonly jwt = new JwtService();
  private readonly verifier: JwtService;
  /** The latest cached tokens, and the generation before them, which is evicted as a whole. */
  private fresh = new Map<string, AccessClaims>();
  private stale = new Map<string, AccessClaims>();
  private freshLength = 0;
  /** By tenant. A key that is not a KeyObject would first be parsed as a private key, at each login. */
  private readonly saasKeys = new Map<string, KeyObject>();
  /** The rules for every access token. The expiry is checked with the clock of the service. */
  readonly rules: { algorithms: SigningAlgorithm[]; issuer: string; ignoreExpiration: true };

  constructor(
    private readonly keys: SigningKeys,
    private readonly config: Config,
    private readonly clock: Clock,
  ) {
    this.rules = { algorithms: ['ES256', 'RS256'], issuer: config.publicUrl, ignoreExpiration: true };
    this.verifier = new JwtService({
      secretOrKeyProvider: (_type, token) => {
        const key = typeof token === 'string' ? keys.keyOf(token) : undefined;
        if (!key) throw new Error('The token was not issued by Foyer');
        return key.publicKey;
      },
    });
  }

  /** @param lifetime in seconds */
  sign(claims: Omit<AccessClaims, 'exp'>, lifetime: number): string {
    const { algorithm, privateKey, kid } = this.keys.current;
    const payload = { iss: this.config.publicUrl, jti: randomUUID(), ...claims, ...this.validity(lifetime) };
    const token = this.jwt.sign(payload, {
      algorithm,
      privateKey,
      header: { alg: algorithm, kid, typ: ACCESS_TOKEN_TYPE },
      // The keys were checked when they were read.
      allowInvalidAsymmetricKeyTypes: true,
    });
    // A customer's token is used again at once. A visitor's token may never be used again.
    if (claims.kind === 'customer') this.cache(token, payload);
    return token;
  }

  /** The claims of an access token that Foyer signed, whether or not it has expired; undefined for other tokens. */
  verify(token: string): AccessClaims | undefined {
    try {
      return this.cachedClaims(token) ?? this.verifier.verify<AccessClaims>(token, this.rules);
    } catch {
      return undefined;
    }
  }

  /** The claims of a token that this process signed or verified before: a verification costs more than a query. */
  cachedClaims(token: string): AccessClaims | undefined {
    return this.fresh.get(token) ?? this.stale.get(token);
  }

  /** @param claims of a token whose signature was checked */
  cache(token: string, claims: AccessClaims): void {
    if (this.fresh.size >= MAX_FRESH_TOKENS || this.freshLength + token.length > MAX_FRESH_LENGTH) {
      this.stale = this.fresh;
      this.fresh = new Map();
      this.freshLength = 0;
    }
    this.fresh.set(token, claims);
    this.freshLength += token.length;
  }

  /**
   * Signs the vendor's SaaS token, which the checkout accepts in the header `saas-token`: HS256, with a key per tenant.
   *
   * @param lifetime in seconds
   */
  signSaas(tenant: string, customerId: string, lifetime: number): string {
    return this.jwt.sign(
      { sub: customerId, jti: randomUUID(), ...this.validity(lifetime) },
      // The types accept a KeyObject only under this name.
      { algorithm: 'HS256', privateKey: this.saasKey(tenant) },
    );
  }

  /** The key with which a service of this tenant verifies SaaS tokens. */
  saasKey(tenant: string): KeyObject {
    let key = this.saasKeys.get(tenant);
    if (!key) {
      key = createSecretKey(Buffer.from(hkdfSync('sha256', this.config.secret, tenant, 'saas-token', 32)));
      this.saasKeys.set(tenant, key);
    }
    return key;
  }

  private validity(lifetime: number): { iat: number; exp: number } {
    const iat = Math.floor(this.clock.now().getTime() / 1000);
    return { iat, exp: iat + lifetime };
  }
}
