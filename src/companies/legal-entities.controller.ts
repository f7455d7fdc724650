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
import { CreatedDto } from '../common/created.dto.js';
import { customId } from '../common/custom-id.js';
import { ErrorMessageDto } from '../common/errors.dto.js';
import { Limited } from '../limits/limited.js';
import { limits } from '../limits/limits.js';
import { Access, CalledBy, type Caller } from '../sessions/access.js';
import { LegalEntitiesService } from './legal-entities.service.js';
import {
  LegalEntitiesListQueryDto,
  LegalEntitiesQueryDto,
  LegalEntityChangeDto,
  LegalEntityDto,
  NewLegalEntityDto,
  legalEntityOf,
} from './legal-entity.dto.js';
import { FieldsQueryDto, PageAnswer, SearchBodyDto, answerOf, listPageOf } from './list.dto.js';
import { only } from './only.js';

const READ = {
  scopes: ['customermanagement.legalentity_read'],
  ownScopes: ['customermanagement.legalentity_read_own'],
};
const MANAGE = { scopes: ['customermanagement.legalentity_manage'] };

const company = { name: 'ACME Ltd', type: 'COMPANY', legalInfo: { registrationId: 'HRB 1' } };
const subsidiary = { name: 'ACME Berlin', type: 'SUBSIDIARY', parentId: '<id of a legal entity>' };
const examples = { 'a company': { value: company }, 'a subsidiary': { value: subsidiary } };

/** Customers see what they are assigned to. */
function own({ kind, id }: Caller): string | undefined {
  return kind === 'customer' ? id : undefined;
}

@ApiTags('companies')
@Controller('customer-management/:tenant/legal-entities')
export class LegalEntitiesController {
  constructor(private readonly entities: LegalEntitiesService) {}

  /** Legal entities, oldest first; to a customer, those that the customer is assigned to. */
  @Limited(limits.search)
  @Get()
  @Access(['staff', 'customer'], READ)
  @PageAnswer(LegalEntityDto)
  async list(
    @CalledBy() caller: Caller,
    @Query() { q, ...query }: LegalEntitiesListQueryDto,
    @Headers('x-total-count') total: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<LegalEntityDto[]> {
    const found = await this.entities.find(listPageOf(query, q, total), own(caller));
    return answerOf(found, (row) => LegalEntityDto.of(row), query.fields, reply);
  }

  /** The same as the list, with `q` in the body, where it may be long. */
  @Limited(limits.search)
  @Post('search')
  @HttpCode(200)
  @Access(['staff', 'customer'], READ)
  @PageAnswer(LegalEntityDto)
  async search(
    @CalledBy() caller: Caller,
    @Body() { q }: SearchBodyDto,
    @Query() query: LegalEntitiesQueryDto,
    @Headers('x-total-count') total: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<LegalEntityDto[]> {
    return this.list(caller, { ...query, q: q ?? undefined }, total, reply);
  }

  /** Makes a legal entity. */
  @Post()
  @Access('staff', MANAGE)
  @ApiBody({ type: NewLegalEntityDto, examples })
  @ApiConflictResponse({ description: 'The id or the registration id is taken.', type: ErrorMessageDto })
  async create(@Body() { id, ...body }: NewLegalEntityDto): Promise<CreatedDto> {
    return CreatedDto.of({ id: await this.entities.create(legalEntityOf(body), id) });
  }

  /** One legal entity. */
  @Get(':legalEntityId')
  @Access(['staff', 'customer'], READ)
  @ApiNotFoundResponse({ description: 'No such legal entity.', type: ErrorMessageDto })
  async get(
    @CalledBy() caller: Caller,
    @Param('legalEntityId') id: string,
    @Query() { fields }: FieldsQueryDto,
  ): Promise<LegalEntityDto> {
    return only(LegalEntityDto.of(await this.entities.get(id, own(caller))), fields) as LegalEntityDto;
  }

  /** Puts a legal entity in the place of the one of that id, or makes it. With `metadata.version` it is not made. */
  @Put(':legalEntityId')
  @HttpCode(204)
  @Access('staff', MANAGE)
  @ApiBody({ type: LegalEntityChangeDto, examples })
  @ApiCreatedResponse({ description: 'Made.', type: CreatedDto })
  @ApiNoContentResponse({ description: 'Changed.' })
  @ApiNotFoundResponse({ description: 'No such legal entity, and a version.', type: ErrorMessageDto })
  @ApiConflictResponse({
    description: 'metadata.version is stale; the registration id is taken.',
    type: ErrorMessageDto,
  })
  async put(
    @Param('legalEntityId') legalEntityId: string,
    @Body() body: LegalEntityChangeDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CreatedDto | undefined> {
    const id = customId('legalEntityId', legalEntityId);
    if (!(await this.entities.put(id, legalEntityOf(body), body.metadata?.version))) return undefined;
    void reply.status(201);
    return CreatedDto.of({ id });
  }

  /** Removes a legal entity; its customers no longer belong to it. */
  @Delete(':legalEntityId')
  @HttpCode(204)
  @Access('staff', MANAGE)
  @ApiBadRequestResponse({ description: 'It has subsidiaries.', type: ErrorMessageDto })
  @ApiNotFoundResponse({ description: 'No such legal entity.', type: ErrorMessageDto })
  async remove(@Param('legalEntityId') id: string): Promise<void> {
    await this.entities.remove(id);
  }
}
