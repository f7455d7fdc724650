import { Body, Controller, Delete, Get, Header, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiBody, ApiConflictResponse, ApiCreatedResponse, ApiNotFoundResponse, ApiTags } from '@nestjs/swagger';
import { ApiReturns } from '../common/openapi.js';
import { invalid } from '../common/failure.js';
import { ErrorMessageDto, SessionErrorDto } from '../emporix/errors.dto.js';
import { Limited } from '../limits/limited.js';
import { limits } from '../limits/limits.js';
import { Access, CalledBy, type Caller, Projected } from '../sessions/access/access.js';
import {
  ContextAttributeDto,
  ContextUpsertQueryDto,
  OwnContextChangesDto,
  SessionContextDto,
  changesOf,
} from './session-context.dto.js';
import { SessionContextService, loadContext } from './session-context.service.js';
import type { FoundContext } from './session-context.sql.js';

const callers: ('anonymous' | 'customer')[] = ['anonymous', 'customer'];
const checkedInQuery = { sessionCheckedInQuery: true };

@ApiTags('session-context')
@ApiNotFoundResponse({ description: 'Session not found.', type: SessionErrorDto })
@Controller('session-context/:tenant/me/context')
export class OwnContextController {
  constructor(private readonly contexts: SessionContextService) {}

  /**
   * Returns the context of the caller's session
   *
   * @remarks
   * Values that were set in the session take precedence. Then the customer's profile (currency, site) and default
   * addresses (target location) apply, then the values of the anonymous login, then the tenant's defaults. A visitor's
   * token always returns the visitor's own context. After a customer has logged in with that token, the response still
   * does not contain the customer's id, cart or changes.
   */
  @Get()
  @Access(callers, { projection: loadContext })
  @ApiReturns('The context that applies to the session.')
  getContext(
    @CalledBy('publicSessionId') sessionId: string,
    @Projected() found: FoundContext | null,
  ): SessionContextDto {
    return SessionContextDto.of(this.contexts.resolve(found, sessionId));
  }

  /**
   * Updates the context of the caller's session
   *
   * @remarks
   * Omitted properties are unchanged. Null removes the value that was set in the session. The value of the profile, of
   * the anonymous login or of the tenant then applies again. With `upsert=true`, a context is created if nothing was set in
   * the session before, regardless of the version.
   */
  @Limited(limits.context)
  @Patch()
  @HttpCode(204)
  @Access(callers, checkedInQuery)
  @ApiConflictResponse({ description: '`metadata.version` is not the current version.', type: ErrorMessageDto })
  @ApiReturns('The context is updated.')
  @ApiBody({
    type: OwnContextChangesDto,
    examples: { currency: { value: { currency: 'EUR', metadata: { version: 1 } } } },
  })
  async updateContext(
    @CalledBy() caller: Caller,
    @Query() query: ContextUpsertQueryDto,
    @Body() body: OwnContextChangesDto,
  ): Promise<void> {
    const upsert = query.upsert === 'true';
    const version = body.metadata?.version;
    if (version === undefined && !upsert) throw invalid('metadata', 'metadata is required, unless upsert is true');
    await this.contexts.changeOwn(caller, changesOf(body), { version, upsert });
  }

  /** Sets an attribute of the context; the version is not checked */
  @Limited(limits.context)
  @Post('attributes')
  @Access(callers, checkedInQuery)
  @Header('Content-Type', 'application/json; charset=utf-8')
  @ApiCreatedResponse({
    description: 'The name of the attribute.',
    content: { 'application/json': { schema: { type: 'string' } } },
  })
  async setContextAttribute(@CalledBy() caller: Caller, @Body() { key, value }: ContextAttributeDto): Promise<string> {
    await this.contexts.changeOwn(caller, { context: { [key]: value } });
    return JSON.stringify(key);
  }

  /**
   * Removes an attribute of the context
   *
   * @remarks
   * If there is no such attribute, the request succeeds and changes nothing.
   */
  @Limited(limits.contextRemoval)
  @Delete('attributes/:attributeName')
  @HttpCode(204)
  @Access(callers, checkedInQuery)
  @ApiReturns('The context does not have the attribute.')
  async removeContextAttribute(@CalledBy() caller: Caller, @Param('attributeName') name: string): Promise<void> {
    await this.contexts.removeOwn(caller, name);
  }
}
