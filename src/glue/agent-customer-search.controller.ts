import { Controller, Get, Query, Req } from '@nestjs/common';
import { ApiQuery, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { SearchService } from '../customers/search/search.service.js';
import { CalledBy, type Caller } from '../sessions/access.js';
import { AgentAccess, expectAgent } from './access.js';
import { CustomerSearchAttributes } from './agents.dto.js';
import { Answers } from './described.js';
import { neighbours, pageOf, type Query as PageQuery } from './page.js';
import type { Resource } from './resource.js';

const TYPE = 'agent-customer-search';
const PAGE = 10;

@ApiTags('agents')
@Controller(TYPE)
export class AgentCustomerSearchController {
  constructor(private readonly found: SearchService) {}

  /** Customers whose reference, e-mail or name holds a text. */
  @Get()
  @AgentAccess()
  @ApiQuery({ name: 'q', required: false })
  @ApiQuery({ name: 'page[limit]', required: false, schema: { type: 'integer', default: PAGE } })
  @ApiQuery({ name: 'page[offset]', required: false, schema: { type: 'integer', default: 0 } })
  @Answers(200, TYPE, CustomerSearchAttributes)
  async search(
    @CalledBy() caller: Caller,
    @Query() query: PageQuery,
    @Req() { url }: FastifyRequest,
  ): Promise<Resource> {
    expectAgent(caller);
    const page = pageOf(query, PAGE);
    const { customers, total } = await this.found.holding(typeof query.q === 'string' ? query.q : '', page);
    const attributes = CustomerSearchAttributes.of(customers);
    return { type: TYPE, id: null, path: TYPE, attributes, links: neighbours(url, page, total) };
  }
}
