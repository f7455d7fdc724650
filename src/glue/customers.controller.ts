import { Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiQuery, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { SignupService } from '../auth/signup.service.js';
import { CustomersService } from '../customers/customers.service.js';
import { type Profile, type ProfileParts, ownProfile } from '../customers/profile.js';
import { CalledBy, Loaded } from '../sessions/access.js';
import { GlueAccess } from './access.js';
import { Attributes } from './attributes.js';
import {
  CustomerAttributes,
  CustomerChangesAttributes,
  NewCustomerAttributes,
  customerResource,
  newCustomerResource,
  profileOf,
} from './customers.dto.js';
import { Answers, Refuses, Takes } from './described.js';
import { Failure } from '../common/failure.js';
import { ownReference, own } from './own.js';
import type { Query as PageQuery } from './page.js';
import { passwordsDiffer } from './refusal.js';
import type { Resource } from './resource.js';
import { Limited } from '../limits/limited.js';
import { limits } from '../limits/limits.js';

const TYPE = 'customers';

const load = ({ query }: FastifyRequest) => ownProfile(shownTo(query));

@ApiTags('customers')
@Controller(TYPE)
export class GlueCustomersController {
  constructor(
    private readonly signup: SignupService,
    private readonly customers: CustomersService,
  ) {}

  /** Makes a customer, who gets a mail with the registration key. */
  @Limited(limits.signup)
  @Post()
  @GlueAccess('public', { takes: TYPE })
  @Takes(TYPE, NewCustomerAttributes, {
    firstName: 'Ada',
    lastName: 'Lovelace',
    email: 'ada@example.com',
    gender: 'Female',
    salutation: 'Ms',
    password: 'a long password',
    confirmPassword: 'a long password',
    acceptedTerms: true,
  })
  @Answers(201, TYPE, CustomerAttributes)
  @Refuses({
    422: 'An attribute is not valid (901), the passwords differ (406), or the e-mail is taken (400, never said by a strict tenant).',
  })
  async create(@Attributes() attributes: NewCustomerAttributes, @Query() query: PageQuery): Promise<Resource> {
    const { email, password, confirmPassword, acceptedTerms: acceptsTerms } = attributes;
    if (password !== confirmPassword) throw passwordsDiffer('password', 'confirmPassword');
    const customer = await this.signup.signUp({
      email,
      password,
      profile: profileOf(attributes),
      confirm: true,
      acceptsTerms,
    });
    return newCustomerResource(customer, shownTo(query));
  }

  /** The caller, as the only one of a list. */
  @Get()
  @GlueAccess('customer', { load })
  @ApiQuery({ name: 'include', required: false, schema: { type: 'string', enum: ['addresses'] } })
  @Answers(200, TYPE, CustomerAttributes, { list: true })
  list(@Loaded() profile: Profile): Resource[] {
    return [customerResource(profile)];
  }

  /** The caller. */
  @Get(':customerReference')
  @GlueAccess('customer', { load })
  @ApiQuery({ name: 'include', required: false, schema: { type: 'string', enum: ['addresses'] } })
  @Answers(200, TYPE, CustomerAttributes)
  @Refuses({ 404: 'The reference is not the caller’s (402).' })
  get(@Param('customerReference') reference: string, @Loaded() profile: Profile): Resource {
    if (profile.reference !== reference) throw new Failure('customer_not_found');
    return customerResource(profile);
  }

  /** Changes the caller: what is not sent stays. */
  @Patch(':customerReference')
  @GlueAccess('customer', { takes: TYPE, load: ownReference })
  @Takes(TYPE, CustomerChangesAttributes, { firstName: 'Augusta' })
  @Answers(200, TYPE, CustomerAttributes)
  @Refuses({ 403: 'The reference is not the caller’s (411).' })
  async change(
    @Param('customerReference') reference: string,
    @Loaded() ownOne: string,
    @CalledBy('id') customerId: string,
    @Attributes() attributes: CustomerChangesAttributes,
    @Query() query: PageQuery,
  ): Promise<Resource> {
    own(reference, ownOne);
    await this.customers.change(customerId, profileOf(attributes));
    return customerResource(await this.customers.profile(customerId, shownTo(query)));
  }

  /** Removes the caller: the e-mail is free again, and every token is dead. */
  @Delete(':customerReference')
  @HttpCode(204)
  @GlueAccess('customer', { load: ownReference, inPerson: true })
  @Refuses({ 403: 'The reference is not the caller’s (411).' })
  async remove(
    @Param('customerReference') reference: string,
    @Loaded() ownOne: string,
    @CalledBy('id') customerId: string,
  ): Promise<void> {
    own(reference, ownOne);
    await this.customers.remove(customerId);
  }
}

/** The addresses are loaded only if they are to be shown. */
function shownTo(query: unknown): ProfileParts {
  const { include } = query as { include?: string };
  const addresses = typeof include === 'string' && include.split(',').includes('addresses');
  return { addresses, mixins: false };
}
