import { KeyObject, createHmac, createSecretKey, hkdfSync, timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Config } from '../config/config.js';

/** What a refresh token says: the session it carries on, and which of the session's tokens it is. */
export interface RefreshClaim {
  sessionId: string;
  generation: number;
}

const ID = 16;
const GENERATION = 4;
const MAC = 32;

/**
 * Refresh tokens: the session, a number that grows with each rotation, and a MAC over both and the tenant. They are
 * stored nowhere. The session row holds only the number of the token in use; so an older token is known for what it
 * is however old it is, and anything that we did not issue is refused before the database is asked.
 */
@Injectable()
export class RefreshTokens {
  private readonly key: KeyObject;

  constructor({ secret }: Config) {
    this.key = createSecretKey(Buffer.from(hkdfSync('sha256', secret, '', 'refresh-token', 32)));
  }

  write(tenant: string, { sessionId, generation }: RefreshClaim): string {
    const claim = Buffer.alloc(ID + GENERATION);
    claim.write(sessionId.replaceAll('-', ''), 'hex');
    claim.writeUInt32BE(generation, ID);
    return Buffer.concat([claim, this.mac(tenant, claim)]).toString('base64url');
  }

  /** @returns undefined for what is no refresh token of this tenant */
  read(tenant: string, token: string): RefreshClaim | undefined {
    const bytes = Buffer.from(token, 'base64url');
    if (bytes.length !== ID + GENERATION + MAC || bytes.toString('base64url') !== token) return undefined;
    const claim = bytes.subarray(0, ID + GENERATION);
    if (!timingSafeEqual(bytes.subarray(ID + GENERATION), this.mac(tenant, claim))) return undefined;
    const id = claim.toString('hex', 0, ID);
    return {
      sessionId: id.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5'),
      generation: claim.readUInt32BE(ID),
    };
  }

  private mac(tenant: string, claim: Buffer): Buffer {
    return createHmac('sha256', this.key).update(tenant).update('\0').update(claim).digest();
  }
}
