import { randomUUID } from 'node:crypto';
import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { Clock } from '../common/clock.js';
import { Failure } from '../common/failure.js';
import { isUuid } from '../common/uuid.js';
import { lockCustomer } from '../customers/customers.fragments.js';
import { customersOf } from '../customers/customers.sql.js';
import { anyOf, requestRow, transaction, violates } from '../database/database.js';
import { collectionFull } from '../database/maximum.js';
import type { CompanyGroup } from '../sessions/customer-scopes.js';
import { ResponseBudget } from '../tenants/response-budget.js';
import { TenantsService } from '../tenants/tenants.service.js';
import { seesCompanyUsers } from './company-roles.js';
import { type CompanyUserRow, companyUserJson, unitsOf } from './company-users.sql.js';
import { ContactAssignment, type ContactAssignmentTables } from './contact-assignment.entity.js';
import type { LegalEntityTables } from './legal-entity.entity.js';

/** The properties of a company user that an operator or an import sets. Absent properties are unchanged. */
export interface CompanyUserChanges {
  group?: CompanyGroup;
  active?: boolean;
  /** True removes the flag from the customer's other company users. */
  isDefault?: boolean;
}

/** The company users of a list. */
export interface CompanyUserFilter {
  /** The ids of their business units, as the caller sent them; undefined for all. */
  units: string[] | undefined;
  groups: CompanyGroup[];
  /** Whether each is returned with its customer. */
  customer: boolean;
  /** Undefined for the whole list. */
  page: { offset: number; limit: number } | undefined;
}

/** A company user whose customer does not exist yet, in an import. */
export interface NewCompanyUser extends CompanyUserChanges {
  customerId: string;
  legalEntityId: string;
}

type Tables = ContactAssignmentTables & LegalEntityTables;

/** The contact assignments as the Glue API shows them: customers who act for companies. */
@Injectable()
export class CompanyUsersService {
  constructor(
    private readonly em: EntityManager,
    private readonly tenants: TenantsService,
    private readonly responses: ResponseBudget,
    private readonly clock: Clock,
  ) {}

  /**
   * Lists the company users of the company that a company user acts for, including inactive ones, oldest first.
   *
   * @returns the company users on the page, and the number of those on all pages
   * @throws Failure `company_users_denied` if the role of the company user does not permit it; `overloaded`
   */
  async list(
    current: CompanyUserRow,
    { units, groups, customer, page }: CompanyUserFilter,
  ): Promise<{ users: CompanyUserRow[]; total: number }> {
    requirePermission(current);
    const ofCompany = this.users({ company: ['text', current.company.legal_entity] })
      .where(sql.raw<boolean>(`m.legal_entity_id in ${unitsOf('request.tenant', 'request.company')}`))
      .where(sql<boolean>`m.company_group = ${anyOf(groups)}`)
      .$if(units !== undefined, (users) =>
        users.where('unit.uuid', '=', sql<string>`any(${(units ?? []).filter(isUuid)}::uuid[])`),
      );
    const selected = ofCompany
      .select(sql.raw<CompanyUserRow>(companyUserJson({ customer })).as('row'))
      .orderBy('m.created_at')
      .orderBy('m.id')
      .$if(page !== undefined, (users) => users.limit(page?.limit ?? 0).offset(page?.offset ?? 0));
    const users = await this.responses.rows<CompanyUserRow>(selected);
    if (!page) return { users, total: users.length };
    const { total } = await ofCompany.select(sql<number>`count(*)::int`.as('total')).executeTakeFirstOrThrow();
    return { users, total };
  }

  /**
   * @param id as the caller sent it; not validated
   * @returns the company user, or `elsewhere` if it belongs to another company; undefined if there is none
   * @throws Failure `company_users_denied` if the role of the company user who calls does not permit it
   */
  async find(
    current: CompanyUserRow,
    id: string,
    { customer }: Pick<CompanyUserFilter, 'customer'>,
  ): Promise<CompanyUserRow | 'elsewhere' | undefined> {
    requirePermission(current);
    if (!isUuid(id)) return undefined;
    const query = this.users({})
      .where('m.uuid', '=', id)
      .select(sql.raw<CompanyUserRow>(companyUserJson({ customer })).as('row'));
    const found = await query.executeTakeFirst();
    return found && (found.row.company.id === current.company.id ? found.row : 'elsewhere');
  }

  /**
   * Assigns a customer to a legal entity, or changes the assignment.
   *
   * @returns the company user, and whether anything changed
   * @throws Failure `customer_not_found`, `legal_entity_not_found`, `collection_full`
   */
  async set(
    customerId: string,
    legalEntityId: string,
    { group, active, isDefault }: CompanyUserChanges,
  ): Promise<{ user: ContactAssignment; changed: boolean }> {
    const key = { customerId, legalEntityId };
    const change = async (em: EntityManager): Promise<{ user: ContactAssignment; changed: boolean }> => {
      const customer = await lockCustomer(em, this.tenants.current, customerId).executeTakeFirst();
      if (!customer) throw new Failure('customer_not_found', { facts: { customer: customerId } });
      const isNew = (await em.count(ContactAssignment, key)) === 0;
      if (isNew) await em.insert(ContactAssignment, this.newRow(key));
      const user = await em.findOneOrFail(ContactAssignment, key, { refresh: true });
      const wanted = {
        companyGroup: group ?? user.companyGroup,
        active: active ?? user.active,
        isDefault: isDefault ?? user.isDefault,
      };
      const names = Object.keys(wanted) as (keyof typeof wanted)[];
      if (names.every((name) => user[name] === wanted[name])) return { user, changed: isNew };
      if (wanted.isDefault) {
        await em.nativeUpdate(ContactAssignment, { customerId, isDefault: true }, { isDefault: false });
      }
      Object.assign(user, wanted, { modifiedAt: this.clock.now() });
      await em.flush();
      return { user, changed: true };
    };
    try {
      return await transaction(this.em, change);
    } catch (error) {
      if (!violates(error, 'contact_assignments_legal_entity')) throw collectionFull(error) ?? error;
      throw new Failure('legal_entity_not_found', { cause: error, facts: { legalEntity: legalEntityId } });
    }
  }

  /**
   * Inserts company users of new customers, in the caller's transaction. The caller has checked them: the legal
   * entities exist, and a customer has at most one default.
   */
  async insert(users: NewCompanyUser[]): Promise<void> {
    if (users.length === 0) return;
    await this.em.insertMany(
      ContactAssignment,
      users.map(({ group, active, isDefault, ...ids }) => ({
        ...this.newRow(ids),
        ...(group && { companyGroup: group }),
        ...(active !== undefined && { active }),
        ...(isDefault !== undefined && { isDefault }),
      })),
    );
  }

  /** Returns those of the ids that belong to legal entities. */
  async findExisting(legalEntityIds: string[]): Promise<Set<string>> {
    const found = await this.em
      .getKysely<Tables>()
      .selectFrom('legal_entities')
      .select('id')
      .where('tenant', '=', this.tenants.current)
      .where('id', '=', anyOf(legalEntityIds))
      .execute();
    return new Set(found.map(({ id }) => id));
  }

  /** A query for company users `m` of customers, with their `unit` and a row `request` of values. */
  private users(values: Record<string, [type: string, value: unknown]>) {
    return this.em
      .getKysely<Tables>()
      .selectFrom(requestRow({ tenant: ['text', this.tenants.current], ...values }).as('request'))
      .innerJoin('contact_assignments as m', (on) => on.on('m.tenant', '=', this.tenants.current))
      .innerJoin('legal_entities as unit', (on) =>
        on.onRef('unit.tenant', '=', 'm.tenant').onRef('unit.id', '=', 'm.legal_entity_id'),
      )
      .innerJoin(
        customersOf(this.em, this.tenants.current).where('type', '=', 'CUSTOMER').select('id').as('customer'),
        'customer.id',
        'm.customer_id',
      );
  }

  private newRow(key: Pick<ContactAssignment, 'customerId' | 'legalEntityId'>) {
    const now = this.clock.now();
    const companyGroup: CompanyGroup = 'Requester';
    return { tenant: this.tenants.current, id: randomUUID(), ...key, companyGroup, createdAt: now, modifiedAt: now };
  }
}

/** @throws Failure `company_users_denied` */
function requirePermission({ company_group }: CompanyUserRow): void {
  if (!seesCompanyUsers(company_group)) throw new Failure('company_users_denied');
}
