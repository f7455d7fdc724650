import { randomUUID } from 'node:crypto';
import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { Clock } from '../common/clock.js';
import { assertCustomId } from '../common/custom-id.js';
import { assertVersion } from '../common/expected-version.js';
import { Failure, invalid } from '../common/failure.js';
import type { JsonObject } from '../common/merge-patch.js';
import { anyOf, forUpdate, transaction, violates } from '../database/database.js';
import { ResponseBudget } from '../tenants/response-budget.js';
import { TenantsService } from '../tenants/tenants.service.js';
import { type LocationRow, locations } from './companies.sql.js';
import type { LegalEntityTables, Reference } from './legal-entity.entity.js';
import { type ListResult, type ListPage, ListService } from './list.service.js';
import { type ContactDetails, Location, type LocationTables, type LocationType } from './location.entity.js';

/** The properties of a location; an absent property is empty. */
export interface LocationInput {
  name?: string | null;
  type: LocationType;
  contactDetails: ContactDetails;
  mixins?: JsonObject | null;
  mixinSchemas?: JsonObject | null;
}

type Tables = LocationTables & LegalEntityTables;

/** The locations that legal entities refer to in `entitiesAddresses`. */
@Injectable()
export class LocationsService {
  constructor(
    private readonly em: EntityManager,
    private readonly tenants: TenantsService,
    private readonly list: ListService,
    private readonly responses: ResponseBudget,
    private readonly clock: Clock,
  ) {}

  /** @throws Failure `invalid_input`, `overloaded` */
  async find(page: ListPage): Promise<ListResult<LocationRow>> {
    return this.list.find(locations, [this.tenants.current], page);
  }

  /** @throws Failure `location_not_found`, `overloaded` */
  async get(id: string): Promise<LocationRow> {
    const query = this.em
      .getKysely<Tables>()
      .selectFrom('locations as c')
      .where('c.tenant', '=', this.tenants.current)
      .where('c.id', '=', id)
      .select(sql.raw<LocationRow>(locations.select).as('row'));
    const [found] = await this.responses.rows<LocationRow>(query);
    if (!found) throw notFound(id);
    return found;
  }

  /** @returns its id. @throws Failure `location_taken`; `invalid_input` when it is too large */
  async create(input: LocationInput, id: string = randomUUID()): Promise<string> {
    await convertViolations(id, () => this.em.insert(Location, this.newRow(id, input)));
    return id;
  }

  /** Creates a location, unless there is one with this id. */
  async createMissing(input: LocationInput, id: string): Promise<void> {
    const row = this.newRow(id, input);
    await this.em.upsert(Location, row, { onConflictFields: ['tenant', 'id'], onConflictAction: 'ignore' });
  }

  /**
   * Replaces the location with that id, or creates it.
   *
   * @param expectedVersion the version that the change is based on; undefined for no check
   * @returns whether it was created
   * @throws Failure as `create`, `stale_version`, and with a version `location_not_found`; `invalid_input` when a new
   * location has an invalid id
   */
  async put(id: string, input: LocationInput, expectedVersion?: number): Promise<boolean> {
    const put = async (em: EntityManager): Promise<boolean> => {
      const present = await em.findOne(Location, { id }, forUpdate);
      if (!present) {
        if (expectedVersion !== undefined) throw notFound(id);
        assertCustomId('locationId', id);
        await em.insert(Location, this.newRow(id, input));
        return true;
      }
      assertVersion(expectedVersion, present.version);
      Object.assign(present, valuesOf(input), { modifiedAt: this.clock.now() });
      await em.flush();
      return false;
    };
    return convertViolations(id, () => transaction(this.em, put));
  }

  /**
   * Deletes a location, and removes it from the legal entities that refer to it. A later location with the same id does
   * not belong to them.
   *
   * @throws Failure `location_not_found`
   */
  async remove(id: string): Promise<void> {
    await transaction(this.em, async (em) => {
      // Waits for the transactions of `lockReferences`, so that the next statement sees their legal entities.
      if ((await em.nativeDelete(Location, { id })) === 0) throw notFound(id);
      const others = sql<Reference[]>`(select coalesce(jsonb_agg(address order by place), '[]')
        from jsonb_array_elements(entities_addresses) with ordinality as reference (address, place)
        where address ->> 'id' <> ${id})`;
      await em
        .getKysely<Tables>()
        .updateTable('legal_entities')
        .set({ entities_addresses: others, version: sql<number>`version + 1`, modified_at: this.clock.now() })
        .where('tenant', '=', this.tenants.current)
        .where(sql<boolean>`entities_addresses @> ${JSON.stringify([{ id }])}::jsonb`)
        .execute();
    });
  }

  /**
   * Locks the locations of `entitiesAddresses`, so that none of them is deleted before the caller's transaction ends.
   *
   * @throws Failure `invalid_input` with one finding per reference to a location that does not exist
   */
  async lockReferences(references: Reference[]): Promise<void> {
    const found = await this.em
      .getKysely<Tables>()
      .selectFrom('locations')
      .select('id')
      .where('tenant', '=', this.tenants.current)
      .where('id', '=', anyOf(references.map(({ id }) => id)))
      .orderBy('id')
      .forKeyShare()
      .execute();
    const known = new Set(found.map(({ id }) => id));
    const findings = references.flatMap(({ id }, place) => {
      const field = `entitiesAddresses.${place}.id`;
      return known.has(id) ? [] : [{ field, message: `${field} must be the id of a location` }];
    });
    if (findings.length > 0) throw new Failure('invalid_input', { findings });
  }

  private newRow(id: string, input: LocationInput): ReturnType<typeof valuesOf> & NewRow {
    const now = this.clock.now();
    return { tenant: this.tenants.current, id, ...valuesOf(input), createdAt: now, modifiedAt: now };
  }
}

type NewRow = Pick<Location, 'tenant' | 'id' | 'createdAt' | 'modifiedAt'>;

function valuesOf(input: LocationInput): Omit<Location, keyof NewRow | 'uuid' | 'version'> {
  return {
    name: input.name ?? null,
    type: input.type,
    contactDetails: input.contactDetails,
    mixins: input.mixins ?? {},
    mixinSchemas: input.mixinSchemas ?? {},
  };
}

/** Converts errors of the database to failures. */
async function convertViolations<T>(id: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (violates(error, 'locations_pkey')) {
      throw new Failure('location_taken', { cause: error, facts: { location: id } });
    }
    if (violates(error, 'locations_size')) {
      throw invalid('', 'contactDetails, mixins and metadata of a location must be no larger than 256 KiB together');
    }
    throw error;
  }
}

function notFound(location: string): Failure {
  return new Failure('location_not_found', { facts: { location } });
}
