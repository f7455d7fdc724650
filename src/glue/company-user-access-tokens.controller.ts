import { Controller, Header, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { ApiReturns } from '../common/openapi.js';
import { Failure } from '../common/failure.js';
import { type SelectedCompanyUser, selectedCompanyUser } from '../companies/company-users.sql.js';
import { CalledBy, type Caller, Projected, RequestOrigin } from '../sessions/access/access.js';
import { SessionsService } from '../sessions/sessions.service.js';
import type { Origin } from '../tenants/request-scope.js';
import { TenantsService } from '../tenants/tenants.service.js';
import { GlueAccess } from './access.js';
import { ApiErrors, ApiResource, ApiResourceBody, attributesInvalid } from './api-docs.js';
import { Attributes } from './attributes.js';
import { SelectedCompanyUserAttributes } from './companies.dto.js';
import { uuidOf } from './current-company-user.js';
import type { Resource } from './resource.js';
import { CompanyUserTokenAttributes, glueClient, glueLifetimes, tokensResource } from './tokens.dto.js';

const TYPE = 'company-user-access-tokens';

/** The id in the body, whose form is already checked; its attributes are not. */
function selectedId({ body }: FastifyRequest): string {
  const { attributes } = (body as { data: { attributes?: { idCompanyUser?: unknown } | null } }).data;
  return uuidOf(attributes?.idCompanyUser);
}

@ApiTags('companies')
@Controller(TYPE)
export class CompanyUserAccessTokensController {
  constructor(
    private readonly sessions: SessionsService,
    private readonly tenants: TenantsService,
  ) {}

  /**
   * Creates tokens with which the caller acts as a company user
   *
   * @remarks
   * The company user is the current one of the new tokens. They belong to a new session, which ends with that of the
   * caller. The caller's tokens stay valid. An agent who acts for a customer cannot use this route.
   */
  @Post()
  @GlueAccess('customer', {
    takes: TYPE,
    projection: selectedCompanyUser,
    projectionValue: selectedId,
    denyImpersonation: true,
  })
  @Header('Cache-Control', 'no-store')
  @ApiResourceBody(TYPE, SelectedCompanyUserAttributes, { idCompanyUser: '<id of a company user>' })
  @ApiResource(201, TYPE, CompanyUserTokenAttributes)
  @ApiErrors({
    401:
      'The company user is unknown or inactive, or belongs to another customer or to a company that is inactive or not ' +
      'approved (003).',
    422: attributesInvalid,
  })
  @ApiReturns('The tokens of the company user.')
  async createCompanyUserAccessToken(
    @CalledBy() caller: Caller,
    @RequestOrigin() origin: Origin,
    @Projected() selected: SelectedCompanyUser | null,
    @Attributes() _attributes: SelectedCompanyUserAttributes,
  ): Promise<Resource> {
    if (!selected) throw new Failure('login_rejected');
    const start = { client: glueClient(this.tenants), lifetimes: glueLifetimes(this.tenants), origin };
    return tokensResource(TYPE, await this.sessions.startAsCompanyUser(caller, selected, start));
  }
}
