import { Body, Controller, Delete, Get, Headers, HttpCode, Param, Post, Put, Query, Res } from '@nestjs/common';
import {
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
import { Access } from '../sessions/access.js';
import {
  ContactAssignmentChangeDto,
  ContactAssignmentDto,
  ContactAssignmentsQueryDto,
  NewContactAssignmentDto,
  assignmentOf,
} from './contact-assignment.dto.js';
import { ContactAssignmentsService } from './contact-assignments.service.js';
import { FieldsQueryDto, PageAnswer, answerOf, listPageOf } from './list.dto.js';
import { only } from './only.js';

/** The vendor's own scopes for assignments; who keeps companies keeps their members too. */
const READ = { scopes: ['customermanagement.contactassignment_read', 'customermanagement.legalentity_read'] };
const MANAGE = { scopes: ['customermanagement.contactassignment_manage', 'customermanagement.legalentity_manage'] };

const examples = {
  'an administrator': {
    value: {
      ...{ legalEntity: { id: '<id of a legal entity>' }, customer: { id: '<customer number>' } },
      ...{ type: 'CONTACT', group: 'Admin' },
    },
  },
};

@ApiTags('companies')
@Controller('customer-management/:tenant/contact-assignments')
export class ContactAssignmentsController {
  constructor(private readonly assignments: ContactAssignmentsService) {}

  /** Which customers belong to which legal entities, oldest first. */
  @Get()
  @Access('staff', READ)
  @PageAnswer(ContactAssignmentDto)
  async list(
    @Query() { q, ...query }: ContactAssignmentsQueryDto,
    @Headers('x-total-count') total: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ContactAssignmentDto[]> {
    const found = await this.assignments.find(listPageOf(query, q, total));
    return answerOf(found, (row) => ContactAssignmentDto.of(row), query.fields, reply);
  }

  /** Assigns a customer to a legal entity. */
  @Post()
  @Access('staff', MANAGE)
  @ApiBody({ type: NewContactAssignmentDto, examples })
  @ApiConflictResponse({
    description: 'The id is taken, or the customer belongs to it already.',
    type: ErrorMessageDto,
  })
  async create(@Body() { id, ...body }: NewContactAssignmentDto): Promise<CreatedDto> {
    return CreatedDto.of({ id: await this.assignments.create(assignmentOf(body), id) });
  }

  /** One assignment. */
  @Get(':contactAssignmentId')
  @Access('staff', READ)
  @ApiNotFoundResponse({ description: 'No such assignment.', type: ErrorMessageDto })
  async get(
    @Param('contactAssignmentId') id: string,
    @Query() { fields }: FieldsQueryDto,
  ): Promise<ContactAssignmentDto> {
    return only(ContactAssignmentDto.of(await this.assignments.get(id)), fields) as ContactAssignmentDto;
  }

  /** Puts an assignment in the place of the one of that id, or makes it. With `metadata.version` it is not made. */
  @Put(':contactAssignmentId')
  @HttpCode(204)
  @Access('staff', MANAGE)
  @ApiBody({ type: ContactAssignmentChangeDto, examples })
  @ApiCreatedResponse({ description: 'Made.', type: CreatedDto })
  @ApiNoContentResponse({ description: 'Changed.' })
  @ApiNotFoundResponse({ description: 'No such assignment, and a version.', type: ErrorMessageDto })
  @ApiConflictResponse({
    description: 'metadata.version is stale; the customer belongs to it already.',
    type: ErrorMessageDto,
  })
  async put(
    @Param('contactAssignmentId') contactAssignmentId: string,
    @Body() body: ContactAssignmentChangeDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CreatedDto | undefined> {
    const id = customId('contactAssignmentId', contactAssignmentId);
    if (!(await this.assignments.put(id, assignmentOf(body), body.metadata?.version))) return undefined;
    void reply.status(201);
    return CreatedDto.of({ id });
  }

  /** Takes a customer out of a legal entity. */
  @Delete(':contactAssignmentId')
  @HttpCode(204)
  @Access('staff', MANAGE)
  @ApiNotFoundResponse({ description: 'No such assignment.', type: ErrorMessageDto })
  async remove(@Param('contactAssignmentId') id: string): Promise<void> {
    await this.assignments.remove(id);
  }
}
