import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { Failure } from '../common/failure.js';
import { customersOf } from '../customers/customers.sql.js';
import { anyOf, transaction } from '../database/database.js';
import type { Reach } from '../tenants/reach.js';
import { TenantsService } from '../tenants/tenants.service.js';
import { type MembershipRequestRow, membershipRequests } from './companies.sql.js';
import { type ListResult, type ListPage, ListService } from './list.service.js';
import type { MembershipRequestTables } from './membership-request.entity.js';
import { Members } from './members.js';

/** Customers who want to join a company and await the approval of a company Admin or an employee. */
@Injectable()
export class MembershipRequestsService {
  constructor(
    private readonly em: EntityManager,
    private readonly tenants: TenantsService,
    private readonly list: ListService,
    private readonly members: Members,
  ) {}

  /** @throws Failure `invalid_input` */
  async find(page: ListPage, reach: Reach): Promise<ListResult<MembershipRequestRow>> {
    return this.list.find(membershipRequests, this.values(reach), page);
  }

  /** The customer becomes a `Requester` of the company. @throws Failure `membership_request_not_found` */
  async approve(id: string, reach: Reach): Promise<void> {
    await transaction(this.em, async () => {
      const { customer_id, legal_entity_id } = await this.take(id, reach);
      await this.members.insert({ id: customer_id }, legal_entity_id, 'Requester', reach.actor);
    });
  }

  /** Rejects a request; the customer may send another one. @throws Failure `membership_request_not_found` */
  async remove(id: string, reach: Reach): Promise<void> {
    await this.take(id, reach);
  }

  private async take(
    id: string,
    { restrictions, company }: Reach,
  ): Promise<{ customer_id: string; legal_entity_id: string }> {
    let query = this.em
      .getKysely<MembershipRequestTables>()
      .deleteFrom('membership_requests as c')
      .using(customersOf(this.em, this.tenants.current).select(['id', 'restriction']).as('p'))
      .where('c.tenant', '=', this.tenants.current)
      .where('c.id', '=', id)
      .where('c.awaits', '=', 'approval')
      .whereRef('p.id', '=', 'c.customer_id');
    if (restrictions) query = query.where('p.restriction', '=', anyOf(restrictions));
    if (company) query = query.where('c.legal_entity_id', '=', company);
    const taken = await query.returning(['c.customer_id', 'c.legal_entity_id']).executeTakeFirst();
    if (!taken) throw new Failure('membership_request_not_found', { facts: { request: id } });
    return taken;
  }

  /** The parameters of `membershipRequests`. */
  private values({ restrictions, company }: Reach): unknown[] {
    return [this.tenants.current, restrictions ?? null, company ?? null];
  }
}
