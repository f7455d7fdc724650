import { type KeyObject, createSecretKey, hkdfSync, randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { JwtService } from '@nestjs/jwt';
import { Clock } from '../common/clock.js';
import { Config } from '../config/config.js';
import type { CallerKind } from './session.entity.js';
import { ACCESS_TOKEN_TYPE, type SigningAlgorithm, SigningKeys } from './signing-keys.js';

/** The claims of an access token (RFC 9068), beside `iss`, `iat`, `jti`. */
export interface AccessClaims {
  /** The tenant: the token is for its services alone. */
  aud: string;
  /** Customer number, client id or employee id; the public session id of a visitor. */
  sub: string;
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
  /** Scopes separated by blanks, `tenant={tenant}` among them. */
  scope: string;
  exp: number;
}

/** How many tokens are remembered at least; about 2 KB each, and at most twice as many. */
const REMEMBERED = 2000;

/** Signs what Foyer hands out, and knows it again. */
@Injectable()
export class AccessTokens {
  private readonly jwt = new JwtService();
  private readonly verifier: JwtService;
  /** The latest tokens that are known, and those before them, which are forgotten together. */
  private fresh = new Map<string, AccessClaims>();
  private stale = new Map<string, AccessClaims>();
  /** By tenant. A key that is no KeyObject yet would be tried as a private one first, at each login. */
  private readonly saasKeys = new Map<string, KeyObject>();
  /** What holds of every access token. Whether one has expired is asked by our own clock. */
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
        if (!key) throw new Error('Not an access token of ours');
        return key.publicKey;
      },
    });
  }

  /** @param lifetime in seconds */
  sign(claims: Omit<AccessClaims, 'exp'>, lifetime: number): string {
    const { algorithm, privateKey, kid } = this.keys.current;
    const whole = { iss: this.config.publicUrl, jti: randomUUID(), ...claims, ...this.span(lifetime) };
    const token = this.jwt.sign(whole, {
      algorithm,
      privateKey,
      header: { alg: algorithm, kid, typ: ACCESS_TOKEN_TYPE },
      // The keys were checked when they were read.
      allowInvalidAsymmetricKeyTypes: true,
    });
    // A customer's token comes back at once; a visitor's may never.
    if (claims.kind === 'customer') this.remember(token, whole);
    return token;
  }

  /** The claims of an access token that we signed, whether or not it has expired; undefined for anything else. */
  verify(token: string): AccessClaims | undefined {
    try {
      return this.known(token) ?? this.verifier.verify<AccessClaims>(token, this.rules);
    } catch {
      return undefined;
    }
  }

  /** The claims of a token that was signed or verified here before; checking a signature costs more than a query. */
  known(token: string): AccessClaims | undefined {
    return this.fresh.get(token) ?? this.stale.get(token);
  }

  /** @param claims of a token whose signature was checked */
  remember(token: string, claims: AccessClaims): void {
    if (this.fresh.size >= REMEMBERED) {
      this.stale = this.fresh;
      this.fresh = new Map();
    }
    this.fresh.set(token, claims);
  }

  /**
   * The vendor's SaaS token, which checkout takes in the header `saas-token`: HS256, with a key of the tenant's own.
   *
   * @param lifetime in seconds
   */
  signSaas(tenant: string, customerId: string, lifetime: number): string {
    return this.jwt.sign(
      { sub: customerId, jti: randomUUID(), ...this.span(lifetime) },
      // Only under this name do the types take a KeyObject.
      { algorithm: 'HS256', privateKey: this.saasKey(tenant) },
    );
  }

  /** The key that a service of this tenant verifies SaaS tokens with. */
  saasKey(tenant: string): KeyObject {
    let key = this.saasKeys.get(tenant);
    if (!key) {
      key = createSecretKey(Buffer.from(hkdfSync('sha256', this.config.secret, tenant, 'saas-token', 32)));
      this.saasKeys.set(tenant, key);
    }
    return key;
  }

  private span(lifetime: number): { iat: number; exp: number } {
    const iat = Math.floor(this.clock.now().getTime() / 1000);
    return { iat, exp: iat + lifetime };
  }
}
