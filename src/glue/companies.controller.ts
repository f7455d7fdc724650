import { Controller, Get, Param } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ApiReturns } from '../common/openapi.js';
import { type CompanyUserRow, currentCompanyUser } from '../companies/company-users.sql.js';
import { Projected } from '../sessions/access/access.js';
import { GlueAccess } from './access.js';
import { ApiErrors, ApiResource } from './api-docs.js';
import { CompanyAttributes, companyResource } from './companies.dto.js';
import { requireCurrent } from './current-company-user.js';
import { GlueError } from './glue-error.js';
import type { Resource } from './resource.js';

const TYPE = 'companies';

@ApiTags('companies')
@Controller(TYPE)
export class GlueCompaniesController {
  /** Returns the current company in a list */
  @Get('mine')
  @GlueAccess('customer', { projection: currentCompanyUser })
  @ApiResource(200, TYPE, CompanyAttributes, { list: true })
  @ApiErrors({ 403: 'There is no current company user (1803).' })
  @ApiReturns('A list of one company: the current one.')
  listOwnCompanies(@Projected() current: CompanyUserRow | null): Resource[] {
    return [companyResource(requireCurrent(current, '1803').company)];
  }

  /**
   * Returns the current company
   *
   * @param id - The id of the current company.
   */
  @Get(':id')
  @GlueAccess('customer', { projection: currentCompanyUser })
  @ApiResource(200, TYPE, CompanyAttributes)
  @ApiErrors({ 404: 'The id is not that of the current company (1801).' })
  @ApiReturns('The company.')
  getCompany(@Projected() current: CompanyUserRow | null, @Param('id') id: string): Resource {
    if (current?.company.id !== id.toLowerCase()) throw new GlueError(404, '1801', 'Company not found.');
    return companyResource(current.company);
  }
}
