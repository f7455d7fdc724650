import { Controller, Delete, Get, HttpCode, Param } from '@nestjs/common';
import { ApiNotFoundResponse, ApiTags } from '@nestjs/swagger';
import { IdentityDto } from '../auth/sso/identities.dto.js';
import { ApiReturns } from '../common/openapi.js';
import { ErrorMessageDto } from '../emporix/errors.dto.js';
import { Access, CalledBy } from '../sessions/access/access.js';
import type { Reach } from '../tenants/reach.js';
import { CustomerSecondFactorDto, CustomerSessionDto } from './customer-security.dto.js';
import { CustomerSecurityService } from './customer-security.service.js';

const READ = { scopes: ['customer.customer_read'] };
const MANAGE = { scopes: ['customer.customer_manage'] };
const NOT_FOUND = { description: 'Customer not found.', type: ErrorMessageDto };

@ApiTags('employee')
@Controller('customer/:tenant/customers/:customerNumber')
export class CustomerSecurityController {
  constructor(private readonly security: CustomerSecurityService) {}

  /** Lists the current sessions of a customer, newest first */
  @Get('sessions')
  @Access('staff', READ)
  @ApiNotFoundResponse(NOT_FOUND)
  @ApiReturns('The sessions.')
  async listCustomerSessions(
    @CalledBy('reach') reach: Reach,
    @Param('customerNumber') customerNumber: string,
  ): Promise<CustomerSessionDto[]> {
    const sessions = await this.security.sessionsOf(customerNumber, reach);
    return sessions.map((session) => CustomerSessionDto.of(session));
  }

  /**
   * Ends all sessions of a customer
   *
   * @remarks
   * Also cancels pending changes of the login e-mail, pending links of identities and pending erasures. The action is
   * stored in the customer's history.
   */
  @Delete('sessions')
  @HttpCode(204)
  @Access('staff', MANAGE)
  @ApiNotFoundResponse(NOT_FOUND)
  @ApiReturns('All sessions have ended, and their tokens are revoked.')
  async endCustomerSessions(
    @CalledBy('reach') reach: Reach,
    @Param('customerNumber') customerNumber: string,
  ): Promise<void> {
    await this.security.endSessions(customerNumber, reach);
  }

  /**
   * Ends a session of a customer
   *
   * @remarks
   * Its access and refresh tokens are revoked. The action is stored in the customer's history.
   *
   * @param sessionId - The `id` of the session in the list of sessions.
   */
  @Delete('sessions/:sessionId')
  @HttpCode(204)
  @Access('staff', MANAGE)
  @ApiNotFoundResponse({
    description: 'Customer or session not found, or the session has already ended.',
    type: ErrorMessageDto,
  })
  @ApiReturns('The session has ended.')
  async endCustomerSession(
    @CalledBy('reach') reach: Reach,
    @Param('customerNumber') customerNumber: string,
    @Param('sessionId') sessionId: string,
  ): Promise<void> {
    await this.security.endSession(customerNumber, sessionId, reach);
  }

  /** Lists the linked identities of a customer, oldest first */
  @Get('identities')
  @Access('staff', READ)
  @ApiNotFoundResponse(NOT_FOUND)
  @ApiReturns('The linked identities, oldest first.')
  async listCustomerIdentities(
    @CalledBy('reach') reach: Reach,
    @Param('customerNumber') customerNumber: string,
  ): Promise<IdentityDto[]> {
    const identities = await this.security.identitiesOf(customerNumber, reach);
    return identities.map((identity) => IdentityDto.of(identity));
  }

  /**
   * Unlinks an identity from a customer
   *
   * @remarks
   * The customer must have another way to log in. If the customer has no password, first send a mail of the kind
   * `initial-password`. All sessions of the customer end. The action is stored in the customer's history.
   */
  @Delete('identities/:identityId')
  @HttpCode(204)
  @Access('staff', MANAGE)
  @ApiNotFoundResponse({ description: 'Customer or identity not found.', type: ErrorMessageDto })
  @ApiReturns('The identity is unlinked.')
  async unlinkCustomerIdentity(
    @CalledBy('reach') reach: Reach,
    @Param('customerNumber') customerNumber: string,
    @Param('identityId') identityId: string,
  ): Promise<void> {
    await this.security.unlink(customerNumber, identityId, reach);
  }

  /** Lists the second factors of a customer */
  @Get('second-factors')
  @Access('staff', READ)
  @ApiNotFoundResponse(NOT_FOUND)
  @ApiReturns('The active and pending second factors.')
  async listCustomerSecondFactors(
    @CalledBy('reach') reach: Reach,
    @Param('customerNumber') customerNumber: string,
  ): Promise<CustomerSecondFactorDto[]> {
    const factors = await this.security.secondFactorsOf(customerNumber, reach);
    return factors.map((factor) => CustomerSecondFactorDto.of(factor));
  }
}
