import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put, Query } from '@nestjs/common';
import { ApiBody, ApiConflictResponse, ApiHeader, ApiNotFoundResponse, ApiTags } from '@nestjs/swagger';
import { ApiReturns } from '../common/openapi.js';
import { ErrorMessageDto, SessionErrorDto } from '../emporix/errors.dto.js';
import { Access, CalledBy } from '../sessions/access/access.js';
import type { Reach } from '../tenants/reach.js';
import {
  ContextAttributeDto,
  ContextUpsertQueryDto,
  ServiceContextChangesDto,
  SessionContextDto,
  serviceChangesOf,
} from './session-context.dto.js';
import { SessionContextService } from './session-context.service.js';

@ApiTags('session-context')
@ApiNotFoundResponse({ description: 'Session not found, or already ended.', type: SessionErrorDto })
@Access('staff', { scopes: ['sessioncontext.context_manage'] })
@Controller('session-context/:tenant/context/:sessionId')
export class ContextsController {
  constructor(private readonly contexts: SessionContextService) {}

  /** Returns the context of a session, by its public session id */
  @Get()
  @ApiReturns('The context that applies to the session.')
  async getSessionContext(
    @CalledBy('reach') reach: Reach,
    @Param('sessionId') sessionId: string,
  ): Promise<SessionContextDto> {
    return SessionContextDto.of(await this.contexts.get(sessionId, reach));
  }

  /**
   * Updates the context of a session
   *
   * @remarks
   * Omitted properties are unchanged. With `upsert=true`, a context is created for a session that does not exist in
   * this service.
   */
  @Put()
  @HttpCode(204)
  @ApiHeader({ name: 'saas-token', required: false, description: "Part of the vendor's API; ignored." })
  @ApiConflictResponse({ description: '`metadata.version` is not the current version.', type: ErrorMessageDto })
  @ApiReturns('The context is updated.')
  @ApiBody({
    type: ServiceContextChangesDto,
    examples: { cart: { value: { cartId: '61079711ce0eb90861357045', metadata: { version: 1 } } } },
  })
  async putSessionContext(
    @CalledBy('reach') reach: Reach,
    @Param('sessionId') sessionId: string,
    @Query() { upsert }: ContextUpsertQueryDto,
    @Body() body: ServiceContextChangesDto,
  ): Promise<void> {
    const conditions = { version: body.metadata.version, upsert: upsert === 'true' };
    await this.contexts.change(sessionId, serviceChangesOf(body), reach, conditions);
  }

  /** Sets an attribute of a context; the version is not checked */
  @Post('attributes')
  @HttpCode(204)
  @ApiReturns('The attribute is set.')
  async setSessionContextAttribute(
    @CalledBy('reach') reach: Reach,
    @Param('sessionId') sessionId: string,
    @Body() { key, value }: ContextAttributeDto,
  ): Promise<void> {
    await this.contexts.change(sessionId, { context: { [key]: value } }, reach);
  }

  /**
   * Removes an attribute of a context
   *
   * @remarks
   * If there is no such attribute, the request succeeds and changes nothing.
   */
  @Delete('attributes/:attributeName')
  @HttpCode(204)
  @ApiReturns('The context does not have the attribute.')
  async removeSessionContextAttribute(
    @CalledBy('reach') reach: Reach,
    @Param('sessionId') sessionId: string,
    @Param('attributeName') name: string,
  ): Promise<void> {
    await this.contexts.remove(sessionId, name, reach);
  }
}
