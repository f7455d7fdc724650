import {
  Body,
  Controller,
  Delete,
  Get,
  Headers,
  HttpCode,
  Param,
  Patch,
  Post,
  Put,
  Query,
  Req,
  Res,
  StreamableFile,
} from '@nestjs/common';
import {
  ApiBody,
  ApiConflictResponse,
  ApiConsumes,
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiNotFoundResponse,
  ApiParam,
  ApiTags,
} from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApiReturns } from '../common/openapi.js';
import { CreatedDto } from '../emporix/created.dto.js';
import { ErrorMessageDto } from '../emporix/errors.dto.js';
import { invalid } from '../common/failure.js';
import { Expand } from '../emporix/expand.js';
import { pageOf } from '../emporix/paging.dto.js';
import { parseQuery, parseSort } from '../emporix/query.js';
import { AccountErasureService } from '../credentials/account-erasure.service.js';
import { CustomersService } from '../customers/customers.service.js';
import { ExpandQueryDto } from '../customers/profile.dto.js';
import type { ProfileParts } from '../customers/profile.js';
import { SearchService } from '../customers/search/search.service.js';
import { Limited } from '../limits/limited.js';
import { limits } from '../limits/limits.js';
import { RequiresSecondFactor } from '../second-factor/second-factor.guard.js';
import { factorTypes } from '../second-factor/second-factor.entity.js';
import { Access, CalledBy, type Caller } from '../sessions/access/access.js';
import type { Reach } from '../tenants/reach.js';
import { TenantsService } from '../tenants/tenants.service.js';
import { CustomerCreationService } from './customer-creation.service.js';
import { CustomerSupportService } from './customer-support.service.js';
import { CustomerUpdateService } from './customer-update.service.js';
import {
  CustomerChangesDto,
  CustomerDto,
  CustomersListQueryDto,
  CustomersQueryDto,
  CustomersSearchDto,
  NewCustomerDto,
  NotificationQueryDto,
  SecondFactorRemovalQueryDto,
  adminInputOf,
  updateOf,
} from './customers.dto.js';
import { acceptsCsv, streamCsv } from './customers-csv.js';
import { ApiCustomerList, MAX_EXPANDED_PAGE_SIZE, PAGE_SIZE } from './paging.js';

/** For employees and services, and for a company Admin within the customers of the company. */
const READ = { scopes: ['customer.customer_read'], ownScopes: ['customer.customer_read_own'], forCompany: true };
const MANAGE = { scopes: ['customer.customer_manage'], ownScopes: ['customer.customer_manage_own'], forCompany: true };

/** Services may have a deprecated scope for one kind of request instead of `customer.customer_manage`. */
const manageOr = (deprecated: string) => ({ ...MANAGE, scopes: [...MANAGE.scopes, deprecated] });

@ApiTags('employee')
@Controller('customer/:tenant/customers')
export class CustomersController {
  constructor(
    private readonly customers: CustomersService,
    private readonly erasure: AccountErasureService,
    private readonly search: SearchService,
    private readonly creation: CustomerCreationService,
    private readonly updates: CustomerUpdateService,
    private readonly support: CustomerSupportService,
    private readonly tenants: TenantsService,
  ) {}

  /**
   * Lists customers, oldest first
   *
   * @remarks
   * A company Admin gets only the customers of the company in the token.
   *
   * With `Accept: text/csv`, an employee or a service gets all customers that match `q` as a CSV file (RFC 4180, UTF-8),
   * oldest first. The file is streamed, and a caller can load one file at a time. A cell that a spreadsheet would run as
   * a formula begins with `'`. Paging, `sort` and `expand` are not allowed.
   */
  @Limited(limits.search)
  @Get()
  @Access(['staff', 'customer'], READ)
  @ApiCustomerList({ csv: true })
  async listCustomers(
    @CalledBy('reach') reach: Reach,
    @CalledBy('id') caller: string,
    @Query() { q, ...query }: CustomersListQueryDto,
    @Headers('x-total-count') total: string | undefined,
    @Headers('accept') accept: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CustomerDto[] | StreamableFile> {
    if (acceptsCsv(accept) && !reach.company) return this.csvFile(q, query, caller, reach);
    return this.list(q, query, total, reply, reach);
  }

  /**
   * Searches customers with a query in the body
   *
   * @remarks
   * Works like the list, with `q` in the body, where it can be longer than in a URL.
   */
  @Limited(limits.search)
  @Post('search')
  @HttpCode(200)
  @Access(['staff', 'customer'], READ)
  @ApiCustomerList()
  async searchCustomers(
    @CalledBy('reach') reach: Reach,
    @Body() { q }: CustomersSearchDto,
    @Query() query: CustomersQueryDto,
    @Headers('x-total-count') total: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CustomerDto[]> {
    return this.list(q, query, total, reply, reach);
  }

  /**
   * Creates a customer
   *
   * @remarks
   * With `contactEmail`, an account with this login e-mail is also created.
   */
  @Limited(limits.colleague)
  @Post()
  @Access(['staff', 'customer'], manageOr('customer.customer_create'))
  @RequiresSecondFactor()
  @ApiBody({
    type: NewCustomerDto,
    examples: { customer: { value: { contactEmail: 'joan.doe@example.com', firstName: 'Joan' } } },
  })
  @ApiConflictResponse({ description: 'The customer number or the e-mail address is taken.', type: ErrorMessageDto })
  @ApiReturns('The customer number of the new customer.')
  async createCustomer(
    @CalledBy('reach') reach: Reach,
    @Body() body: NewCustomerDto,
    @Query() { sendPasswordResetNotifications: invite }: NotificationQueryDto,
  ): Promise<CreatedDto> {
    return CreatedDto.of({ id: await this.creation.create(adminInputOf(body), { invite }, reach) });
  }

  /** Returns a customer */
  @Get(':customerNumber')
  @Access(['staff', 'customer'], READ)
  @ApiNotFoundResponse({ description: 'Customer not found.', type: ErrorMessageDto })
  @ApiReturns('The customer. Empty properties are omitted.')
  async getCustomer(
    @CalledBy('reach') reach: Reach,
    @Param('customerNumber') customerNumber: string,
    @Query() query: ExpandQueryDto,
  ): Promise<CustomerDto> {
    const expand = new Expand(query.expand);
    const parts = { ...partsFor(expand, reach), pendingEmail: !reach.company };
    const profile = await this.customers.profile(customerNumber, parts, reach);
    return CustomerDto.of(profile, expand, { withStanding: !reach.company });
  }

  /**
   * Updates or creates a customer
   *
   * @remarks
   * An existing customer is updated as with PATCH.
   */
  @Limited(limits.colleague)
  @Put(':customerNumber')
  @HttpCode(204)
  @Access(['staff', 'customer'], MANAGE)
  @RequiresSecondFactor()
  @ApiBody({ type: CustomerChangesDto, examples: { name: { value: { firstName: 'Ada', lastName: 'Lovelace' } } } })
  @ApiConsumes('application/json', 'application/merge-patch+json')
  @ApiCreatedResponse({ description: 'The customer is created.', type: CreatedDto })
  @ApiNoContentResponse({ description: 'The customer is updated.' })
  @ApiConflictResponse({
    description:
      '`metadata.version` is not the current version, or the customer number or the e-mail address is taken.',
    type: ErrorMessageDto,
  })
  async upsertCustomer(
    @CalledBy() { reach, scopes }: Caller,
    @Param('customerNumber') id: string,
    @Body() body: CustomerChangesDto,
    @Query() { sendPasswordResetNotifications: invite }: NotificationQueryDto,
    @Req() { body: sent }: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CreatedDto | undefined> {
    // An update without a body is harmless, but PUT may create a customer, which requires one.
    if (sent === undefined) throw invalid('', 'a body is required: a JSON object');
    const created = await this.updates.put(id, updateOf(body, scopes), { invite }, reach, body.metadata?.version);
    if (!created) return undefined;
    void reply.status(201);
    return CreatedDto.of({ id });
  }

  /**
   * Updates a customer
   *
   * @remarks
   * Omitted properties are unchanged; null removes a value. `{"active": true, "onHold": false}` activates the customer.
   */
  @Limited(limits.colleague)
  @Patch(':customerNumber')
  @Access(['staff', 'customer'], manageOr('customer.customer_update'))
  @RequiresSecondFactor()
  @ApiBody({ type: CustomerChangesDto, examples: { activate: { value: { active: true, onHold: false } } } })
  @ApiConsumes('application/json', 'application/merge-patch+json')
  @ApiNotFoundResponse({ description: 'Customer not found.', type: ErrorMessageDto })
  @ApiConflictResponse({
    description: '`metadata.version` is not the current version, or the e-mail address is taken.',
    type: ErrorMessageDto,
  })
  @ApiReturns('The customer is updated.')
  async updateCustomer(
    @CalledBy() { reach, scopes }: Caller,
    @Param('customerNumber') customerNumber: string,
    @Body() body: CustomerChangesDto,
  ): Promise<void> {
    await this.updates.change(customerNumber, updateOf(body, scopes), reach, body.metadata?.version);
  }

  /**
   * Deletes a customer and the customer's accounts, addresses and tokens
   *
   * @remarks
   * The customer number cannot be used again, unless the tenant setting `enableRecreationOfDeletedCustomer` allows it.
   */
  @Delete(':customerNumber')
  @HttpCode(202)
  @Access(['staff', 'customer'], manageOr('customer.customer_delete'))
  @RequiresSecondFactor()
  @ApiNotFoundResponse({ description: 'Customer not found.', type: ErrorMessageDto })
  @ApiReturns('The customer is deleted.')
  async deleteCustomer(
    @CalledBy('reach') reach: Reach,
    @Param('customerNumber') customerNumber: string,
  ): Promise<void> {
    await this.erasure.erase(customerNumber, reach);
  }

  /** Unlocks the login of a customer after failed attempts */
  @Post(':customerNumber/unlock')
  @HttpCode(204)
  @Access('staff', { scopes: ['customer.customer_manage'] })
  @ApiNoContentResponse({ description: 'The lock and the count of failed logins are removed.' })
  @ApiNotFoundResponse({ description: 'Customer not found.', type: ErrorMessageDto })
  async unlockCustomer(
    @CalledBy('reach') reach: Reach,
    @Param('customerNumber') customerNumber: string,
  ): Promise<void> {
    await this.support.unlock(customerNumber, reach);
  }

  /**
   * Removes a second factor of a customer who has lost it
   *
   * @remarks
   * When the last factor is removed, the recovery codes become invalid.
   */
  @Delete(':customerNumber/second-factors/:type')
  @HttpCode(204)
  @Access('staff', { scopes: ['customer.customer_manage'] })
  @ApiParam({ name: 'type', enum: factorTypes, description: 'The type of the second factor.' })
  @ApiNoContentResponse({ description: 'The second factor is removed.' })
  @ApiNotFoundResponse({ description: 'Customer or second factor not found.', type: ErrorMessageDto })
  async removeSecondFactor(
    @CalledBy('reach') reach: Reach,
    @Param('customerNumber') customerNumber: string,
    @Param('type') type: string,
    @Query() { reason }: SecondFactorRemovalQueryDto,
  ): Promise<void> {
    await this.support.removeSecondFactor(customerNumber, type, reason, reach);
  }

  private async csvFile(
    q: string | null | undefined,
    query: CustomersListQueryDto,
    caller: string,
    reach: Reach,
  ): Promise<StreamableFile> {
    for (const name of ['sort', 'pageNumber', 'pageSize', 'expand'] as const) {
      if (query[name] !== undefined) throw invalid(name, `${name} is not allowed with text/csv`);
    }
    const expand = new Expand(undefined);
    const page = { terms: parseQuery(q ?? ''), parts: partsFor(expand, reach) };
    return streamCsv(
      this.search.pages(page, reach),
      (profile) => CustomerDto.of(profile, expand, { withStanding: true }),
      {
        tenant: this.tenants.current,
        id: caller,
      },
    );
  }

  private async list(
    q: string | null | undefined,
    query: CustomersQueryDto,
    total: string | undefined,
    reply: FastifyReply,
    reach: Reach,
  ): Promise<CustomerDto[]> {
    const expand = new Expand(query.expand);
    const maxSize = expand.addresses || expand.mixins ? MAX_EXPANDED_PAGE_SIZE : undefined;
    const page = {
      ...pageOf(query, PAGE_SIZE, maxSize),
      terms: parseQuery(q ?? ''),
      sort: parseSort(query.sort),
      parts: partsFor(expand, reach),
    };
    const [profiles, count] = await Promise.all([
      this.search.find(page, reach),
      total === 'true' ? this.search.count(page.terms, reach) : undefined,
    ]);
    void reply.header('Count', profiles.length);
    if (count !== undefined) void reply.header('X-Total-Count', count);
    return profiles.map((profile) => CustomerDto.of(profile, expand, { withStanding: !reach.company }));
  }
}

/** The parts of the profile that a caller gets. A company Admin does not get locks. */
function partsFor({ addresses, mixins }: Expand, { company }: Reach): ProfileParts {
  return { addresses, mixins, locks: !company };
}
