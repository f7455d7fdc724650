import { UseInterceptors, applyDecorators } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import type { Config } from '../config/config.js';
import { Failure } from '../common/failure.js';
import { unstorable } from '../common/validation.js';
import { Access, type AccessKind, type AccessOptions, type Caller } from '../sessions/access.js';
import { RequestScope } from '../tenants/request-scope.js';
import { Envelope } from './envelope.interceptor.js';
import { postDataInvalid, typeInvalid } from './refusal.js';

export interface GlueAccessOptions extends AccessOptions {
  /** The type that the resource in the body must have; its form is checked before the token. */
  takes?: string;
}

/**
 * Says who may call a route of this dialect. The tenant is the one of the header `Store`, or of the first store that is
 * configured.
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
    Access(kind, { ...options, enter }),
    UseInterceptors(Envelope),
    ApiHeader({ name: 'Store', required: false, description: 'Code of the store, such as `DE`.' }),
  );
}

/** @returns the tenant of the store that the request is for */
export function enterStore({ headers: { store } }: FastifyRequest, { stores }: Config): string {
  const [first] = stores;
  if (store === undefined) {
    if (!first) throw new Failure('tenant_unknown');
    return first.tenant;
  }
  const named = stores.find(({ code }) => code === store);
  if (!named) throw new Failure('tenant_unknown');
  if (RequestScope.current) RequestScope.current.store = named.code;
  return named.tenant;
}

/** Where an agent's token may be besides: the customer's own may be in `Authorization`. */
export function agentToken({ headers }: FastifyRequest): string | undefined {
  const value = headers['x-agent-authorization'];
  return typeof value === 'string' ? value.replace(/^Bearer /i, '') : undefined;
}

/** For a route that agents alone call. */
export function AgentAccess(takes?: string): ClassDecorator & MethodDecorator {
  return applyDecorators(
    GlueAccess('staff', { takes, scopes: ['customer.assistedBuying_manage'], token: agentToken }),
    ApiHeader({ name: 'X-Agent-Authorization', required: false, description: "The agent's token, as `Bearer …`." }),
  );
}

/** A service may have the scope of agents, but is none. @throws Failure `access_refused` */
export function expectAgent({ kind }: Caller): void {
  if (kind !== 'employee') throw new Failure('access_refused');
}

/** What no id can hold is the id of nothing. */
function checkPath({ addressId, ...others }: Record<string, string>): void {
  if (unstorable(Object.values(others)).length > 0) throw new Failure('customer_not_found');
  if (unstorable(addressId).length > 0) throw new Failure('address_not_found');
}

function checkForm(body: unknown, takes: string): void {
  const { data } = objectOf(body);
  const { type, attributes } = objectOf(data);
  if (typeof type !== 'string' || type === '') throw postDataInvalid();
  if (attributes !== undefined && attributes !== null) objectOf(attributes);
  if (type !== takes) throw typeInvalid();
}

function objectOf(value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw postDataInvalid();
  return value as Record<string, unknown>;
}
