import { STATUS_CODES } from 'node:http';
import { setImmediate } from 'node:timers/promises';
import {
  IsBoolean,
  IsDefined,
  IsIn,
  IsOptional,
  IsString,
  Length,
  MaxLength,
  ValidateBy,
  buildMessage,
} from 'class-validator';
import { ApiPropertyOptional, IntersectionType, OmitType } from '@nestjs/swagger';
import { errorResponse } from '../emporix/error-responses.js';
import { Failure, invalid } from '../common/failure.js';
import { IsCustomId } from '../common/custom-id.js';
import { Integer, IsEmailAddress, MayBeAbsent, Nested, NestedEach, checked } from '../common/validation.js';
import { NewCustomerDto, adminInputOf } from '../employee/customers.dto.js';
import { PersonalDto, personalOf } from '../employee/personal.dto.js';
import type { ImportInput, Outcome } from './import-input.js';

/** Limits of `context`: the number of names, and the characters of a name or a text. */
const MAX_TEXTS = 10;
const MAX_TEXT_LENGTH = 400;
/** The maximum number of company users of an item. */
const MAX_COMPANY_USERS = 20;

/** A small object whose values are all texts. */
function IsTexts(): PropertyDecorator {
  return ValidateBy({
    name: 'isTexts',
    validator: {
      validate: (value: unknown) =>
        typeof value === 'object' &&
        value !== null &&
        !Array.isArray(value) &&
        Object.keys(value).length <= MAX_TEXTS &&
        Object.entries(value).every(
          ([name, text]) => typeof text === 'string' && Math.max(name.length, text.length) <= MAX_TEXT_LENGTH,
        ),
      defaultMessage: buildMessage(
        (each) => `${each}$property must be an object of at most ${MAX_TEXTS} texts of ${MAX_TEXT_LENGTH} characters`,
      ),
    },
  });
}

/** A password hash of another shop system. */
export class LegacyAuthDto {
  /**
   * One of `hybris-sha512-uid-salt`, `magento1-md5`, `magento2-sha256`, `md5`, `salted-md5`, `salted-sha1`,
   * `salted-sha256` and `salted-sha512`.
   * @example hybris-sha512-uid-salt
   */
  @IsString()
  @MaxLength(100)
  algorithm!: string;
  /**
   * The password hash, as the other system stores it.
   * @example tBRzNZ+h9FRRm8K1qzDz3aWMgyTlgBihHviEdr+9T82BEODJakLPogHkhkGKF4FGzrhFWMYh6aZ6g5XNN1pmrg==
   */
  @IsString()
  @Length(1, 1000)
  hash!: string;
  /**
   * Further values for the comparison. `hybris-sha512-uid-salt` uses `originalUid` (and `systemSalt`). The salted
   * digests use `salt`, and optionally `saltEncoding` (`utf8`, `hex`, `base64`) and `layout` (`salt+password`,
   * `password+salt`, `salt+password+salt`).
   */
  @IsOptional()
  @IsTexts()
  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: { type: 'string' },
    example: { originalUid: '15TE2000007AE9TOUEILLE 61359' },
  })
  context?: Record<string, string>;
}

/** How the customer logs in. Exactly one of `passwordHash` and `legacyAuth` is required. */
export class ImportedAccountDto {
  /**
   * The login e-mail.
   * @example jack.doe@example.com
   */
  @IsEmailAddress()
  email!: string;
  /**
   * A hash of Argon2, bcrypt, scrypt or PBKDF2 with its prefix, or `1:{iterations}:{salt}:{hash}`. The forms of Django,
   * WordPress (phpass), Magento 2 (Argon2id), Spring and Symfony, SAP Commerce (PBKDF2), ASP.NET Identity, Firebase and
   * SHA-512 crypt are also accepted.
   * @example 1:10000:abcdefgh:ijklmnop
   */
  @IsOptional()
  @IsString()
  @MaxLength(1000)
  passwordHash?: string;
  /** A hash in a format that requires further values. It requires a retention period that ends in the future. */
  @IsOptional()
  @Nested(() => LegacyAuthDto)
  legacyAuth?: LegacyAuthDto;
}

/** A company user: the assignment of the customer to a company, or to one of its units. */
export class ImportedCompanyUserDto {
  /**
   * The id of the legal entity.
   * @example D436432
   */
  @IsCustomId()
  legalEntity!: string;
  /** The rights of the customer in the company; `Requester` if omitted. */
  @MayBeAbsent()
  @IsIn(['Admin', 'Buyer', 'Requester'])
  group?: 'Admin' | 'Buyer' | 'Requester';
  /** Whether the customer may act for the company; `true` if omitted. */
  @MayBeAbsent()
  @IsBoolean()
  isActive?: boolean;
  /**
   * Whether this is the current company user after a login of a customer with several; `false` if omitted. A customer
   * has at most one.
   */
  @MayBeAbsent()
  @IsBoolean()
  isDefault?: boolean;
}

/**
 * A customer of another system. The customer is active at once, regardless of the activation that the tenant requires
 * of new customers. The customer is on hold if the tenant puts new customers on hold. `contactEmail` defaults to the
 * login e-mail and must equal it.
 */
export class ImportedCustomerDto extends IntersectionType(OmitType(NewCustomerDto, ['password']), PersonalDto) {
  /** The login e-mail and the password hash of the customer. */
  @IsDefined({ message: 'account must be an object' })
  @Nested(() => ImportedAccountDto)
  account!: ImportedAccountDto;
  /**
   * The companies that the customer acts for. They must exist. The token requires a scope for contact assignments, and
   * `customer.customer_manage` for the role `Admin`.
   */
  @IsOptional()
  @NestedEach(() => ImportedCompanyUserDto, MAX_COMPANY_USERS)
  companyUsers?: ImportedCompanyUserDto[] | null;
}

/**
 * Validates the items of an import, each independently of the others.
 *
 * @returns one result for each item, in the order of the items: the customer, or why the item was rejected
 */
export async function readItems(items: unknown[]): Promise<(ImportInput | Failure)[]> {
  const read: (ImportInput | Failure)[] = [];
  for (const item of items) {
    // Validation does not yield to the event loop by itself, and other requests would wait.
    await setImmediate();
    read.push(await readItem(item));
  }
  return read;
}

async function readItem(item: unknown): Promise<ImportInput | Failure> {
  try {
    return inputOf(await checked(ImportedCustomerDto, item));
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
}

/**
 * Converts a validated item.
 *
 * @throws Failure `invalid_input` for an item with both a salutation and a title
 */
export function inputOf(
  item: Omit<ImportedCustomerDto, 'account'> & { account: Partial<ImportedAccountDto> },
): ImportInput {
  const { account, companyUsers, reference, salutation, gender, dateOfBirth, confirmed, ...customer } = item;
  if (salutation && customer.title) throw invalid('salutation', 'salutation must be absent if title is given');
  const { passwordHash, legacyAuth, email } = account;
  const { id, type, restriction, active, onHold, password, ...profile } = adminInputOf(customer);
  const personal = personalOf({ salutation, gender, dateOfBirth });
  return {
    id,
    type,
    restriction,
    reference,
    confirmed,
    profile: { ...profile, ...personal },
    account: { email, passwordHash: passwordHash ?? undefined, legacyAuth: legacyAuth ?? undefined },
    companyUsers: (companyUsers ?? []).map(({ legalEntity: legalEntityId, group, isActive, isDefault }) => ({
      legalEntityId,
      group,
      active: isActive,
      isDefault,
    })),
  };
}

export class ImportFindingDto {
  /**
   * An explanation of the problem, for developers.
   * @example 'account.email must be an e-mail address'
   */
  message!: string;
}

/** The result of one item. */
export class ImportResultDto {
  /** The index of the item in the request, starting with 0. */
  @Integer()
  index!: number;
  /**
   * The customer number. Absent if the item was rejected.
   * @example "4711000815"
   */
  id?: string;
  /**
   * 201, 400 (the item is not valid), 403 (the token may not create such a customer) or 409 (the number, the reference
   * or the e-mail is taken).
   * @example 201
   */
  @Integer()
  code!: number;
  /**
   * The name of the HTTP status.
   * @example Created
   */
  status!: string;
  /** Why the item was rejected. Absent if it was imported. */
  message?: string;
  /** All problems of an item that is not valid. */
  details?: ImportFindingDto[];

  static of(outcome: Outcome, index: number): ImportResultDto {
    if (!(outcome instanceof Failure)) return { index, id: outcome.id, code: 201, status: statusText(201) };
    const { code, message, details } = reasonOf(outcome);
    return { index, code, status: statusText(code), message, details };
  }
}

/** Why an item was rejected, with the status and the messages of the API. */
export function reasonOf(failure: Failure): { code: number; message: string; details?: { message: string }[] } {
  const { status, body } = errorResponse(failure);
  if (!('status' in body)) throw failure;
  return { code: status, message: body.message, details: body.details?.map(({ message }) => ({ message })) };
}

function statusText(code: number): string {
  return STATUS_CODES[code] ?? '';
}
