import { IsOptional, IsString, MaxLength, ValidateIf } from 'class-validator';
import { AddressDto } from '../addresses/address.dto.js';
import { Expand } from '../common/expand.js';
import { MetadataDto, MetadataViewDto } from '../common/metadata.dto.js';
import { IsCurrencyCode, IsEmailAddress, IsJsonObject, Nested, Text } from '../common/validation.js';
import type { ProfileChanges } from './customers.service.js';
import type { Profile } from './profile.js';

export class CompanyDto {
  /**
   * The company that the customer belongs to, by its registration id. At the sign-up, or set by staff: one that no
   * company has makes the company, with the customer as its `Admin`; one that a company has lets the customer join it
   * at once as `Requester`, who can read it. The sign-up needs `firstName`, `lastName` and `company` beside it. A
   * customer's own later change moves nobody.
   * @example 123-456-789
   */
  @Text()
  companyRegistrationId?: string | null;
}

/** What a profile says of a customer. */
export class ProfileChangesDto {
  /** @example MR */
  @Text()
  title?: string | null;
  /** @example John */
  @Text()
  firstName?: string | null;
  @Text()
  middleName?: string | null;
  /** @example Doe */
  @Text()
  lastName?: string | null;
  /**
   * Cannot be removed once it is set; does not change the login e-mail.
   * @example john.doe@example.com
   */
  @ValidateIf((_object, value: unknown) => value !== undefined && value !== null && value !== '')
  @IsEmailAddress()
  contactEmail?: string | null;
  /** @example "123456789" */
  @Text()
  contactPhone?: string | null;
  /** @example Emporix */
  @Text()
  company?: string | null;
  /**
   * BCP 47, also with an underscore.
   * @example en_US
   */
  @Text(35)
  preferredLanguage?: string | null;
  /**
   * ISO 4217.
   * @example EUR
   */
  @IsOptional()
  @IsCurrencyCode()
  preferredCurrency?: string | null;
  /** @example main */
  @Text()
  preferredSite?: string | null;
  /** Address of a picture. */
  @Text(2000)
  photoUrl?: string | null;
  @IsOptional()
  @Nested(() => CompanyDto)
  b2b?: CompanyDto | null;
  /** Custom objects by name. */
  @IsOptional()
  @IsJsonObject()
  mixins?: Record<string, unknown>;
  @IsOptional()
  @Nested(() => MetadataDto)
  metadata?: MetadataDto;
}

/** What a body asks the profile to keep. */
export function changesOf({ b2b, metadata, ...changes }: ProfileChangesDto): ProfileChanges {
  return {
    ...changes,
    companyRegistrationId: b2b === null ? null : b2b?.companyRegistrationId,
    mixinSchemas: metadata?.mixins,
  };
}

export class AccountDto {
  /**
   * The login e-mail.
   * @example john.doe@example.com
   */
  id!: string;
  /** The identity provider that the customer logs in with, if there is one. */
  providerId?: string;
}

/** A legal entity that the customer is assigned to. */
export class AssignedLegalEntityDto {
  id!: string;
  name!: string;
  contactAssignmentId!: string;
}

export class CompanyViewDto {
  companyRegistrationId?: string;
  legalEntities!: AssignedLegalEntityDto[];
}

/** A customer's profile. Empty fields are left out. */
export class ProfileDto {
  /** @example 4711000815 */
  id!: string;
  /** The same as `id`. */
  customerNumber!: string;
  title?: string;
  firstName?: string;
  middleName?: string;
  lastName?: string;
  contactEmail?: string;
  contactPhone?: string;
  company?: string;
  preferredLanguage?: string;
  preferredCurrency?: string;
  preferredSite!: string;
  type?: 'CUSTOMER' | 'CONTACT';
  photoUrl?: string;
  accounts!: AccountDto[];
  /** With `expand=addresses`. */
  addresses?: AddressDto[];
  /** With `expand=addresses`. */
  defaultAddress?: AddressDto;
  /** `B2B` for who is assigned to a legal entity. */
  businessModel?: 'B2B' | 'B2C';
  b2b?: CompanyViewDto;
  /** With `expand=mixin:*`. */
  mixins?: Record<string, unknown>;
  metadata?: MetadataViewDto;
  /** Null before the first login. */
  lastLogin?: Date | null;

  static of(customer: Profile, expand: Expand): ProfileDto {
    const { accounts, identities, addresses, companies } = customer;
    const book = addresses?.map((row) => AddressDto.of(row));
    return {
      id: customer.id,
      customerNumber: customer.id,
      title: customer.title ?? undefined,
      firstName: customer.first_name ?? undefined,
      middleName: customer.middle_name ?? undefined,
      lastName: customer.last_name ?? undefined,
      contactEmail: customer.contact_email ?? undefined,
      contactPhone: customer.contact_phone ?? undefined,
      company: customer.company ?? undefined,
      preferredLanguage: customer.preferred_language,
      preferredCurrency: customer.preferred_currency,
      preferredSite: customer.preferred_site,
      type: customer.type,
      photoUrl: customer.photo_url ?? undefined,
      accounts: [
        ...accounts.filter((email) => !identities.some(({ id }) => id === email)).map((id) => ({ id })),
        ...identities,
      ],
      addresses: book,
      defaultAddress: book?.find(({ isDefault }) => isDefault),
      businessModel: companies.length > 0 ? 'B2B' : 'B2C',
      b2b:
        companies.length > 0 || customer.company_registration_id
          ? {
              companyRegistrationId: customer.company_registration_id ?? undefined,
              legalEntities: companies.map(({ id, name, contactAssignmentId }) => ({ id, name, contactAssignmentId })),
            }
          : undefined,
      mixins: customer.mixins ? expand.mixinsOf(customer.mixins) : undefined,
      metadata: { mixins: customer.mixin_schemas, version: customer.version },
      lastLogin: customer.last_login ? new Date(customer.last_login) : null,
    };
  }
}

/** The profile of somebody who has not logged in. */
export const anonymousProfile: ProfileDto = {
  firstName: 'Anonymous',
  lastName: 'Anonymous',
  preferredSite: 'default',
  customerNumber: '00000000',
  id: '00000000',
  accounts: [],
};

export class ExpandQueryDto {
  /**
   * What to show besides: `addresses`, `mixin:*` or `mixin:{name}`, separated by commas.
   * @example addresses,mixin:*
   */
  @IsOptional()
  @IsString()
  @MaxLength(1000)
  expand?: string;
}
