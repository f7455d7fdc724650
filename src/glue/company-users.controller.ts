import { Controller, Get, Param, Query, Req } from '@nestjs/common';
import { ApiQuery, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { ApiReturns } from '../common/openapi.js';
import { rolesOf } from '../companies/company-roles.js';
import { CompanyUsersService } from '../companies/company-users.service.js';
import {
  type CompanyUserRow,
  currentCompanyUser,
  ownCompanyUsers,
  ownCompanyUsersWithCustomer,
} from '../companies/company-users.sql.js';
import { Projected } from '../sessions/access/access.js';
import { GlueAccess } from './access.js';
import { ApiErrors, ApiInclude, ApiPage, ApiResource } from './api-docs.js';
import { CompanyUserAttributes, companyUserResource } from './companies.dto.js';
import { companyUserNotSet, includes, requireCurrent } from './current-company-user.js';
import { GlueError } from './glue-error.js';
import { type QueryParameters, pageOf } from './page.js';
import type { Resource, ResourcePage } from './resource.js';

const TYPE = 'company-users';
const NOT_SET = '1403';

const related = ['companies', 'company-business-units', 'company-roles', 'customers'];

@ApiTags('companies')
@Controller(TYPE)
export class CompanyUsersController {
  constructor(private readonly users: CompanyUsersService) {}

  /**
   * Lists the caller's company users, oldest first
   *
   * @remarks
   * Only active company users of active companies are listed. A current company user is not required.
   */
  @Get('mine')
  @GlueAccess('customer', {
    projection: (request) => (includes(request, 'customers') ? ownCompanyUsersWithCustomer : ownCompanyUsers),
  })
  @ApiInclude(related)
  @ApiResource(200, TYPE, CompanyUserAttributes, { list: true })
  @ApiReturns("The caller's company users.")
  listOwnCompanyUsers(@Projected() own: CompanyUserRow[]): Resource[] {
    return own.map(companyUserResource);
  }

  /**
   * Lists the company users of the current company, oldest first
   *
   * @remarks
   * Inactive company users are included. The role of the current company user must be `Admin`.
   */
  @Get()
  @GlueAccess('customer', { projection: currentCompanyUser })
  @ApiInclude(related)
  @ApiPage('company users')
  @ApiQuery({
    name: 'filter[company-business-units.id]',
    required: false,
    description: 'Selects the company users of the business unit with this id.',
    schema: { type: 'string' },
  })
  @ApiQuery({
    name: 'filter[company-roles.id]',
    required: false,
    description: 'Selects the company users that have the role with this id.',
    schema: { type: 'string' },
  })
  @ApiResource(200, TYPE, CompanyUserAttributes, { list: true })
  @ApiErrors({ 403: 'There is no current company user (1403), or its role does not permit this (1405).' })
  @ApiReturns('The company users of the current company.')
  async listCompanyUsers(
    @Projected() projected: CompanyUserRow | null,
    @Query() query: QueryParameters,
    @Req() request: FastifyRequest,
  ): Promise<Resource[] | ResourcePage> {
    const current = requireCurrent(projected, NOT_SET);
    const page = pageOf(query);
    const units = idsIn(query['filter[company-business-units.id]']);
    const roles = idsIn(query['filter[company-roles.id]']);
    const groups = rolesOf(current.company.id)
      .filter(({ id }) => !roles || roles.includes(id))
      .map(({ name }) => name);
    const customer = includes(request, 'customers');
    const { users, total } = await this.users.list(current, { units, groups, customer, page });
    const resources = users.map(companyUserResource);
    return page ? { resources, page, total } : resources;
  }

  /**
   * Returns a company user of the current company
   *
   * @remarks
   * The role of the current company user must be `Admin`.
   *
   * @param id - The id of the company user.
   */
  @Get(':id')
  @GlueAccess('customer', { projection: currentCompanyUser })
  @ApiInclude(related)
  @ApiResource(200, TYPE, CompanyUserAttributes)
  @ApiErrors({
    403:
      'There is no current company user, or the company user belongs to another company (1403). The role of the ' +
      'current company user does not permit this (1405).',
    404: 'Company user not found (1404).',
  })
  @ApiReturns('The company user.')
  async getCompanyUser(
    @Projected() projected: CompanyUserRow | null,
    @Param('id') id: string,
    @Req() request: FastifyRequest,
  ): Promise<Resource> {
    const current = requireCurrent(projected, NOT_SET);
    const found = await this.users.find(current, id, { customer: includes(request, 'customers') });
    if (!found) throw new GlueError(404, '1404', 'Company user not found');
    if (found === 'elsewhere') throw companyUserNotSet(NOT_SET);
    return companyUserResource(found);
  }
}

/** The ids in a filter, which may be repeated, in lower case; undefined without a filter. */
function idsIn(parameter: string | string[] | undefined): string[] | undefined {
  return parameter === undefined ? undefined : [parameter].flat().map((id) => id.toLowerCase());
}
