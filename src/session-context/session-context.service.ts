import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import type { RawBuilder } from 'kysely';
import { Clock } from '../common/clock.js';
import { Failure, invalid } from '../common/failure.js';
import { kibibytes } from '../common/merge-patch.js';
import { isUuid } from '../common/uuid.js';
import { requestRow, violates } from '../database/database.js';
import type { Caller } from '../sessions/access/caller.js';
import { SessionCheck } from '../sessions/access/session-check.js';
import type { SessionProjection } from '../sessions/access/session-check.sql.js';
import type { Reach } from '../tenants/reach.js';
import { TenantsService } from '../tenants/tenants.service.js';
import {
  FoundContext,
  MAX_BYTES,
  anyTarget,
  contextOf,
  saveContexts,
  ownContext,
  ownTarget,
  removeAttribute,
  withFragments,
} from './session-context.sql.js';

/** The context that applies to a session. */
export interface EffectiveContext {
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

/** Absent properties are not changed, and null removes a value. The same applies to the keys of `context`. */
export interface ContextChanges {
  siteCode?: string | null;
  currency?: string | null;
  cartId?: string | null;
  targetLocation?: string | null;
  language?: string | null;
  context?: Record<string, unknown>;
}

interface Conditions {
  /** The version on which the change is based; undefined for no check. */
  version?: number;
  /** Creates a context if nothing is stored, also for a session that does not exist in this service. */
  upsert?: boolean;
}

/** For routes of the session itself: loads the parameter of `resolve`. */
export const loadContext: SessionProjection = { expression: ownContext };

/**
 * The context of a session: its site, currency and language, and other attributes of the shop.
 */
@Injectable()
export class SessionContextService {
  constructor(
    private readonly em: EntityManager,
    private readonly tenants: TenantsService,
    private readonly sessionCheck: SessionCheck,
    private readonly clock: Clock,
  ) {}

  /**
   * @throws Failure `session_context_not_found` if there is no such session, or its customer is not within reach
   */
  async get(sessionId: string, reach: Reach): Promise<EffectiveContext> {
    const query = withFragments(this.em, this.holderRequest(sessionId, reach), contextOf)
      .selectFrom('context')
      .select('found');
    const row = await query.executeTakeFirst();
    return this.resolve(row?.found, sessionId);
  }

  /**
   * Values that were set in the session take precedence. Then the customer's profile and addresses apply, then the
   * values of the anonymous login, then the tenant's defaults.
   *
   * @throws Failure `session_context_not_found` if nothing was found
   */
  resolve(found: FoundContext | null | undefined, sessionId: string): EffectiveContext {
    if (!found) throw notFound(sessionId);
    const { customer, location, preferences, stored } = found;
    const { chosen = {}, version = 1 } = stored ?? {};
    const { preferredCurrency, preferredSite } = this.tenants.settings;
    return {
      sessionId: found.sessionId,
      customerId: customer?.id,
      siteCode: chosen.siteCode ?? customer?.site ?? preferences.siteCode ?? preferredSite,
      currency: chosen.currency ?? customer?.currency ?? preferences.currency ?? preferredCurrency,
      cartId: chosen.cartId,
      targetLocation: chosen.targetLocation ?? location ?? preferences.targetLocation,
      language: chosen.language ?? preferences.language,
      context: attributesOf(found),
      version,
      createdAt: new Date(stored?.created_at ?? found.startedAt),
      modifiedAt: new Date(stored?.modified_at ?? found.startedAt),
    };
  }

  /**
   * Updates the context of the caller's session. The same statement checks that the session is valid.
   *
   * @throws Failure `token_invalid`, `session_context_not_found`, `stale_version`, `invalid_input` if the context would
   * be too large
   */
  async changeOwn(
    { kind, sessionId, publicSessionId }: Caller,
    changes: ContextChanges,
    conditions: Conditions = {},
  ): Promise<void> {
    const { visitorContextBytes } = this.tenants.settings;
    const maxBytes = kind === 'anonymous' ? visitorContextBytes : MAX_BYTES;
    const query = withFragments(this.em, this.ownRequest(sessionId), ownTarget);
    if (await this.save(query, changes, conditions, maxBytes)) return;
    const found = (await this.sessionCheck.check(sessionId, loadContext)) as FoundContext | null;
    throw stale(this.resolve(found, publicSessionId));
  }

  /**
   * Updates the context of any session.
   *
   * @throws Failure `session_context_not_found`, `stale_version`, `invalid_input` if the context would be too large
   */
  async change(
    sessionId: string,
    changes: ContextChanges,
    reach: Reach,
    { version, upsert = false }: Conditions = {},
  ): Promise<void> {
    const query = withFragments(this.em, this.holderRequest(sessionId, reach), anyTarget);
    if (await this.save(query, changes, { version, upsert })) return;
    throw stale(await this.get(sessionId, reach));
  }

  /**
   * Removes an attribute from the context of the caller's session. Without such an attribute, nothing changes.
   *
   * @throws Failure `token_invalid`, `session_context_not_found`
   */
  async removeOwn({ sessionId, publicSessionId }: Caller, attribute: string): Promise<void> {
    const query = withFragments(this.em, this.ownRequest(sessionId), ownTarget);
    const found = await removeAttribute(query, this.tenantAndTime, attribute).execute();
    if (found.length > 0) return;
    await this.sessionCheck.check(sessionId);
    throw notFound(publicSessionId);
  }

  /**
   * Removes an attribute from the context of any session. Without such an attribute, nothing changes.
   *
   * @throws Failure `session_context_not_found`
   */
  async remove(sessionId: string, attribute: string, reach: Reach): Promise<void> {
    const query = withFragments(this.em, this.holderRequest(sessionId, reach), anyTarget);
    const found = await removeAttribute(query, this.tenantAndTime, attribute).execute();
    if (found.length === 0) throw notFound(sessionId);
  }

  private get tenantAndTime(): { tenant: string; now: Date } {
    return { tenant: this.tenants.current, now: this.clock.now() };
  }

  /** The request of `ownTarget`. */
  private ownRequest(sessionId: string): RawBuilder<Record<string, unknown>> {
    return requestRow({
      tenant: ['text', this.tenants.current],
      session: ['uuid', sessionId],
      now: ['timestamptz', this.clock.now()],
      visitor_bytes: ['int', this.tenants.settings.visitorContextBytes],
    });
  }

  /** The request of `contextOf` and `anyTarget`. */
  private holderRequest(sessionId: string, { restrictions }: Reach): RawBuilder<Record<string, unknown>> {
    const ours = isUuid(sessionId) ? sessionId.toLowerCase() : null;
    return requestRow({
      tenant: ['text', this.tenants.current],
      session_id: ['text', ours ?? sessionId],
      session: ['uuid', ours],
      now: ['timestamptz', this.clock.now()],
      restrictions: ['text[]', restrictions ?? null],
    });
  }

  private async save(
    query: ReturnType<typeof withFragments>,
    { context = {}, ...chosen }: ContextChanges,
    { version, upsert = false }: Conditions,
    maxBytes = MAX_BYTES,
  ): Promise<boolean> {
    try {
      return (
        (await saveContexts(query, { ...this.tenantAndTime, version, chosen, context, upsert }).execute()).length > 0
      );
    } catch (error) {
      if (!violates(error, 'session_contexts_size')) throw error;
      throw invalid('context', `the context must be no larger than ${kibibytes(maxBytes)}`);
    }
  }
}

/**
 * The attributes of a session. A customer's attribute `legalEntityId` is always the legal entity of the token, because
 * services use it for access decisions. A value that was stored under that name is ignored.
 */
function attributesOf({ customer, legalEntity, stored }: FoundContext): Record<string, unknown> {
  const { context = {} } = stored ?? {};
  if (!customer) return context;
  const { legalEntityId: _stored, ...attributes } = context;
  return legalEntity ? { ...attributes, legalEntityId: legalEntity } : attributes;
}

function notFound(sessionId: string): Failure {
  return new Failure('session_context_not_found', { facts: { session: sessionId } });
}

function stale({ version }: EffectiveContext): Failure {
  return new Failure('stale_version', { facts: { version: String(version) } });
}
