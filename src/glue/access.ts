import { UseInterceptors, applyDecorators } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import type { Config } from '../config/config.js';
import { Failure } from '../common/failure.js';
import { findInvalidText } from '../common/validation.js';
import { Access, type AccessKind, type AccessOptions, type Caller, ruleOf } from '../sessions/access/access.js';
import { RequestScope } from '../tenants/request-scope.js';
import { Envelope } from './envelope.interceptor.js';
import { postDataInvalid, typeInvalid } from './glue-error.js';

export interface GlueAccessOptions extends AccessOptions {
  /** The types that the resource in the body may have. The form of the body is checked before the token. */
  takes?: string | string[];
}

/**
 * Declares which callers may use a Glue route. The tenant is that of the store in the header `Store`. Without the
 * header, it is that of the first configured store.
 */
export function GlueAccess(
  kind: AccessKind,
  { takes, ...options }: GlueAccessOptions = {},
): ClassDecorator & MethodDecorator {
  const enter = (request: FastifyRequest, config: Config): string => {
    checkPath(request.params as Record<string, string>);
    if (takes) checkForm(request.body, takes);
    return enterStore(request, config);
  };
  return applyDecorators(
    Access(kind, { ...options, api: 'glue', enter, tenantOf: enterStore }),
    UseInterceptors(Envelope),
    ApiHeader({
      name: 'Store',
      required: false,
      description: 'The code of the store, such as `DE`; the first configured store if omitted.',
    }),
  );
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

/** Returns the agent's token from `X-Agent-Authorization`: `Authorization` may hold the customer's own token. */
export function agentToken({ headers }: FastifyRequest): string | undefined {
  const value = headers['x-agent-authorization'];
  return typeof value === 'string' ? value.replace(/^Bearer /i, '') : undefined;
}

/** Declares a route that only agents may call. */
export function AgentAccess(takes?: string): ClassDecorator & MethodDecorator {
  return applyDecorators(
    GlueAccess('staff', { takes, scopes: ['customer.assistedBuying_manage'], token: agentToken }),
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

/** Rejects a service: it may have the scope of agents, but it is not an agent. @throws Failure `access_refused` */
export function expectAgent({ kind }: Caller): void {
  if (kind !== 'employee') throw new Failure('access_refused');
}

/** Rejects text that no id can contain: the resource is not found. */
function checkPath({ addressId, ...others }: Record<string, string>): void {
  if (findInvalidText(Object.values(others)).length > 0) throw new Failure('customer_not_found');
  if (findInvalidText(addressId).length > 0) throw new Failure('address_not_found');
}

function checkForm(body: unknown, takes: string | string[]): void {
  const { data } = objectOf(body);
  const { type, attributes } = objectOf(data);
  if (typeof type !== 'string' || type === '') throw postDataInvalid();
  if (attributes !== undefined && attributes !== null) objectOf(attributes);
  if (![takes].flat().includes(type)) throw typeInvalid();
}

function objectOf(value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw postDataInvalid();
  return value as Record<string, unknown>;
}
