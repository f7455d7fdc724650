import { IsBoolean, IsIn, IsNotEmpty, IsOptional, IsString, MaxLength } from 'class-validator';
import { ApiPropertyOptional, OmitType } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsCustomId } from '../common/custom-id.js';
import { Expand } from '../emporix/expand.js';
import { BasicMetadataDto } from '../emporix/metadata.dto.js';
import { PagingQueryDto } from '../emporix/paging.dto.js';
import { Flag, MayBeAbsent, Nested, NullMeansAbsent, Text } from '../common/validation.js';
import { scopesNamed } from '../sessions/access/caller.js';
import type { CustomerAdminInput } from './customer-admin-input.js';
import type { CustomerUpdate } from './customer-update.service.js';
import { EMAIL_OVERRIDE } from './employee-scopes.js';
import { type Standing, standings } from '../customers/customer.entity.js';
import { ProfileChangesDto, ProfileDto, changesOf } from '../customers/profile.dto.js';
import type { Profile } from '../customers/profile.js';
import { IsNewPassword } from '../tenants/new-password.js';

/** The fields that employees and services may set on a new or an existing customer. */
class CustomerProfileDto extends ProfileChangesDto {
  /**
   * A `CONTACT` is a person who is known only to employees and cannot log in. `CUSTOMER` if it is empty, or omitted for a
   * new customer.
   */
  @IsOptional()
  @Transform(({ value }: { value: unknown }) => (value === '' ? 'CUSTOMER' : value))
  @IsIn(['CUSTOMER', 'CONTACT'])
  type?: 'CUSTOMER' | 'CONTACT';
  /**
   * One of the tenant's restrictions. Employees and services whose scope contains a restriction can see only its
   * customers.
   * @example DE
   */
  @Text()
  restriction?: string | null;
}

export class NewCustomerDto extends OmitType(CustomerProfileDto, ['metadata']) {
  /**
   * The customer number, case-sensitive; generated if omitted.
   * @example C0033
   */
  @NullMeansAbsent()
  @IsCustomId()
  id?: string;
  /**
   * The initial password: 6 to 128 characters, or as the tenant's password policy requires if the tenant is `strict`.
   * If omitted, the customer sets the password with the link in the mail.
   */
  @NullMeansAbsent()
  @IsNewPassword()
  password?: string;
  /** The URLs of the schemas of the mixins. */
  @IsOptional()
  @Nested(() => BasicMetadataDto)
  metadata?: BasicMetadataDto;
}

/** The fields of a customer that employees may update. */
export class CustomerChangesDto extends CustomerProfileDto {
  /**
   * Whether the customer is active. Only active customers who are not on hold can log in. `false` revokes all tokens at
   * once.
   */
  @MayBeAbsent()
  @IsBoolean()
  active?: boolean;
  /** Whether the customer is on hold. `true` revokes all tokens at once. */
  @MayBeAbsent()
  @IsBoolean()
  onHold?: boolean;
  /**
   * The login e-mail. Its owner must confirm a change: the new address receives a link, and the current one a notice.
   * With the scope `foyer.email_override` and a `reason`, it changes immediately, and all sessions end. Ignored for a
   * customer without an account, from a company Admin, and for a new customer.
   * @example ada@acme.example
   */
  @Text(320)
  email?: string | null;
  /**
   * Why the login e-mail, `active` or `onHold` changes. It is stored in the customer's history.
   * @example 'Typing error at sign-up, identity verified by telephone'
   */
  @Text(500)
  reason?: string | null;
}

/** Converts a request body to the input of `CustomerCreationService` and `CustomerUpdateService`. */
export function adminInputOf(body: CustomerChangesDto | NewCustomerDto): CustomerAdminInput {
  const { type, restriction, ...rest } = body;
  const {
    active,
    onHold,
    id,
    password,
    email: _email,
    reason: _reason,
    ...profile
  } = rest as CustomerChangesDto & NewCustomerDto;
  return { ...changesOf(profile), active, onHold, type: type ?? undefined, restriction, id, password };
}

/** Converts a request body, and the scopes of the caller, to the input of `CustomerUpdateService`. */
export function updateOf(body: CustomerChangesDto, scopes: string[]): CustomerUpdate {
  const { id: _id, password: _password, ...input } = adminInputOf(body);
  const email = body.email?.trim();
  const reason = body.reason?.trim() || undefined;
  if (!email) return { ...input, reason };
  const mayOverride = scopesNamed(scopes, [EMAIL_OVERRIDE]).length > 0;
  return { ...input, reason, loginEmail: { email, reason, mayOverride } };
}

export class NotificationQueryDto {
  /**
   * Whether the customer gets a mail with a link to set a password if `contactEmail` adds the account to log in with. A
   * `CONTACT` gets none.
   */
  @Flag(true)
  sendPasswordResetNotifications: boolean = true;
}

export class SecondFactorRemovalQueryDto {
  /**
   * The reason, which is stored in the customer's history.
   * @example 'Lost phone, identity verified in a video call'
   */
  @IsString()
  @IsNotEmpty()
  @MaxLength(255)
  reason!: string;
}

/** The query parameters of a list of customers, except `q`. */
export class CustomersQueryDto extends PagingQueryDto {
  /**
   * The order: `field`, `field:asc` or `field:desc`. Several fields are separated by colons or commas, such as
   * `lastName:firstName:desc`.
   * @example lastName:asc
   */
  @IsOptional()
  @IsString()
  @MaxLength(1000)
  sort?: string;
  /**
   * The additional parts to return: `addresses`, `mixin:*` or `mixin:{name}`, separated by commas. `pageSize` is then
   * at most 100, and must be smaller if the page would exceed 8 MB.
   * @example addresses,mixin:*
   */
  @IsOptional()
  @IsString()
  @MaxLength(1000)
  expand?: string;
}

export class CustomersListQueryDto extends CustomersQueryDto {
  /**
   * Selects the customers that match a query. It consists of terms, separated by spaces. A customer must match every
   * term. A term without a colon is a word in any letter case. It must begin a word of the customer's number,
   * reference, e-mail, first name, last name or company: `ada lovelace`.
   *
   * Other terms have the form `field:value`. A value is one of these: `Ada` or `"Ada Lovelace"` for an equal value;
   * `(a,b)` for one of several values; `>=20` or `(>=10 AND <=20)` for numbers and dates; `null`, `exists` or
   * `missing`; `~pattern` for a POSIX regular expression that matches anywhere in the text, such as `~^Ad`. Values are
   * case-sensitive, except e-mails.
   *
   * Fields: `id` or `customerNumber`, `reference`, `title`, `firstName`, `middleName`, `lastName`, `email` or
   * `accounts.id`, `contactEmail`, `contactPhone`, `company`, `preferredLanguage`, `preferredCurrency`,
   * `preferredSite`, `type`, `photoUrl`, `restriction`, `active`, `onHold`, `businessModel`, `lastLogin`,
   * `standing`, `standingSince`, `emailConfirmed`, `lockedUntil` (only for employees and services),
   * `metadata.createdAt`, `metadata.modifiedAt`, `metadata.version`, `b2b.companyRegistrationId`,
   * `b2b.legalEntities.id`, `mixins.…`, `metadata.mixins.…`, and of an address `addresses.contactName`, `.companyName`,
   * `.street`, `.streetNumber`, `.zipCode`, `.city`, `.country`, `.state` and `.contactPhone`.
   * @example lastName:Lovelace
   */
  @IsOptional()
  @IsString()
  @MaxLength(4000)
  q?: string;
}

export class CustomersSearchDto {
  /**
   * The query, as in `q` of `GET /customer/{tenant}/customers`.
   * @example lastName:Lovelace
   */
  @IsOptional()
  @IsString()
  @MaxLength(4000)
  q?: string | null;
}

/** A customer as returned to employees. */
export class CustomerDto extends ProfileDto {
  /** The login e-mail, if there is one. */
  email?: string;
  /**
   * The customer reference of the Glue API.
   * @example DE--21
   */
  reference!: string;
  /** Whether the customer is active. Only active customers who are not on hold can log in. */
  active!: boolean;
  /** Whether the customer is on hold. */
  onHold!: boolean;
  /**
   * The decision of the employees on the customer: none yet (`awaiting`), `active`, `declined`, or `deactivated` after
   * an activation. Only for employees and services.
   * @example awaiting
   */
  @ApiPropertyOptional({ enum: standings })
  standing?: Standing;
  /** When the customer got this standing. Only for employees and services. */
  standingSince?: Date;
  /** Whether the customer has confirmed the e-mail address. Only for employees and services. */
  emailConfirmed?: boolean;
  /** The end of the latest lock after failed logins. Null if there was none. Only for employees and services. */
  lockedUntil?: Date | null;
  /**
   * The new login e-mail, which its owner has not confirmed yet. Absent if no change is pending. Only for employees and
   * services that read a single customer.
   * @example ada@acme.example
   */
  pendingEmail?: string;
  /** The restriction of the customer, which is one of the tenant's. Null if there is none. */
  restriction!: string | null;
  /** When the customer was created. */
  metadataCreatedAt!: Date;

  /** @param withStanding whether to include the fields that only employees and services may read */
  static override of(customer: Profile, expand: Expand, { withStanding = false } = {}): CustomerDto {
    return {
      ...ProfileDto.of(customer, expand),
      email: customer.accounts[0],
      reference: customer.reference,
      active: customer.active,
      onHold: customer.on_hold,
      restriction: customer.restriction,
      metadataCreatedAt: new Date(customer.created_at),
      ...(withStanding && standingOf(customer)),
    };
  }
}

function standingOf(
  customer: Profile,
): Pick<CustomerDto, 'standing' | 'standingSince' | 'emailConfirmed' | 'lockedUntil' | 'pendingEmail'> {
  const { standing, standing_since, confirmed_at, locked_until, pending_email } = customer;
  return {
    standing,
    standingSince: new Date(standing_since),
    emailConfirmed: confirmed_at !== null,
    lockedUntil: locked_until === null ? null : new Date(locked_until),
    pendingEmail: pending_email ?? undefined,
  };
}
