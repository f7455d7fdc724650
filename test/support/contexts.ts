import type { Response, Body, ApiClient } from './shop.js';

export interface Context extends Body {
  metadata: { version: number; createdAt: string; modifiedAt: string };
}

/** The context that a visitor may send with the anonymous login. */
export const contextParameters = { currency: 'EUR', siteCode: 'de', language: 'de', targetLocation: 'DE' };

/** The response if there is no context. */
export const sessionNotFound = (sessionId: string) => ({ sessionId, code: 404, message: 'Session not found' });

/** The response to a change of a version that is not the current one. */
export const staleVersion = (version: number) => ({
  status: 409,
  type: 'conflict_resource',
  message: `metadata.version is stale: the current version is ${version}.`,
});

/** Calls a route below `/session-context/{tenant}`. */
export async function send(
  caller: ApiClient,
  method: string,
  path: string,
  body?: unknown,
): Promise<Response<Context>> {
  return caller.shop.send(method, `/session-context/${caller.tenant}${path}`, {
    body,
    headers: { authorization: `Bearer ${caller.token}` },
  });
}

/** Sends a request that must have that status. @returns the body of the response */
export async function call(
  caller: ApiClient,
  method: string,
  path: string,
  status: number,
  body?: unknown,
): Promise<Context> {
  const response = await send(caller, method, path, body);
  if (response.status !== status) {
    throw new Error(`${method} ${path}: expected ${status}, got ${response.status} ${response.text}`);
  }
  return response.body;
}

/** The context of the caller's own session. */
export async function getOwnContext(caller: ApiClient): Promise<Context> {
  return call(caller, 'GET', '/me/context', 200);
}
