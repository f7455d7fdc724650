import { Controller, Get } from '@nestjs/common';
import { ApiParam, ApiTags } from '@nestjs/swagger';
import { ApiReturns } from '../common/openapi.js';
import { type UnitAddressRow, unitAddress } from '../companies/company-users.sql.js';
import { Projected } from '../sessions/access/access.js';
import { GlueAccess } from './access.js';
import { ApiErrors, ApiResource } from './api-docs.js';
import { BusinessUnitAddressAttributes, unitAddressResource } from './companies.dto.js';
import { idInPath } from './current-company-user.js';
import { GlueError } from './glue-error.js';
import type { Resource } from './resource.js';

const TYPE = 'company-business-unit-addresses';

@ApiTags('companies')
@Controller(TYPE)
export class BusinessUnitAddressesController {
  /** Returns an address of a business unit of the current company */
  @Get(':id')
  @GlueAccess('customer', { projection: unitAddress, projectionValue: idInPath })
  @ApiParam({ name: 'id', type: 'string', description: 'The id of the address.' })
  @ApiResource(200, TYPE, BusinessUnitAddressAttributes)
  @ApiErrors({ 404: 'The id is not that of an address of the current company (2001).' })
  @ApiReturns('The address.')
  getBusinessUnitAddress(@Projected() found: UnitAddressRow | null): Resource {
    if (!found) throw new GlueError(404, '2001', 'Company business unit address not found.');
    return unitAddressResource(found);
  }
}
