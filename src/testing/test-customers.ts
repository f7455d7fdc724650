import { randomUUID } from 'node:crypto';
import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { SignupService } from '../auth/signup.service.js';
import { normalEmail } from '../common/email.js';
import { randomToken } from '../common/secrets.js';
import { CustomersService } from '../customers/customers.service.js';
import type { DemoFacts } from '../demo/demo.js';
import { OutboxMessage } from '../mailer/outbox-message.entity.js';
import { ownReach } from '../tenants/reach.js';
import type { LoggedInTestCustomer, NewTestCustomer, TestCustomer } from './start-foyer.cjs';
import { TestTokens } from './test-tokens.js';

/** Creates customers of the current tenant, and logs them in. */
@Injectable()
export class TestCustomers {
  constructor(
    private readonly em: EntityManager,
    private readonly signups: SignupService,
    private readonly customers: CustomersService,
    private readonly tokens: TestTokens,
  ) {}

  /**
   * Creates a customer who is confirmed, active and logged in. Mails about the sign-up are deleted.
   *
   * @param client the client id of the storefront
   * @throws Failure `email_taken`, `invalid_input`, `password_common`
   */
  async create(
    {
      email = `${randomUUID()}@shop.example`,
      password = randomToken(),
      firstName = 'Sample',
      lastName = 'Customer',
    }: NewTestCustomer,
    client: string,
  ): Promise<LoggedInTestCustomer> {
    const { id } = await this.signups.signUp({ email, password, profile: { firstName, lastName } });
    await this.customers.change(id, { active: true, confirmed: true }, ownReach);
    await this.deleteMails(email);
    return this.logIn(await this.load({ customerNumber: id, email, password }), client);
  }

  /** Loads the reference and the names of a customer. */
  async load({
    customerNumber,
    email,
    password,
  }: Pick<DemoFacts['customers'][number], 'customerNumber' | 'email' | 'password'>): Promise<TestCustomer> {
    const parts = { addresses: false, mixins: false };
    const profile = await this.customers.profile(customerNumber, parts, ownReach);
    return {
      customerNumber,
      customerReference: profile.reference,
      email,
      password,
      firstName: profile.first_name ?? '',
      lastName: profile.last_name ?? '',
    };
  }

  /** Starts a session of a customer who may log in. */
  async logIn(customer: TestCustomer, client: string): Promise<LoggedInTestCustomer> {
    return { ...customer, ...(await this.tokens.forCustomer(customer.customerNumber, client)) };
  }

  /** Deletes the mails to an address. @param to all mails if omitted */
  async deleteMails(to?: string): Promise<void> {
    await this.em.nativeDelete(OutboxMessage, to === undefined ? {} : { recipient: normalEmail(to) });
  }
}
