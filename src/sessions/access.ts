import { ExecutionContext, SetMetadata, applyDecorators, createParamDecorator } from '@nestjs/common';
import { ApiBadRequestResponse, ApiForbiddenResponse, ApiSecurity, ApiUnauthorizedResponse } from '@nestjs/swagger';
import { RouteConfig } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';
import { ErrorMessageDto, FaultDto } from '../common/errors.dto.js';
import type { Config } from '../config/config.js';
import type { AccessClaims } from './access-tokens.js';
import type { CallerKind } from './session.entity.js';
import type { Load } from './sessions.sql.js';

export const ACCESS = Symbol('access');

/** Who may call a route. `staff` stands for employees and services alike. */
export type AccessKind = 'public' | 'anonymous' | 'customer' | 'staff';

export interface AccessOptions {
  /** Any one of these scopes suffices. */
  scopes?: string[];
  /** Beside staff with `scopes`, a customer with any one of these may call. */
  ownScopes?: string[];
  /** A customer calls it as the administrator of the company in the token, and reaches that company alone. */
  forCompany?: boolean;
  /**
   * What the handler wants loaded together with the check of the session; it takes it with `@Loaded()`. A function
   * when it depends on the request.
   */
  load?: Load | ((request: FastifyRequest) => Load);
  /**
   * The session behind the token is not asked for, and a customer's token may have expired: another secret in the
   * request decides. A visitor's token must still be in its time.
   */
  lapsed?: boolean;
  /**
   * The handler's own statement asks whether the session lives, with `sessionLives`, so that a write costs one round
   * trip; it answers `token_invalid` when it does not.
   */
  checkedByHandler?: boolean;
  /**
   * For a dialect without the tenant in its paths: names the tenant, and refuses what that dialect refuses before it
   * asks who calls.
   */
  enter?: (request: FastifyRequest, config: Config) => string;
  /** Where the token is, if not in `Authorization` alone. */
  token?: (request: FastifyRequest) => string | undefined;
  /** In bytes, where a body may be larger than others: then the caller must be known before it is read. */
  bodyLimit?: number;
  /** Not for an employee who acts for the customer: what only the customer may decide. */
  inPerson?: boolean;
}

export interface AccessRule extends AccessOptions {
  kinds: AccessKind[];
}

/** Who is calling, as far as the signed token tells. */
export interface Caller {
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

/** A request that the guard looks at. */
export interface CalledRequest extends FastifyRequest {
  rule: AccessRule;
  user?: { caller: Caller; loaded: unknown };
}

/** The vendor's names of the security schemes; the document declares them under the same names. */
export const securitySchemes: Record<Exclude<AccessKind, 'public'>, string> = {
  anonymous: 'AnonymousAccessToken',
  customer: 'CustomerAccessToken',
  staff: 'OAuth2',
};

/**
 * Says who may call a route, to the guard and to the OpenAPI document alike. A route that says nothing is shut.
 *
 * @example `@Access('customer')`, `@Access(['anonymous', 'customer'])`, `@Access('staff', { scopes: ['…'] })`
 */
export function Access(
  kinds: AccessKind | AccessKind[],
  options: AccessOptions = {},
): ClassDecorator & MethodDecorator {
  const rule: AccessRule = { ...options, kinds: [kinds].flat() };
  const secured = rule.kinds.filter((kind) => kind !== 'public');
  return applyDecorators(
    SetMetadata(ACCESS, rule),
    ...(rule.bodyLimit ? [RouteConfig({ bodyLimit: rule.bodyLimit, rule })] : []),
    ...secured.map((kind) => ApiSecurity(securitySchemes[kind], kind === 'staff' ? rule.scopes : [])),
    ...(secured.length > 0
      ? [
          ApiBadRequestResponse({ description: 'The request is not valid.', type: ErrorMessageDto }),
          ApiUnauthorizedResponse({ description: 'The token is missing, unknown or expired.', type: FaultDto }),
          ApiForbiddenResponse({ description: 'The token may not do this.', type: ErrorMessageDto }),
        ]
      : []),
  );
}

/** Who calls. With a name, that one property: `@CalledBy('id') customerId: string`. */
export const CalledBy = createParamDecorator((property: keyof Caller | undefined, context: ExecutionContext) => {
  const { user } = context.switchToHttp().getRequest<CalledRequest>();
  if (!user) throw new Error('A route that asks who calls must not be public');
  return property ? user.caller[property] : user.caller;
});

/** What the route's `load` found. */
export const Loaded = createParamDecorator((_data: undefined, context: ExecutionContext) => {
  return context.switchToHttp().getRequest<CalledRequest>().user?.loaded;
});

/** The caller that the claims of a verified token tell of. */
export function callerOf(
  { kind, sub, sid, session_id, client_id, act, legal_entity_id, scope, exp }: AccessClaims,
  token: string,
): Caller {
  return {
    kind,
    id: sub,
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
