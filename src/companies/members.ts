import { randomUUID } from 'node:crypto';
import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { Clock } from '../common/clock.js';
import { Failure } from '../common/failure.js';
import { type LoginRow, logins } from '../credentials/credentials.fragments.js';
import { customersOf } from '../customers/customers.sql.js';
import { violates } from '../database/database.js';
import { collectionFull } from '../database/maximum.js';
import { Outbox } from '../mailer/outbox.service.js';
import type { CompanyGroup } from '../sessions/customer-scopes.js';
import type { Actor } from '../tenants/request-scope.js';
import { TenantsService } from '../tenants/tenants.service.js';
import type { ContactAssignmentTables } from './contact-assignment.entity.js';
import type { LegalEntityTables, LegalInfo } from './legal-entity.entity.js';
import type { MembershipRequestTables } from './membership-request.entity.js';

/** A customer who becomes a member or requests membership. */
export interface NewMember {
  id: string;
  firstName?: string | null;
  lastName?: string | null;
}

/** How a customer becomes a member. */
export interface Membership {
  /** Whether an employee assigns the customer, so that no further approval is required. */
  approved?: boolean;
  /** Undefined if the customer acts. */
  actor?: Actor;
}

/** The maximum number of Admins that are notified, the oldest first. */
const MAX_NOTIFIED_ADMINS = 10;

type Tables = ContactAssignmentTables & LegalEntityTables & MembershipRequestTables;

/** Adds customers to companies, in the caller's transaction. */
@Injectable()
export class Members {
  constructor(
    private readonly em: EntityManager,
    private readonly tenants: TenantsService,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
  ) {}

  /**
   * Assigns a customer to the company with that registration id, or creates the company. A customer who creates it
   * becomes its `Admin`. A customer who joins becomes a `Requester`, because anyone may know a registration id. If the
   * tenant setting `companyJoin` is `approval`, a company Admin or an employee must approve first.
   *
   * @param company its registration id, and the name for a company that is created
   */
  async join(
    member: NewMember,
    { registrationId, name }: { registrationId: string; name: string },
    { approved = false, actor }: Membership = {},
  ): Promise<void> {
    const newId = randomUUID();
    const company = await this.findOrCreate(newId, registrationId, name);
    if (company === newId) await this.insert(member, newId, 'Admin', actor);
    else if (approved || this.tenants.settings.companyJoin === 'open') await this.add(member, company, actor);
    else if (await this.request(member.id, company, 'approval'))
      await this.notify(company, member, { isRequest: true, actor });
  }

  /**
   * Assigns a customer to a company as `Requester`, and notifies the company's Admins.
   *
   * @param actor undefined if the customer acts
   * @throws Failure `access_denied` when the company was removed meanwhile, `collection_full`
   */
  async add(member: NewMember, legalEntityId: string, actor: Actor | undefined): Promise<void> {
    const isNew = await this.insert(member, legalEntityId, 'Requester', actor);
    if (isNew) await this.notify(legalEntityId, member, { isRequest: false, actor });
  }

  /**
   * Invites a customer into a company. The customer becomes a member by setting the first password with the mailed
   * link; see `EmailOwnership.confirm`.
   *
   * @throws Failure `access_denied` when the company was removed meanwhile, `collection_full`
   */
  async invite(customerId: string, legalEntityId: string): Promise<void> {
    await this.request(customerId, legalEntityId, 'customer');
  }

  /**
   * @param actor undefined if the customer acts
   * @returns whether the customer is a new member
   */
  async insert(
    { id }: Pick<NewMember, 'id'>,
    legalEntityId: string,
    group: CompanyGroup,
    actor: Actor | undefined,
  ): Promise<boolean> {
    const withoutStaff = !actor || actor.kind === 'customer';
    const now = this.clock.now();
    const row = { tenant: this.tenants.current, id: randomUUID(), legal_entity_id: legalEntityId, customer_id: id };
    const insert = this.em
      .getKysely<Tables>()
      .insertInto('contact_assignments')
      .values({ ...row, company_group: group, created_at: now, modified_at: now, without_staff: withoutStaff })
      .onConflict((conflict) => conflict.constraint('contact_assignments_once').doNothing())
      .returning('id');
    return (await this.inCompany(() => insert.execute())).length > 0;
  }

  /**
   * Finds the company with a registration id, or creates it. Its row is locked, so that it cannot be deleted before the
   * customer belongs to it. Of two concurrent requests that create it, one waits and joins.
   *
   * @param newId the id of a new company
   */
  private async findOrCreate(newId: string, registrationId: string, name: string): Promise<string> {
    const now = this.clock.now();
    const legalInfo = sql<LegalInfo>`${JSON.stringify({ legalName: name, registrationId })}::jsonb`;
    const { id } = await this.em
      .getKysely<Tables>()
      .insertInto('legal_entities')
      .values({
        tenant: this.tenants.current,
        id: newId,
        name,
        legal_info: legalInfo,
        created_at: now,
        modified_at: now,
      })
      .onConflict((conflict) =>
        conflict
          .columns(['tenant', 'registration_id'])
          .where(sql<boolean>`type = 'COMPANY'`)
          .doUpdateSet({ version: sql<number>`legal_entities.version` }),
      )
      .returning('id')
      .executeTakeFirstOrThrow();
    return id;
  }

  /** @returns whether the customer is neither a member nor has requested membership yet */
  private async request(customerId: string, legalEntityId: string, awaits: 'approval' | 'customer'): Promise<boolean> {
    const tenant = this.tenants.current;
    const columns = ['tenant', 'id', 'legal_entity_id', 'customer_id', 'awaits', 'created_at'] as const;
    const db = this.em.getKysely<Tables>();
    const membership = db
      .selectFrom('contact_assignments')
      .select('id')
      .where('tenant', '=', tenant)
      .where('legal_entity_id', '=', legalEntityId)
      .where('customer_id', '=', customerId);
    const request = db.selectNoFrom([
      sql<string>`${tenant}::text`.as('tenant'),
      sql<string>`${randomUUID()}::text`.as('id'),
      sql<string>`${legalEntityId}::text`.as('legal_entity_id'),
      sql<string>`${customerId}::text`.as('customer_id'),
      sql<typeof awaits>`${awaits}::text`.as('awaits'),
      sql<Date>`${this.clock.now()}::timestamptz`.as('created_at'),
    ]);
    const insert = db
      .insertInto('membership_requests')
      .columns(columns)
      .expression(request.where((eb) => eb.not(eb.exists(membership))))
      .onConflict((conflict) => conflict.constraint('membership_requests_once').doNothing())
      .returning('id');
    return (await this.inCompany(() => insert.execute())).length > 0;
  }

  /** @throws Failure `access_denied` when the company was removed meanwhile, `collection_full` */
  private async inCompany<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      const gone = ['contact_assignments_legal_entity', 'membership_requests_legal_entity'];
      if (!gone.some((constraint) => violates(error, constraint))) throw collectionFull(error) ?? error;
      throw new Failure('access_denied', { cause: error });
    }
  }

  /** Mails the Admins of a company, at confirmed addresses only, except the Admin who acts. */
  private async notify(
    legalEntityId: string,
    member: NewMember,
    { isRequest, actor }: { isRequest: boolean; actor: Actor | undefined },
  ): Promise<void> {
    const admins = await this.confirmedAdmins(legalEntityId);
    const facts = { pending: isRequest, link: this.tenants.settings.links.storefront };
    const memberName = [member.firstName, member.lastName].filter(Boolean).join(' ');
    for (const { id, email } of admins) {
      if (id === member.id || (actor?.kind === 'customer' && actor.id === id)) continue;
      await this.outbox.add('company-member', { email, customerId: id, confirmed: true }, facts, { memberName });
    }
  }

  /** The oldest Admins of a company who may log in and have a confirmed address. */
  private async confirmedAdmins(legalEntityId: string): Promise<{ id: string; email: string }[]> {
    const tenant = this.tenants.current;
    const customers = customersOf(this.em, tenant)
      .where('confirmed_at', 'is not', null)
      .where(sql<boolean>`may_log_in`);
    return this.em
      .getKysely<Tables>()
      .selectFrom('contact_assignments as m')
      .innerJoin(customers.select('id').as('c'), 'c.id', 'm.customer_id')
      .innerJoin(sql.raw<LoginRow>(logins).as('a'), (on) =>
        on.onRef('a.tenant', '=', 'm.tenant').onRef('a.customer_id', '=', 'c.id'),
      )
      .where('m.tenant', '=', tenant)
      .where('m.legal_entity_id', '=', legalEntityId)
      .where('m.company_group', '=', 'Admin')
      .where('m.active', '=', true)
      .select(['c.id', 'a.email'])
      .orderBy('m.created_at')
      .orderBy('m.id')
      .limit(MAX_NOTIFIED_ADMINS)
      .execute();
  }
}
