import { Body, Controller, Delete, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiBody, ApiConflictResponse, ApiNotFoundResponse, ApiTags } from '@nestjs/swagger';
import { CreatedDto } from '../../common/created.dto.js';
import { ErrorMessageDto } from '../../common/errors.dto.js';
import { IdentitiesService } from '../../credentials/identities.service.js';
import { Limited } from '../../limits/limited.js';
import { limits } from '../../limits/limits.js';
import { Access, CalledBy, type Caller } from '../../sessions/access.js';
import { ConfirmIdentityDto, IdentityDto, LinkIdentityDto, proofOf } from './identities.dto.js';
import { SsoService } from './sso.service.js';

@ApiTags('auth')
@Controller('customer/:tenant/me/identities')
export class IdentitiesController {
  constructor(
    private readonly identities: IdentitiesService,
    private readonly sso: SsoService,
  ) {}

  /** The caller's logins at identity providers. */
  @Get()
  @Access('customer', { inPerson: true })
  async list(@CalledBy('id') customerId: string): Promise<IdentityDto[]> {
    return (await this.identities.list(customerId)).map((identity) => IdentityDto.of(identity));
  }

  /** Links a login at an identity provider to the caller's account, with the password of the account. */
  @Limited(limits.provider)
  @Post()
  @Access('customer', { inPerson: true })
  @ApiBody({
    type: LinkIdentityDto,
    examples: {
      'a code of a provider': {
        value: {
          ...{ password: 'password123', code: '<code>', redirect_uri: 'https://acme.example/callback' },
          ...{ code_verifier: '<of at least 43 characters, kept since the customer went to the provider>' },
          ...{ state: 'keycloak--Lq3xw', nonce: '<nonce>' },
        },
      },
      'a token of another system': { value: { password: 'password123', subjectAccessToken: '<access token>' } },
    },
  })
  @ApiConflictResponse({ description: 'The login belongs to an account already.', type: ErrorMessageDto })
  async link(@CalledBy('id') customerId: string, @Body() body: LinkIdentityDto): Promise<CreatedDto> {
    return CreatedDto.of({ id: await this.sso.link(customerId, body.password, proofOf(body)) });
  }

  /** Links the login that an account's owner was asked about by mail, with the token from the mail. */
  @Post('confirm')
  @HttpCode(204)
  @Access('anonymous')
  @ApiConflictResponse({ description: 'The login belongs to an account already.', type: ErrorMessageDto })
  async confirm(@Body() { token }: ConfirmIdentityDto): Promise<void> {
    await this.identities.confirm(token);
  }

  /** Unlinks a login, while the caller has another way to log in; the caller's other sessions end. */
  @Delete(':identityId')
  @HttpCode(204)
  @Access('customer', { inPerson: true })
  @ApiNotFoundResponse({ description: 'The caller has no such login.', type: ErrorMessageDto })
  async unlink(@CalledBy() { id, sessionId }: Caller, @Param('identityId') identityId: string): Promise<void> {
    await this.identities.unlink(id, sessionId, identityId);
  }
}
