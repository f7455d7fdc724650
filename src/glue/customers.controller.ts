import { Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiQuery, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { ApiReturns } from '../common/openapi.js';
import { SignupService } from '../auth/signup.service.js';
import { EmailChangeService } from '../credentials/email-change.service.js';
import { personIn } from '../customers/customers.fragments.js';
import { logins } from '../credentials/credentials.fragments.js';
import { AccountErasureService } from '../credentials/account-erasure.service.js';
import { CustomersService } from '../customers/customers.service.js';
import { type Profile, ownProfile } from '../customers/profile.js';
import { CalledBy, type Caller, Projected, RequestOrigin } from '../sessions/access/access.js';
import type { SessionProjection } from '../sessions/access/session-check.sql.js';
import type { Origin } from '../tenants/request-scope.js';
import type { PresentedCode } from '../second-factor/factor-codes.js';
import { ApiSecondFactor, Presented, PresentedByHolder } from '../second-factor/second-factor.guard.js';
import { hasSecondFactor } from '../second-factor/second-factor.sql.js';
import { GlueAccess } from './access.js';
import { Attributes } from './attributes.js';
import {
  CustomerAttributes,
  CustomerChangesAttributes,
  NewCustomerAttributes,
  type Person,
  customerResource,
  newCustomerResource,
  personOf,
  profileOf,
  requestedParts,
} from './customers.dto.js';
import { ApiResource, ApiErrors, ApiResourceBody, notAllowed } from './api-docs.js';
import { Failure } from '../common/failure.js';
import { type Owner, Ownership, ownReference, resourceOwner } from './ownership.js';
import type { QueryParameters } from './page.js';
import { emailTooLong, passwordsDiffer, termsNotAccepted } from './glue-error.js';
import type { Resource } from './resource.js';
import { isLongEmail } from './validators.js';
import { Limited } from '../limits/limited.js';
import { limits } from '../limits/limits.js';

const TYPE = 'customers';

/** The caller with the personal data, for a change of the profile. */
interface OwnedPerson extends Owner {
  person: Person & Pick<Profile, 'contact_email'>;
  loginEmail: string | null;
}

const ownedPerson: SessionProjection = {
  expression: `json_build_object('reference', ${ownReference.expression},
    'hasSecondFactor', ${hasSecondFactor.expression}, 'person', ${personIn('s.tenant', 's.customer_id')},
    'loginEmail',
    (array(select l.email from ${logins} l where l.tenant = s.tenant and l.customer_id = s.customer_id))[1])`,
};

/** The attributes before a change, as `customerResource` returns them. */
const attributesBefore = ({ person, loginEmail }: OwnedPerson): object => ({
  ...personOf(person),
  email: loginEmail ?? person.contact_email,
});

const load = ({ query }: FastifyRequest) => ownProfile(requestedParts(query));

@ApiTags('customers')
@Controller(TYPE)
export class GlueCustomersController {
  constructor(
    private readonly signup: SignupService,
    private readonly customers: CustomersService,
    private readonly erasure: AccountErasureService,
    private readonly emailChange: EmailChangeService,
    private readonly ownership: Ownership,
  ) {}

  /**
   * Creates a customer
   *
   * @remarks
   * The customer gets a mail with the registration key for `POST /customer-confirmation`. If the e-mail is taken, its
   * owner gets a mail: with a new key if the e-mail is not confirmed, and otherwise with a link to set a new password.
   */
  @Limited(limits.signup)
  @Post()
  @GlueAccess('public', { takes: TYPE })
  @ApiSecondFactor()
  @ApiResourceBody(TYPE, NewCustomerAttributes, {
    firstName: 'Ada',
    lastName: 'Lovelace',
    email: 'ada@example.com',
    gender: 'Female',
    salutation: 'Ms',
    password: 'a long password',
    confirmPassword: 'a long password',
    acceptedTerms: true,
  })
  @ApiResource(201, TYPE, CustomerAttributes)
  @ApiErrors({
    400: 'The terms are not accepted (413), or the password is common (422).',
    403:
      'The request has the token of a customer with an active second factor, and the code is missing (5900) or ' +
      'wrong (5901).',
    422:
      'An attribute is not valid (901), the passwords differ (406), the e-mail has more than 100 characters (417), or ' +
      'it is taken (400; a `strict` tenant never returns it).',
  })
  @ApiReturns('The new customer.')
  async createCustomer(
    @RequestOrigin() origin: Origin,
    @PresentedByHolder() presented: PresentedCode | undefined,
    @Attributes() attributes: NewCustomerAttributes,
    @Query() query: QueryParameters,
  ): Promise<Resource> {
    await this.ownership.assertSecondFactor(presented);
    const { email, password, confirmPassword, acceptedTerms } = attributes;
    if (!acceptedTerms) throw termsNotAccepted();
    if (password !== confirmPassword) throw passwordsDiffer('password', 'confirmPassword');
    if (isLongEmail(email)) throw emailTooLong();
    const customer = await this.signup.signUp({
      email,
      password,
      profile: profileOf(attributes),
      confirm: true,
      acceptsTerms: true,
      origin,
    });
    return newCustomerResource(customer, requestedParts(query));
  }

  /** Lists the caller as the only customer */
  @Get()
  @GlueAccess('customer', { projection: load })
  @ApiQuery({
    name: 'include',
    required: false,
    description: 'The related resources to return in `included`.',
    schema: { type: 'string', enum: ['addresses'] },
  })
  @ApiResource(200, TYPE, CustomerAttributes, { list: true })
  @ApiReturns('A list of one customer: the caller.')
  listCustomers(@Projected() profile: Profile): Resource[] {
    return [customerResource(profile)];
  }

  /** Returns the caller's profile */
  @Get(':customerReference')
  @GlueAccess('customer', { projection: load })
  @ApiQuery({
    name: 'include',
    required: false,
    description: 'The related resources to return in `included`.',
    schema: { type: 'string', enum: ['addresses'] },
  })
  @ApiResource(200, TYPE, CustomerAttributes)
  @ApiErrors({ 404: 'The reference is not that of the caller (402).' })
  @ApiReturns('The customer.')
  getCustomer(@Param('customerReference') reference: string, @Projected() profile: Profile): Resource {
    if (profile.reference !== reference) throw new Failure('customer_not_found');
    return customerResource(profile);
  }

  /**
   * Updates the caller's profile
   *
   * @remarks
   * Omitted attributes are unchanged. A new `email` gets a mail with a link that is valid for 30 minutes. The e-mail
   * changes when the customer confirms it with the link or with `POST /customer-email-confirmation`. Until then,
   * responses contain the current one. If the tenant setting `emailChange` is `immediate`, the e-mail changes at once.
   */
  @Limited(limits.profile)
  @Patch(':customerReference')
  @GlueAccess('customer', { takes: TYPE, projection: ownedPerson })
  @ApiSecondFactor()
  @ApiResourceBody(TYPE, CustomerChangesAttributes, { firstName: 'Augusta' })
  @ApiResource(200, TYPE, CustomerAttributes)
  @ApiErrors({
    403: `${notAllowed} An agent sent another e-mail (002).`,
    422:
      'An attribute is not valid (901), the passwords differ (406), the e-mail has more than 100 characters (417), or ' +
      'another customer has it (400; a `strict` tenant never returns it).',
  })
  @ApiReturns('The updated customer.')
  async updateCustomer(
    @Param('customerReference') reference: string,
    @Projected() owner: Owner,
    @Presented() presented: PresentedCode,
    @CalledBy() { id, reach }: Caller,
    @Attributes(attributesBefore) attributes: CustomerChangesAttributes,
    @Query() query: QueryParameters,
  ): Promise<Resource> {
    await this.ownership.assert(reference, owner, presented);
    const { email, password, confirmPassword } = attributes;
    if (password && password !== confirmPassword) throw passwordsDiffer('password', 'confirmPassword');
    if (email !== undefined) {
      if (isLongEmail(email)) throw emailTooLong();
      await this.emailChange.requestInSession(id, email, reach);
    }
    await this.customers.change(id, profileOf(attributes), reach);
    return customerResource(await this.customers.profile(id, requestedParts(query), reach));
  }

  /**
   * Deletes the caller's customer account
   *
   * @remarks
   * All tokens of the customer become invalid. The e-mail address can be used for a new account.
   */
  @Delete(':customerReference')
  @HttpCode(204)
  @GlueAccess('customer', { projection: resourceOwner, denyImpersonation: true })
  @ApiSecondFactor()
  @ApiErrors({ 403: notAllowed })
  @ApiReturns('The customer is deleted.')
  async deleteCustomer(
    @Param('customerReference') reference: string,
    @Projected() owner: Owner,
    @Presented() presented: PresentedCode,
    @CalledBy() { id, reach }: Caller,
  ): Promise<void> {
    await this.ownership.assert(reference, owner, presented);
    await this.erasure.erase(id, reach);
  }
}
