import { Controller, Get } from '@nestjs/common';
import { ApiParam, ApiTags } from '@nestjs/swagger';
import { ApiReturns } from '../common/openapi.js';
import {
  type CompanyUserRow,
  type UnitOfCompany,
  businessUnit,
  businessUnitWithAddresses,
  currentCompanyUser,
  currentWithAddresses,
} from '../companies/company-users.sql.js';
import { Projected } from '../sessions/access/access.js';
import { GlueAccess } from './access.js';
import { ApiErrors, ApiInclude, ApiResource } from './api-docs.js';
import { BusinessUnitAttributes, unitOfCompanyResource } from './companies.dto.js';
import { idInPath, includes, requireCurrent } from './current-company-user.js';
import { GlueError } from './glue-error.js';
import type { Resource } from './resource.js';

const TYPE = 'company-business-units';
const ADDRESSES = 'company-business-unit-addresses';

@ApiTags('companies')
@Controller(TYPE)
export class BusinessUnitsController {
  /** Returns the business unit of the current company user in a list */
  @Get('mine')
  @GlueAccess('customer', {
    projection: (request) => (includes(request, ADDRESSES) ? currentWithAddresses : currentCompanyUser),
  })
  @ApiInclude(['companies', ADDRESSES])
  @ApiResource(200, TYPE, BusinessUnitAttributes, { list: true })
  @ApiErrors({ 403: 'There is no current company user (1903).' })
  @ApiReturns('A list of one business unit: that of the current company user.')
  listOwnBusinessUnits(@Projected() current: CompanyUserRow | null): Resource[] {
    const { unit, company } = requireCurrent(current, '1903');
    return [unitOfCompanyResource(unit, company)];
  }

  /** Returns a business unit of the current company */
  @Get(':id')
  @GlueAccess('customer', {
    projection: (request) => (includes(request, ADDRESSES) ? businessUnitWithAddresses : businessUnit),
    projectionValue: idInPath,
  })
  @ApiParam({ name: 'id', type: 'string', description: 'The id of the business unit.' })
  @ApiInclude(['companies', ADDRESSES])
  @ApiResource(200, TYPE, BusinessUnitAttributes)
  @ApiErrors({ 404: 'The id is not that of a business unit of the current company (1901).' })
  @ApiReturns('The business unit.')
  getBusinessUnit(@Projected() found: UnitOfCompany | null): Resource {
    if (!found) throw new GlueError(404, '1901', 'Company business unit not found.');
    return unitOfCompanyResource(found.unit, found.company);
  }
}
