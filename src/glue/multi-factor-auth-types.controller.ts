import { Controller, Get } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ApiReturns } from '../common/openapi.js';
import { SecondFactorService } from '../second-factor/second-factor.service.js';
import { CalledBy } from '../sessions/access/access.js';
import { GlueAccess } from './access.js';
import { ApiResource } from './api-docs.js';
import { MultiFactorAuthTypeAttributes, statusTexts } from './multi-factor-auth.dto.js';
import type { Resource } from './resource.js';

const TYPE = 'multi-factor-auth-types';

@ApiTags('multi-factor-auth')
@Controller(TYPE)
export class MultiFactorAuthTypesController {
  constructor(private readonly factors: SecondFactorService) {}

  /** Lists the types of second factors and their status for the caller */
  @Get()
  @GlueAccess('customer')
  @ApiResource(200, TYPE, MultiFactorAuthTypeAttributes, { list: true })
  @ApiReturns('The types: active ones, then pending ones, then the rest.')
  async listTypes(@CalledBy('id') customerId: string): Promise<Resource[]> {
    const states = await this.factors.list(customerId);
    return states.map(({ type, status }) => {
      const attributes: MultiFactorAuthTypeAttributes = { type, status: statusTexts[status] };
      return { type: TYPE, id: null, path: TYPE, attributes };
    });
  }
}
