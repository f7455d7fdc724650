import { randomUUID } from 'node:crypto';
import { EntityManager, LockMode } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { Clock } from '../common/clock.js';
import { expectVersion } from '../common/expected-version.js';
import { Failure, invalid } from '../common/failure.js';
import type { JsonObject } from '../common/merge-patch.js';
import { Database, transaction, violates } from '../database/database.js';
import type { CompanyGroup } from '../sessions/customer-scopes.js';
import { TenantsService } from '../tenants/tenants.service.js';
import { ContactAssignmentRow, contactAssignments, oneOf } from './companies.sql.js';
import { ContactAssignment, ContactType } from './contact-assignment.entity.js';
import { Found, ListPage, ListService } from './list.service.js';

/** What an assignment says; what is absent is empty. */
export interface ContactAssignmentInput {
  legalEntityId: string;
  customerId: string;
  type?: ContactType | null;
  isPrimary?: boolean;
  /** Without it the group stays while customer and legal entity do; else it is `Requester`. */
  group?: CompanyGroup | null;
  mixins?: JsonObject | null;
  mixinSchemas?: JsonObject | null;
}

const one = oneOf('contact_assignment', contactAssignments, 1);

/** Which customers belong to which legal entities. */
@Injectable()
export class ContactAssignmentsService {
  constructor(
    private readonly em: EntityManager,
    private readonly database: Database,
    private readonly tenants: TenantsService,
    private readonly list: ListService,
    private readonly clock: Clock,
  ) {}

  /** @throws Failure `invalid_input` */
  async find(page: ListPage): Promise<Found<ContactAssignmentRow>> {
    return this.list.find(contactAssignments, [this.tenants.current], page);
  }

  /** @throws Failure `assignment_not_found` */
  async get(id: string): Promise<ContactAssignmentRow> {
    const [found] = await this.database.rows<{ row: ContactAssignmentRow }>(one, [this.tenants.current, id]);
    if (!found) throw notFound(id);
    return found.row;
  }

  /** @returns its id. @throws Failure `assignment_taken`, `invalid_input` for a customer or legal entity that is not */
  async create(input: ContactAssignmentInput, id: string = randomUUID()): Promise<string> {
    await refusing(id, () => this.em.insert(ContactAssignment, this.whole(id, input)));
    return id;
  }

  /**
   * Puts it in the place of the one of that id, or makes it.
   *
   * @param expectedVersion the version the change was made from; undefined for no check
   * @returns whether it was made
   * @throws Failure as `create`, `stale_version`, and with a version `assignment_not_found`
   */
  async put(id: string, input: ContactAssignmentInput, expectedVersion?: number): Promise<boolean> {
    const put = async (em: EntityManager): Promise<boolean> => {
      const lock = { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true } as const;
      const present = await em.findOne(ContactAssignment, { id }, lock);
      if (!present) {
        if (expectedVersion !== undefined) throw notFound(id);
        await em.insert(ContactAssignment, this.whole(id, input));
        return true;
      }
      expectVersion(expectedVersion, present.version);
      // A group is given to one customer in one company.
      const same = present.customerId === input.customerId && present.legalEntityId === input.legalEntityId;
      const values = valuesOf(input, same ? present.companyGroup : 'Requester');
      Object.assign(present, values, { modifiedAt: this.clock.now() });
      await em.flush();
      return false;
    };
    return refusing(id, () => transaction(this.em, put));
  }

  /** @throws Failure `assignment_not_found` */
  async remove(id: string): Promise<void> {
    if ((await this.em.nativeDelete(ContactAssignment, { id })) === 0) throw notFound(id);
  }

  private whole(id: string, input: ContactAssignmentInput): ReturnType<typeof valuesOf> & NewRow {
    const now = this.clock.now();
    return { tenant: this.tenants.current, id, ...valuesOf(input, 'Requester'), createdAt: now, modifiedAt: now };
  }
}

type NewRow = Pick<ContactAssignment, 'tenant' | 'id' | 'createdAt' | 'modifiedAt'>;

function valuesOf(
  input: ContactAssignmentInput,
  group: CompanyGroup,
): Omit<ContactAssignment, keyof NewRow | 'version'> {
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

/** Tells what the database refuses. */
async function refusing<T>(id: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const taken = (what: string): Failure => new Failure('assignment_taken', { cause: error, facts: { what } });
    if (violates(error, 'contact_assignments_pkey')) throw taken(`id '${id}'`);
    if (violates(error, 'contact_assignments_once')) throw taken('customer and legal entity');
    if (violates(error, 'contact_assignments_customer')) {
      throw invalid('customer.id', 'customer.id names no customer');
    }
    if (violates(error, 'contact_assignments_legal_entity')) {
      throw invalid('legalEntity.id', 'legalEntity.id names no legal entity');
    }
    throw error;
  }
}

function notFound(assignment: string): Failure {
  return new Failure('assignment_not_found', { facts: { assignment } });
}
