import type { Reach } from '../../tenants/reach.js';
import type { Actor } from '../../tenants/request-scope.js';
import type { CallerKind } from '../session.entity.js';
import type { AccessClaims } from '../signing/access-tokens.js';

/** The holder of a token, according to its signed claims. */
export interface TokenHolder {
  kind: CallerKind;
  /** Customer number, client id or employee id; the public session id of a visitor. */
  id: string;
  /** The session row behind the token. */
  sessionId: string;
  /** The session id that clients see. */
  publicSessionId: string;
  clientId: string | undefined;
  scopes: string[];
  expiresAt: Date;
  /** The employee who acts for the customer. */
  actorId: string | undefined;
  /** The company that the customer acts for. */
  legalEntityId: string | undefined;
  /** The access token itself. */
  token: string;
}

/** The caller of a route: the holder of the token, and what it may access on this route. */
export interface Caller extends TokenHolder {
  reach: Reach;
}

/** Converts the claims of a verified token to its holder. */
export function holderOf(
  { kind, sub, uid = sub, sid, session_id, client_id, act, legal_entity_id, scope, exp }: AccessClaims,
  token: string,
): TokenHolder {
  return {
    kind,
    id: uid,
    sessionId: sid,
    publicSessionId: session_id,
    clientId: client_id,
    actorId: act?.sub,
    legalEntityId: legal_entity_id,
    scopes: scope.split(' '),
    expiresAt: new Date(exp * 1000),
    token,
  };
}

/** The employee or service that acts with a token; undefined if a customer or visitor does. */
export function actorOf({ kind, id, actorId }: TokenHolder): Actor | undefined {
  if (kind === 'employee' || kind === 'service') return { kind, id };
  return actorId === undefined ? undefined : { kind: 'employee', id: actorId };
}

/** Separates a scope from the restriction that limits it: `customer.customer_read--DE`. */
const SUFFIX = '--';

/** The scopes among `held`, limited or not, that have one of these names. */
export function scopesNamed(held: string[], names: string[]): string[] {
  return held.filter((scope) => names.includes(scope.split(SUFFIX)[0] ?? ''));
}

/**
 * The restrictions that scopes are limited to.
 *
 * @returns undefined if a scope has no limit; empty if there is no scope
 */
export function restrictionsOf(scopes: string[] = ['']): string[] | undefined {
  const limits = scopes.map((scope) => scope.split(SUFFIX)[1]);
  return limits.includes(undefined) ? undefined : (limits as string[]);
}
