import { Body, Controller, Delete, Get, Headers, HttpCode, Param, Post, Put, Query, Res } from '@nestjs/common';
import {
  ApiBadRequestResponse,
  ApiBody,
  ApiConflictResponse,
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiNotFoundResponse,
  ApiTags,
} from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { ApiReturns } from '../common/openapi.js';
import { CreatedDto } from '../emporix/created.dto.js';
import { ErrorMessageDto } from '../emporix/errors.dto.js';
import { Limited } from '../limits/limited.js';
import { limits } from '../limits/limits.js';
import { Access, CalledBy, type Caller } from '../sessions/access/access.js';
import { LegalEntitiesService, type LegalEntityView } from './legal-entities.service.js';
import {
  LegalEntitiesListQueryDto,
  LegalEntitiesQueryDto,
  LegalEntityChangeDto,
  LegalEntityDto,
  LegalEntityQueryDto,
  NewLegalEntityDto,
  legalEntityOf,
} from './legal-entity.dto.js';
import { ApiListResponse, SearchBodyDto, toListResponse, listPageOf } from './list.dto.js';
import { Expand } from '../emporix/expand.js';
import { selectFields } from '../emporix/select-fields.js';
import { managingReach } from './reach.js';

const READ = {
  scopes: ['customermanagement.legalentity_read'],
  ownScopes: ['customermanagement.legalentity_read_own'],
};
const MANAGE = { scopes: ['customermanagement.legalentity_manage'] };

const company = { name: 'Acme Ltd', type: 'COMPANY', legalInfo: { registrationId: 'HRB 1' } };
const subsidiary = { name: 'Acme Berlin', type: 'SUBSIDIARY', parentId: '<id of a legal entity>' };
const examples = { 'a company': { value: company }, 'a subsidiary': { value: subsidiary } };

/** Customers see only the legal entities that they are assigned to. */
function viewOf({ kind, id }: Caller, expand: string | undefined): LegalEntityView {
  const { entitiesAddresses } = new Expand(expand);
  return { customerId: kind === 'customer' ? id : undefined, locations: entitiesAddresses };
}

@ApiTags('companies')
@Controller('customer-management/:tenant/legal-entities')
export class LegalEntitiesController {
  constructor(private readonly entities: LegalEntitiesService) {}

  /**
   * Lists legal entities, oldest first
   *
   * @remarks
   * A customer gets only the legal entities that the customer is assigned to.
   */
  @Limited(limits.search)
  @Get()
  @Access(['staff', 'customer'], READ)
  @ApiListResponse(LegalEntityDto)
  async listLegalEntities(
    @CalledBy() caller: Caller,
    @Query() { q, expand, ...query }: LegalEntitiesListQueryDto,
    @Headers('x-total-count') total: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<LegalEntityDto[]> {
    const found = await this.entities.find(listPageOf(query, q, total), viewOf(caller, expand));
    return toListResponse(found, (row) => LegalEntityDto.of(row), query.fields, reply);
  }

  /**
   * Searches legal entities with a query in the body
   *
   * @remarks
   * Works like the list, with `q` in the body, where it can be longer than in a URL.
   */
  @Limited(limits.search)
  @Post('search')
  @HttpCode(200)
  @Access(['staff', 'customer'], READ)
  @ApiListResponse(LegalEntityDto)
  async searchLegalEntities(
    @CalledBy() caller: Caller,
    @Body() { q }: SearchBodyDto,
    @Query() query: LegalEntitiesQueryDto,
    @Headers('x-total-count') total: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<LegalEntityDto[]> {
    return this.listLegalEntities(caller, { ...query, q: q ?? undefined }, total, reply);
  }

  /** Creates a legal entity */
  @Post()
  @Access('staff', MANAGE)
  @ApiBody({ type: NewLegalEntityDto, examples })
  @ApiConflictResponse({ description: 'The id or the registration id is taken.', type: ErrorMessageDto })
  @ApiReturns('The id of the new legal entity.')
  async createLegalEntity(@Body() { id, ...body }: NewLegalEntityDto): Promise<CreatedDto> {
    return CreatedDto.of({ id: await this.entities.create(legalEntityOf(body), id) });
  }

  /** Returns a legal entity */
  @Get(':legalEntityId')
  @Access(['staff', 'customer'], READ)
  @ApiNotFoundResponse({ description: 'Legal entity not found.', type: ErrorMessageDto })
  @ApiReturns('The legal entity. Empty properties are omitted.')
  async getLegalEntity(
    @CalledBy() caller: Caller,
    @Param('legalEntityId') id: string,
    @Query() { fields, expand }: LegalEntityQueryDto,
  ): Promise<LegalEntityDto> {
    const found = await this.entities.get(id, viewOf(caller, expand));
    return selectFields(LegalEntityDto.of(found), fields) as LegalEntityDto;
  }

  /**
   * Lists a legal entity and its ancestors
   *
   * @remarks
   * The legal entity comes first, then its parent, and so on to the top.
   */
  @Get(':legalEntityId/parent-hierarchy')
  @Access('staff', { scopes: [...READ.scopes, ...MANAGE.scopes] })
  @ApiNotFoundResponse({ description: 'Legal entity not found.', type: ErrorMessageDto })
  @ApiReturns('The legal entity and its ancestors.')
  async listParentHierarchy(@Param('legalEntityId') id: string): Promise<LegalEntityDto[]> {
    const found = await this.entities.hierarchy(id);
    return found.map((row) => LegalEntityDto.of(row));
  }

  /**
   * Replaces or creates a legal entity
   *
   * @remarks
   * Omitted properties are removed. With `metadata.version`, PUT only updates.
   */
  @Put(':legalEntityId')
  @HttpCode(204)
  @Access('staff', MANAGE)
  @ApiBody({ type: LegalEntityChangeDto, examples: { name: { value: { name: 'Acme Ltd', type: 'COMPANY' } } } })
  @ApiCreatedResponse({ description: 'The legal entity is created.', type: CreatedDto })
  @ApiNoContentResponse({ description: 'The legal entity is replaced.' })
  @ApiNotFoundResponse({
    description: 'Legal entity not found. Returned only with `metadata.version`.',
    type: ErrorMessageDto,
  })
  @ApiConflictResponse({
    description: '`metadata.version` is not the current version, or the registration id is taken.',
    type: ErrorMessageDto,
  })
  async upsertLegalEntity(
    @Param('legalEntityId') id: string,
    @Body() body: LegalEntityChangeDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CreatedDto | undefined> {
    if (!(await this.entities.put(id, legalEntityOf(body), body.metadata?.version))) return undefined;
    void reply.status(201);
    return CreatedDto.of({ id });
  }

  /** Deletes a legal entity and its contact assignments */
  @Delete(':legalEntityId')
  @HttpCode(204)
  @Access('staff', MANAGE)
  @ApiBadRequestResponse({ description: 'The legal entity has subsidiaries.', type: ErrorMessageDto })
  @ApiNotFoundResponse({ description: 'Legal entity not found.', type: ErrorMessageDto })
  @ApiReturns('The legal entity is deleted.')
  async deleteLegalEntity(@CalledBy() caller: Caller, @Param('legalEntityId') id: string): Promise<void> {
    await this.entities.remove(id, managingReach(caller).restrictions);
  }
}
