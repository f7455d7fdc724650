import { randomUUID } from 'node:crypto';
import { EntityManager, LockMode } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { Clock } from '../common/clock.js';
import { expectVersion } from '../common/expected-version.js';
import { Failure, invalid } from '../common/failure.js';
import type { JsonObject } from '../common/merge-patch.js';
import { Database, transaction, violates } from '../database/database.js';
import { TenantsService } from '../tenants/tenants.service.js';
import { LegalEntityRow, isBelow, legalEntities, oneOf, oneMovesAtOnce } from './companies.sql.js';
import {
  AccountLimit,
  CustomerGroup,
  LegalEntity,
  LegalEntityType,
  LegalInfo,
  Reference,
} from './legal-entity.entity.js';
import { Found, ListPage, ListService } from './list.service.js';

/** What a legal entity says; what is absent is empty. */
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

const one = oneOf('legal_entity', legalEntities, 2);

/** Companies and their subsidiaries. */
@Injectable()
export class LegalEntitiesService {
  constructor(
    private readonly em: EntityManager,
    private readonly database: Database,
    private readonly tenants: TenantsService,
    private readonly list: ListService,
    private readonly clock: Clock,
  ) {}

  /**
   * @param customerId sees the own ones alone; undefined for staff
   * @throws Failure `invalid_input`
   */
  async find(page: ListPage, customerId?: string): Promise<Found<LegalEntityRow>> {
    return this.list.find(legalEntities, [this.tenants.current, customerId ?? null], page);
  }

  /** @param customerId sees the own ones alone; undefined for staff. @throws Failure `legal_entity_not_found` */
  async get(id: string, customerId?: string): Promise<LegalEntityRow> {
    const [found] = await this.database.rows<{ row: LegalEntityRow }>(one, [
      this.tenants.current,
      customerId ?? null,
      id,
    ]);
    if (!found) throw notFound(id);
    return found.row;
  }

  /** @returns its id. @throws Failure `legal_entity_taken`, `invalid_input` when there is no such parent */
  async create(input: LegalEntityInput, id: string = randomUUID()): Promise<string> {
    await refusing(id, () => this.em.insert(LegalEntity, this.whole(id, input)));
    return id;
  }

  /**
   * Puts it in the place of the one of that id, or makes it.
   *
   * @param expectedVersion the version the change was made from; undefined for no check
   * @returns whether it was made
   * @throws Failure as `create`, `stale_version`, and with a version `legal_entity_not_found`; `invalid_input` when the
   * parent is a part of it
   */
  async put(id: string, input: LegalEntityInput, expectedVersion?: number): Promise<boolean> {
    const put = async (em: EntityManager): Promise<boolean> => {
      if (input.parentId) await this.expectNoCircle(id, input.parentId);
      const present = await em.findOne(LegalEntity, { id }, { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true });
      if (!present) {
        if (expectedVersion !== undefined) throw notFound(id);
        await em.insert(LegalEntity, this.whole(id, input));
        return true;
      }
      expectVersion(expectedVersion, present.version);
      Object.assign(present, valuesOf(input), { modifiedAt: this.clock.now() });
      await em.flush();
      return false;
    };
    return refusing(id, () => transaction(this.em, put));
  }

  /** Removes it with its assignments. @throws Failure `legal_entity_not_found`, `legal_entity_in_use` */
  async remove(id: string): Promise<void> {
    try {
      if ((await this.em.nativeDelete(LegalEntity, { id })) === 0) throw notFound(id);
    } catch (error) {
      if (!violates(error, 'legal_entities_parent')) throw error;
      throw new Failure('legal_entity_in_use', { cause: error });
    }
  }

  /** Until the caller's transaction ends, nobody else moves one of the tenant's. @throws Failure `invalid_input` */
  private async expectNoCircle(id: string, parentId: string): Promise<void> {
    const tenant = this.tenants.current;
    await this.database.rows(oneMovesAtOnce, [tenant]);
    const below = await this.database.rows(isBelow, [tenant, parentId, id]);
    if (below.length > 0) throw invalid('parentId', 'parentId names the entity itself, or a part of it');
  }

  private whole(id: string, input: LegalEntityInput): ReturnType<typeof valuesOf> & NewRow {
    const now = this.clock.now();
    return { tenant: this.tenants.current, id, ...valuesOf(input), createdAt: now, modifiedAt: now };
  }
}

type NewRow = Pick<LegalEntity, 'tenant' | 'id' | 'createdAt' | 'modifiedAt'>;

function valuesOf(input: LegalEntityInput): Omit<LegalEntity, keyof NewRow | 'version'> {
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

/** Tells what the database refuses. */
async function refusing<T>(id: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const taken = (what: string): Failure => new Failure('legal_entity_taken', { cause: error, facts: { what } });
    if (violates(error, 'legal_entities_pkey')) throw taken(`id '${id}'`);
    if (violates(error, 'legal_entities_registration')) throw taken('registrationId');
    if (violates(error, 'legal_entities_parent')) throw invalid('parentId', 'parentId names no legal entity');
    if (violates(error, 'legal_entities_no_own_parent')) throw invalid('parentId', 'parentId names the entity itself');
    throw error;
  }
}

function notFound(legalEntity: string): Failure {
  return new Failure('legal_entity_not_found', { facts: { legalEntity } });
}
