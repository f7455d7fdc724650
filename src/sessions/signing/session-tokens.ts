import { Injectable } from '@nestjs/common';
import { Clock } from '../../common/clock.js';
import { TenantsService } from '../../tenants/tenants.service.js';
import { scopesIn } from '../customer-scopes.js';
import { isGlueClient } from '../glue-client.js';
import type { SessionRow } from '../sessions.sql.js';
import { type AccessClaims, AccessTokens } from './access-tokens.js';
import { glueClaims } from './glue-claims.js';
import { type RefreshClaim, RefreshTokens } from './refresh-tokens.js';

/** The tokens that a client gets when a session is started or refreshed. Lifetimes are in seconds. */
export interface IssuedTokens {
  accessToken: string;
  expiresIn: number;
  refreshToken: string;
  refreshExpiresIn: number;
  /** The session id that clients see. */
  sessionId: string;
  scope: string;
  /** Of a customer: the current company user of the Glue API, or null. */
  companyUser?: string | null;
}

/** The lifetimes of tokens in seconds; an API or a tenant sets them. */
export interface TokenLifetimes {
  access: number;
  refresh: number;
}

/** The scope of agents: employees who act for customers, and do nothing else. */
export const agentScope = 'customer.assistedBuying_manage';

/** The tokens of a session without a refresh token. */
export type AccessOnly = Omit<IssuedTokens, 'refreshToken' | 'refreshExpiresIn'>;

/** Issues and reads the tokens of sessions. `SessionsService` stores the sessions. */
@Injectable()
export class SessionTokens {
  constructor(
    private readonly tenants: TenantsService,
    private readonly accessTokens: AccessTokens,
    private readonly refreshTokens: RefreshTokens,
    private readonly clock: Clock,
  ) {}

  /** @returns undefined for anything but a refresh token of the current tenant */
  readRefreshToken(token: string): RefreshClaim | undefined {
    return this.refreshTokens.read(this.tenants.current, token);
  }

  /** @returns the session id in an access or refresh token of the current tenant; undefined for any other text */
  sessionIdIn(token: string): string | undefined {
    const claims = this.accessTokens.verify(token);
    return claims?.aud === this.tenants.current ? claims.sid : this.readRefreshToken(token)?.sessionId;
  }

  /** Issues the tokens of a visitor, or of the stand-in that the session has. */
  issueAnonymous(session: SessionRow): IssuedTokens {
    const { anonymousAccess, anonymousRefresh } = this.tenants.settings.lifetimes;
    const tenant = this.tenants.current;
    return this.issue(session, anonymousAccess, anonymousRefresh, {
      sub: session.stand_in ?? session.public_id,
      kind: 'anonymous',
      scope: `tenant=${tenant}`,
    });
  }

  issueAgent(session: SessionRow, lifetimes: TokenLifetimes): IssuedTokens {
    if (!session.employee_id) throw new Error('The session of an agent has no employee');
    return this.issue(session, lifetimes.access, lifetimes.refresh, {
      sub: session.employee_id,
      kind: 'employee',
      scope: `${agentScope} tenant=${this.tenants.current}`,
    });
  }

  issueEmployee(session: SessionRow, lifetimes: TokenLifetimes): IssuedTokens {
    if (!session.employee_id || !session.scope) throw new Error('The session of an employee has no employee or scopes');
    return this.issue(session, lifetimes.access, lifetimes.refresh, {
      sub: session.employee_id,
      kind: 'employee',
      scope: session.scope,
    });
  }

  issueCustomer(session: SessionRow, lifetimes: TokenLifetimes): IssuedTokens {
    if (!session.customer_id) throw new Error('The session of a customer has no customer');
    const companyUser = session.company_user ?? null;
    // An agent gets no scopes of a company Admin: the history would show the customer as the author of changes.
    const group = session.employee_id ? null : session.company_group;
    const tokens = this.issue(session, lifetimes.access, lifetimes.refresh, {
      sub: session.customer_id,
      kind: 'customer',
      act: session.employee_id ? { sub: session.employee_id } : undefined,
      scope: `${scopesIn(group)} tenant=${this.tenants.current}`,
      legal_entity_id: session.legal_entity_id ?? undefined,
    });
    return { ...tokens, companyUser };
  }

  /** Issues the token of a session that cannot be refreshed. @param lifetime in seconds */
  issueAccessOnly(
    id: string,
    claims: Pick<AccessClaims, 'sub' | 'kind' | 'act' | 'client_id' | 'scope'>,
    lifetime: number,
  ): AccessOnly {
    const accessToken = this.accessTokens.sign(
      { aud: this.tenants.current, sid: id, session_id: id, ...claims },
      lifetime,
    );
    return { accessToken, expiresIn: lifetime, sessionId: id, scope: claims.scope };
  }

  private issue(
    session: SessionRow,
    accessLifetime: number,
    refreshLifetime: number,
    claims: Pick<AccessClaims, 'sub' | 'kind' | 'act' | 'scope' | 'legal_entity_id'>,
  ): IssuedTokens {
    const tenant = this.tenants.current;
    const left = Math.floor((Date.parse(session.expires_at) - this.clock.now().getTime()) / 1000);
    const expiresIn = Math.min(accessLifetime, left);
    const sessionId = session.stand_in ?? session.public_id;
    const accessToken = this.accessTokens.sign(
      {
        aud: tenant,
        sid: session.stand_in ?? session.id,
        session_id: sessionId,
        client_id: session.client_id ?? undefined,
        ...claims,
        ...(isGlueClient(session.client_id) && glueClaims(claims.sub, session)),
      },
      expiresIn,
    );
    const claim = { sessionId: session.id, generation: session.refresh_generation };
    return {
      accessToken,
      expiresIn,
      refreshToken: this.refreshTokens.write(tenant, claim),
      refreshExpiresIn: Math.min(refreshLifetime, left),
      sessionId,
      scope: claims.scope,
    };
  }
}
