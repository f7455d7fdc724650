import { IntersectionType, OmitType } from '@nestjs/swagger';
import { IsBoolean, IsIn, IsOptional, IsString, Length, ValidateBy, buildMessage } from 'class-validator';
import { changesOf } from '../addresses/address.dto.js';
import { MAX_ADDRESSES, type NewAddress } from '../addresses/addresses.service.js';
import { Failure } from '../common/failure.js';
import { IsEmailAddress, MayBeAbsent, Nested, NestedEach, Text, checked } from '../common/validation.js';
import { NewConsentDto } from '../consents/consents.dto.js';
import { NewCustomerAddressDto } from '../employee/addresses.dto.js';
import { ImportedAccountDto, ImportedCustomerDto, inputOf } from './import.dto.js';
import type { ImportInput } from './import-input.js';
import { parseTime } from './time.js';

const MAX_CONSENTS = 50;
const MAX_IDENTITIES = 20;

/** A text that `parseTime` accepts. */
function IsTime(): PropertyDecorator {
  return ValidateBy({
    name: 'isTime',
    validator: {
      validate: (value: unknown) => typeof value === 'string' && parseTime(value) !== undefined,
      defaultMessage: buildMessage(
        (each) => `${each}$property must be a time that exists, such as 2024-05-31T12:00:00Z (ISO 8601)`,
      ),
    },
  });
}

/** The login of a customer in a file. A row that updates a customer may have the customer number instead. */
class FileAccountDto extends OmitType(ImportedAccountDto, ['email']) {
  @MayBeAbsent()
  @IsEmailAddress()
  email?: string;
}

/** An address, with the fields of the Glue API. */
class FileAddressDto extends OmitType(NewCustomerAddressDto, ['contactName']) {
  @Text()
  contactName?: string | null;
  @IsOptional()
  @IsIn(['Mr', 'Ms', 'Mrs', 'Dr', 'n/a'])
  salutation?: string | null;
  @Text()
  firstName?: string | null;
  @Text()
  lastName?: string | null;
  @MayBeAbsent()
  @IsBoolean()
  isDefaultShipping?: boolean;
  @MayBeAbsent()
  @IsBoolean()
  isDefaultBilling?: boolean;
}

/** A decision that the customer made in the other system. */
class FileConsentDto extends NewConsentDto {
  @MayBeAbsent()
  @IsTime()
  at?: string;
}

/** An identity with which the customer logs in at an identity provider of the tenant. */
class FileIdentityDto {
  @IsString()
  @Length(1, 100)
  provider!: string;
  @IsString()
  @Length(1, 255)
  subject!: string;
  @MayBeAbsent()
  @IsString()
  @Length(1, 2000)
  issuer?: string;
}

class FilePartsDto {
  @MayBeAbsent()
  @Nested(() => FileAccountDto)
  account?: FileAccountDto;
  /** `false` for a customer who is not activated yet. */
  @MayBeAbsent()
  @IsBoolean()
  active?: boolean;
  @MayBeAbsent()
  @IsBoolean()
  onHold?: boolean;
  @MayBeAbsent()
  @IsTime()
  createdAt?: string;
  @MayBeAbsent()
  @NestedEach(() => FileAddressDto, MAX_ADDRESSES)
  addresses?: FileAddressDto[];
  @MayBeAbsent()
  @NestedEach(() => FileConsentDto, MAX_CONSENTS)
  consents?: FileConsentDto[];
  @MayBeAbsent()
  @NestedEach(() => FileIdentityDto, MAX_IDENTITIES)
  identities?: FileIdentityDto[];
}

/** An item of a file: an item of the API, with the parts that only an operator may import. */
class FileItemDto extends IntersectionType(OmitType(ImportedCustomerDto, ['account']), FilePartsDto) {}

/**
 * Validates an item of a file.
 *
 * @returns the customer, or why the item was rejected: a wrong value, or a field that is not known
 */
export async function readFileItem(item: unknown): Promise<ImportInput | Failure> {
  try {
    const {
      account = {},
      active,
      onHold,
      createdAt,
      addresses,
      consents,
      identities,
      ...customer
    } = await checked(FileItemDto, item, { strict: true });
    const { companyUsers, ...input } = inputOf({ ...customer, account });
    return {
      ...input,
      active,
      onHold,
      identities,
      createdAt: createdAt === undefined ? undefined : parseTime(createdAt),
      addresses: addresses?.filter(hasValue).map(toAddress),
      consents: consents?.map(({ at, ...consent }) => ({
        ...consent,
        at: at === undefined ? undefined : parseTime(at),
      })),
      companyUsers: customer.companyUsers ? companyUsers : undefined,
    };
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
}

/** Whether an address has any value besides its flags. A CSV has columns for addresses that many rows do not have. */
function hasValue(address: FileAddressDto): boolean {
  return Object.values(address).some((value: unknown) => typeof value !== 'boolean' && (value ?? '') !== '');
}

/**
 * An address without a name stays without one, as in the other system. A flag that is false has no effect, as in the
 * Glue API: the first address is the default whatever the file says, and a second run must not change that.
 */
function toAddress({ id, ...address }: FileAddressDto): NewAddress {
  const { firstName, lastName, contactName } = address;
  const fullName = [firstName, lastName].filter(Boolean).join(' ');
  return {
    id,
    ...changesOf(address),
    contactName: contactName?.trim() || fullName || contactName,
    isDefault: address.isDefault || undefined,
    isDefaultShipping: address.isDefaultShipping || undefined,
    isDefaultBilling: address.isDefaultBilling || undefined,
  };
}
