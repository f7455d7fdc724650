import { Injectable } from '@nestjs/common';
import { Clock } from '../../common/clock.js';
import { Failure } from '../../common/failure.js';
import { TenantsService } from '../../tenants/tenants.service.js';
import { type AccessClaims, AccessTokens } from '../signing/access-tokens.js';
import { holderOf } from './caller.js';
import { SessionCheck } from './session-check.js';

/** Checks access tokens in the current tenant. */
@Injectable()
export class TokenCheck {
  constructor(
    private readonly tokens: AccessTokens,
    private readonly tenants: TenantsService,
    private readonly sessionCheck: SessionCheck,
    private readonly clock: Clock,
  ) {}

  /**
   * Checks a token that does not authenticate the caller of the request. Its kind and its scopes do not matter.
   *
   * @returns the claims of the token
   * @throws Failure `token_invalid`, `token_expired`
   */
  async assertValid(token: string): Promise<AccessClaims> {
    const claims = this.tokens.verify(token);
    if (!claims) throw new Failure('token_invalid');
    this.assertTenant(claims);
    if (isRemovableClient(claims.client_id)) await this.assertClient(claims.client_id);
    if (holderOf(claims, token).expiresAt <= this.clock.now()) throw new Failure('token_expired');
    await this.sessionCheck.check(claims.sid);
    return claims;
  }

  /** @throws Failure `token_invalid` for a token of another tenant */
  assertTenant({ aud }: AccessClaims): void {
    if (aud !== this.tenants.current) throw new Failure('token_invalid', { facts: { tokenTenant: aud } });
  }

  /**
   * The removal of a client ends its sessions, but not a session that starts at the same moment.
   *
   * @throws Failure `token_invalid` for a client that was removed
   */
  async assertClient(client: string): Promise<void> {
    if (!(await this.tenants.hasClient(client))) throw new Failure('token_invalid');
  }
}

/**
 * Whether a session has a client that a tenant can remove. Glue's client, which contains a colon, cannot be removed.
 */
export function isRemovableClient(client: string | undefined): client is string {
  return client !== undefined && !client.includes(':');
}
