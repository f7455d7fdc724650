import { IsBoolean, IsIn, IsOptional, IsString, MaxLength } from 'class-validator';
import { OmitType } from '@nestjs/swagger';
import { IsCustomId } from '../common/custom-id.js';
import { Expand } from '../common/expand.js';
import { BasicMetadataDto } from '../common/metadata.dto.js';
import { PagingQueryDto } from '../common/paging.dto.js';
import { Flag, MayBeAbsent, Nested, Text } from '../common/validation.js';
import type { CareInput } from './care.service.js';
import { ProfileChangesDto, ProfileDto, changesOf } from '../customers/profile.dto.js';
import type { Profile } from '../customers/profile.js';
import { IsNewPassword } from '../tenants/new-password.js';

/** What staff says of a customer, new or not. */
class StaffProfileDto extends ProfileChangesDto {
  /** A contact is a person whom only staff knows: it cannot log in. */
  @IsOptional()
  @IsIn(['CUSTOMER', 'CONTACT'])
  type?: 'CUSTOMER' | 'CONTACT';
  /**
   * One of the tenant's restrictions: staff whose scope names one sees the customers of it alone.
   * @example DE
   */
  @Text()
  restriction?: string | null;
}

export class NewCustomerDto extends OmitType(StaffProfileDto, ['metadata']) {
  /**
   * The customer number; without it, one is made up. Upper and lower case differ.
   * @example C0033
   */
  @MayBeAbsent()
  @IsCustomId()
  id?: string;
  /** An initial password. */
  @MayBeAbsent()
  @IsNewPassword()
  password?: string;
  @IsOptional()
  @Nested(() => BasicMetadataDto)
  metadata?: BasicMetadataDto;
}

/** What employees may change of a customer. */
export class CustomerChangesDto extends StaffProfileDto {
  /** The customer may log in; `false` ends all tokens at once. */
  @MayBeAbsent()
  @IsBoolean()
  active?: boolean;
  /** The customer is suspended; `true` ends all tokens at once. */
  @MayBeAbsent()
  @IsBoolean()
  onHold?: boolean;
}

/** What a body of staff asks to keep. */
export function careOf(body: CustomerChangesDto | NewCustomerDto): CareInput {
  const { type, restriction, ...rest } = body;
  const { active, onHold, id, password, ...profile } = rest as CustomerChangesDto & NewCustomerDto;
  return { ...changesOf(profile), active, onHold, type: type ?? undefined, restriction, id, password };
}

export class NotificationQueryDto {
  /** Mails a new customer a link to set a password. */
  @Flag(true)
  sendPasswordResetNotifications: boolean = true;
}

/** How the customers of a list are chosen and shown, beside `q`. */
export class CustomersQueryDto extends PagingQueryDto {
  /**
   * `field`, `field:asc` or `field:desc`; several separated by commas.
   * @example lastName:asc
   */
  @IsOptional()
  @IsString()
  @MaxLength(1000)
  sort?: string;
  /**
   * What to show besides: `addresses`, `mixin:*` or `mixin:{name}`, separated by commas. With it, `pageSize` is at most
   * 100, and smaller where the page would be over 8 MB.
   * @example addresses,mixin:*
   */
  @IsOptional()
  @IsString()
  @MaxLength(1000)
  expand?: string;
}

export class CustomersListQueryDto extends CustomersQueryDto {
  /**
   * Terms `field:value` separated by blanks; all must hold. Values: `John` or `"John Doe"`, which must be equal;
   * `(a,b)`, one of these; `>=20` or `(>=10 AND <=20)`, of numbers and dates; `null`, `exists`, `missing`; `~pattern`,
   * a POSIX regular expression that matches somewhere in the text (`~^Jo`). Upper and lower case differ, but for
   * e-mails.
   *
   * Fields: `id` or `customerNumber`, `reference`, `title`, `firstName`, `middleName`, `lastName`, `email` or
   * `accounts.id`, `contactEmail`, `contactPhone`, `company`, `preferredLanguage`, `preferredCurrency`,
   * `preferredSite`, `type`, `photoUrl`, `restriction`, `active`, `onHold`, `businessModel`, `lastLogin`,
   * `metadata.createdAt`, `metadata.modifiedAt`, `metadata.version`, `b2b.companyRegistrationId`,
   * `b2b.legalEntities.id`, `mixins.…`, `metadata.mixins.…`, and of an address `addresses.contactName`, `.companyName`,
   * `.street`, `.streetNumber`, `.zipCode`, `.city`, `.country`, `.state` and `.contactPhone`.
   * @example firstName:John
   */
  @IsOptional()
  @IsString()
  @MaxLength(4000)
  q?: string;
}

export class CustomersSearchDto {
  /**
   * As `q` of the list.
   * @example firstName:John
   */
  @IsOptional()
  @IsString()
  @MaxLength(4000)
  q?: string | null;
}

/** A customer as employees see it. */
export class CustomerDto extends ProfileDto {
  /** The login e-mail. */
  email?: string;
  /**
   * What the customer is known by in the Glue dialect.
   * @example DE--21
   */
  reference!: string;
  active!: boolean;
  onHold!: boolean;
  restriction!: string | null;
  /** When the customer was made. */
  metadataCreatedAt!: Date;

  static override of(customer: Profile, expand: Expand): CustomerDto {
    return {
      ...ProfileDto.of(customer, expand),
      email: customer.accounts[0],
      reference: customer.reference,
      active: customer.active,
      onHold: customer.on_hold,
      restriction: customer.restriction,
      metadataCreatedAt: new Date(customer.created_at),
    };
  }
}
