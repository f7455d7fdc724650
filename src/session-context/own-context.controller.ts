import { Body, Controller, Delete, Get, Header, HttpCode, Param, Patch, Post } from '@nestjs/common';
import { ApiConflictResponse, ApiCreatedResponse, ApiNotFoundResponse, ApiTags } from '@nestjs/swagger';
import { ErrorMessageDto, SessionErrorDto } from '../common/errors.dto.js';
import { Access, CalledBy, type Caller, Loaded } from '../sessions/access.js';
import { ContextAttributeDto, ContextChangesDto, SessionContextDto, changesOf } from './session-context.dto.js';
import { SessionContextService, loadContext } from './session-context.service.js';
import type { FoundContext } from './session-context.sql.js';

const callers: ('anonymous' | 'customer')[] = ['anonymous', 'customer'];
const inHand = { checkedByHandler: true };

@ApiTags('session-context')
@ApiNotFoundResponse({ description: 'The session has passed on to a customer.', type: SessionErrorDto })
@Controller('session-context/:tenant/me/context')
export class OwnContextController {
  constructor(private readonly contexts: SessionContextService) {}

  /**
   * The context of the caller's session. What the session has set goes first, then a customer's profile (currency,
   * site) and default addresses (target location), then what was told at the anonymous login, then the tenant's
   * defaults.
   */
  @Get()
  @Access(callers, { load: loadContext })
  get(@CalledBy('publicSessionId') sessionId: string, @Loaded() found: FoundContext | null): SessionContextDto {
    return SessionContextDto.of(this.contexts.inForce(found, sessionId));
  }

  /**
   * Changes the context: what is not sent stays. Null gives up what the session has set: the value of the profile, of
   * the anonymous login or of the tenant is back.
   */
  @Patch()
  @HttpCode(204)
  @Access(callers, inHand)
  @ApiConflictResponse({ description: 'metadata.version is stale.', type: ErrorMessageDto })
  async change(@CalledBy() caller: Caller, @Body() body: ContextChangesDto): Promise<void> {
    await this.contexts.changeOwn(caller, changesOf(body), body.metadata.version);
  }

  /** Sets an attribute of the context, whatever its version. */
  @Post('attributes')
  @Access(callers, inHand)
  @Header('Content-Type', 'application/json; charset=utf-8')
  @ApiCreatedResponse({
    description: "The attribute's name.",
    content: { 'application/json': { schema: { type: 'string' } } },
  })
  async set(@CalledBy() caller: Caller, @Body() { key, value }: ContextAttributeDto): Promise<string> {
    await this.contexts.changeOwn(caller, { context: { [key]: value } });
    return JSON.stringify(key);
  }

  /** Removes an attribute of the context; one that is not there is no error, and changes nothing. */
  @Delete('attributes/:attributeName')
  @HttpCode(204)
  @Access(callers, inHand)
  async remove(@CalledBy() caller: Caller, @Param('attributeName') name: string): Promise<void> {
    await this.contexts.removeOwn(caller, name);
  }
}
