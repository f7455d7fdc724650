import { Injectable } from '@nestjs/common';
import { AddressesService, type NewAddress } from '../addresses/addresses.service.js';
import { Clock } from '../common/clock.js';
import { Failure, invalid } from '../common/failure.js';
import { CompanyUsersService, type NewCompanyUser } from '../companies/company-users.service.js';
import { ConsentsService, type CustomerConsent } from '../consents/consents.service.js';
import { IdentitiesService, type ProvenIdentity, identityKey } from '../credentials/identities.service.js';
import { TenantsService } from '../tenants/tenants.service.js';

/** The parts of an item that are stored in other tables than the customer and the account. */
export interface PartsInput {
  /** At most one has each default flag. */
  addresses?: NewAddress[];
  /** At most one on each text. */
  consents?: Omit<CustomerConsent, 'customerId'>[];
  identities?: {
    /** The name of the provider in the tenant's settings. */
    provider: string;
    subject: string;
    /** As in the provider's discovery document; the setting's issuer if omitted. */
    issuer?: string;
  }[];
  companyUsers?: Omit<NewCompanyUser, 'customerId'>[];
  /** When the customer was created in the other system; now if omitted. */
  createdAt?: Date;
}

/** Valid parts of an item. */
export interface Parts {
  addresses: NewAddress[];
  consents: Omit<CustomerConsent, 'customerId'>[];
  identities: ProvenIdentity[];
  companyUsers: Omit<NewCompanyUser, 'customerId'>[];
}

/** Parts that are taken: ids of addresses, and identities by `identityKey`. Also the legal entities that exist. */
export interface TakenParts {
  legalEntities: Set<string>;
  addressIds: Set<string>;
  identities: Set<string>;
}

/** Checks and stores the addresses, consents, identities and company users of imported customers. */
@Injectable()
export class ImportedPartsService {
  constructor(
    private readonly tenants: TenantsService,
    private readonly addresses: AddressesService,
    private readonly consents: ConsentsService,
    private readonly identities: IdentitiesService,
    private readonly companyUsers: CompanyUsersService,
    private readonly clock: Clock,
  ) {}

  /** @throws Failure `invalid_input`, `address_too_large` */
  read({ addresses = [], consents = [], identities = [], companyUsers = [], createdAt }: PartsInput): Parts {
    if (new Set(companyUsers.map(({ legalEntityId }) => legalEntityId)).size < companyUsers.length) {
      throw invalid('companyUsers', 'companyUsers must contain each legalEntity only once');
    }
    if (companyUsers.filter(({ isDefault }) => isDefault).length > 1) {
      throw invalid('companyUsers', 'companyUsers must contain at most one item with isDefault');
    }
    const now = this.clock.now();
    if (createdAt && createdAt > now) throw invalid('createdAt', 'createdAt must not be in the future');
    const future = consents.findIndex(({ at }) => at !== undefined && at > now);
    if (future >= 0) {
      const field = fieldOf('consents', future, 'at');
      throw invalid(field, `${field} must not be in the future`);
    }
    for (const flag of ['isDefault', 'isDefaultShipping', 'isDefaultBilling'] as const) {
      const last = addresses.findLastIndex((address) => address[flag]);
      if (last > addresses.findIndex((address) => address[flag])) {
        throw invalid(fieldOf('addresses', last, flag), `addresses must contain at most one item with ${flag}`);
      }
    }
    for (const address of addresses) this.addresses.assertFits(address);
    const repeated = consents.findIndex(({ id }, i) => consents.findIndex((other) => other.id === id) < i);
    if (repeated >= 0) throw invalid(fieldOf('consents', repeated, 'id'), 'consents must contain each id only once');
    return {
      addresses,
      consents,
      companyUsers,
      identities: identities.map((identity, i) => this.toProvenIdentity(identity, i)),
    };
  }

  async findTaken(parts: Parts[]): Promise<TakenParts> {
    const ids = parts.flatMap(({ addresses }) => addresses.flatMap(({ id }) => id ?? []));
    const owners = await this.identities.owners(parts.flatMap(({ identities }) => identities));
    const companies = parts.flatMap(({ companyUsers }) => companyUsers.map(({ legalEntityId }) => legalEntityId));
    return {
      addressIds: await this.addresses.takenIds(ids),
      identities: new Set(owners.keys()),
      legalEntities: companies.length > 0 ? await this.companyUsers.findExisting(companies) : new Set(),
    };
  }

  /**
   * Claims the parts. The next items of the same call find them taken.
   *
   * @returns why they cannot be claimed
   */
  claim({ addresses, identities, companyUsers }: Parts, taken: TakenParts): Failure | undefined {
    const unknown = companyUsers.findIndex(({ legalEntityId }) => !taken.legalEntities.has(legalEntityId));
    if (unknown >= 0) return noLegalEntity(fieldOf('companyUsers', unknown, 'legalEntity'));
    for (const { id } of addresses) {
      if (id === undefined) continue;
      if (taken.addressIds.has(id)) return new Failure('address_id_taken', { facts: { address: id } });
    }
    const keys = identities.map(identityKey);
    if (keys.some((key) => taken.identities.has(key)) || new Set(keys).size < keys.length) {
      return new Failure('identity_taken');
    }
    for (const key of keys) taken.identities.add(key);
    for (const { id } of addresses) if (id !== undefined) taken.addressIds.add(id);
    return undefined;
  }

  /** Stores the parts of new customers, in the caller's transaction. */
  async store(customers: { customerId: string; parts: Parts; isConfirmed: boolean }[]): Promise<void> {
    await this.companyUsers.insert(
      customers.flatMap(({ customerId, parts }) => parts.companyUsers.map((user) => ({ ...user, customerId }))),
    );
    await this.addresses.insertBooks(new Map(customers.map(({ customerId, parts }) => [customerId, parts.addresses])));
    await this.consents.import(
      customers.flatMap(({ customerId, parts }) => parts.consents.map((consent) => ({ ...consent, customerId }))),
    );
    await this.identities.insert(
      customers.flatMap(({ customerId, parts, isConfirmed: ownerConfirmed }) =>
        parts.identities.map((identity) => ({ ...identity, customerId, ownerConfirmed })),
      ),
    );
  }

  /**
   * Adds the parts to a customer who exists. Addresses with an id that the customer has are updated.
   *
   * @returns whether anything changed
   * @throws Failure `identity_taken`, `address_id_taken`, `address_book_full`, `address_too_large`, `collection_full`,
   * `invalid_input`
   */
  async merge(customerId: string, parts: Parts, isConfirmed: boolean): Promise<boolean> {
    let isChanged = false;
    for (const address of parts.addresses) {
      if (await this.addresses.merge(customerId, address)) isChanged = true;
    }
    const consents = parts.consents.map((consent) => ({ ...consent, customerId }));
    if ((await this.consents.import(consents)) > 0) isChanged = true;
    const owners = await this.identities.owners(parts.identities);
    for (const identity of parts.identities) {
      const owner = owners.get(identityKey(identity));
      if (owner === customerId) continue;
      if (owner !== undefined) throw new Failure('identity_taken');
      await this.identities.add(customerId, identity, { ownerConfirmed: isConfirmed });
      isChanged = true;
    }
    return (await this.joinCompanies(customerId, parts)) || isChanged;
  }

  private async joinCompanies(customerId: string, { companyUsers }: Parts): Promise<boolean> {
    let isChanged = false;
    const existing = await this.companyUsers.findExisting(companyUsers.map(({ legalEntityId }) => legalEntityId));
    for (const [i, { legalEntityId, ...wanted }] of companyUsers.entries()) {
      if (!existing.has(legalEntityId)) throw noLegalEntity(fieldOf('companyUsers', i, 'legalEntity'));
      if ((await this.companyUsers.set(customerId, legalEntityId, wanted)).changed) isChanged = true;
    }
    return isChanged;
  }

  private toProvenIdentity(
    { provider, subject, issuer: given }: NonNullable<PartsInput['identities']>[number],
    index: number,
  ): ProvenIdentity {
    const setting = this.tenants.settings.identityProviders.find(({ name }) => name === provider);
    const field = fieldOf('identities', index, setting ? 'issuer' : 'provider');
    if (!setting) throw invalid(field, `${field} must be the name of an identity provider of the tenant`);
    const issuer = given ?? setting.issuer;
    if (issuer === undefined) {
      throw invalid(field, `${field} is required, because the setting of ${provider} has a domain`);
    }
    return { provider, subject, issuer };
  }
}

/** A company may also be deleted while its customers are imported. */
export function noLegalEntity(field: string): Failure {
  return invalid(field, `${field} must be the id of a legal entity`);
}

/** The name of a field of an entry in a list, such as `addresses.0.city`. */
export function fieldOf(list: keyof Parts, index: number, field: string): string {
  return [list, index, field].join('.');
}
