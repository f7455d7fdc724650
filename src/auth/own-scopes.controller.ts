import { Controller, Get } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ApiReturns } from '../common/openapi.js';
import { Access, CalledBy, type Caller, Projected } from '../sessions/access/access.js';
import { type CustomerByNow, byNow } from './customer-by-now.js';
import { OwnScopesDto } from './own-scopes.dto.js';

@ApiTags('auth')
@Controller('iam/:tenant/users/me/scopes')
export class OwnScopesController {
  /** Returns the scopes of the customer */
  @Get()
  @Access('customer', { scopes: ['iam.scope_read_own'], projection: byNow })
  @ApiReturns('The scopes of the Bearer token.')
  getScopes(@CalledBy() caller: Caller, @Projected() customer: CustomerByNow): OwnScopesDto {
    return OwnScopesDto.of(caller, customer);
  }
}
