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
} from '@nestjs/common';
import {
  ApiBody,
  ApiConflictResponse,
  ApiConsumes,
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiNotFoundResponse,
  ApiTags,
} from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { customId } from '../common/custom-id.js';
import { CreatedDto } from '../common/created.dto.js';
import { ErrorMessageDto } from '../common/errors.dto.js';
import { invalid } from '../common/failure.js';
import { Expand } from '../common/expand.js';
import { pageOf } from '../common/paging.dto.js';
import { CustomersService } from '../customers/customers.service.js';
import { ExpandQueryDto } from '../customers/profile.dto.js';
import { SearchService } from '../customers/search/search.service.js';
import { Limited } from '../limits/limited.js';
import { limits } from '../limits/limits.js';
import { Access } from '../sessions/access.js';
import { CareService } from './care.service.js';
import {
  CustomerChangesDto,
  CustomerDto,
  CustomersListQueryDto,
  CustomersQueryDto,
  CustomersSearchDto,
  NewCustomerDto,
  NotificationQueryDto,
  careOf,
} from './customers.dto.js';
import { ListAnswer, MOST_EXPANDED, PAGE_SIZE } from './paging.js';

const profileExample = { contactEmail: 'john.doe@example.com', title: 'MR', firstName: 'John', lastName: 'Doe' };

/** Staff; and who administers a company, for its customers. */
const READ = { scopes: ['customer.customer_read'], ownScopes: ['customer.customer_read_own'], forCompany: true };
const MANAGE = { scopes: ['customer.customer_manage'], ownScopes: ['customer.customer_manage_own'], forCompany: true };

@ApiTags('employee')
@Controller('customer/:tenant/customers')
export class CustomersController {
  constructor(
    private readonly customers: CustomersService,
    private readonly found: SearchService,
    private readonly care: CareService,
  ) {}

  /** Customers, oldest first; with `q`, those whom it describes. */
  @Limited(limits.search)
  @Get()
  @Access(['staff', 'customer'], READ)
  @ListAnswer()
  async list(
    @Query() { q, ...query }: CustomersListQueryDto,
    @Headers('x-total-count') total: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CustomerDto[]> {
    return this.answer(q, query, total, reply);
  }

  /** The same as the list, with `q` in the body, where it may be long. */
  @Limited(limits.search)
  @Post('search')
  @HttpCode(200)
  @Access(['staff', 'customer'], READ)
  @ListAnswer()
  async search(
    @Body() { q }: CustomersSearchDto,
    @Query() query: CustomersQueryDto,
    @Headers('x-total-count') total: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CustomerDto[]> {
    return this.answer(q, query, total, reply);
  }

  /** Makes a customer, and with a `contactEmail` the account to log in with. */
  @Limited(limits.colleague)
  @Post()
  @Access(['staff', 'customer'], MANAGE)
  @ApiBody({ type: NewCustomerDto, examples: { customer: { value: profileExample } } })
  @ApiConflictResponse({ description: 'The number or the e-mail is taken.', type: ErrorMessageDto })
  async create(
    @Body() body: NewCustomerDto,
    @Query() { sendPasswordResetNotifications }: NotificationQueryDto,
  ): Promise<CreatedDto> {
    return CreatedDto.of({ id: await this.care.create(careOf(body), sendPasswordResetNotifications) });
  }

  /** One customer. */
  @Get(':customerNumber')
  @Access(['staff', 'customer'], READ)
  @ApiNotFoundResponse({ description: 'No such customer.', type: ErrorMessageDto })
  async get(@Param('customerNumber') customerNumber: string, @Query() query: ExpandQueryDto): Promise<CustomerDto> {
    const expand = new Expand(query.expand);
    return CustomerDto.of(await this.customers.profile(customerNumber, expand), expand);
  }

  /** Changes the customer of that number, as PATCH does, or makes it. */
  @Limited(limits.colleague)
  @Put(':customerNumber')
  @HttpCode(204)
  @Access(['staff', 'customer'], MANAGE)
  @ApiBody({ type: CustomerChangesDto, examples: { customer: { value: profileExample } } })
  @ApiConsumes('application/json', 'application/merge-patch+json')
  @ApiCreatedResponse({ description: 'Made.', type: CreatedDto })
  @ApiNoContentResponse({ description: 'Changed.' })
  @ApiConflictResponse({
    description: 'metadata.version is stale; the number or e-mail is taken.',
    type: ErrorMessageDto,
  })
  async put(
    @Param('customerNumber') customerNumber: string,
    @Body() body: CustomerChangesDto,
    @Query() { sendPasswordResetNotifications: invite }: NotificationQueryDto,
    @Req() { body: sent }: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CreatedDto | undefined> {
    // To change nothing is no harm; to make a customer of nothing is.
    if (sent === undefined) throw invalid('', 'a body is needed: a JSON object');
    const id = customId('customerNumber', customerNumber);
    const made = await this.care.put(id, careOf(body), invite, body.metadata?.version);
    if (!made) return undefined;
    void reply.status(201);
    return CreatedDto.of({ id });
  }

  /** Changes a customer: what is not sent stays, null removes. `{"active": true, "onHold": false}` activates. */
  @Limited(limits.colleague)
  @Patch(':customerNumber')
  @Access(['staff', 'customer'], MANAGE)
  @ApiBody({ type: CustomerChangesDto, examples: { activate: { value: { active: true, onHold: false } } } })
  @ApiConsumes('application/json', 'application/merge-patch+json')
  @ApiNotFoundResponse({ description: 'No such customer.', type: ErrorMessageDto })
  @ApiConflictResponse({ description: 'metadata.version is stale.', type: ErrorMessageDto })
  async change(@Param('customerNumber') customerNumber: string, @Body() body: CustomerChangesDto): Promise<void> {
    await this.care.change(customerNumber, careOf(body), body.metadata?.version);
  }

  /** Removes a customer with accounts, addresses and tokens. The number stays taken. */
  @Delete(':customerNumber')
  @HttpCode(202)
  @Access(['staff', 'customer'], MANAGE)
  @ApiNotFoundResponse({ description: 'No such customer.', type: ErrorMessageDto })
  async remove(@Param('customerNumber') customerNumber: string): Promise<void> {
    await this.customers.remove(customerNumber);
  }

  private async answer(
    q: string | null | undefined,
    query: CustomersQueryDto,
    total: string | undefined,
    reply: FastifyReply,
  ): Promise<CustomerDto[]> {
    const expand = new Expand(query.expand);
    const most = expand.addresses || expand.mixins ? MOST_EXPANDED : undefined;
    const page = { q: q ?? '', sort: query.sort, parts: expand, ...pageOf(query, PAGE_SIZE, most) };
    const [profiles, count] = await Promise.all([
      this.found.find(page),
      total === 'true' ? this.found.count(page.q) : undefined,
    ]);
    void reply.header('Count', profiles.length);
    if (count !== undefined) void reply.header('X-Total-Count', count);
    return profiles.map((profile) => CustomerDto.of(profile, expand));
  }
}
