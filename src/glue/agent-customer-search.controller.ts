import { Controller, Get, Query } from '@nestjs/common';
import { ApiQuery, ApiTags } from '@nestjs/swagger';
import { ApiReturns } from '../common/openapi.js';
import { SearchService } from '../customers/search/search.service.js';
import { CalledBy, type Caller } from '../sessions/access/access.js';
import { AgentAccess, assertAgent } from './access.js';
import { CustomerSearchAttributes } from './agents.dto.js';
import { ApiResource } from './api-docs.js';
import { pageOf, type QueryParameters } from './page.js';
import type { ResourcePage } from './resource.js';

const TYPE = 'agent-customer-search';
const PAGE = 10;

@ApiTags('agents')
@Controller(TYPE)
export class AgentCustomerSearchController {
  constructor(private readonly search: SearchService) {}

  /**
   * Searches customers by reference, e-mail or name
   *
   * @remarks
   * Returns the customers whose e-mail, first name or last name begins with `q`, or whose reference is `q`, in any letter
   * case. `q` can contain both names: `ada lovelace`. The oldest customers come first.
   */
  @Get()
  @AgentAccess()
  @ApiQuery({
    name: 'q',
    required: false,
    description: 'The text to search for; all customers match if omitted.',
    schema: { type: 'string' },
  })
  @ApiQuery({
    name: 'page[limit]',
    required: false,
    description: 'The number of customers per page, at most 1000. Ignored without `page[offset]`.',
    schema: { type: 'integer', default: PAGE },
  })
  @ApiQuery({
    name: 'page[offset]',
    required: false,
    description: 'The number of customers to skip, rounded down to whole pages. Requires `page[limit]`.',
    schema: { type: 'integer' },
  })
  @ApiResource(200, TYPE, CustomerSearchAttributes, { list: true })
  @ApiReturns('The customers on the page.')
  async searchCustomers(@CalledBy() caller: Caller, @Query() query: QueryParameters): Promise<ResourcePage> {
    assertAgent(caller);
    const { offset, limit } = pageOf(query) ?? { offset: 0, limit: PAGE };
    // The vendor counts in whole pages.
    const page = { offset: offset - (offset % limit), limit };
    const q = typeof query.q === 'string' ? query.q : '';
    const { customers, total } = await this.search.beginningWith(q, page, caller.reach);
    const attributes = CustomerSearchAttributes.of(customers);
    return { resources: [{ type: TYPE, id: null, path: TYPE, attributes }], page, total };
  }
}
