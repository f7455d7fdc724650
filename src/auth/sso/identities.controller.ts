import { Body, Controller, Delete, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiBody, ApiConflictResponse, ApiNotFoundResponse, ApiTags } from '@nestjs/swagger';
import { ApiReturns } from '../../common/openapi.js';
import { CreatedDto } from '../../emporix/created.dto.js';
import { ErrorMessageDto } from '../../emporix/errors.dto.js';
import { IdentitiesService } from '../../credentials/identities.service.js';
import { IdentityConfirmationService } from '../../credentials/identity-confirmation.service.js';
import { Limited } from '../../limits/limited.js';
import { limits } from '../../limits/limits.js';
import { SecondFactorAccess } from '../../second-factor/second-factor.guard.js';
import { Access, CalledBy, type Caller, RequestOrigin } from '../../sessions/access/access.js';
import type { Origin } from '../../tenants/request-scope.js';
import { ConfirmIdentityDto, IdentityDto, LinkIdentityDto, proofOf } from './identities.dto.js';
import { IdentityLinkService } from './identity-link.service.js';

@ApiTags('auth')
@Controller('customer/:tenant/me/identities')
export class IdentitiesController {
  constructor(
    private readonly identities: IdentitiesService,
    private readonly confirmations: IdentityConfirmationService,
    private readonly links: IdentityLinkService,
  ) {}

  /** Lists the caller's linked identities */
  @Get()
  @Access('customer', { denyImpersonation: true })
  @ApiReturns('The linked identities, oldest first.')
  async listIdentities(@CalledBy('id') customerId: string): Promise<IdentityDto[]> {
    return (await this.identities.list(customerId)).map((identity) => IdentityDto.of(identity));
  }

  /**
   * Links an identity to the caller's account
   *
   * @remarks
   * The password of the account is required.
   */
  @Limited(limits.provider)
  @Post()
  @SecondFactorAccess({ denyImpersonation: true })
  @ApiBody({
    type: LinkIdentityDto,
    examples: {
      'a code of a provider': {
        value: {
          password: 'password123',
          code: '<code>',
          redirect_uri: 'https://acme.example/callback',
          code_verifier: '<code verifier of 43 to 128 characters, stored before the redirect>',
          state: 'keycloak--Lq3xw',
          nonce: '<nonce>',
        },
      },
      'a token of another system': { value: { password: 'password123', subjectAccessToken: '<access token>' } },
    },
  })
  @ApiConflictResponse({ description: 'The identity is already linked to an account.', type: ErrorMessageDto })
  @ApiReturns('The id of the linked identity.')
  async linkIdentity(
    @CalledBy('id') customerId: string,
    @RequestOrigin() origin: Origin,
    @Body() body: LinkIdentityDto,
  ): Promise<CreatedDto> {
    return CreatedDto.of({ id: await this.links.link(customerId, body.password, proofOf(body), origin) });
  }

  /**
   * Confirms the link of an identity with the token from the mail
   *
   * @remarks
   * The owner of an account gets the mail when an identity with the same e-mail address logs in.
   */
  @Post('confirm')
  @HttpCode(204)
  @Access('anonymous')
  @ApiConflictResponse({ description: 'The identity is already linked to an account.', type: ErrorMessageDto })
  @ApiReturns('The identity is linked.')
  @ApiBody({ type: ConfirmIdentityDto, examples: { token: { value: { token: '<token of the mail>' } } } })
  async confirmIdentity(@Body() { token }: ConfirmIdentityDto): Promise<void> {
    await this.confirmations.confirm(token);
  }

  /**
   * Unlinks an identity from the caller's account
   *
   * @remarks
   * The caller must have another way to log in. All other sessions of the caller end.
   */
  @Delete(':identityId')
  @HttpCode(204)
  @SecondFactorAccess({ denyImpersonation: true })
  @ApiNotFoundResponse({ description: 'Identity not found.', type: ErrorMessageDto })
  @ApiReturns('The identity is unlinked.')
  async unlinkIdentity(@CalledBy() { id, sessionId }: Caller, @Param('identityId') identityId: string): Promise<void> {
    await this.identities.unlink(id, identityId, sessionId);
  }
}
