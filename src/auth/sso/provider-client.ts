import { isNativeError } from 'node:util/types';
import { Logger } from '@nestjs/common';
import { WWWAuthenticateChallengeError } from 'openid-client';
import pLimit, { type LimitFunction } from 'p-limit';
import { Failure } from '../../common/failure.js';
import { RequestScope } from '../../tenants/request-scope.js';
import { ProofRejectedError } from './proof-rejected.js';

/**
 * The maximum number of concurrent calls of one tenant, so that its slow providers do not occupy the process. Further
 * calls wait.
 */
const MAX_CONCURRENT_CALLS = 16;
const MAX_WAITING_CALLS = 100;

/** The maximum length of text from a provider in the log. */
const MAX_LOGGED_CHARACTERS = 200;

const logger = new Logger('sso');

export interface ProviderCall {
  /** The name of the provider, or of the configuration, in the tenant's settings. */
  provider: string;
  /** The error code when the provider rejects the request, or when something that it has signed is invalid. */
  rejected: 'provider_rejected' | 'subject_token_rejected';
}

/**
 * Calls a provider with a time limit.
 *
 * @param timeout for all requests of the call together, in milliseconds
 * @throws Failure with the call's code `rejected`; `overloaded` when too many calls of the tenant wait
 */
export async function callProvider<T>(
  call: ProviderCall,
  timeout: number,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const { tenant = '' } = RequestScope.current ?? {};
  const calls = callsOf(tenant);
  if (calls.pendingCount >= MAX_WAITING_CALLS) throw new Failure('overloaded', { facts: { seconds: '2' } });
  const signal = AbortSignal.timeout(timeout);
  const timedOut = new Promise<never>((_done, fail) => {
    signal.addEventListener('abort', () => fail(new Error('The provider did not respond in time')));
  });
  try {
    const called = calls(() => {
      // The call waited in the queue until its time limit.
      signal.throwIfAborted();
      return work(signal);
    });
    return await Promise.race([called, timedOut]);
  } catch (error) {
    throw toFailure(call, error);
  } finally {
    // Deferred, so that the queue has counted this call as finished.
    setImmediate(forgetIdle, tenant, calls);
  }
}

/** Calls by tenant. Only tenants with running calls have an entry. */
const callsByTenant = new Map<string, LimitFunction>();

function callsOf(tenant: string): LimitFunction {
  let calls = callsByTenant.get(tenant);
  if (!calls) callsByTenant.set(tenant, (calls = pLimit(MAX_CONCURRENT_CALLS)));
  return calls;
}

function forgetIdle(tenant: string, { activeCount, pendingCount }: LimitFunction): void {
  if (activeCount + pendingCount === 0) callsByTenant.delete(tenant);
}

/**
 * Logs the reason for the operator, and returns the error of the login without it. The code is the call's `rejected` when
 * the provider or Foyer rejected the request. It is `provider_unavailable` when the provider is unreachable or its
 * response is invalid.
 */
export function toFailure({ provider, rejected }: ProviderCall, error: unknown): Failure {
  const { tenant, origin } = RequestScope.current ?? {};
  const reasons = reasonsOf(error);
  logger.warn(
    { tenant, requestId: origin?.requestId, provider, ...reasons },
    'An identity provider did not confirm a login',
  );
  return new Failure(isRejection(error, reasons.code) ? rejected : 'provider_unavailable', { cause: error });
}

interface Reasons {
  code?: string;
  reason?: string;
  /** The provider's own explanation. */
  description?: string;
  /** The network error that the library has wrapped. */
  cause?: string;
}

/** The details for the operator. Other properties of the libraries' errors may contain tokens and claims. */
export function reasonsOf(error: unknown): Reasons {
  if (!isNativeError(error)) return {};
  const source: { message?: string; error?: unknown; error_description?: unknown } =
    error instanceof WWWAuthenticateChallengeError ? (error.cause[0]?.parameters ?? {}) : error;
  return {
    code: codeOf(error),
    reason: sanitizeForLog(source.error) ?? messageOf(error),
    description: sanitizeForLog(source.error_description),
    cause: causeOf(error),
  };
}

function codeOf(error: Error): string | undefined {
  return 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

function messageOf(error: Error): string | undefined {
  // The message repeats a part of the text that is not JSON.
  if (error.name === 'SyntaxError') return 'invalid JSON';
  // If none of several addresses responds, the error has only a code.
  return sanitizeForLog(error.message || codeOf(error));
}

/** The innermost cause. A cause may also be a body or claims; these are not logged. */
function causeOf({ cause }: Error): string | undefined {
  if (cause instanceof Response) return `status ${cause.status}`;
  return isNativeError(cause) ? (causeOf(cause) ?? messageOf(cause)) : undefined;
}

/** Text from a provider on one line, without anything that may be an e-mail address, a token or an id. */
function sanitizeForLog(text: unknown): string | undefined {
  if (typeof text !== 'string') return undefined;
  return text
    .slice(0, 2 * MAX_LOGGED_CHARACTERS)
    .toWellFormed()
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')
    .replace(/\S*@\S*|[\w~+=-]{32,}/g, '***')
    .slice(0, MAX_LOGGED_CHARACTERS);
}

/**
 * Whether it is Foyer's own error, or a code of either library for a rejection by the provider or an invalid signed
 * document.
 */
function isRejection(error: unknown, code = ''): boolean {
  return (
    error instanceof ProofRejectedError ||
    /^(OAUTH_RESPONSE_BODY_ERROR|OAUTH_WWW_AUTHENTICATE_CHALLENGE|OAUTH_JWT_.*|ERR_J(WT|WS)_.*|ERR_JOSE_ALG_.*|ERR_JWKS_(NO|MULTIPLE)_.*)$/.test(
      code,
    )
  );
}
