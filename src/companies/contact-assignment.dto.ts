import { Transform } from 'class-transformer';
import { IsBoolean, IsIn, IsOptional, IsString, MaxLength } from 'class-validator';
import { OmitType } from '@nestjs/swagger';
import { IsCustomId } from '../common/custom-id.js';
import { BasicMetadataDto, MetadataDto } from '../emporix/metadata.dto.js';
import { IsJsonObject, MayBeAbsent, Required, Nested } from '../common/validation.js';
import type { ContactAssignmentRow } from './companies.sql.js';
import type { ContactAssignmentInput } from './contact-assignments.service.js';
import { CompanyMetadataDto } from './company-metadata.dto.js';
import { LegalEntityDto, ReferenceDto } from './legal-entity.dto.js';
import { Filter, ListQueryDto } from './list.dto.js';

/** The properties of an assignment that employees set. */
export class ContactAssignmentChangeDto {
  /** The legal entity that the customer is assigned to. */
  @Required()
  @Nested(() => ReferenceDto)
  legalEntity!: ReferenceDto;
  /** The customer, by the customer number. */
  @Required()
  @Nested(() => ReferenceDto)
  customer!: ReferenceDto;
  /**
   * The kind of contact.
   * @example BILLING
   */
  @IsIn(['PRIMARY', 'BILLING', 'LOGISTICS', 'CONTACT'])
  type!: 'PRIMARY' | 'BILLING' | 'LOGISTICS' | 'CONTACT';
  /** Whether the customer is the main contact; `false` if omitted. */
  @MayBeAbsent()
  @IsBoolean()
  primary?: boolean;
  /**
   * The rights of the customer in the company; `Requester` if omitted. A PUT that changes neither the customer nor the
   * legal entity keeps the current group if it is omitted.
   */
  @MayBeAbsent()
  @IsIn(['Admin', 'Buyer', 'Requester'])
  group?: 'Admin' | 'Buyer' | 'Requester';
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

export class NewContactAssignmentDto extends OmitType(ContactAssignmentChangeDto, ['type', 'metadata']) {
  /**
   * The id of the assignment, case-sensitive; generated if omitted.
   * @example D436432
   */
  @MayBeAbsent()
  @IsCustomId()
  id?: string;
  /**
   * The kind of contact.
   * @example BILLING
   */
  @MayBeAbsent()
  @IsIn(['PRIMARY', 'BILLING', 'LOGISTICS', 'CONTACT'])
  type?: 'PRIMARY' | 'BILLING' | 'LOGISTICS' | 'CONTACT';
  /** The URLs of the schemas of the mixins. */
  @IsOptional()
  @Nested(() => BasicMetadataDto)
  metadata?: BasicMetadataDto;
}

/** Converts a request body to the input of the service. */
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

/** The query parameters of a list whose rows connect a customer with a legal entity. */
export class ContactsQueryDto extends ListQueryDto {
  /**
   * The order: `field`, `field:asc` or `field:desc`. Several fields are separated by colons or commas.
   * @example legalEntity.id,customer.id:desc
   */
  @IsOptional()
  @IsString()
  @MaxLength(1000)
  override sort?: string;
  /**
   * The properties to return, separated by commas; all if omitted.
   * @example customer,legalEntity
   */
  @IsOptional()
  @IsString()
  @MaxLength(1000)
  override fields?: string;
  /** Selects the rows of the legal entity with this id. */
  @Filter()
  'legalEntity.id'?: string;
  /** Selects the rows of the customer with this number. */
  @Filter()
  'customer.id'?: string;
}

export class ContactAssignmentsQueryDto extends ContactsQueryDto {
  /**
   * Selects the assignments that are visible at the legal entity with this id: its own, and those that are propagated
   * to it. To select only its own, use `q=legalEntity.id:…`.
   */
  @Filter()
  override 'legalEntity.id'?: string;
  /** Selects the assignments of this type. */
  @Filter('PRIMARY', 'BILLING', 'LOGISTICS', 'CONTACT')
  type?: 'PRIMARY' | 'BILLING' | 'LOGISTICS' | 'CONTACT';
  /** Selects the main contacts, or all others. */
  @MayBeAbsent()
  @Transform(({ value }: { value: unknown }) => (value === 'true' ? true : value === 'false' ? false : value))
  @IsBoolean()
  primary?: boolean;
  /**
   * Selects the assignments that match a query. Its syntax is that of `q` of `GET /customer/{tenant}/customers`.
   * Fields: `id`, `legalEntity.id`, `legalEntity.name`, `customer.id`, `type`, `primary`, `group` and `metadata.…`.
   * @example customer.id:4711000815
   */
  @IsOptional()
  @IsString()
  @MaxLength(4000)
  q?: string;
}

/** The customer of an assignment. */
export class ContactDto {
  /** The customer number. */
  id!: string;
  /** The first name. */
  name?: string;
  /** The last name. */
  surname?: string;
  /** The contact e-mail. */
  email?: string;
  /** The contact phone number. */
  phone?: string;

  static of(customer: ContactAssignmentRow['customer']): ContactDto {
    return {
      id: customer.id,
      name: customer.first_name ?? undefined,
      surname: customer.last_name ?? undefined,
      email: customer.contact_email ?? undefined,
      phone: customer.contact_phone ?? undefined,
    };
  }
}

/** The assignment of a customer to a legal entity. */
export class ContactAssignmentDto {
  /** The id of the assignment. */
  id!: string;
  /** The legal entity that the customer is assigned to. */
  legalEntity!: LegalEntityDto;
  /** The customer. */
  customer!: ContactDto;
  /** The kind of contact. */
  type?: 'PRIMARY' | 'BILLING' | 'LOGISTICS' | 'CONTACT';
  /** Whether the customer is the main contact. */
  primary!: boolean;
  /** The rights of the customer in the company. */
  group!: 'Admin' | 'Buyer' | 'Requester';
  /**
   * Custom objects by name.
   * @example {"loyalty": {"points": 120}}
   */
  mixins!: Record<string, unknown>;
  /** The version, the times of the creation and the last change, and the URLs of the schemas of the mixins. */
  metadata!: CompanyMetadataDto;

  static of({ assignment, legalEntity, customer }: ContactAssignmentRow): ContactAssignmentDto {
    return {
      id: assignment.id,
      legalEntity: LegalEntityDto.of(legalEntity),
      customer: ContactDto.of(customer),
      type: assignment.type ?? undefined,
      primary: assignment.is_primary,
      group: assignment.company_group,
      mixins: assignment.mixins,
      metadata: CompanyMetadataDto.of(assignment),
    };
  }
}
