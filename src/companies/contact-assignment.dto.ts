import { Transform } from 'class-transformer';
import { IsBoolean, IsIn, IsOptional, IsString, MaxLength } from 'class-validator';
import { OmitType } from '@nestjs/swagger';
import { IsCustomId } from '../common/custom-id.js';
import { BasicMetadataDto, MetadataDto } from '../common/metadata.dto.js';
import { IsJsonObject, MayBeAbsent, Needed, Nested } from '../common/validation.js';
import type { ContactAssignmentRow } from './companies.sql.js';
import type { ContactAssignmentInput } from './contact-assignments.service.js';
import { CompanyMetadataDto, LegalEntityDto, ReferenceDto } from './legal-entity.dto.js';
import { Filter, ListQueryDto } from './list.dto.js';

/** What staff says of an assignment. */
export class ContactAssignmentChangeDto {
  @Needed()
  @Nested(() => ReferenceDto)
  legalEntity!: ReferenceDto;
  @Needed()
  @Nested(() => ReferenceDto)
  customer!: ReferenceDto;
  /** @example BILLING */
  @IsIn(['PRIMARY', 'BILLING', 'LOGISTICS', 'CONTACT'])
  type!: 'PRIMARY' | 'BILLING' | 'LOGISTICS' | 'CONTACT';
  /** `false` without it. */
  @MayBeAbsent()
  @IsBoolean()
  primary?: boolean;
  /**
   * What the customer may do for the company. Without it the group stays while customer and legal entity do; else it is
   * `Requester`.
   */
  @MayBeAbsent()
  @IsIn(['Admin', 'Buyer', 'Requester'])
  group?: 'Admin' | 'Buyer' | 'Requester';
  /** Custom objects by name. */
  @IsOptional()
  @IsJsonObject()
  mixins?: Record<string, unknown>;
  @IsOptional()
  @Nested(() => MetadataDto)
  metadata?: MetadataDto;
}

export class NewContactAssignmentDto extends OmitType(ContactAssignmentChangeDto, ['type', 'metadata']) {
  /**
   * Without it, one is made up. Upper and lower case differ.
   * @example D436432
   */
  @MayBeAbsent()
  @IsCustomId()
  id?: string;
  /** @example BILLING */
  @MayBeAbsent()
  @IsIn(['PRIMARY', 'BILLING', 'LOGISTICS', 'CONTACT'])
  type?: 'PRIMARY' | 'BILLING' | 'LOGISTICS' | 'CONTACT';
  @IsOptional()
  @Nested(() => BasicMetadataDto)
  metadata?: BasicMetadataDto;
}

/** What a body asks to keep. */
export function assignmentOf(body: ContactAssignmentChangeDto | NewContactAssignmentDto): ContactAssignmentInput {
  const { legalEntity, customer, type, primary, group, mixins, metadata } = body;
  return {
    legalEntityId: legalEntity.id,
    customerId: customer.id,
    type,
    isPrimary: primary,
    group,
    mixins,
    mixinSchemas: metadata?.mixins,
  };
}

export class ContactAssignmentsQueryDto extends ListQueryDto {
  /**
   * `field`, `field:asc` or `field:desc`; several separated by commas.
   * @example legalEntity.name,metadata.createdAt:desc
   */
  @IsOptional()
  @IsString()
  @MaxLength(1000)
  override sort?: string;
  /**
   * Names of properties, separated by commas; all without it.
   * @example customer,group
   */
  @IsOptional()
  @IsString()
  @MaxLength(1000)
  override fields?: string;
  @Filter()
  'legalEntity.id'?: string;
  @Filter()
  'customer.id'?: string;
  @Filter('PRIMARY', 'BILLING', 'LOGISTICS', 'CONTACT')
  type?: 'PRIMARY' | 'BILLING' | 'LOGISTICS' | 'CONTACT';
  @MayBeAbsent()
  @Transform(({ value }: { value: unknown }) => (value === 'true' ? true : value === 'false' ? false : value))
  @IsBoolean()
  primary?: boolean;
  /**
   * As in the list of customers.
   * @example customer.id:C0033
   */
  @IsOptional()
  @IsString()
  @MaxLength(4000)
  q?: string;
}

/** The customer of an assignment. */
export class ContactDto {
  id!: string;
  /** The first name. */
  name?: string;
  surname?: string;
  /** The contact e-mail. */
  email?: string;
  phone?: string;
}

/** That a customer belongs to a legal entity. */
export class ContactAssignmentDto {
  id!: string;
  legalEntity!: LegalEntityDto;
  customer!: ContactDto;
  type?: 'PRIMARY' | 'BILLING' | 'LOGISTICS' | 'CONTACT';
  primary!: boolean;
  group!: 'Admin' | 'Buyer' | 'Requester';
  mixins!: Record<string, unknown>;
  metadata!: CompanyMetadataDto;

  static of({ assignment, legalEntity, customer }: ContactAssignmentRow): ContactAssignmentDto {
    return {
      id: assignment.id,
      legalEntity: LegalEntityDto.of(legalEntity),
      customer: {
        id: customer.id,
        name: customer.first_name ?? undefined,
        surname: customer.last_name ?? undefined,
        email: customer.contact_email ?? undefined,
        phone: customer.contact_phone ?? undefined,
      },
      type: assignment.type ?? undefined,
      primary: assignment.is_primary,
      group: assignment.company_group,
      mixins: assignment.mixins,
      metadata: CompanyMetadataDto.of(assignment),
    };
  }
}
