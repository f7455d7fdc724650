import { Controller, Delete, Get, HttpCode, Param } from '@nestjs/common';
import { ApiNotFoundResponse, ApiTags } from '@nestjs/swagger';
import { ApiReturns } from '../common/openapi.js';
import { ErrorMessageDto } from '../emporix/errors.dto.js';
import { LogoutService } from '../credentials/logout.service.js';
import { Access, CalledBy, type Caller, Projected } from '../sessions/access/access.js';
import { OwnSessionDto } from './own-sessions.dto.js';
import { SessionsService } from '../sessions/sessions.service.js';
import { type OwnSession, ownSessions } from '../sessions/sessions.sql.js';

@ApiTags('sessions')
@Controller('customer/:tenant/me/sessions')
export class OwnSessionsController {
  constructor(
    private readonly sessions: SessionsService,
    private readonly logouts: LogoutService,
  ) {}

  /**
   * Lists the caller's current sessions, newest first
   *
   * @remarks
   * Returns the session of this request, and at most 99 others.
   */
  @Get()
  @Access('customer', { projection: ownSessions })
  @ApiReturns('The sessions.')
  listSessions(@Projected() sessions: OwnSession[]): OwnSessionDto[] {
    return sessions.map((session) => OwnSessionDto.of(session));
  }

  /**
   * Ends all other sessions of the caller
   *
   * @remarks
   * The session of this request stays valid.
   */
  @Delete()
  @HttpCode(204)
  @Access('customer', { denyImpersonation: true })
  @ApiReturns('All other sessions have ended, and their tokens are revoked.')
  async endOtherSessions(@CalledBy() { id, sessionId }: Caller): Promise<void> {
    await this.logouts.logOutEverywhere(id, sessionId);
  }

  /**
   * Ends a session of the caller
   *
   * @remarks
   * Its access and refresh tokens are revoked.
   *
   * @param sessionId - The `id` of the session in the list of sessions.
   */
  @Delete(':sessionId')
  @HttpCode(204)
  @Access('customer', { denyImpersonation: true })
  @ApiNotFoundResponse({ description: 'Session not found, or already ended.', type: ErrorMessageDto })
  @ApiReturns('The session has ended.')
  async endSession(@CalledBy('id') customerId: string, @Param('sessionId') sessionId: string): Promise<void> {
    await this.sessions.endOneOf(customerId, sessionId);
  }
}
