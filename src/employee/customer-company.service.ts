import { Injectable } from '@nestjs/common';
import { Members } from '../companies/members.js';
import type { Customer } from '../customers/customer.entity.js';
import type { ChangedCustomer, NewCustomer } from '../customers/customers.service.js';
import type { Reach } from '../tenants/reach.js';
import { TenantsService } from '../tenants/tenants.service.js';

/**
 * Adds customers to companies when employees, services or company Admins create or update them. All methods join the
 * caller's transaction.
 */
@Injectable()
export class CustomerCompanyService {
  constructor(
    private readonly tenants: TenantsService,
    private readonly members: Members,
  ) {}

  /** Adds a new customer to the company of the Admin who creates it, and to the company with its registration id. */
  async joinNew(customer: NewCustomer, reach: Reach): Promise<void> {
    await this.joinCompanyOfAdmin(customer, reach);
    await this.joinByRegistrationId(customer, { approved: true }, reach);
  }

  /**
   * Adds a customer to the company with its new registration id.
   *
   * @param confirmed whether this change confirms the address
   */
  async joinChanged({ customer, before }: ChangedCustomer, confirmed: boolean, reach: Reach): Promise<void> {
    if (customer.companyRegistrationId !== before.companyRegistrationId) {
      await this.joinByRegistrationId(customer, { approved: true }, reach);
    } else if (this.tenants.settings.strict && confirmed && !before.confirmedAt) {
      // The customer named this company at the sign-up. Joining it waits until the address is confirmed.
      await this.joinByRegistrationId(customer, { approved: false }, reach);
    }
  }

  /** At a strict tenant, the customer becomes a member by accepting the invitation. */
  private async joinCompanyOfAdmin(customer: NewCustomer, { company, actor }: Reach): Promise<void> {
    if (!company) return;
    if (this.tenants.settings.strict && customer.contactEmail) await this.members.invite(customer.id, company);
    else await this.members.add(customer, company, actor);
  }

  /** @param approved whether an employee assigns the customer to the company */
  private async joinByRegistrationId(
    customer: NewCustomer | Customer,
    { approved }: { approved: boolean },
    { actor }: Reach,
  ): Promise<void> {
    const registrationId = customer.companyRegistrationId?.trim();
    const name = customer.company?.trim() || registrationId;
    if (registrationId && name) await this.members.join(customer, { registrationId, name }, { approved, actor });
  }
}
