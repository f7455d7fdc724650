import { KeyObject, createHmac, createSecretKey, hkdfSync, timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Config } from '../../config/config.js';

/** The content of a refresh token: the session that it refreshes, and its number among the session's tokens. */
export interface RefreshClaim {
  sessionId: string;
  generation: number;
}

const ID_BYTES = 16;
const GENERATION_BYTES = 4;
const MAC_BYTES = 32;

/**
 * Refresh tokens: the session, a number that grows with each rotation, and a MAC over both and the tenant. They are
 * stored nowhere. The session row holds only the number of the current token. So an older token is recognised whatever
 * its age, and a token that Foyer did not issue is rejected without a query.
 */
@Injectable()
export class RefreshTokens {
  private readonly key: KeyObject;

  constructor({ secret }: Config) {
    this.key = createSecretKey(Buffer.from(hkdfSync('sha256', secret, '', 'refresh-token', 32)));
  }

  write(tenant: string, { sessionId, generation }: RefreshClaim): string {
    const claim = Buffer.alloc(ID_BYTES + GENERATION_BYTES);
    claim.write(sessionId.replaceAll('-', ''), 'hex');
    claim.writeUInt32BE(generation, ID_BYTES);
    return Buffer.concat([claim, this.mac(tenant, claim)]).toString('base64url');
  }

  /** @returns undefined for anything but a refresh token of this tenant */
  read(tenant: string, token: string): RefreshClaim | undefined {
    const bytes = Buffer.from(token, 'base64url');
    if (bytes.length !== ID_BYTES + GENERATION_BYTES + MAC_BYTES || bytes.toString('base64url') !== token)
      return undefined;
    const claim = bytes.subarray(0, ID_BYTES + GENERATION_BYTES);
    if (!timingSafeEqual(bytes.subarray(ID_BYTES + GENERATION_BYTES), this.mac(tenant, claim))) return undefined;
    const id = claim.toString('hex', 0, ID_BYTES);
    return {
      sessionId: id.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5'),
      generation: claim.readUInt32BE(ID_BYTES),
    };
  }

  private mac(tenant: string, claim: Buffer): Buffer {
    return createHmac('sha256', this.key).update(tenant).update('\0').update(claim).digest();
  }
}
