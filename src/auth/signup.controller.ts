import { Body, Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiBody, ApiConflictResponse, ApiTags } from '@nestjs/swagger';
import { CreatedDto } from '../common/created.dto.js';
import { ErrorMessageDto } from '../common/errors.dto.js';
import { Access, CalledBy } from '../sessions/access.js';
import { TenantsService } from '../tenants/tenants.service.js';
import { LoginService } from './login.service.js';
import { OptInRefreshDto, SignupDto, signUpOf } from './signup.dto.js';
import { SignupService } from './signup.service.js';
import { spansOf } from './spans.js';
import { CustomerTokenDto } from './tokens.dto.js';
import { Limited } from '../limits/limited.js';
import { limits } from '../limits/limits.js';

@ApiTags('auth')
@Access('anonymous')
@Controller('customer/:tenant/signup')
export class SignupController {
  constructor(
    private readonly signup: SignupService,
    private readonly logins: LoginService,
    private readonly tenants: TenantsService,
  ) {}

  /**
   * Makes a customer. What it needs before the first login is the tenant's decision. Where no `preferredCurrency` or
   * `preferredSite` is given, those of the visitor's session are taken, else the tenant's.
   */
  @Limited(limits.signup)
  @Post()
  @Access('anonymous', { checkedByHandler: true })
  @ApiBody({
    type: SignupDto,
    examples: {
      'e-mail and password': { value: { email: 'john.doe@example.com', password: 'password123' } },
      'with profile and address': {
        value: {
          email: 'john.doe@example.com',
          password: 'password123',
          customerDetails: { title: 'MR', firstName: 'John', lastName: 'Doe', preferredCurrency: 'EUR' },
          customerAddress: { contactName: 'John Doe', street: 'Platz der Republik', streetNumber: '1', country: 'DE' },
        },
      },
      'for a company': {
        description: 'The first makes the company and is its `Admin`; who comes later joins it as `Requester`.',
        value: {
          email: 'john.doe@example.com',
          password: 'password123',
          customerDetails: {
            ...{ firstName: 'John', lastName: 'Doe', company: 'ACME Ltd' },
            b2b: { companyRegistrationId: 'HRB 1' },
          },
        },
      },
    },
  })
  @ApiConflictResponse({
    description: 'The e-mail has an account; never said by a strict tenant.',
    type: ErrorMessageDto,
  })
  async signUp(@CalledBy('sessionId') sessionId: string, @Body() body: SignupDto): Promise<CreatedDto> {
    return CreatedDto.of(await this.signup.signUp(signUpOf(body), sessionId));
  }

  /** Mails the opt-in link again. The answer is the same whether or not somebody waits for it. */
  @Limited(limits.mail)
  @Post('optin/refresh_token')
  @HttpCode(202)
  async mailOptInAgain(@Body() { email }: OptInRefreshDto): Promise<void> {
    await this.signup.mailOptInAgain(email);
  }

  /** Confirms the e-mail address with the token from the opt-in mail; logs in whom no employee has to activate. */
  @Get('optin/:token')
  async optIn(@CalledBy('sessionId') sessionId: string, @Param('token') token: string): Promise<CustomerTokenDto> {
    return CustomerTokenDto.of(
      await this.logins.optIn(token, { from: { visitor: sessionId }, spans: spansOf(this.tenants.settings) }),
    );
  }
}
