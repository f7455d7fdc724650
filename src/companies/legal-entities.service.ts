import { randomUUID } from 'node:crypto';
import { EntityManager, LockMode } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { Clock } from '../common/clock.js';
import { assertCustomId } from '../common/custom-id.js';
import { assertVersion } from '../common/expected-version.js';
import { Failure, invalid } from '../common/failure.js';
import type { JsonObject } from '../common/merge-patch.js';
import { forUpdate, transaction, violates } from '../database/database.js';
import { ResponseBudget } from '../tenants/response-budget.js';
import { TenantsService } from '../tenants/tenants.service.js';
import { LegalEntityRow, legalEntities, legalEntitiesWithLocations } from './companies.sql.js';
import type { ContactAssignmentTables } from './contact-assignment.entity.js';
import { ContactAssignmentsService } from './contact-assignments.service.js';
import {
  AccountLimit,
  CustomerGroup,
  LegalEntity,
  type LegalEntityTables,
  LegalEntityType,
  LegalInfo,
  Reference,
} from './legal-entity.entity.js';
import { ListResult, ListPage, ListService, type ListDefinition } from './list.service.js';
import { LocationsService } from './locations.service.js';

/** The properties of a legal entity; an absent property is empty. */
export interface LegalEntityInput {
  name: string;
  type?: LegalEntityType | null;
  parentId?: string | null;
  legalInfo?: LegalInfo | null;
  accountLimit?: AccountLimit | null;
  customerGroups?: CustomerGroup[] | null;
  entitiesAddresses?: Reference[] | null;
  approvalGroup?: Reference[] | null;
  restrictions?: string[] | null;
  mixins?: JsonObject | null;
  mixinSchemas?: JsonObject | null;
}

/** Which legal entities are returned, and with which parts. */
export interface LegalEntityView {
  /** Limits them to legal entities of this customer; undefined for an employee. */
  customerId?: string;
  /** Whether each is returned with its locations. */
  locations?: boolean;
}

/**
 * The fields of a legal entity that exist only in the Glue API. The first two apply to companies, the others to any
 * unit.
 */
export type GlueFields = Partial<
  Pick<LegalEntity, 'active' | 'status' | 'email' | 'phone' | 'externalUrl' | 'bic' | 'iban'>
>;

/** Companies and their subsidiaries. */
@Injectable()
export class LegalEntitiesService {
  constructor(
    private readonly em: EntityManager,
    private readonly tenants: TenantsService,
    private readonly list: ListService,
    private readonly assignments: ContactAssignmentsService,
    private readonly locations: LocationsService,
    private readonly responses: ResponseBudget,
    private readonly clock: Clock,
  ) {}

  /** @throws Failure `invalid_input`, `overloaded` */
  async find(page: ListPage, { customerId, ...parts }: LegalEntityView): Promise<ListResult<LegalEntityRow>> {
    return this.list.find(listFor(parts), [this.tenants.current, customerId ?? null], page);
  }

  /** @throws Failure `legal_entity_not_found`, `overloaded` */
  async get(id: string, { customerId, ...parts }: LegalEntityView): Promise<LegalEntityRow> {
    let query = this.em
      .getKysely<LegalEntityTables & ContactAssignmentTables>()
      .selectFrom('legal_entities as c')
      .where('c.tenant', '=', this.tenants.current)
      .where('c.id', '=', id);
    if (customerId) {
      query = query.where((eb) =>
        eb.exists(
          eb
            .selectFrom('contact_assignments as m')
            .select('m.id')
            .whereRef('m.tenant', '=', 'c.tenant')
            .whereRef('m.legal_entity_id', '=', 'c.id')
            .where('m.customer_id', '=', customerId),
        ),
      );
    }
    const row = sql.raw<LegalEntityRow>(listFor(parts).select).as('row');
    const [found] = await this.responses.rows<LegalEntityRow>(query.select(row));
    if (!found) throw notFound(id);
    return found;
  }

  /**
   * Returns a legal entity, its parent, the parent's parent and so on.
   *
   * @throws Failure `legal_entity_not_found`, `overloaded`
   */
  async hierarchy(id: string): Promise<LegalEntityRow[]> {
    const tenant = this.tenants.current;
    const query = this.em
      .getKysely<LegalEntityTables>()
      .withRecursive('above', (cte) =>
        cte
          .selectFrom('legal_entities')
          .select(['id', 'parent_id', sql<number>`1`.as('height')])
          .where('tenant', '=', tenant)
          .where('id', '=', id)
          .unionAll(
            cte
              .selectFrom('above as a')
              .innerJoin('legal_entities as e', 'e.id', 'a.parent_id')
              .where('e.tenant', '=', tenant)
              .select(['e.id', 'e.parent_id', sql<number>`a.height + 1`.as('height')]),
          ),
      )
      .selectFrom('legal_entities as c')
      .innerJoin('above', 'above.id', 'c.id')
      .where('c.tenant', '=', tenant)
      .select(sql.raw<LegalEntityRow>(legalEntities.select).as('row'))
      .orderBy('above.height');
    const found = await this.responses.rows<LegalEntityRow>(query);
    if (found.length === 0) throw notFound(id);
    return found;
  }

  /**
   * @returns its id
   * @throws Failure `legal_entity_taken`; `invalid_input` when the parent or a location does not exist
   */
  async create(input: LegalEntityInput, id: string = randomUUID()): Promise<string> {
    const { entitiesAddresses } = input;
    const create = async (): Promise<void> => {
      if (entitiesAddresses?.length) await this.locations.lockReferences(entitiesAddresses);
      await this.em.insert(LegalEntity, this.newRow(id, input));
    };
    // Without locations, one statement is enough.
    await convertViolations(id, () => (entitiesAddresses?.length ? transaction(this.em, create) : create()));
    return id;
  }

  /**
   * Replaces the legal entity with that id, or creates it.
   *
   * @param expectedVersion the version that the change is based on; undefined for no check
   * @returns whether it was created
   * @throws Failure as `create`, `stale_version`, and with a version `legal_entity_not_found`; `invalid_input` when the
   * parent is a part of it, or when a new legal entity has an invalid id
   */
  async put(id: string, input: LegalEntityInput, expectedVersion?: number): Promise<boolean> {
    const put = async (em: EntityManager): Promise<boolean> => {
      if (input.parentId) await this.assertNoCycle(id, input.parentId);
      // Locations are locked before legal entities, in the same order as when a location is deleted.
      if (input.entitiesAddresses?.length) await this.locations.lockReferences(input.entitiesAddresses);
      const present = await em.findOne(LegalEntity, { id }, forUpdate);
      if (!present) {
        if (expectedVersion !== undefined) throw notFound(id);
        assertCustomId('legalEntityId', id);
        await em.insert(LegalEntity, this.newRow(id, input));
        return true;
      }
      assertVersion(expectedVersion, present.version);
      const customerGroups = input.customerGroups?.map((group) => withStoredValues(group, present.customerGroups));
      Object.assign(present, valuesOf({ ...input, customerGroups }), { modifiedAt: this.clock.now() });
      await em.flush();
      return false;
    };
    return convertViolations(id, () => transaction(this.em, put));
  }

  /**
   * Changes the fields that exist only in the Glue API.
   *
   * @returns the legal entity, and whether anything changed
   * @throws Failure `legal_entity_not_found`
   */
  async setGlueFields(id: string, changes: GlueFields): Promise<{ legalEntity: LegalEntity; changed: boolean }> {
    return transaction(this.em, async (em) => {
      const legalEntity = await em.findOne(LegalEntity, { id }, forUpdate);
      if (!legalEntity) throw notFound(id);
      const names = Object.keys(changes) as (keyof GlueFields)[];
      const changed = names.some((name) => changes[name] !== undefined && changes[name] !== legalEntity[name]);
      if (changed) {
        Object.assign(legalEntity, changes, { modifiedAt: this.clock.now() });
        await em.flush();
      }
      return { legalEntity, changed };
    });
  }

  /**
   * Deletes a legal entity and its assignments.
   *
   * @param restrictions of the customers that the caller may access; undefined for all
   * @throws Failure `legal_entity_not_found`, `legal_entity_in_use`; `access_denied` when customers that the caller
   * may not access belong to it
   */
  async remove(id: string, restrictions: string[] | undefined): Promise<void> {
    try {
      if (restrictions) await transaction(this.em, () => this.removeWithin(id, restrictions));
      else if ((await this.em.nativeDelete(LegalEntity, { id })) === 0) throw notFound(id);
    } catch (error) {
      if (!violates(error, 'legal_entities_parent')) throw error;
      throw new Failure('legal_entity_in_use', { cause: error });
    }
  }

  /** @throws Failure `legal_entity_not_found`, `access_denied` */
  private async removeWithin(id: string, restrictions: string[]): Promise<void> {
    // The row lock blocks new assignments in the meantime.
    const lock = { lockMode: LockMode.PESSIMISTIC_WRITE } as const;
    if (!(await this.em.findOne(LegalEntity, { id }, lock))) throw notFound(id);
    if (await this.assignments.hasOtherCustomers(id, restrictions)) throw new Failure('access_denied');
    await this.em.nativeDelete(LegalEntity, { id });
  }

  /**
   * Prevents other moves of the tenant's legal entities until the caller's transaction ends.
   *
   * @throws Failure `invalid_input`
   */
  private async assertNoCycle(id: string, parentId: string): Promise<void> {
    const tenant = this.tenants.current;
    // Serialises moves. Of two concurrent moves, each could make one legal entity a part of the other.
    await this.tenants.lock();
    const below = await this.em
      .getKysely<LegalEntityTables>()
      .withRecursive('above', (cte) =>
        cte
          .selectFrom('legal_entities')
          .select(['id', 'parent_id'])
          .where('tenant', '=', tenant)
          .where('id', '=', parentId)
          .union(
            cte
              .selectFrom('above as a')
              .innerJoin('legal_entities as e', 'e.id', 'a.parent_id')
              .where('e.tenant', '=', tenant)
              .select(['e.id', 'e.parent_id']),
          ),
      )
      .selectFrom('above')
      .select('id')
      .where('id', '=', id)
      .execute();
    if (below.length > 0) throw invalid('parentId', 'parentId must not be the legal entity itself or a part of it');
  }

  private newRow(id: string, input: LegalEntityInput): ReturnType<typeof valuesOf> & NewRow {
    const now = this.clock.now();
    return { tenant: this.tenants.current, id, ...valuesOf(input), createdAt: now, modifiedAt: now };
  }
}

/** Adds the stored name and role to a group if a change has only its id, as in the vendor's document. */
function withStoredValues({ id, ...changes }: CustomerGroup, stored: CustomerGroup[]): CustomerGroup {
  const present = stored.find((group) => group.id === id);
  const { name = present?.name, role = present?.role } = changes;
  return { id, ...(name && { name }), ...(role && { role }) };
}

/** The list whose rows have the requested parts. */
function listFor({ locations }: Pick<LegalEntityView, 'locations'>): ListDefinition {
  return locations ? legalEntitiesWithLocations : legalEntities;
}

type NewRow = Pick<LegalEntity, 'tenant' | 'id' | 'createdAt' | 'modifiedAt'>;

function valuesOf(
  input: LegalEntityInput,
): Omit<LegalEntity, keyof NewRow | keyof GlueFields | 'uuid' | 'version' | 'registrationId'> {
  return {
    name: input.name,
    type: input.type ?? 'COMPANY',
    parentId: input.parentId ?? null,
    legalInfo: input.legalInfo ?? {},
    accountLimit: input.accountLimit ?? null,
    customerGroups: input.customerGroups ?? [],
    entitiesAddresses: input.entitiesAddresses ?? [],
    approvalGroup: input.approvalGroup ?? [],
    restrictions: input.restrictions ?? null,
    mixins: input.mixins ?? {},
    mixinSchemas: input.mixinSchemas ?? {},
  };
}

/** Converts errors of the database to failures. */
async function convertViolations<T>(id: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const taken = (what: string): Failure => new Failure('legal_entity_taken', { cause: error, facts: { what } });
    if (violates(error, 'legal_entities_pkey')) throw taken(`id '${id}'`);
    if (violates(error, 'legal_entities_registration')) throw taken('registrationId');
    if (violates(error, 'legal_entities_parent'))
      throw invalid('parentId', 'parentId must be the id of a legal entity');
    if (violates(error, 'legal_entities_no_own_parent'))
      throw invalid('parentId', 'parentId must not be the legal entity itself');
    if (violates(error, 'legal_entities_size')) {
      throw invalid('', 'mixins, legalInfo and the lists of a legal entity must be no larger than 256 KiB together');
    }
    throw error;
  }
}

function notFound(legalEntity: string): Failure {
  return new Failure('legal_entity_not_found', { facts: { legalEntity } });
}
