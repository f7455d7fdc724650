import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { transaction } from '../database/database.js';
import { History } from '../history/history.service.js';
import { SecurityLog } from '../history/security-log.js';
import { SessionsService } from '../sessions/sessions.service.js';
import { OneTimeTokens, intruderPurposes } from './one-time-tokens.js';

/** Logs customers out of all their sessions. */
@Injectable()
export class LogoutService {
  constructor(
    private readonly em: EntityManager,
    private readonly tokens: OneTimeTokens,
    private readonly sessions: SessionsService,
    private readonly history: History,
    private readonly securityLog: SecurityLog,
  ) {}

  /**
   * Ends every session of a customer, except the given one. Also revokes mailed tokens that an attacker may have
   * requested.
   */
  async logOutEverywhere(customerId: string, but?: string): Promise<void> {
    await transaction(this.em, async () => {
      await this.tokens.revoke(customerId, intruderPurposes);
      await this.sessions.endAllOf(customerId, but);
      await this.history.record(customerId, 'sessions_ended');
    });
    this.securityLog.record('logged_out_everywhere', { customer: customerId });
  }
}
