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
import { ApiReturns } from '../common/openapi.js';
import { CreatedDto } from '../emporix/created.dto.js';
import { ErrorMessageDto } from '../emporix/errors.dto.js';
import { Access, CalledBy, type Caller } from '../sessions/access/access.js';
import {
  ContactAssignmentChangeDto,
  ContactAssignmentDto,
  ContactAssignmentsQueryDto,
  NewContactAssignmentDto,
  assignmentOf,
} from './contact-assignment.dto.js';
import { ContactAssignmentsService } from './contact-assignments.service.js';
import { FieldsQueryDto, ApiListResponse, toListResponse, listPageOf } from './list.dto.js';
import { selectFields } from '../emporix/select-fields.js';
import { managingReach, readingReach } from './reach.js';

/** The vendor's own scopes for assignments. The scopes for legal entities include their members. */
const READ = { scopes: ['customermanagement.contactassignment_read', 'customermanagement.legalentity_read'] };
const MANAGE = { scopes: ['customermanagement.contactassignment_manage', 'customermanagement.legalentity_manage'] };

const assignment = { legalEntity: { id: '<id of a legal entity>' }, customer: { id: '<customer number>' } };
const examples = { 'a contact': { value: { ...assignment, type: 'CONTACT' } } };

@ApiTags('companies')
@Controller('customer-management/:tenant/contact-assignments')
export class ContactAssignmentsController {
  constructor(private readonly assignments: ContactAssignmentsService) {}

  /**
   * Lists contact assignments, oldest first
   *
   * @remarks
   * A scope with a restriction, as in `customer.customer_read--DE`, lists only assignments of customers with that
   * restriction. With `legalEntity.id`, the list also contains assignments that the tenant setting
   * `companyContactPropagation` propagates to the legal entity.
   */
  @Get()
  @Access('staff', READ)
  @ApiListResponse(ContactAssignmentDto)
  async listContactAssignments(
    @CalledBy() caller: Caller,
    @Query() { q, 'legalEntity.id': visibleAt, ...query }: ContactAssignmentsQueryDto,
    @Headers('x-total-count') total: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ContactAssignmentDto[]> {
    const found = await this.assignments.find(listPageOf(query, q, total), readingReach(caller), visibleAt);
    return toListResponse(found, (row) => ContactAssignmentDto.of(row), query.fields, reply);
  }

  /**
   * Assigns a customer to a legal entity
   *
   * @remarks
   * The group `Admin` also requires the scope `customer.customer_manage`.
   */
  @Post()
  @Access('staff', MANAGE)
  @ApiBody({ type: NewContactAssignmentDto, examples })
  @ApiConflictResponse({
    description: 'The id is taken, or the customer is already assigned to the legal entity.',
    type: ErrorMessageDto,
  })
  @ApiReturns('The id of the new assignment.')
  async createContactAssignment(
    @CalledBy() caller: Caller,
    @Body() { id, ...body }: NewContactAssignmentDto,
  ): Promise<CreatedDto> {
    return CreatedDto.of({ id: await this.assignments.create(assignmentOf(body), managingReach(caller), id) });
  }

  /** Returns a contact assignment */
  @Get(':contactAssignmentId')
  @Access('staff', READ)
  @ApiNotFoundResponse({ description: 'Contact assignment not found.', type: ErrorMessageDto })
  @ApiReturns('The contact assignment.')
  async getContactAssignment(
    @CalledBy() caller: Caller,
    @Param('contactAssignmentId') id: string,
    @Query() { fields }: FieldsQueryDto,
  ): Promise<ContactAssignmentDto> {
    const found = await this.assignments.get(id, readingReach(caller));
    return selectFields(ContactAssignmentDto.of(found), fields) as ContactAssignmentDto;
  }

  /**
   * Replaces or creates a contact assignment
   *
   * @remarks
   * Omitted properties are removed; see `group` for the exception. With `metadata.version`, PUT only updates.
   */
  @Put(':contactAssignmentId')
  @HttpCode(204)
  @Access('staff', MANAGE)
  @ApiBody({ type: ContactAssignmentChangeDto, examples })
  @ApiCreatedResponse({ description: 'The contact assignment is created.', type: CreatedDto })
  @ApiNoContentResponse({ description: 'The contact assignment is replaced.' })
  @ApiNotFoundResponse({
    description: 'Contact assignment not found. Returned only with `metadata.version`.',
    type: ErrorMessageDto,
  })
  @ApiConflictResponse({
    description:
      '`metadata.version` is not the current version, or the customer is already assigned to the legal entity.',
    type: ErrorMessageDto,
  })
  async upsertContactAssignment(
    @CalledBy() caller: Caller,
    @Param('contactAssignmentId') id: string,
    @Body() body: ContactAssignmentChangeDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CreatedDto | undefined> {
    const created = await this.assignments.put(id, assignmentOf(body), managingReach(caller), body.metadata?.version);
    if (!created) return undefined;
    void reply.status(201);
    return CreatedDto.of({ id });
  }

  /**
   * Deletes a contact assignment
   *
   * @remarks
   * The customer no longer belongs to the legal entity.
   */
  @Delete(':contactAssignmentId')
  @HttpCode(204)
  @Access('staff', MANAGE)
  @ApiNotFoundResponse({ description: 'Contact assignment not found.', type: ErrorMessageDto })
  @ApiReturns('The contact assignment is deleted.')
  async deleteContactAssignment(@CalledBy() caller: Caller, @Param('contactAssignmentId') id: string): Promise<void> {
    await this.assignments.remove(id, managingReach(caller));
  }
}
