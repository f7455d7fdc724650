import { Controller, Get } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ApiReturns } from '../common/openapi.js';
import { Access, CalledBy, type Caller, Projected } from '../sessions/access/access.js';
import { type CurrentCustomer, currentCustomer } from './current-customer.js';
import { OwnScopesDto } from './own-scopes.dto.js';

@ApiTags('auth')
@Controller('iam/:tenant/users/me/scopes')
export class OwnScopesController {
  /** Returns the scopes of the caller's token */
  @Get()
  @Access('customer', { scopes: ['iam.scope_read_own'], projection: currentCustomer })
  @ApiReturns('The scopes of the token.')
  getScopes(@CalledBy() caller: Caller, @Projected() customer: CurrentCustomer): OwnScopesDto {
    return OwnScopesDto.of(caller, customer);
  }
}
