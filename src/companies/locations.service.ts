import { randomUUID } from 'node:crypto';
import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { Clock } from '../common/clock.js';
import { TenantsService } from '../tenants/tenants.service.js';
import { type ContactDetails, Location, type LocationType } from './location.entity.js';

/** The properties of a location; an absent property is empty. */
export interface LocationInput {
  name?: string | null;
  type: LocationType;
  contactDetails: ContactDetails;
}

/** The locations that legal entities refer to in `entitiesAddresses`. */
@Injectable()
export class LocationsService {
  constructor(
    private readonly em: EntityManager,
    private readonly tenants: TenantsService,
    private readonly clock: Clock,
  ) {}

  /** Creates a location, unless there is one with this id. @returns its id */
  async createMissing({ name = null, ...input }: LocationInput, id: string = randomUUID()): Promise<string> {
    const now = this.clock.now();
    const row = { tenant: this.tenants.current, id, name, ...input, createdAt: now, modifiedAt: now };
    await this.em.upsert(Location, row, { onConflictFields: ['tenant', 'id'], onConflictAction: 'ignore' });
    return id;
  }
}
