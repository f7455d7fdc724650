import { hkdfSync, randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { JwtService } from '@nestjs/jwt';
import { Clock } from '../common/clock.js';
import { Config } from '../config/config.js';
import type { CallerKind } from './session.entity.js';
import { ACCESS_TOKEN_TYPE, SigningKeys } from './signing-keys.js';

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
  /** Scopes separated by blanks, `tenant={tenant}` among them. */
  scope: string;
  exp: number;
}

/** Signs what Foyer hands out. */
@Injectable()
export class AccessTokens {
  private readonly jwt = new JwtService();
  private readonly verifier: JwtService;

  constructor(
    private readonly keys: SigningKeys,
    private readonly config: Config,
    private readonly clock: Clock,
  ) {
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
    return this.jwt.sign(
      { iss: this.config.publicUrl, jti: randomUUID(), ...claims, ...this.span(lifetime) },
      { algorithm, privateKey, header: { alg: algorithm, kid, typ: ACCESS_TOKEN_TYPE } },
    );
  }

  /** The claims of an access token that we signed, whether or not it has expired; undefined for anything else. */
  verify(token: string): AccessClaims | undefined {
    try {
      return this.verifier.verify<AccessClaims>(token, {
        algorithms: ['ES256', 'RS256'],
        issuer: this.config.publicUrl,
        ignoreExpiration: true,
      });
    } catch {
      return undefined;
    }
  }

  /**
   * The vendor's SaaS token, which checkout takes in the header `saas-token`: HS256, with a key of the tenant's own.
   *
   * @param lifetime in seconds
   */
  signSaas(tenant: string, customerId: string, lifetime: number): string {
    return this.jwt.sign(
      { sub: customerId, jti: randomUUID(), ...this.span(lifetime) },
      { algorithm: 'HS256', secret: this.saasKey(tenant) },
    );
  }

  /** The key that a service of this tenant verifies SaaS tokens with. */
  saasKey(tenant: string): Buffer {
    return Buffer.from(hkdfSync('sha256', this.config.secret, tenant, 'saas-token', 32));
  }

  private span(lifetime: number): { iat: number; exp: number } {
    const iat = Math.floor(this.clock.now().getTime() / 1000);
    return { iat, exp: iat + lifetime };
  }
}
