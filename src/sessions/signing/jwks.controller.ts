import { Controller, Get, Header } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ApiReturns } from '../../common/openapi.js';
import { Access } from '../access/access.js';
import { JwkSetDto } from './jwks.dto.js';
import { SigningKeys } from './signing-keys.js';

@ApiTags('sessions')
@Controller('.well-known')
export class JwksController {
  constructor(private readonly keys: SigningKeys) {}

  /** Returns the public keys that verify access tokens (RFC 7517) */
  @Get('jwks.json')
  @Access('public')
  @Header('Cache-Control', 'public, max-age=300')
  @ApiReturns('The key set. It may be cached for 5 minutes.')
  getJwks(): JwkSetDto {
    return this.keys.jwks as JwkSetDto;
  }
}
