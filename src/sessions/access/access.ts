import { ExecutionContext, SetMetadata, applyDecorators, createParamDecorator } from '@nestjs/common';
import { ApiBadRequestResponse, ApiForbiddenResponse, ApiSecurity, ApiUnauthorizedResponse } from '@nestjs/swagger';
import { RouteConfig } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';
import { ErrorMessageDto, FaultDto } from '../../emporix/errors.dto.js';
import { clientAddress } from '../../common/network-address.js';
import type { Config } from '../../config/config.js';
import type { Origin } from '../../tenants/request-scope.js';
import type { TenantSettings } from '../../tenants/tenant-settings.js';
import type { Caller, TokenHolder } from './caller.js';
import type { SessionProjection } from './session-check.sql.js';

export type { Caller } from './caller.js';

export const ACCESS = Symbol('access');

/** The callers of a route. `staff` stands for employees and services. */
export type AccessKind = 'public' | 'anonymous' | 'customer' | 'staff';

/**
 * The API that a route belongs to. `oauth` is Glue's form of errors of RFC 6749, `emporixToken` that of the Emporix API.
 */
export type ApiName = 'emporix' | 'emporixToken' | 'glue' | 'oauth';

export interface AccessOptions {
  /** The API in whose form the responses are; the Emporix API if omitted. */
  api?: ApiName;
  /** One of these scopes suffices. */
  scopes?: string[];
  /** Besides employees and services with `scopes`, a customer with one of these scopes may call. */
  ownScopes?: string[];
  /** A customer calls it as the administrator of the company in the token, and has access to that company only. */
  forCompany?: boolean;
  /**
   * An SQL expression whose value is loaded with the check of the session, for the parameter `@Projected()`. A function
   * if the request selects one of several.
   */
  projection?: SessionProjection | ((request: FastifyRequest) => SessionProjection);
  /** The value of the request for which `PROJECTION_VALUE` stands in the projection. */
  projectionValue?: (request: FastifyRequest) => string;
  /**
   * The session of the token is not checked, and a customer's token may have expired: another secret in the request
   * decides. A visitor's token must not have expired.
   */
  allowExpired?: boolean;
  /**
   * The handler's own statement checks the session, with `validSessionExists`, so that a write costs one round trip.
   * The handler throws `token_invalid` if the session is not valid.
   */
  sessionCheckedInQuery?: boolean;
  /**
   * For an API without the tenant in its paths: returns the tenant, and rejects requests that this API rejects before
   * the caller is authenticated. Undefined if the request needs no tenant.
   */
  enter?: (request: FastifyRequest, config: Config) => string | undefined;
  /** The same, by the headers alone, before the body is read. */
  tenantOf?: (request: FastifyRequest, config: Config) => string;
  /** For an API that checks more than the caller's token, even on public routes: authenticates the request. */
  authenticate?: (request: CalledRequest, authentication: Authentication) => Promise<void>;
  /** Where the token is, if not in `Authorization` alone. */
  token?: (request: FastifyRequest) => string | undefined;
  /**
   * Accepts forms, as OAuth requires (RFC 6749 4.1.3). Elsewhere a form would let a page of another origin post without
   * a preflight.
   */
  acceptsForm?: boolean;
  /** In bytes, for a route with larger bodies than others: the caller is authenticated before the body is read. */
  bodyLimit?: number;
  /** Denies employees who act for the customer, because only the customer may decide this. */
  denyImpersonation?: boolean;
}

export interface AccessRule extends AccessOptions {
  kinds: AccessKind[];
}

/** A request that the guard checks. */
export interface CalledRequest extends FastifyRequest {
  rule: AccessRule;
  user?: { caller: Caller; loaded: unknown };
  /** The holder of a valid token on a public route. */
  holder?: TokenHolder;
}

/** The parts of an authentication, for an API that combines them in its own order. */
export interface Authentication {
  /** Authenticates the caller, as the rule of the route requires. Does nothing on a public route. */
  admit: () => Promise<void>;
  /**
   * Checks a token that is not the caller's.
   *
   * @returns the holder of the token
   * @throws Failure `token_invalid`, `token_expired`
   */
  assertValid: (token: string) => Promise<TokenHolder>;
  /** The settings of the tenant; undefined if none was entered. */
  settings: TenantSettings | undefined;
}

/** Returns the Bearer token of a header; `''`, which is not a valid token, if it has another form. */
export function bearerOf(header: string): string {
  return /^Bearer\s+(\S+)$/i.exec(header)?.[1] ?? '';
}

/** The vendor's names of the security schemes; the document declares them under the same names. */
export const securitySchemes: Record<Exclude<AccessKind, 'public'>, string> = {
  anonymous: 'AnonymousAccessToken',
  customer: 'CustomerAccessToken',
  staff: 'OAuth2',
};

/**
 * Defines who may call a route, for the guard and for the OpenAPI document. A route without it rejects all requests.
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
    routeConfig(rule),
    ...secured.map((kind) => ApiSecurity(securitySchemes[kind], kind === 'staff' ? rule.scopes : [])),
    // `GlueAccess` documents the errors of the Glue API.
    ...(secured.length > 0 && rule.api !== 'glue'
      ? [
          ApiBadRequestResponse({ description: 'The request is not valid.', type: ErrorMessageDto }),
          ApiUnauthorizedResponse({ description: 'The token is missing, unknown or expired.', type: FaultDto }),
          ApiForbiddenResponse({ description: 'The token does not permit this request.', type: ErrorMessageDto }),
        ]
      : []),
  );
}

/** Adds the rule to the configuration of the route, for checks before the body is read. */
function routeConfig(rule: AccessRule): ClassDecorator & MethodDecorator {
  const configure = RouteConfig({ bodyLimit: rule.bodyLimit, rule });
  return (target: object, name?: string | symbol, method?: PropertyDescriptor) => {
    if (name !== undefined && method) return void configure(target, name, method);
    // A rule of the class applies to handlers without a rule of their own; their decorators come first.
    const { prototype } = target as { prototype: object };
    for (const [handler, own] of Object.entries(Object.getOwnPropertyDescriptors(prototype))) {
      if (handler === 'constructor' || typeof own.value !== 'function') continue;
      if (!Reflect.hasMetadata(ACCESS, own.value as object)) configure(prototype, handler, own);
    }
  };
}

/** Returns the rule of the route that a request matches, before the guard has run. */
export function ruleOf({ routeOptions }: FastifyRequest): AccessRule | undefined {
  return (routeOptions.config as { rule?: AccessRule }).rule;
}

/** The caller. With a name, one property of the caller: `@CalledBy('id') customerId: string`. */
export const CalledBy = createParamDecorator((property: keyof Caller | undefined, context: ExecutionContext) => {
  const { user } = context.switchToHttp().getRequest<CalledRequest>();
  if (!user) throw new Error('A route with @CalledBy must not be public');
  return property ? user.caller[property] : user.caller;
});

/** The origin of a request, for its scope and its handler. */
export function originOf(request: FastifyRequest): Origin {
  return { address: clientAddress(request), userAgent: request.headers['user-agent'], requestId: request.id };
}

/** The origin of the request: `@RequestOrigin() origin: Origin`. */
export const RequestOrigin = createParamDecorator((_data: undefined, context: ExecutionContext) =>
  originOf(context.switchToHttp().getRequest<FastifyRequest>()),
);

/** The value that the projection of the route has loaded. */
export const Projected = createParamDecorator((_data: undefined, context: ExecutionContext) => {
  return context.switchToHttp().getRequest<CalledRequest>().user?.loaded;
});
