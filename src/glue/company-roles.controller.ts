import { Controller, Get, Param } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ApiReturns } from '../common/openapi.js';
import { rolesOf } from '../companies/company-roles.js';
import { type CompanyUserRow, currentCompanyUser } from '../companies/company-users.sql.js';
import { Projected } from '../sessions/access/access.js';
import { GlueAccess } from './access.js';
import { ApiErrors, ApiInclude, ApiResource } from './api-docs.js';
import { CompanyRoleAttributes, roleOfCompanyResource, rolesOfUser } from './companies.dto.js';
import { requireCurrent } from './current-company-user.js';
import { GlueError } from './glue-error.js';
import type { Resource } from './resource.js';

const TYPE = 'company-roles';

@ApiTags('companies')
@Controller(TYPE)
export class CompanyRolesController {
  /** Lists the roles of the current company user */
  @Get('mine')
  @GlueAccess('customer', { projection: currentCompanyUser })
  @ApiInclude(['companies'])
  @ApiResource(200, TYPE, CompanyRoleAttributes, { list: true })
  @ApiErrors({ 403: 'There is no current company user (2103).' })
  @ApiReturns('The roles of the current company user.')
  listOwnCompanyRoles(@Projected() projected: CompanyUserRow | null): Resource[] {
    const current = requireCurrent(projected, '2103');
    return rolesOfUser(current).map((role) => roleOfCompanyResource(role, current.company));
  }

  /**
   * Returns a role of the current company
   *
   * @param id - The id of the role.
   */
  @Get(':id')
  @GlueAccess('customer', { projection: currentCompanyUser })
  @ApiInclude(['companies'])
  @ApiResource(200, TYPE, CompanyRoleAttributes)
  @ApiErrors({ 404: 'The id is not that of a role of the current company (2101).' })
  @ApiReturns('The role.')
  getCompanyRole(@Projected() current: CompanyUserRow | null, @Param('id') id: string): Resource {
    const role = current && rolesOf(current.company.id).find((one) => one.id === id.toLowerCase());
    if (!role) throw new GlueError(404, '2101', 'Company role not found.');
    return roleOfCompanyResource(role, current.company);
  }
}
