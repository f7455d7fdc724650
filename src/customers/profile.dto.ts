import { IsOptional, IsString, MaxLength, ValidateIf } from 'class-validator';
import { AddressDto } from '../addresses/address.dto.js';
import { Expand } from '../emporix/expand.js';
import { MetadataDto, MetadataViewDto } from '../emporix/metadata.dto.js';
import { IsCurrencyCode, IsEmailAddress, IsJsonObject, IsWebLink, Nested, Text } from '../common/validation.js';
import type { ProfileChanges } from './customers.service.js';
import type { Profile } from './profile.js';

export class CompanyDto {
  /**
   * The registration id of the customer's company. It applies at sign-up, or when an employee sets it. If no company
   * has the id, the company is created, with the customer as its `Admin`. Otherwise, the customer joins the company as
   * `Requester`. If the customer entered the id and the tenant setting `companyJoin` is `approval`, this requires an
   * approval. The id requires `firstName`, `lastName` and `company`, in the same request or already stored. A later
   * change by the customer does not change the membership.
   * @example 'HRB 2'
   */
  @Text()
  companyRegistrationId?: string | null;
}

/** The profile properties of a customer. */
export class ProfileChangesDto {
  /**
   * The title. The Glue API returns `MR`, `MS`, `MRS` and `DR` as the salutation.
   * @example MS
   */
  @Text()
  title?: string | null;
  /**
   * The first name.
   * @example Ada
   */
  @Text()
  firstName?: string | null;
  /** The middle name. */
  @Text()
  middleName?: string | null;
  /**
   * The last name.
   * @example Lovelace
   */
  @Text()
  lastName?: string | null;
  /**
   * The e-mail address for messages to the customer. It does not change the login e-mail, and cannot be removed once it
   * is set.
   * @example ada@demo.example
   */
  @ValidateIf((_object, value: unknown) => value !== undefined && value !== null && value !== '')
  @IsEmailAddress()
  contactEmail?: string | null;
  /**
   * The phone number. Its format is not checked.
   * @example '+49 30 5550100'
   */
  @Text()
  contactPhone?: string | null;
  /**
   * The name of the company.
   * @example 'Acme Ltd'
   */
  @Text()
  company?: string | null;
  /**
   * The language that the customer prefers, a BCP 47 tag. An underscore is also accepted.
   * @example en_US
   */
  @Text(35)
  preferredLanguage?: string | null;
  /**
   * The currency that the customer prefers, an ISO 4217 code, which is stored in capitals.
   * @example EUR
   */
  @IsOptional()
  @IsCurrencyCode()
  preferredCurrency?: string | null;
  /**
   * The site that the customer prefers.
   * @example main
   */
  @Text()
  preferredSite?: string | null;
  /** The URL of a picture of the customer: `http://…` or `https://…`. */
  @Text(2000)
  @IsWebLink()
  photoUrl?: string | null;
  /** The company of a business customer. */
  @IsOptional()
  @Nested(() => CompanyDto)
  b2b?: CompanyDto | null;
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

/** Converts a request body to profile changes. */
export function changesOf({ b2b, metadata, ...changes }: ProfileChangesDto): ProfileChanges {
  return {
    ...changes,
    companyRegistrationId: b2b === null ? null : b2b?.companyRegistrationId,
    mixinSchemas: metadata?.mixins,
  };
}

export class AccountDto {
  /**
   * The login e-mail. For an identity without an e-mail address, the subject that the provider assigned.
   * @example ada@demo.example
   */
  id!: string;
  /** The customer's id at the identity provider (`sub`). Absent for a login with a password. */
  providerId?: string;
}

/** A legal entity that the customer is assigned to. */
export class AssignedLegalEntityDto {
  /** The id of the legal entity. */
  id!: string;
  /** The name of the legal entity. */
  name!: string;
  /** The id of the assignment. */
  contactAssignmentId!: string;
}

export class CompanyViewDto {
  /** The registration id that the customer or an employee entered. */
  companyRegistrationId?: string;
  /** The legal entities that the customer is assigned to. */
  legalEntities!: AssignedLegalEntityDto[];
}

/** A customer's profile. Empty properties are omitted. */
export class ProfileDto {
  /**
   * The customer number.
   * @example 4711000815
   */
  id!: string;
  /** The same as `id`. */
  customerNumber!: string;
  /** The title. The Glue API returns `MR`, `MS`, `MRS` and `DR` as the salutation. */
  title?: string;
  /** The first name. */
  firstName?: string;
  /** The middle name. */
  middleName?: string;
  /** The last name. */
  lastName?: string;
  /** The e-mail address for messages to the customer. The login e-mail is in `accounts`. */
  contactEmail?: string;
  /** The phone number. */
  contactPhone?: string;
  /** The name of the company. */
  company?: string;
  /** The language that the customer prefers, a BCP 47 tag. */
  preferredLanguage?: string;
  /** The currency that the customer prefers, an ISO 4217 code. */
  preferredCurrency?: string;
  /** The site that the customer prefers. */
  preferredSite!: string;
  /** A `CONTACT` is a person who is known only to employees and cannot log in. */
  type?: 'CUSTOMER' | 'CONTACT';
  /** The URL of a picture of the customer. */
  photoUrl?: string;
  /** The ways to log in. */
  accounts!: AccountDto[];
  /** The address book, oldest first. Present with `expand=addresses`. */
  addresses?: AddressDto[];
  /** The default address. Present with `expand=addresses` if there is one. */
  defaultAddress?: AddressDto;
  /** `B2B` for a customer who is assigned to a legal entity, otherwise `B2C`. */
  businessModel?: 'B2B' | 'B2C';
  /** The company of a business customer. */
  b2b?: CompanyViewDto;
  /**
   * Custom objects by name. Present with `expand=mixin:*` or `expand=mixin:{name}`.
   * @example {"loyalty": {"points": 120}}
   */
  mixins?: Record<string, unknown>;
  /** The version, and the URLs of the schemas of the mixins. */
  metadata?: MetadataViewDto;
  /** The time of the last login. Null before the first login. */
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

/** The profile of a visitor who has not logged in. */
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
   * The additional parts to return: `addresses`, `mixin:*` or `mixin:{name}`, separated by commas.
   * @example addresses,mixin:*
   */
  @IsOptional()
  @IsString()
  @MaxLength(1000)
  expand?: string;
}
