import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { fitsAnEnvelope, isPlainEmail } from '../common/email.js';
import { Failure, type FailureCode } from '../common/failure.js';
import { AccountsService } from '../credentials/accounts.service.js';
import { TokenService } from '../employee/token.service.js';
import { originOf } from '../sessions/access/access.js';
import { GlueError } from './glue-error.js';

/** The failures of tokens and attributes. The vendor checks the lock of the account before them. */
const laterFailures: FailureCode[] = ['invalid_input', 'token_invalid', 'token_expired'];
/** The code of a request with two identities, which is also checked later. */
const TWO_IDENTITIES = '005';

/** Lets the lock of an account take precedence over the other errors of a login in the Glue API. */
@Injectable()
export class LoginLocks {
  constructor(
    private readonly accounts: AccountsService,
    private readonly agents: TokenService,
  ) {}

  /** Whether an error was thrown before the lock was read. A login that gets that far reads it with the account. */
  mayPrecede(error: unknown, request: FastifyRequest): boolean {
    const isLater =
      (error instanceof Failure && laterFailures.includes(error.code)) ||
      (error instanceof GlueError && error.code === TWO_IDENTITIES);
    return isLater && request.method === 'POST' && this.loginServiceOf(request) !== undefined;
  }

  /**
   * Returns Failure `login_locked` if the account in the body is locked, otherwise the same error. The body may be
   * anything: the error may be that it is not JSON.
   */
  async errorToReport(error: unknown, request: FastifyRequest): Promise<unknown> {
    const body = request.body as { data?: { attributes?: { username?: unknown } | null } | null } | null | undefined;
    const username = body?.data?.attributes?.username;
    // Attempts with other usernames are never counted.
    if (typeof username !== 'string' || !isPlainEmail(username) || !fitsAnEnvelope(username)) return error;
    try {
      await this.loginServiceOf(request)?.assertNotLocked(username, originOf(request));
      return error;
    } catch (locked) {
      return locked;
    }
  }

  private loginServiceOf({ routeOptions: { url } }: FastifyRequest): AccountsService | TokenService | undefined {
    if (url === '/access-tokens') return this.accounts;
    return url === '/agent-access-tokens' ? this.agents : undefined;
  }
}
