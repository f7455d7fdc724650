import { Controller, Delete, Get, HttpCode, Param } from '@nestjs/common';
import { ApiNotFoundResponse, ApiTags } from '@nestjs/swagger';
import { ErrorMessageDto } from '../common/errors.dto.js';
import { PasswordsService } from '../credentials/passwords.service.js';
import { Access, CalledBy, type Caller, Loaded } from '../sessions/access.js';
import { OwnSessionDto } from './own-sessions.dto.js';
import { SessionsService } from '../sessions/sessions.service.js';
import { type OwnSession, ownSessions } from '../sessions/sessions.sql.js';

@ApiTags('sessions')
@Controller('customer/:tenant/me/sessions')
export class OwnSessionsController {
  constructor(
    private readonly sessions: SessionsService,
    private readonly passwords: PasswordsService,
  ) {}

  /** The caller's sessions that live, newest first: this one, and at most 99 others. */
  @Get()
  @Access('customer', { load: ownSessions })
  list(@Loaded() sessions: OwnSession[]): OwnSessionDto[] {
    return sessions.map((session) => OwnSessionDto.of(session));
  }

  /** Ends all other sessions of the caller; this one lives. */
  @Delete()
  @HttpCode(204)
  @Access('customer', { inPerson: true })
  async endOthers(@CalledBy() { id, sessionId }: Caller): Promise<void> {
    await this.passwords.logOutEverywhere(id, sessionId);
  }

  /** Ends a session of the caller: its access and refresh tokens are dead. */
  @Delete(':sessionId')
  @HttpCode(204)
  @Access('customer', { inPerson: true })
  @ApiNotFoundResponse({ description: 'The caller has no such session, or it has ended.', type: ErrorMessageDto })
  async end(@CalledBy('id') customerId: string, @Param('sessionId') sessionId: string): Promise<void> {
    await this.sessions.endOneOf(customerId, sessionId);
  }
}
