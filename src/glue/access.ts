import { UseInterceptors, applyDecorators } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import type { Config } from '../config/config.js';
import { Failure } from '../common/failure.js';
import {
  Access,
  type AccessKind,
  type AccessOptions,
  type Authentication,
  type CalledRequest,
  type Caller,
  bearerOf,
  ruleOf,
} from '../sessions/access/access.js';
import { agentScope } from '../sessions/signing/session-tokens.js';
import { RequestScope } from '../tenants/request-scope.js';
import { ApiErrors } from './api-docs.js';
import { Envelope } from './envelope.interceptor.js';
import { bothIdentities, idMissing, postDataInvalid, typeInvalid } from './glue-error.js';
import { isRestricted } from './restricted-resources.js';

/** The header with the token of an agent: `Authorization` may contain that of a customer. */
const AGENT_HEADER = 'x-agent-authorization';

export interface GlueAccessOptions extends AccessOptions {
  /** The types that the resource in the body may have. The form of the body is checked before the token. */
  takes?: string | string[];
  /** The path has no id, or an empty one, but the method requires it: every request is rejected. */
  lacksId?: boolean;
  /** The tenant is entered only if a token must be checked. The route also responds if no database is available. */
  tenantOptional?: boolean;
}

/**
 * Declares which callers may use a Glue route. The tenant is that of the store in the header `Store`. Without the
 * header, it is that of the first configured store. The checks are in the vendor's order.
 */
export function GlueAccess(
  kinds: AccessKind | AccessKind[],
  { takes, lacksId = false, tenantOptional = false, ...options }: GlueAccessOptions = {},
): ClassDecorator & MethodDecorator {
  const enter = (request: FastifyRequest, config: Config): string | undefined => {
    if (takes) checkForm(request.body, takes);
    if (lacksId) throw idMissing();
    replaceInvalidIds(request);
    return tenantOptional && !hasToken(request) ? undefined : enterStore(request, config);
  };
  return applyDecorators(
    Access(kinds, { ...options, api: 'glue', enter, tenantOf: enterStore, authenticate }),
    UseInterceptors(Envelope),
    ApiErrors(commonErrors([kinds].flat(), takes, options.token)),
    ApiHeader({
      name: 'Store',
      required: false,
      description: 'The code of the store, such as `DE`; the first configured store if omitted.',
    }),
  );
}

/** The errors that any request to a route can cause: the status and the meaning of each. */
function commonErrors(
  kinds: AccessKind[],
  takes: GlueAccessOptions['takes'],
  token: GlueAccessOptions['token'],
): Record<number, string> {
  const body = takes ? 'The body is not a resource of this type (no code). ' : '';
  const tokens = 'A token is not valid (001, or 4102 in `X-Agent-Authorization`).';
  const errors = {
    400:
      `${body}\`page[…]\` or \`Store\` is not valid (no code), or the request has a token and ` +
      'the header `X-Anonymous-Customer-Unique-Id` (005).',
    401: tokens,
  };
  if (token === agentToken)
    return { ...errors, 401: `${tokens} The token is missing or is not that of an agent (4103).` };
  if (kinds.includes('public')) return errors;
  return { ...errors, 403: 'The token is missing or does not permit this request (002).' };
}

/** @returns the tenant of the store that the request selects */
export function enterStore({ headers: { store } }: FastifyRequest, { stores }: Config): string {
  const [first] = stores;
  if (store === undefined) {
    if (!first) throw new Failure('tenant_unknown');
    return first.tenant;
  }
  const named = stores.find(({ code }) => code === store);
  if (!named) throw new Failure('tenant_unknown');
  RequestScope.set({ store: named.code });
  return named.tenant;
}

/**
 * Authenticates a request in the vendor's order. Every token in it must be valid, even on public routes, where it
 * matters only for a second factor.
 *
 * @throws Failure `token_missing`, `token_invalid`, `token_expired`, `access_denied`; GlueError
 */
async function authenticate(request: CalledRequest, { admit, assertValid, settings }: Authentication): Promise<void> {
  const { headers, rule, routeOptions } = request;
  const { authorization } = headers;
  const agent = agentToken(request);
  const callerIsAgent = agent !== undefined && rule.token?.(request) === agent;
  const isOnlyValidated = callerIsAgent || rule.kinds.includes('public');
  /** A token that does not permit the request may also be invalid, which is reported first. */
  const admitValid = (token: string): Promise<void> =>
    admit().catch(async (error: unknown) => {
      if (error instanceof Failure && error.code === 'access_denied') await assertValid(token);
      throw error;
    });
  const lacksToken = authorization === undefined && !callerIsAgent;
  if (lacksToken && isRestricted(routeOptions.url ?? '', settings)) throw new Failure('token_missing');
  if (isOnlyValidated && authorization !== undefined) request.holder = await assertValid(bearerOf(authorization));
  if (!callerIsAgent) await admitValid(bearerOf(authorization ?? ''));
  if (agent !== undefined) await (callerIsAgent ? admitValid(agent) : assertValid(agent)).catch(throwAsAgentFailure);
  if (authorization !== undefined && headers['x-anonymous-customer-unique-id']) throw bothIdentities();
}

/** Rethrows the failure of a token as one of the header `X-Agent-Authorization`, which has an error of its own. */
function throwAsAgentFailure(error: unknown): never {
  if (!(error instanceof Failure)) throw error;
  throw new Failure(error.code, { facts: { ...error.facts, header: AGENT_HEADER }, cause: error });
}

/** Returns the agent's token from `X-Agent-Authorization`; undefined if the header has no second word. */
export function agentToken({ headers }: FastifyRequest): string | undefined {
  const value = headers[AGENT_HEADER];
  return typeof value === 'string' && /\S\s+\S/.test(value) ? bearerOf(value) : undefined;
}

function hasToken(request: FastifyRequest): boolean {
  return request.headers.authorization !== undefined || agentToken(request) !== undefined;
}

/** Declares a route that only agents may call. */
export function AgentAccess(takes?: string): ClassDecorator & MethodDecorator {
  return applyDecorators(
    GlueAccess('staff', { takes, scopes: [agentScope], token: agentToken }),
    ApiHeader({
      name: 'X-Agent-Authorization',
      required: false,
      description: "The agent's access token, as `Bearer …`. Takes precedence over `Authorization`.",
    }),
  );
}

/** Whether a request is for a route with `@AgentAccess`. */
export function isForAgents(request: FastifyRequest): boolean {
  return ruleOf(request)?.token === agentToken;
}

/** Rejects a service: it may have the scope of agents, but it is not an agent. @throws Failure `access_denied` */
export function assertAgent({ kind }: Caller): void {
  if (kind !== 'employee') throw new Failure('access_denied');
}

/** Replaces a character that the database cannot compare with one that no id contains, so that nothing is found. */
function replaceInvalidIds({ params }: FastifyRequest): void {
  const ids = params as Record<string, string>;
  for (const [name, id] of Object.entries(ids)) ids[name] = id.replaceAll('\0', '\ufffd');
}

function checkForm(body: unknown, takes: string | string[]): void {
  const { type, attributes } = objectOf(objectOf(body).data);
  if (attributes === undefined || attributes === null) throw postDataInvalid();
  if (type === undefined || type === null) throw postDataInvalid();
  if (![takes].flat<unknown[]>().includes(type)) throw typeInvalid();
  objectOf(attributes);
}

function objectOf(value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw postDataInvalid();
  return value as Record<string, unknown>;
}
