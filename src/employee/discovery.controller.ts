import { Controller, Get, Req, Res } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { PreparedBody } from '../common/prepared-body.js';
import { Config } from '../config/config.js';
import { Access } from '../sessions/access/access.js';
import { SigningKeys } from '../sessions/signing/signing-keys.js';
import { DiscoveryDto } from './discovery.dto.js';
import { serviceScopes } from './employee-scopes.js';
import { grants } from './token.dto.js';

/** HTTP Basic and the form (RFC 6749 2.3.1). */
const withSecret = ['client_secret_basic', 'client_secret_post'];

/** `none` stands for a client without a secret, which employees use. */
const withOrWithoutSecret = [...withSecret, 'none'];

@ApiTags('employee')
@Access('public')
@Controller('.well-known')
export class DiscoveryController {
  private readonly body: PreparedBody;

  constructor(config: Config, keys: SigningKeys) {
    this.body = new PreparedBody(JSON.stringify(metadata(config, keys)), 'public, max-age=300');
  }

  /** Returns the metadata of the authorization server (RFC 8414) */
  @Get('oauth-authorization-server')
  @ApiOkResponse({ description: 'The metadata. It may be cached for 5 minutes.', type: DiscoveryDto })
  getServerMetadata(@Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    this.send(request, reply);
  }

  /**
   * Returns the same metadata at the path of OpenID Connect Discovery
   *
   * @remarks
   * For libraries that support only this path. Foyer has no authorization endpoint and issues no ID tokens.
   */
  @Get('openid-configuration')
  @ApiOkResponse({ description: 'The metadata. It may be cached for 5 minutes.', type: DiscoveryDto })
  getOpenIdConfiguration(@Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    this.send(request, reply);
  }

  private send(request: FastifyRequest, reply: FastifyReply): void {
    void reply.type('application/json; charset=utf-8').send(this.body.bodyFor(request, reply) ?? undefined);
  }
}

function metadata({ publicUrl, docs }: Config, keys: SigningKeys): DiscoveryDto {
  return {
    issuer: publicUrl,
    jwks_uri: `${publicUrl}/.well-known/jwks.json`,
    token_endpoint: `${publicUrl}/oauth/token`,
    token_endpoint_auth_methods_supported: withOrWithoutSecret,
    revocation_endpoint: `${publicUrl}/oauth/revoke`,
    revocation_endpoint_auth_methods_supported: withOrWithoutSecret,
    introspection_endpoint: `${publicUrl}/oauth/introspect`,
    introspection_endpoint_auth_methods_supported: withSecret,
    grant_types_supported: [...grants],
    scopes_supported: serviceScopes,
    response_types_supported: [],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: [...new Set(keys.jwks.keys.map(({ alg = '' }) => alg))],
    ...(docs && { service_documentation: `${publicUrl}/docs` }),
  };
}
