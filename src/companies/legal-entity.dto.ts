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
import { OmitType } from '@nestjs/swagger';
import { IsCustomId } from '../common/custom-id.js';
import { BasicMetadataDto, MetadataDto, MetadataViewDto } from '../common/metadata.dto.js';
import { IsJsonObject, MayBeAbsent, Nested, NestedEach, Text } from '../common/validation.js';
import type { LegalEntityRow, Versioned } from './companies.sql.js';
import type { LegalEntityInput } from './legal-entities.service.js';
import { Filter, ListQueryDto } from './list.dto.js';

const MOST = 100;

export class LegalInfoDto {
  /** @example ABC Company */
  @Text()
  legalName?: string | null;
  /** @example 2022-03-31T13:18:02.379Z */
  @Text()
  registrationDate?: string | null;
  @Text()
  taxRegistrationNumber?: string | null;
  @Text()
  registrationAgency?: string | null;
  /** @example DE */
  @Text()
  countryOfRegistration?: string | null;
  /** Of one company alone; case and blanks do not count. Customers who sign up with it join the company. */
  @Text()
  registrationId?: string | null;
}

export class AccountLimitDto {
  /** @example EUR */
  @Text()
  currency?: string | null;
  /**
   * What may be bought for.
   * @example 1000.99
   */
  @IsOptional()
  @IsNumber()
  @Min(0)
  value?: number | null;
}

export class ReferenceDto {
  /** Of a customer, the customer number. */
  @IsString()
  @IsNotEmpty()
  @MaxLength(255)
  id!: string;
}

export class CustomerGroupDto extends ReferenceDto {
  /** By language. */
  @IsOptional()
  @IsJsonObject()
  name?: Record<string, string>;
  @Text()
  role?: string | null;
}

/** What staff says of a legal entity. */
export class LegalEntityChangeDto {
  /** @example ABC Company */
  @IsString()
  @IsNotEmpty()
  @MaxLength(255)
  name!: string;
  /** @example COMPANY */
  @IsIn(['COMPANY', 'SUBSIDIARY'])
  type!: 'COMPANY' | 'SUBSIDIARY';
  /** The id of the legal entity that this one is a part of. */
  @Text()
  parentId?: string | null;
  @IsOptional()
  @Nested(() => AccountLimitDto)
  accountLimit?: AccountLimitDto;
  @IsOptional()
  @Nested(() => LegalInfoDto)
  legalInfo?: LegalInfoDto;
  @IsOptional()
  @NestedEach(() => CustomerGroupDto, MOST)
  customerGroups?: CustomerGroupDto[];
  /** Locations, which another service keeps. */
  @IsOptional()
  @NestedEach(() => ReferenceDto, MOST)
  entitiesAddresses?: ReferenceDto[];
  /** Contact assignments of those who approve. */
  @IsOptional()
  @NestedEach(() => ReferenceDto, MOST)
  approvalGroup?: ReferenceDto[];
  /** @example ["US"] */
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(1)
  @IsString({ each: true })
  @MaxLength(255, { each: true })
  restrictions?: string[] | null;
  /** Custom objects by name. */
  @IsOptional()
  @IsJsonObject()
  mixins?: Record<string, unknown>;
  @IsOptional()
  @Nested(() => MetadataDto)
  metadata?: MetadataDto;
}

export class NewLegalEntityDto extends OmitType(LegalEntityChangeDto, ['type', 'metadata']) {
  /**
   * Without it, one is made up. Upper and lower case differ.
   * @example ABC-1
   */
  @MayBeAbsent()
  @IsCustomId()
  id?: string;
  /** `COMPANY` without it. */
  @MayBeAbsent()
  @IsIn(['COMPANY', 'SUBSIDIARY'])
  type?: 'COMPANY' | 'SUBSIDIARY';
  @IsOptional()
  @Nested(() => BasicMetadataDto)
  metadata?: BasicMetadataDto;
}

/** What a body asks to keep. */
export function legalEntityOf({ metadata, ...body }: LegalEntityChangeDto | NewLegalEntityDto): LegalEntityInput {
  return { ...body, mixinSchemas: metadata?.mixins };
}

export class LegalEntitiesQueryDto extends ListQueryDto {
  @Filter()
  id?: string;
  @Filter()
  name?: string;
  @Filter('COMPANY', 'SUBSIDIARY')
  type?: 'COMPANY' | 'SUBSIDIARY';
  @Filter()
  parentId?: string;
  @Filter()
  'legalInfo.legalName'?: string;
  @Filter()
  'legalInfo.registrationDate'?: string;
  @Filter()
  'legalInfo.taxRegistrationNumber'?: string;
  @Filter()
  'legalInfo.registrationAgency'?: string;
  @Filter()
  'legalInfo.countryOfRegistration'?: string;
  @Filter()
  'legalInfo.registrationId'?: string;
}

export class LegalEntitiesListQueryDto extends LegalEntitiesQueryDto {
  /**
   * As in the list of customers.
   * @example name:~ABC
   */
  @IsOptional()
  @IsString()
  @MaxLength(4000)
  q?: string;
}

/** Metadata as it is shown of what companies are made of. */
export class CompanyMetadataDto extends MetadataViewDto {
  createdAt!: Date;
  modifiedAt!: Date;

  static of({ mixin_schemas, version, created_at, modified_at }: Versioned): CompanyMetadataDto {
    return { mixins: mixin_schemas, version, createdAt: new Date(created_at), modifiedAt: new Date(modified_at) };
  }
}

/** A company, or a part of one. Empty fields are left out. */
export class LegalEntityDto {
  id!: string;
  /** @example ABC Company */
  name!: string;
  type!: 'COMPANY' | 'SUBSIDIARY';
  parentId?: string;
  accountLimit?: AccountLimitDto;
  legalInfo!: LegalInfoDto;
  customerGroups!: CustomerGroupDto[];
  entitiesAddresses!: ReferenceDto[];
  approvalGroup!: ReferenceDto[];
  restrictions?: string[];
  mixins!: Record<string, unknown>;
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
      entitiesAddresses: row.entities_addresses,
      approvalGroup: row.approval_group,
      restrictions: row.restrictions ?? undefined,
      mixins: row.mixins,
      metadata: CompanyMetadataDto.of(row),
    };
  }
}
