import {
  CanActivate,
  ExecutionContext,
  Injectable,
  UseGuards,
  applyDecorators,
  createParamDecorator,
} from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import { Access, type AccessOptions, type CalledRequest } from '../sessions/access/access.js';
import type { TokenHolder } from '../sessions/access/caller.js';
import { SessionCheck } from '../sessions/access/session-check.js';
import type { PresentedCode } from './factor-codes.js';
import { SecondFactorService } from './second-factor.service.js';
import { hasSecondFactor } from './second-factor.sql.js';

/**
 * Requires a code from a customer who has an active second factor. The guard runs after the caller is authenticated.
 */
@Injectable()
export class SecondFactorGuard implements CanActivate {
  constructor(
    private readonly factors: SecondFactorService,
    private readonly sessions: SessionCheck,
  ) {}

  /** @throws Failure `second_factor_required`, `second_factor_invalid` */
  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<CalledRequest>();
    const { user, rule } = request;
    if (user?.caller.kind !== 'customer') return true;
    const presented = presentedBy(request);
    // The handler's statement rejects a customer with a second factor.
    if (rule.sessionCheckedInQuery && presented.code === undefined) return true;
    const isLoaded = rule.projection === hasSecondFactor && !rule.sessionCheckedInQuery;
    const required = isLoaded ? user.loaded : await this.sessions.check(presented.sessionId, hasSecondFactor);
    if (required) await this.factors.assertPassed(presented);
    return true;
  }
}

/** Documents the header with the code. */
export const ApiSecondFactor = (): MethodDecorator & ClassDecorator =>
  ApiHeader({
    name: 'X-MFA-Code',
    required: false,
    description: 'A code of a second factor, or a recovery code. Required if the customer has an active second factor.',
  });

/** Requires a code from customers with an active second factor, on a route that other callers may use too. */
export const RequiresSecondFactor = (): MethodDecorator & ClassDecorator =>
  applyDecorators(UseGuards(SecondFactorGuard), ApiSecondFactor());

/** `@Access` for customers. Those with an active second factor must send a code. */
export function SecondFactorAccess(options: AccessOptions = {}): MethodDecorator & ClassDecorator {
  return applyDecorators(Access('customer', { projection: hasSecondFactor, ...options }), RequiresSecondFactor());
}

/** The code in the request: `@Presented() presented: PresentedCode`. The route requires a token. */
export const Presented = createParamDecorator((_data: undefined, context: ExecutionContext) =>
  presentedBy(context.switchToHttp().getRequest<CalledRequest>()),
);

/** The same on a public route: undefined if the request has no customer's token. */
export const PresentedByHolder = createParamDecorator((_data: undefined, context: ExecutionContext) => {
  const { holder, headers } = context.switchToHttp().getRequest<CalledRequest>();
  return holder?.kind === 'customer' ? presentedIn(headers, holder) : undefined;
});

/** Whether the request has a code. After the guard, it is a valid one if the customer has a second factor. */
export const HasCode = createParamDecorator(
  (_data: undefined, context: ExecutionContext) =>
    presentedBy(context.switchToHttp().getRequest<CalledRequest>()).code !== undefined,
);

function presentedBy({ headers, user }: CalledRequest): PresentedCode {
  if (!user) throw new Error('A route that requires a second factor must not be public');
  return presentedIn(headers, user.caller);
}

function presentedIn({ 'x-mfa-code': code }: CalledRequest['headers'], { id, sessionId }: TokenHolder): PresentedCode {
  return { customerId: id, sessionId, code: typeof code === 'string' && code.trim() !== '' ? code : undefined };
}
