import { Injectable } from '@nestjs/common';
import { Members } from '../companies/members.js';
import type { Customer } from '../customers/customer.entity.js';
import type { NewCustomer } from '../customers/customers.service.js';
import { TenantsService } from '../tenants/tenants.service.js';

/**
 * The company whose registration id a customer enters at the sign-up. At a strict tenant the customer joins it only
 * after the confirmation of the address, so that a sign-up with the address of another person has no effect on companies.
 */
@Injectable()
export class SignupCompany {
  constructor(
    private readonly tenants: TenantsService,
    private readonly members: Members,
  ) {}

  /** Whether the customer joins a company at the sign-up. */
  joinsAtSignup(customer: NewCustomer): boolean {
    return !this.tenants.settings.strict && registrationIdOf(customer) !== undefined;
  }

  /** Lets the customer join at the sign-up. Joins the caller's transaction. */
  async joinAtSignup(customer: NewCustomer): Promise<void> {
    if (this.joinsAtSignup(customer)) await this.join(customer);
  }

  /**
   * Lets the customer join, if joining had to wait for the confirmation of the address. Joins the caller's transaction.
   */
  async joinAfterConfirmation(customer: Customer): Promise<void> {
    if (this.tenants.settings.strict) await this.join(customer);
  }

  private async join(customer: NewCustomer | Customer): Promise<void> {
    const registrationId = registrationIdOf(customer);
    if (!registrationId) return;
    await this.members.join(customer, { registrationId, name: customer.company ?? registrationId });
  }
}

function registrationIdOf({ companyRegistrationId }: NewCustomer | Customer): string | undefined {
  return companyRegistrationId?.trim() || undefined;
}
