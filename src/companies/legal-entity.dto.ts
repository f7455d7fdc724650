import {
  ArrayMaxSize,
  IsArray,
  IsIn,
  IsNotEmpty,
  IsNumber,
  IsOptional,
  IsString,
  MaxLength,
  Min,
} from 'class-validator';
import { OmitType, PartialType } from '@nestjs/swagger';
import { IsCustomId } from '../common/custom-id.js';
import { BasicMetadataDto, MetadataDto } from '../emporix/metadata.dto.js';
import { IsJsonObject, MayBeAbsent, Nested, NestedEach, Text } from '../common/validation.js';
import type { LegalEntityRow, LocationRow } from './companies.sql.js';
import { CompanyMetadataDto } from './company-metadata.dto.js';
import type { LegalEntityInput } from './legal-entities.service.js';
import type { Reference } from './legal-entity.entity.js';
import { FieldsQueryDto, Filter, ListQueryDto } from './list.dto.js';
import { LocationDto } from './location.dto.js';

const MAX_REFERENCES = 100;

export class LegalInfoDto {
  /**
   * The registered name of the company.
   * @example 'Acme Ltd'
   */
  @Text()
  legalName?: string | null;
  /**
   * The date of the registration. Its format is not checked.
   * @example 2022-03-31
   */
  @Text()
  registrationDate?: string | null;
  /** The tax number, such as a VAT id. Its format is not checked. */
  @Text()
  taxRegistrationNumber?: string | null;
  /** The authority or court that registered the company. */
  @Text()
  registrationAgency?: string | null;
  /**
   * The country of the registration. Its format is not checked.
   * @example DE
   */
  @Text()
  countryOfRegistration?: string | null;
  /**
   * The registration id. It is unique among the tenant's companies: case and spaces are ignored. Customers who sign up
   * with it join the company, as the tenant setting `companyJoin` allows.
   */
  @Text()
  registrationId?: string | null;
}

export class AccountLimitDto {
  /**
   * The currency of `value`. Its format is not checked.
   * @example EUR
   */
  @Text()
  currency?: string | null;
  /**
   * The maximum amount of purchases.
   * @example 1000.99
   */
  @IsOptional()
  @IsNumber()
  @Min(0)
  value?: number | null;
}

export class ReferenceDto {
  /** The id of the referenced object; for a customer, the customer number. */
  @IsString()
  @IsNotEmpty()
  @MaxLength(255)
  id!: string;
}

export class CustomerGroupDto extends ReferenceDto {
  /**
   * The name of the group by language.
   * @example {"en": "Wholesale"}
   */
  @IsOptional()
  @IsJsonObject()
  name?: Record<string, string>;
  /** The role of the group. Stored for other services. */
  @Text()
  role?: string | null;
}

/** The properties of a legal entity that employees set. */
export class LegalEntityChangeDto {
  /**
   * The name of the legal entity.
   * @example 'Acme Ltd'
   */
  @IsString()
  @IsNotEmpty()
  @MaxLength(255)
  name!: string;
  /**
   * Whether this is a company or a subsidiary of one.
   * @example COMPANY
   */
  @IsIn(['COMPANY', 'SUBSIDIARY'])
  type!: 'COMPANY' | 'SUBSIDIARY';
  /** The id of the legal entity that this one belongs to. */
  @Text()
  parentId?: string | null;
  /** The limit for purchases. Stored for other services. */
  @IsOptional()
  @Nested(() => AccountLimitDto)
  accountLimit?: AccountLimitDto;
  /** The registration of the company. */
  @IsOptional()
  @Nested(() => LegalInfoDto)
  legalInfo?: LegalInfoDto;
  /**
   * The customer groups of the legal entity. Stored for other services. In a PUT, a group keeps its name and role if
   * they are omitted. At most 100.
   */
  @IsOptional()
  @NestedEach(() => CustomerGroupDto, MAX_REFERENCES)
  customerGroups?: CustomerGroupDto[];
  /** The locations of the legal entity, by their ids. Each must exist. At most 100. */
  @IsOptional()
  @NestedEach(() => ReferenceDto, MAX_REFERENCES)
  entitiesAddresses?: ReferenceDto[];
  /** The contact assignments of the customers who approve orders. Stored for other services. At most 100. */
  @IsOptional()
  @NestedEach(() => ReferenceDto, MAX_REFERENCES)
  approvalGroup?: ReferenceDto[];
  /**
   * The restriction of the legal entity. Stored for other services.
   * @example ["US"]
   */
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(1)
  @IsString({ each: true })
  @MaxLength(255, { each: true })
  restrictions?: string[] | null;
  /**
   * Custom objects by name, at most 64 KiB.
   * @example {"loyalty": {"points": 120}}
   */
  @IsOptional()
  @IsJsonObject()
  mixins?: Record<string, unknown>;
  /** The version that the change is based on, and the URLs of the schemas of the mixins. */
  @IsOptional()
  @Nested(() => MetadataDto)
  metadata?: MetadataDto;
}

export class NewLegalEntityDto extends OmitType(LegalEntityChangeDto, ['type', 'metadata']) {
  /**
   * The id of the legal entity, case-sensitive; generated if omitted.
   * @example ACME-1
   */
  @MayBeAbsent()
  @IsCustomId()
  id?: string;
  /** Whether this is a company or a subsidiary of one; `COMPANY` if omitted. */
  @MayBeAbsent()
  @IsIn(['COMPANY', 'SUBSIDIARY'])
  type?: 'COMPANY' | 'SUBSIDIARY';
  /** The URLs of the schemas of the mixins. */
  @IsOptional()
  @Nested(() => BasicMetadataDto)
  metadata?: BasicMetadataDto;
}

/** Converts a request body to the input of the service. */
export function legalEntityOf({ metadata, ...body }: LegalEntityChangeDto | NewLegalEntityDto): LegalEntityInput {
  return { ...body, mixinSchemas: metadata?.mixins };
}

export class LegalEntityQueryDto extends FieldsQueryDto {
  /**
   * With `entitiesAddresses`, the locations of the legal entity are returned with all their properties, not only their
   * ids. Other values are ignored.
   * @example entitiesAddresses
   */
  @IsOptional()
  @IsString()
  @MaxLength(1000)
  expand?: string;
}

export class LegalEntitiesQueryDto extends ListQueryDto {
  /**
   * With `entitiesAddresses`, the locations of the legal entities are returned with all their properties, not only
   * their ids. Other values are ignored.
   * @example entitiesAddresses
   */
  @IsOptional()
  @IsString()
  @MaxLength(1000)
  expand?: string;
  /** Selects the legal entities with this id. */
  @Filter()
  id?: string;
  /** Selects the legal entities with exactly this name. */
  @Filter()
  name?: string;
  /** Selects the legal entities with this type. */
  @Filter('COMPANY', 'SUBSIDIARY')
  type?: 'COMPANY' | 'SUBSIDIARY';
  /** Selects the legal entities with this parent. */
  @Filter()
  parentId?: string;
  /** Selects the legal entities with exactly this registered name. */
  @Filter()
  'legalInfo.legalName'?: string;
  /** Selects the legal entities with exactly this date of registration. */
  @Filter()
  'legalInfo.registrationDate'?: string;
  /** Selects the legal entities with exactly this tax number. */
  @Filter()
  'legalInfo.taxRegistrationNumber'?: string;
  /** Selects the legal entities with exactly this registration agency. */
  @Filter()
  'legalInfo.registrationAgency'?: string;
  /** Selects the legal entities with exactly this country of registration. */
  @Filter()
  'legalInfo.countryOfRegistration'?: string;
  /** Selects the legal entities with exactly this registration id. */
  @Filter()
  'legalInfo.registrationId'?: string;
}

export class LegalEntitiesListQueryDto extends LegalEntitiesQueryDto {
  /**
   * Selects the legal entities that match a query. Its syntax is that of `q` of `GET /customer/{tenant}/customers`.
   * Fields: `id`, `name`, `type`, `parentId`, `accountLimit.…`, `legalInfo.…` and `metadata.…`.
   * @example name:~Acme
   */
  @IsOptional()
  @IsString()
  @MaxLength(4000)
  q?: string;
}

/** A location of a legal entity. If it is not expanded, only the id is present. */
export class EntityAddressDto extends PartialType(OmitType(LocationDto, ['id'])) {
  /** The id of the location. */
  id!: string;
}

/** A reference to a location that does not exist is returned as it was stored. */
function addressOf({ id }: Reference, locations: LocationRow[] | undefined): EntityAddressDto {
  const location = locations?.find((one) => one.id === id);
  return location ? LocationDto.of(location) : { id };
}

/** A company, or a part of one. Empty properties are omitted. */
export class LegalEntityDto {
  /** The id of the legal entity. */
  id!: string;
  /**
   * The name of the legal entity.
   * @example 'Acme Ltd'
   */
  name!: string;
  /** Whether this is a company or a subsidiary of one. */
  type!: 'COMPANY' | 'SUBSIDIARY';
  /** The id of the legal entity that this one belongs to. */
  parentId?: string;
  /** The limit for purchases. Stored for other services. */
  accountLimit?: AccountLimitDto;
  /** The registration of the company. */
  legalInfo!: LegalInfoDto;
  /** The customer groups of the legal entity, each with its name and role. */
  customerGroups!: CustomerGroupDto[];
  /** The locations of the legal entity. Without `expand=entitiesAddresses`, only their ids are returned. */
  entitiesAddresses!: EntityAddressDto[];
  /** The contact assignments of the customers who approve orders. */
  approvalGroup!: ReferenceDto[];
  /** The restriction of the legal entity. */
  restrictions?: string[];
  /**
   * Custom objects by name.
   * @example {"loyalty": {"points": 120}}
   */
  mixins!: Record<string, unknown>;
  /** The version, the times of the creation and the last change, and the URLs of the schemas of the mixins. */
  metadata!: CompanyMetadataDto;

  static of(row: LegalEntityRow): LegalEntityDto {
    return {
      id: row.id,
      name: row.name,
      type: row.type,
      parentId: row.parent_id ?? undefined,
      accountLimit: row.account_limit ?? undefined,
      legalInfo: row.legal_info,
      customerGroups: row.customer_groups as CustomerGroupDto[],
      entitiesAddresses: row.entities_addresses.map((reference) => addressOf(reference, row.locations)),
      approvalGroup: row.approval_group,
      restrictions: row.restrictions ?? undefined,
      mixins: row.mixins,
      metadata: CompanyMetadataDto.of(row),
    };
  }
}
