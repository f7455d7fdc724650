import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put, Query } from '@nestjs/common';
import { ApiConflictResponse, ApiHeader, ApiNotFoundResponse, ApiTags } from '@nestjs/swagger';
import { ErrorMessageDto, SessionErrorDto } from '../common/errors.dto.js';
import { Access } from '../sessions/access.js';
import {
  ContextAttributeDto,
  ContextUpsertQueryDto,
  ServiceContextChangesDto,
  SessionContextDto,
  serviceChangesOf,
} from './session-context.dto.js';
import { SessionContextService } from './session-context.service.js';

@ApiTags('session-context')
@ApiNotFoundResponse({ description: 'No such session, or it has ended.', type: SessionErrorDto })
@Access('staff', { scopes: ['sessioncontext.context_manage'] })
@Controller('session-context/:tenant/context/:sessionId')
export class ContextsController {
  constructor(private readonly contexts: SessionContextService) {}

  /** The context of a session, by the id that clients see. */
  @Get()
  async get(@Param('sessionId') sessionId: string): Promise<SessionContextDto> {
    return SessionContextDto.of(await this.contexts.get(sessionId));
  }

  /** Changes a context, as PATCH does; with `upsert=true` it makes one for a session that is not known here. */
  @Put()
  @HttpCode(204)
  @ApiHeader({ name: 'saas-token', required: false, description: 'Not heeded.' })
  @ApiConflictResponse({ description: 'metadata.version is stale.', type: ErrorMessageDto })
  async put(
    @Param('sessionId') sessionId: string,
    @Query() { upsert }: ContextUpsertQueryDto,
    @Body() body: ServiceContextChangesDto,
  ): Promise<void> {
    const conditions = { version: body.metadata.version, upsert: upsert === 'true' };
    await this.contexts.change(sessionId, serviceChangesOf(body), conditions);
  }

  /** Sets an attribute of a context, whatever its version. */
  @Post('attributes')
  @HttpCode(204)
  async set(@Param('sessionId') sessionId: string, @Body() { key, value }: ContextAttributeDto): Promise<void> {
    await this.contexts.change(sessionId, { context: { [key]: value } });
  }

  /** Removes an attribute of a context; one that is not there is no error, and changes nothing. */
  @Delete('attributes/:attributeName')
  @HttpCode(204)
  async remove(@Param('sessionId') sessionId: string, @Param('attributeName') name: string): Promise<void> {
    await this.contexts.remove(sessionId, name);
  }
}
