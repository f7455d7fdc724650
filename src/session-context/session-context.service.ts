import { Injectable } from '@nestjs/common';
import { Clock } from '../common/clock.js';
import { Failure, invalid } from '../common/failure.js';
import { isUuid } from '../common/uuid.js';
import { Database, Statement, violates } from '../database/database.js';
import type { Caller } from '../sessions/access.js';
import { SessionsService } from '../sessions/sessions.service.js';
import type { Load } from '../sessions/sessions.sql.js';
import { RequestScope } from '../tenants/request-scope.js';
import { TenantsService } from '../tenants/tenants.service.js';
import { FoundContext, contextOf, keepOf, keepOwn, ownContext, removeOf, removeOwn } from './session-context.sql.js';

/** The context of a session as it is in force. */
export interface ContextInForce {
  sessionId: string;
  customerId?: string;
  siteCode: string;
  currency: string;
  cartId?: string;
  targetLocation?: string;
  language?: string;
  context: Record<string, unknown>;
  version: number;
  createdAt: Date;
  modifiedAt: Date;
}

/** Absent leaves alone, null removes; so do the keys of `context`. */
export interface ContextChanges {
  siteCode?: string | null;
  currency?: string | null;
  cartId?: string | null;
  targetLocation?: string | null;
  language?: string | null;
  context?: Record<string, unknown>;
}

interface Conditions {
  /** The version that the change was made from; undefined for no check. */
  version?: number;
  /** Makes a context for a session that is not known here. */
  upsert?: boolean;
}

/** For routes of the session itself: what `inForce` takes. */
export const loadContext: Load = { name: 'session_context', expression: ownContext };

/**
 * What a session brings along: where it shops, in which currency and language, and whatever else a shop keeps there.
 */
@Injectable()
export class SessionContextService {
  constructor(
    private readonly database: Database,
    private readonly tenants: TenantsService,
    private readonly sessions: SessionsService,
    private readonly clock: Clock,
  ) {}

  /**
   * @throws Failure `session_context_not_found`: no such session lives, or it is beyond the reach of the staff who asks
   */
  async get(sessionId: string): Promise<ContextInForce> {
    const [row] = await this.database.rows<{ found: FoundContext }>(contextOf, this.holder(sessionId));
    return this.inForce(row?.found, sessionId);
  }

  /**
   * What was set in the session goes first, then the customer's profile and addresses, then what the visitor told at
   * the anonymous login, then the tenant's defaults.
   *
   * @throws Failure `session_context_not_found` where nothing was found
   */
  inForce(found: FoundContext | null | undefined, sessionId: string): ContextInForce {
    if (!found) throw notFound(sessionId);
    const { customer, told, kept } = found;
    const { chosen = {}, context = {}, version = 1 } = kept ?? {};
    const { preferredCurrency, preferredSite } = this.tenants.settings;
    return {
      sessionId: found.sessionId,
      customerId: customer?.id,
      siteCode: chosen.siteCode ?? customer?.site ?? told.siteCode ?? preferredSite,
      currency: chosen.currency ?? customer?.currency ?? told.currency ?? preferredCurrency,
      cartId: chosen.cartId,
      targetLocation: chosen.targetLocation ?? customer?.location ?? told.targetLocation,
      language: chosen.language ?? told.language,
      context,
      version,
      createdAt: new Date(kept?.created_at ?? found.begunAt),
      modifiedAt: new Date(kept?.modified_at ?? found.begunAt),
    };
  }

  /**
   * Changes the context of the caller's session; asks in the same statement whether that lives.
   *
   * @throws Failure `token_invalid`, `session_context_not_found`, `stale_version`, `invalid_input` when it grows too
   * large
   */
  async changeOwn({ sessionId, publicSessionId }: Caller, changes: ContextChanges, version?: number): Promise<void> {
    const values = [this.tenants.current, sessionId, this.clock.now()];
    if (await this.kept(keepOwn, values, version, changes)) return;
    const found = (await this.sessions.check(sessionId, loadContext)) as FoundContext | null;
    throw stale(this.inForce(found, publicSessionId));
  }

  /**
   * Changes the context of any session.
   *
   * @throws Failure `session_context_not_found`, `stale_version`, `invalid_input` when it grows too large
   */
  async change(
    sessionId: string,
    changes: ContextChanges,
    { version, upsert = false }: Conditions = {},
  ): Promise<void> {
    if (await this.kept(keepOf, this.holder(sessionId), version, changes, [upsert])) return;
    throw stale(await this.get(sessionId));
  }

  /**
   * Takes an attribute out of the context of the caller's session; one that is not there changes nothing.
   *
   * @throws Failure `token_invalid`, `session_context_not_found`
   */
  async removeOwn({ sessionId, publicSessionId }: Caller, attribute: string): Promise<void> {
    const found = await this.database.rows(removeOwn, [this.tenants.current, sessionId, this.clock.now(), attribute]);
    if (found.length > 0) return;
    await this.sessions.check(sessionId);
    throw notFound(publicSessionId);
  }

  /**
   * Takes an attribute out of the context of any session; one that is not there changes nothing.
   *
   * @throws Failure `session_context_not_found`
   */
  async remove(sessionId: string, attribute: string): Promise<void> {
    const found = await this.database.rows(removeOf, [...this.holder(sessionId), attribute]);
    if (found.length === 0) throw notFound(sessionId);
  }

  private holder(sessionId: string): unknown[] {
    const ours = isUuid(sessionId) ? sessionId.toLowerCase() : null;
    const { restrictions } = RequestScope.current ?? {};
    return [this.tenants.current, ours ?? sessionId, this.clock.now(), ours, restrictions ?? null];
  }

  private async kept(
    statement: Statement,
    which: unknown[],
    version: number | undefined,
    { context = {}, ...chosen }: ContextChanges,
    more: unknown[] = [],
  ): Promise<boolean> {
    const values = [...which, version ?? null, JSON.stringify(chosen), JSON.stringify(context), ...more];
    try {
      return (await this.database.rows(statement, values)).length > 0;
    } catch (error) {
      if (!violates(error, 'session_contexts_size')) throw error;
      throw invalid('context', 'the context must be no larger than 64 KiB');
    }
  }
}

function notFound(sessionId: string): Failure {
  return new Failure('session_context_not_found', { facts: { session: sessionId } });
}

function stale({ version }: ContextInForce): Failure {
  return new Failure('stale_version', { facts: { version: String(version) } });
}
