import { Controller, Delete, Get, Headers, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import { ApiNoContentResponse, ApiNotFoundResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { ErrorMessageDto } from '../emporix/errors.dto.js';
import { Limited } from '../limits/limited.js';
import { limits } from '../limits/limits.js';
import { Access, CalledBy, type Caller } from '../sessions/access/access.js';
import type { Reach } from '../tenants/reach.js';
import { ContactsQueryDto } from './contact-assignment.dto.js';
import { ApiListResponse, toListResponse, listPageOf } from './list.dto.js';
import { MembershipRequestDto } from './membership-request.dto.js';
import { MembershipRequestsService } from './membership-requests.service.js';
import { managingReach, readingReach } from './reach.js';

/** The scopes for assignments. A company Admin has access to the requests of the company in the token. */
const READ = {
  scopes: ['customermanagement.contactassignment_read', 'customermanagement.legalentity_read'],
  ownScopes: ['customer.customer_read_own'],
  forCompany: true,
};
const MANAGE = {
  scopes: ['customermanagement.contactassignment_manage', 'customermanagement.legalentity_manage'],
  ownScopes: ['customer.customer_manage_own'],
  forCompany: true,
};

/** The reach of a caller that reads requests, limited as for assignments. */
function readReach(caller: Caller): Reach {
  return { ...caller.reach, restrictions: readingReach(caller).restrictions };
}

/** The reach of a caller that decides on requests, limited as for assignments. */
function manageReach(caller: Caller): Reach {
  return { ...caller.reach, restrictions: managingReach(caller).restrictions };
}

@ApiTags('companies')
@Controller('customer-management/:tenant/membership-requests')
export class MembershipRequestsController {
  constructor(private readonly requests: MembershipRequestsService) {}

  /**
   * Lists membership requests, oldest first
   *
   * @remarks
   * If the tenant setting `companyJoin` is `approval`, a customer who joins a company by its registration id is not a
   * member until a company Admin or an employee approves the request. A company Admin gets the requests of the company
   * in the token.
   */
  @Limited(limits.search)
  @Get()
  @Access(['staff', 'customer'], READ)
  @ApiListResponse(MembershipRequestDto)
  async listMembershipRequests(
    @CalledBy() caller: Caller,
    @Query() query: ContactsQueryDto,
    @Headers('x-total-count') total: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<MembershipRequestDto[]> {
    const found = await this.requests.find(listPageOf(query, '', total), readReach(caller));
    return toListResponse(found, (row) => MembershipRequestDto.of(row), query.fields, reply);
  }

  /**
   * Approves a membership request
   *
   * @remarks
   * The customer becomes a `Requester` of the company.
   */
  @Post(':membershipRequestId/approve')
  @HttpCode(204)
  @Access(['staff', 'customer'], MANAGE)
  @ApiNoContentResponse({ description: 'The customer is a member of the company.' })
  @ApiNotFoundResponse({ description: 'Membership request not found.', type: ErrorMessageDto })
  async approveMembershipRequest(@CalledBy() caller: Caller, @Param('membershipRequestId') id: string): Promise<void> {
    await this.requests.approve(id, manageReach(caller));
  }

  /**
   * Rejects a membership request
   *
   * @remarks
   * The customer can request membership again.
   */
  @Delete(':membershipRequestId')
  @HttpCode(204)
  @Access(['staff', 'customer'], MANAGE)
  @ApiNoContentResponse({ description: 'The membership request is deleted.' })
  @ApiNotFoundResponse({ description: 'Membership request not found.', type: ErrorMessageDto })
  async rejectMembershipRequest(@CalledBy() caller: Caller, @Param('membershipRequestId') id: string): Promise<void> {
    await this.requests.remove(id, manageReach(caller));
  }
}
