import { randomUUID } from 'node:crypto';
import { EntityManager, LockMode } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { Clock } from '../common/clock.js';
import { assertCustomId } from '../common/custom-id.js';
import { assertVersion } from '../common/expected-version.js';
import { Failure, invalid } from '../common/failure.js';
import type { JsonObject } from '../common/merge-patch.js';
import { Customer } from '../customers/customer.entity.js';
import { customersOf } from '../customers/customers.sql.js';
import { anyOf, forUpdate, requestRow, transaction, violates } from '../database/database.js';
import { collectionFull } from '../database/maximum.js';
import type { CompanyGroup } from '../sessions/customer-scopes.js';
import { TenantsService } from '../tenants/tenants.service.js';
import { type ContactPropagation, contactSources } from './companies.fragments.js';
import { ContactAssignmentRow, contactAssignmentJson, contactAssignments } from './companies.sql.js';
import { ContactAssignment, type ContactAssignmentTables, ContactType } from './contact-assignment.entity.js';
import { LegalEntity, type LegalEntityTables } from './legal-entity.entity.js';
import { ListResult, ListPage, ListService } from './list.service.js';
import type { AssignmentReach } from './reach.js';

/** The properties of an assignment; an absent property is empty. */
export interface ContactAssignmentInput {
  legalEntityId: string;
  customerId: string;
  type?: ContactType | null;
  isPrimary?: boolean;
  /**
   * If omitted, the group does not change while customer and legal entity stay the same; otherwise it is `Requester`.
   */
  group?: CompanyGroup | null;
  mixins?: JsonObject | null;
  mixinSchemas?: JsonObject | null;
}

type Tables = ContactAssignmentTables & LegalEntityTables;

/** Assigns customers to legal entities. */
@Injectable()
export class ContactAssignmentsService {
  constructor(
    private readonly em: EntityManager,
    private readonly tenants: TenantsService,
    private readonly list: ListService,
    private readonly clock: Clock,
  ) {}

  /**
   * Lists assignments of customers that the caller may access.
   *
   * @param visibleAt limits the list to the assignments that are visible at this legal entity: its own, and those that
   * the tenant setting `companyContactPropagation` propagates to it
   * @throws Failure `invalid_input`, `overloaded`
   */
  async find(
    page: ListPage,
    { restrictions }: AssignmentReach,
    visibleAt?: string,
  ): Promise<ListResult<ContactAssignmentRow>> {
    const { current, settings } = this.tenants;
    const values = [current, restrictions ?? null, visibleAt ?? null];
    return this.list.find(contactAssignments(settings.companyContactPropagation), values, page);
  }

  /** @throws Failure `assignment_not_found` when there is none that the caller may access */
  async get(id: string, { restrictions }: AssignmentReach): Promise<ContactAssignmentRow> {
    let query = this.em
      .getKysely<Tables>()
      .selectFrom('contact_assignments as c')
      .innerJoin('legal_entities as e', (on) =>
        on.onRef('e.tenant', '=', 'c.tenant').onRef('e.id', '=', 'c.legal_entity_id'),
      )
      .innerJoin(this.customers.as('p'), 'p.id', 'c.customer_id')
      .where('c.tenant', '=', this.tenants.current)
      .where('c.id', '=', id);
    if (restrictions) query = query.where('p.restriction', '=', anyOf(restrictions));
    const row = sql.raw<ContactAssignmentRow>(contactAssignmentJson).as('row');
    const found = await query.select(row).executeTakeFirst();
    if (!found) throw notFound(id);
    return found.row;
  }

  /**
   * Assigns a customer to a legal entity.
   *
   * @returns the id of the assignment
   * @throws Failure `assignment_taken`; `invalid_input` when the customer or the legal entity does not exist, or the
   * caller may not access the customer; `access_denied` when the caller may not assign `Admin`, or an `Admin` would
   * have access to customers that the caller may not access
   */
  async create(input: ContactAssignmentInput, reach: AssignmentReach, id: string = randomUUID()): Promise<string> {
    const create = async (): Promise<void> => {
      await this.assertReach(input, reach, input.group === 'Admin');
      await this.em.insert(ContactAssignment, this.newRow(id, input));
    };
    // Without a restriction, one statement is enough and no row is locked.
    await convertViolations(id, () => (reach.restrictions ? transaction(this.em, create) : create()));
    return id;
  }

  /**
   * Replaces the assignment of that id, or creates it.
   *
   * @param expectedVersion the version that the change is based on; undefined for no check
   * @returns whether it was created
   * @throws Failure as `create`, `stale_version`, and with a version `assignment_not_found`; `invalid_input` when a new
   * assignment has an invalid id
   */
  async put(
    id: string,
    input: ContactAssignmentInput,
    reach: AssignmentReach,
    expectedVersion?: number,
  ): Promise<boolean> {
    const put = async (em: EntityManager): Promise<boolean> => {
      const present = await em.findOne(ContactAssignment, { id }, forUpdate);
      // If the caller may not access the assignment with this id, the response is a conflict, as for the number of such
      // a customer.
      if (present && !(await this.reaches(present.customerId, reach))) throw taken(`id '${id}'`);
      if (!present) {
        if (expectedVersion !== undefined) throw notFound(id);
        assertCustomId('contactAssignmentId', id);
      }
      // A group applies to one customer in one company.
      const same = present?.customerId === input.customerId && present.legalEntityId === input.legalEntityId;
      const group = input.group ?? (same ? present.companyGroup : 'Requester');
      await this.assertReach(input, reach, group === 'Admin' && !(same && present.companyGroup === 'Admin'));
      if (!present) {
        await em.insert(ContactAssignment, this.newRow(id, input));
        return true;
      }
      assertVersion(expectedVersion, present.version);
      Object.assign(present, valuesOf(input, group), same ? {} : newState(), { modifiedAt: this.clock.now() });
      await em.flush();
      return false;
    };
    return convertViolations(id, () => transaction(this.em, put));
  }

  /**
   * Removes a customer from a legal entity.
   *
   * @throws Failure `assignment_not_found` when there is none that the caller may access
   */
  async remove(id: string, { restrictions }: AssignmentReach): Promise<void> {
    let query = this.em
      .getKysely<Tables>()
      .deleteFrom('contact_assignments as c')
      .using(this.customers.as('p'))
      .where('c.tenant', '=', this.tenants.current)
      .where('c.id', '=', id)
      .whereRef('p.id', '=', 'c.customer_id');
    if (restrictions) query = query.where('p.restriction', '=', anyOf(restrictions));
    const removed = await query.returning('c.id').execute();
    if (removed.length === 0) throw notFound(id);
  }

  /**
   * Whether customers without one of these restrictions are assigned to a legal entity.
   *
   * @param propagation includes the customers that are visible at the legal entity
   */
  async hasOtherCustomers(
    legalEntityId: string,
    restrictions: string[],
    propagation: ContactPropagation = 'DISABLED',
  ): Promise<boolean> {
    const tenant = this.tenants.current;
    const sources = contactSources('request.tenant', 'request.legal_entity', propagation);
    const other = await this.em
      .getKysely<Tables>()
      .selectFrom(requestRow({ tenant: ['text', tenant], legal_entity: ['text', legalEntityId] }).as('request'))
      .innerJoin('contact_assignments as c', (on) => on.on('c.tenant', '=', tenant))
      .innerJoin(this.customers.as('p'), 'p.id', 'c.customer_id')
      .where(sql.raw<boolean>(`c.legal_entity_id = any(${sources})`))
      .where(sql<boolean>`(p.restriction = ${anyOf(restrictions)}) is not true`)
      .select('c.id')
      .limit(1)
      .executeTakeFirst();
    return other !== undefined;
  }

  /** @throws Failure `invalid_input`, `access_denied` */
  private async assertReach(
    { customerId, legalEntityId }: ContactAssignmentInput,
    reach: AssignmentReach,
    becomesAdmin: boolean,
  ): Promise<void> {
    if (becomesAdmin && !reach.mayAssignAdmin) throw new Failure('access_denied');
    const { restrictions } = reach;
    // The company is locked before the customer, in the same order as when a customer joins.
    if (becomesAdmin && restrictions) {
      const lock = { fields: ['id'], lockMode: LockMode.PESSIMISTIC_WRITE } as const;
      await this.em.findOne(LegalEntity, { id: legalEntityId }, lock);
    }
    if (!(await this.reaches(customerId, reach))) throw noCustomer();
    if (!becomesAdmin || !restrictions) return;
    // An Admin manages all customers of the legal entity, and reads those that are visible there.
    const { companyContactPropagation } = this.tenants.settings;
    if (await this.hasOtherCustomers(legalEntityId, restrictions, companyContactPropagation)) {
      throw new Failure('access_denied');
    }
  }

  /**
   * If the caller is limited to restrictions, the customer's row is locked until the transaction ends, so that the
   * customer's restriction cannot change after the check.
   */
  private async reaches(customerId: string, { restrictions }: AssignmentReach): Promise<boolean> {
    if (!restrictions) return true;
    const lock = { fields: ['restriction'], lockMode: LockMode.PESSIMISTIC_READ, refresh: true } as const;
    const customer = await this.em.findOne(Customer, { id: customerId }, lock);
    return typeof customer?.restriction === 'string' && restrictions.includes(customer.restriction);
  }

  private get customers() {
    const columns = ['id', 'first_name', 'last_name', 'contact_email', 'contact_phone', 'restriction'] as const;
    return customersOf(this.em, this.tenants.current).select(columns);
  }

  private newRow(id: string, input: ContactAssignmentInput): ReturnType<typeof valuesOf> & NewRow {
    const now = this.clock.now();
    return { tenant: this.tenants.current, id, ...valuesOf(input, 'Requester'), createdAt: now, modifiedAt: now };
  }
}

/** The fields that exist only in the Glue API; see `CompanyUsersService`. */
type CompanyUserState = Pick<ContactAssignment, 'uuid' | 'active' | 'isDefault'>;

/** The state of an assignment that now names another customer or legal entity, and is thus another company user. */
const newState = (): CompanyUserState => ({ uuid: randomUUID(), active: true, isDefault: false });

type NewRow = Pick<ContactAssignment, 'tenant' | 'id' | 'createdAt' | 'modifiedAt'>;

function valuesOf(
  input: ContactAssignmentInput,
  group: CompanyGroup,
): Omit<ContactAssignment, keyof NewRow | keyof CompanyUserState | 'version' | 'withoutStaff'> {
  return {
    legalEntityId: input.legalEntityId,
    customerId: input.customerId,
    type: input.type ?? null,
    isPrimary: input.isPrimary ?? false,
    companyGroup: input.group ?? group,
    mixins: input.mixins ?? {},
    mixinSchemas: input.mixinSchemas ?? {},
  };
}

/** Converts errors of the database to failures. */
async function convertViolations<T>(id: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (violates(error, 'contact_assignments_pkey')) throw taken(`id '${id}'`, error);
    if (violates(error, 'contact_assignments_once')) throw taken('customer and legal entity', error);
    if (violates(error, 'contact_assignments_customer')) throw noCustomer();
    if (violates(error, 'contact_assignments_legal_entity')) {
      throw invalid('legalEntity.id', 'legalEntity.id must be the id of a legal entity');
    }
    throw collectionFull(error) ?? error;
  }
}

function taken(what: string, cause?: unknown): Failure {
  return new Failure('assignment_taken', { cause, facts: { what } });
}

function noCustomer(): Failure {
  return invalid('customer.id', 'customer.id must be the number of an existing customer');
}

function notFound(assignment: string): Failure {
  return new Failure('assignment_not_found', { facts: { assignment } });
}
