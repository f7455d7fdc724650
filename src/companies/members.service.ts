import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Clock } from '../common/clock.js';
import { Failure } from '../common/failure.js';
import { Database, violates } from '../database/database.js';
import type { CompanyGroup } from '../sessions/customer-scopes.js';
import { RequestScope } from '../tenants/request-scope.js';
import { TenantsService } from '../tenants/tenants.service.js';
import { addMember, findOrMake } from './companies.sql.js';

/** Brings new customers into their companies, in the caller's transaction. */
@Injectable()
export class Members {
  constructor(
    private readonly database: Database,
    private readonly tenants: TenantsService,
    private readonly clock: Clock,
  ) {}

  /**
   * Assigns a customer to the company with that registration id, or makes the company. Who makes it administers it; who
   * joins may ask, and no more until staff says so, for anybody may know a registration id.
   *
   * @param name of a company that is made
   */
  async join(customerId: string, registrationId: string, name: string): Promise<void> {
    const newId = randomUUID();
    const values = [this.tenants.current, newId, name, registrationId, this.clock.now()];
    const [company] = await this.database.rows<{ id: string }>(findOrMake, values);
    if (!company) throw new Error('The company was neither found nor made');
    await this.add(customerId, company.id, company.id === newId ? 'Admin' : 'Requester');
  }

  /** Assigns a customer to a company. @throws Failure `access_refused` when the company was removed meanwhile */
  async add(customerId: string, legalEntityId: string, group: CompanyGroup): Promise<void> {
    const values = [
      this.tenants.current,
      randomUUID(),
      legalEntityId,
      customerId,
      group,
      this.clock.now(),
      withoutStaff(),
    ];
    try {
      await this.database.rows(addMember, values);
    } catch (error) {
      if (!violates(error, 'contact_assignments_legal_entity')) throw error;
      throw new Failure('access_refused', { cause: error });
    }
  }
}

/** A visitor signs up, or an administrator makes a colleague. */
function withoutStaff(): boolean {
  const { actor } = RequestScope.current ?? {};
  return !actor || actor.kind === 'customer';
}
