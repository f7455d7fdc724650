import { Body, Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiBody, ApiConflictResponse, ApiExtraModels, ApiOkResponse, ApiTags, getSchemaPath } from '@nestjs/swagger';
import { ApiReturns } from '../common/openapi.js';
import { CreatedDto } from '../emporix/created.dto.js';
import { ErrorMessageDto } from '../emporix/errors.dto.js';
import { ChangesState } from '../emporix/changes-state.js';
import { Access, CalledBy, RequestOrigin } from '../sessions/access/access.js';
import type { Origin } from '../tenants/request-scope.js';
import { TenantsService } from '../tenants/tenants.service.js';
import { LoginService } from './login.service.js';
import { OptInService } from './opt-in.service.js';
import { OptInRefreshDto, SignupDto, signUpOf } from './signup.dto.js';
import { SignupService } from './signup.service.js';
import { tokenLifetimes } from './token-lifetimes.js';
import { AwaitingActivationDto, CustomerTokenDto } from './tokens.dto.js';
import { Limited } from '../limits/limited.js';
import { limits } from '../limits/limits.js';

@ApiTags('auth')
@Access('anonymous')
@Controller('customer/:tenant/signup')
export class SignupController {
  constructor(
    private readonly signup: SignupService,
    private readonly optIn: OptInService,
    private readonly logins: LoginService,
    private readonly tenants: TenantsService,
  ) {}

  /**
   * Signs up a new customer
   *
   * @remarks
   * The tenant setting `activation` decides whether an employee, a confirmed e-mail, both or nothing is required before
   * the first login. If `preferredCurrency` or `preferredSite` is omitted, the value of the visitor's session applies,
   * and otherwise the default of the tenant.
   */
  @Limited(limits.signup)
  @Post()
  @Access('anonymous', { sessionCheckedInQuery: true })
  @ApiBody({
    type: SignupDto,
    examples: {
      'e-mail and password': { value: { email: 'john.doe@example.com', password: 'password123' } },
      'with profile and address': {
        value: {
          email: 'jane.doe@example.com',
          password: 'password123',
          customerDetails: { firstName: 'Jane', lastName: 'Doe' },
          customerAddress: { contactName: 'Jane Doe', city: 'Berlin', country: 'DE' },
        },
      },
      'for a company': {
        description:
          'The first customer with the registration id creates the company and becomes its `Admin`. Later customers ' +
          'become `Requester`.',
        value: {
          email: 'jim.doe@example.com',
          password: 'password123',
          customerDetails: {
            firstName: 'Jim',
            lastName: 'Doe',
            company: 'Acme Ltd',
            b2b: { companyRegistrationId: 'HRB 2' },
          },
        },
      },
    },
  })
  @ApiConflictResponse({
    description: 'The e-mail address already has an account. A `strict` tenant never returns this status.',
    type: ErrorMessageDto,
  })
  @ApiReturns('The customer number of the new customer.')
  async signUp(
    @CalledBy('sessionId') sessionId: string,
    @RequestOrigin() origin: Origin,
    @Body() body: SignupDto,
  ): Promise<CreatedDto> {
    return CreatedDto.of(await this.signup.signUp({ ...signUpOf(body), origin }, sessionId));
  }

  /**
   * Mails the opt-in link again
   *
   * @remarks
   * The response is the same whether or not an account with this e-mail address awaits a confirmation.
   */
  @Limited(limits.mail)
  @Post('optin/refresh_token')
  @HttpCode(202)
  @ApiReturns('The request is accepted.')
  async resendOptInMail(@Body() { email }: OptInRefreshDto): Promise<void> {
    await this.optIn.mailAgain(email);
  }

  /**
   * Confirms an e-mail address with the token of the opt-in mail
   *
   * @remarks
   * Confirms the address and logs the customer in. If an employee must also activate the account, the response contains
   * no tokens. In both cases, the token cannot be used again.
   */
  @Get('optin/:token')
  @ChangesState()
  @ApiExtraModels(CustomerTokenDto, AwaitingActivationDto)
  @ApiOkResponse({
    description: 'The tokens of the customer, or the status of an account that an employee must activate.',
    schema: { oneOf: [CustomerTokenDto, AwaitingActivationDto].map((dto) => ({ $ref: getSchemaPath(dto) })) },
  })
  async confirmOptIn(
    @CalledBy('sessionId') sessionId: string,
    @RequestOrigin() origin: Origin,
    @Param('token') token: string,
  ): Promise<CustomerTokenDto | AwaitingActivationDto> {
    const login = await this.logins.optIn(token, {
      from: { visitor: sessionId },
      lifetimes: tokenLifetimes(this.tenants.settings),
      origin,
    });
    return login ? CustomerTokenDto.of(login) : { status: 'awaiting_activation' };
  }
}
