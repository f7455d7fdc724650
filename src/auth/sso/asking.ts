import { isNativeError } from 'node:util/types';
import { Logger } from '@nestjs/common';
import { WWWAuthenticateChallengeError } from 'openid-client';
import { Failure } from '../../common/failure.js';
import { RequestScope } from '../../tenants/request-scope.js';
import { NotProven } from './not-proven.js';

/** A provider's whole part in one login takes no longer, in milliseconds: the contract's answer must come in time. */
export const PATIENCE = 1800;

/** Of foreign text in the log, in characters. */
const LONGEST = 200;

const logger = new Logger('sso');

export interface Asked {
  /** The name of the provider, or of the configuration, in the tenant's settings. */
  provider: string;
  /** What it is when the provider, or what it has signed, says no. */
  refused: 'provider_refused' | 'subject_token_refused';
}

/**
 * Asks a provider, and gives up in time.
 *
 * @throws Failure as `refusal` has it
 */
export async function ask<T>(asked: Asked, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const signal = AbortSignal.timeout(PATIENCE);
  const late = new Promise<never>((_done, fail) => {
    signal.addEventListener('abort', () => fail(new Error('The provider took too long')));
  });
  try {
    return await Promise.race([work(signal), late]);
  } catch (error) {
    throw refusal(asked, error);
  }
}

/**
 * What a login fails with, whose reason the operator reads in the log, and nobody else: what `refused` says when
 * somebody said no, `provider_unavailable` when the provider cannot be reached or answers nonsense.
 */
export function refusal({ provider, refused }: Asked, error: unknown): Failure {
  const { tenant, origin } = RequestScope.current ?? {};
  const why = reasonsOf(error);
  logger.warn(
    { tenant, requestId: origin?.requestId, provider, ...why },
    'An identity provider did not confirm a login',
  );
  return new Failure(isRefusal(error, why.code) ? refused : 'provider_unavailable', { cause: error });
}

interface Reasons {
  code?: string;
  reason?: string;
  /** As the provider explains it. */
  description?: string;
  /** Of an error of the network, which the library has wrapped. */
  cause?: string;
}

/** What an operator needs to know. The libraries keep tokens and claims in other properties of their errors. */
export function reasonsOf(error: unknown): Reasons {
  if (!isNativeError(error)) return {};
  const said: { message?: string; error?: unknown; error_description?: unknown } =
    error instanceof WWWAuthenticateChallengeError ? (error.cause[0]?.parameters ?? {}) : error;
  return {
    code: codeOf(error),
    reason: harmless(said.error) ?? messageOf(error),
    description: harmless(said.error_description),
    cause: causeOf(error),
  };
}

function codeOf(error: Error): string | undefined {
  return 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

function messageOf(error: Error): string | undefined {
  // Its message repeats a part of what is no JSON.
  if (error.name === 'SyntaxError') return 'no JSON';
  // Where none of several addresses answers, the code is all there is.
  return harmless(error.message || codeOf(error));
}

/** The innermost one. A body, or claims, may be a cause too: these are not told. */
function causeOf({ cause }: Error): string | undefined {
  if (cause instanceof Response) return `status ${cause.status}`;
  return isNativeError(cause) ? (causeOf(cause) ?? messageOf(cause)) : undefined;
}

/** Foreign text on one line, without what may be an e-mail address, a token or an id. */
function harmless(text: unknown): string | undefined {
  if (typeof text !== 'string') return undefined;
  return text
    .slice(0, 2 * LONGEST)
    .toWellFormed()
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')
    .replace(/\S*@\S*|[\w~+=-]{32,}/g, '***')
    .slice(0, LONGEST);
}

/** Ours, or by both libraries' codes: the provider answered and said no, or what it signed is not good. */
function isRefusal(error: unknown, code = ''): boolean {
  return (
    error instanceof NotProven ||
    /^(OAUTH_RESPONSE_BODY_ERROR|OAUTH_WWW_AUTHENTICATE_CHALLENGE|OAUTH_JWT_.*|ERR_J(WT|WS)_.*|ERR_JOSE_ALG_.*|ERR_JWKS_(NO|MULTIPLE)_.*)$/.test(
      code,
    )
  );
}
