import type { Answer, Body, Visitor } from './shop.js';

export interface Context extends Body {
  metadata: { version: number; createdAt: string; modifiedAt: string };
}

/** What a visitor may tell at the anonymous login. */
export const told = { currency: 'EUR', siteCode: 'de', language: 'de', targetLocation: 'DE' };

/** The answer where there is no context. */
export const noSession = (sessionId: string) => ({ sessionId, code: 404, message: 'Session not found' });

/** The answer to a change of a version that is not the present one. */
export const stale = (version: number) => ({
  status: 409,
  type: 'conflict_resource',
  message: `metadata.version is stale: the current version is ${version}.`,
});

/** Calls a route below `/session-context/{tenant}`. */
export async function send(who: Visitor, method: string, path: string, body?: unknown): Promise<Answer<Context>> {
  return who.shop.send(method, `/session-context/${who.tenant}${path}`, {
    body,
    headers: { authorization: `Bearer ${who.token}` },
  });
}

/** The body of an answer that must have that status. */
export async function call(
  who: Visitor,
  method: string,
  path: string,
  status: number,
  body?: unknown,
): Promise<Context> {
  const answer = await send(who, method, path, body);
  if (answer.status !== status) {
    throw new Error(`${method} ${path}: expected ${status}, got ${answer.status} ${answer.text}`);
  }
  return answer.body;
}

/** The context of the caller's own session. */
export async function own(who: Visitor): Promise<Context> {
  return call(who, 'GET', '/me/context', 200);
}
