import { Injectable } from '@nestjs/common';
import { Clock } from '../../common/clock.js';
import { AccessTokens } from '../../sessions/signing/access-tokens.js';
import { TenantsService } from '../../tenants/tenants.service.js';

/** A visitor's session by its public id, with an access token of that session. */
export interface KeptSession {
  sessionId?: string;
  token?: string;
}

/** Visitors' sessions that clients kept during the redirect to an identity provider. */
@Injectable()
export class KeptSessions {
  constructor(
    private readonly tenants: TenantsService,
    private readonly tokens: AccessTokens,
    private readonly clock: Clock,
  ) {}

  /**
   * The session row of a visitor's session, if the caller has an access token of it. A session id alone is not a proof.
   */
  proven({ sessionId, token }: KeptSession): string | undefined {
    const claims = token === undefined ? undefined : this.tokens.verify(token);
    if (claims?.kind !== 'anonymous' || claims.aud !== this.tenants.current) return undefined;
    const valid = claims.session_id === sessionId && claims.exp * 1000 > this.clock.now().getTime();
    return valid ? claims.sid : undefined;
  }
}
