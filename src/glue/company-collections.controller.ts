import { Controller, Get, HttpCode } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { GlueAccess } from './access.js';
import { ApiErrors } from './api-docs.js';
import { GlueError } from './glue-error.js';

const notImplemented = { 501: 'The collection is not implemented: request one resource by its id.' };

/** Collections that the vendor does not implement either: a client requests `mine` or an id. */
@ApiTags('companies')
@GlueAccess('customer')
@Controller()
export class CompanyCollectionsController {
  /** Returns the status 501, as the vendor's API does */
  @Get('companies')
  @HttpCode(501)
  @ApiErrors(notImplemented)
  listCompanies(): never {
    throw endpointMissing();
  }

  /** Returns the status 501, as the vendor's API does */
  @Get('company-business-units')
  @HttpCode(501)
  @ApiErrors(notImplemented)
  listBusinessUnits(): never {
    throw endpointMissing();
  }

  /** Returns the status 501, as the vendor's API does */
  @Get('company-roles')
  @HttpCode(501)
  @ApiErrors(notImplemented)
  listCompanyRoles(): never {
    throw resourceMissing();
  }

  /** Returns the status 501, as the vendor's API does */
  @Get('company-business-unit-addresses')
  @HttpCode(501)
  @ApiErrors(notImplemented)
  listBusinessUnitAddresses(): never {
    throw resourceMissing();
  }
}

const endpointMissing = (): GlueError => new GlueError(501, undefined, 'Endpoint is not implemented.');
const resourceMissing = (): GlueError => new GlueError(501, undefined, 'Resource is not implemented.');
