import { Controller, Get, Header } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Access } from './access.js';
import { JwkSetDto } from './jwks.dto.js';
import { SigningKeys } from './signing-keys.js';

@ApiTags('sessions')
@Controller('.well-known')
export class JwksController {
  constructor(private readonly keys: SigningKeys) {}

  /** The public keys that access tokens are verified with (RFC 7517). */
  @Get('jwks.json')
  @Access('public')
  @Header('Cache-Control', 'public, max-age=300')
  jwks(): JwkSetDto {
    return this.keys.jwks as JwkSetDto;
  }
}
