import { STATUS_CODES } from 'node:http';
import { setImmediate } from 'node:timers/promises';
import { IsDefined, IsOptional, IsString, Length, MaxLength, ValidateBy, buildMessage } from 'class-validator';
import { ApiPropertyOptional, IntersectionType, OmitType } from '@nestjs/swagger';
import { answerTo } from '../common/failure.filter.js';
import { Failure, invalid } from '../common/failure.js';
import { Integer, IsEmailAddress, Nested, checked } from '../common/validation.js';
import { NewCustomerDto, careOf } from '../employee/customers.dto.js';
import { PersonalDto, personalOf } from '../employee/personal.dto.js';
import type { ImportInput, Outcome } from './import.service.js';

/** Of `context`: names, and characters of a name or a text. */
const MOST_TEXTS = 10;
const LONGEST_TEXT = 400;

/** A small object whose values are all texts. */
function IsTexts(): PropertyDecorator {
  return ValidateBy({
    name: 'isTexts',
    validator: {
      validate: (value: unknown) =>
        typeof value === 'object' &&
        value !== null &&
        !Array.isArray(value) &&
        Object.keys(value).length <= MOST_TEXTS &&
        Object.entries(value).every(
          ([name, text]) => typeof text === 'string' && Math.max(name.length, text.length) <= LONGEST_TEXT,
        ),
      defaultMessage: buildMessage(
        (each) => `${each}$property must be an object of at most ${MOST_TEXTS} texts of ${LONGEST_TEXT} characters`,
      ),
    },
  });
}

/** How another shop kept a password. */
export class LegacyAuthDto {
  /**
   * `hybris-sha512-uid-salt`, `magento1-md5`, `magento2-sha256`, `salted-sha1`, `salted-sha256` or `salted-sha512`.
   * @example hybris-sha512-uid-salt
   */
  @IsString()
  @MaxLength(100)
  algorithm!: string;
  /** @example tBRzNZ+h9FRRm8K1qzDz3aWMgyTlgBihHviEdr+9T82BEODJakLPogHkhkGKF4FGzrhFWMYh6aZ6g5XNN1pmrg== */
  @IsString()
  @Length(1, 1000)
  hash!: string;
  /**
   * What else it takes to compare: `originalUid` (and `systemSalt`) for `hybris-sha512-uid-salt`; `salt`, and perhaps
   * `saltEncoding` (`utf8`, `hex`, `base64`) and `layout` (`salt+password`, `password+salt`, `salt+password+salt`) for
   * the salted digests.
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

/** How the customer logs in. Exactly one of `passwordHash` and `legacyAuth` is needed. */
export class ImportedAccountDto {
  /**
   * The login e-mail.
   * @example john.doe@example.com
   */
  @IsEmailAddress()
  email!: string;
  /**
   * Argon2, bcrypt, scrypt or PBKDF2 with their prefix, or `1:{iterations}:{salt}:{hash}`.
   * @example 1:10000:abcdefgh:ijklmnop
   */
  @IsOptional()
  @IsString()
  @MaxLength(1000)
  passwordHash?: string;
  /** Needs a password migration retention whose end is in the future. */
  @IsOptional()
  @Nested(() => LegacyAuthDto)
  legacyAuth?: LegacyAuthDto;
}

/**
 * A customer of another system. It is active at once, whatever activation the tenant asks of new customers, and on hold
 * if the tenant puts new customers on hold. `contactEmail` is the login e-mail; if it is given, it must equal it.
 */
export class ImportedCustomerDto extends IntersectionType(OmitType(NewCustomerDto, ['password']), PersonalDto) {
  @IsDefined({ message: 'account must be an object' })
  @Nested(() => ImportedAccountDto)
  account!: ImportedAccountDto;
}

/**
 * Reads the items of an import, each by itself.
 *
 * @param strict refuses an item with a field that nobody knows, which else is dropped
 * @returns one for each item, in their order: the customer, or why it is none
 */
export async function readItems(items: unknown[], { strict = false } = {}): Promise<(ImportInput | Failure)[]> {
  const read: (ImportInput | Failure)[] = [];
  for (const item of items) {
    // The checks are no pause by themselves, and others wait.
    await setImmediate();
    read.push(await readItem(item, strict));
  }
  return read;
}

async function readItem(item: unknown, strict: boolean): Promise<ImportInput | Failure> {
  try {
    const { account, reference, salutation, gender, dateOfBirth, confirmed, ...customer } = await checked(
      ImportedCustomerDto,
      item,
      { strict },
    );
    if (salutation && customer.title) throw invalid('salutation', 'salutation must be absent where there is a title');
    const { passwordHash, legacyAuth, email } = account;
    const { id, type, restriction, active, onHold, password, ...profile } = careOf(customer);
    const personal = personalOf({ salutation, gender, dateOfBirth });
    return {
      id,
      type,
      restriction,
      reference,
      confirmed,
      profile: { ...profile, ...personal },
      account: { email, passwordHash: passwordHash ?? undefined, legacyAuth: legacyAuth ?? undefined },
    };
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
}

export class ImportFindingDto {
  /** @example account.email must be an e-mail address */
  message!: string;
}

/** What became of one item. */
export class ImportResultDto {
  /** The place of the item in the request, from 0. */
  @Integer()
  index!: number;
  /**
   * The customer number.
   * @example "13869000"
   */
  id?: string;
  /**
   * 201, 400 (the item is not valid), 403 (the token may not make such a customer) or 409 (the number, the reference or
   * the e-mail is taken).
   * @example 201
   */
  @Integer()
  code!: number;
  /** @example Created */
  status!: string;
  /** Why it was refused. */
  message?: string;
  /** All that is wrong with it. */
  details?: ImportFindingDto[];

  static of(outcome: Outcome, index: number): ImportResultDto {
    if (!(outcome instanceof Failure)) return { index, id: outcome.id, code: 201, status: statusText(201) };
    const { code, message, details } = reasonOf(outcome);
    return { index, code, status: statusText(code), message, details };
  }
}

/** Why an item was refused, in the words of the API. */
export function reasonOf(failure: Failure): { code: number; message: string; details?: { message: string }[] } {
  const { status, body } = answerTo(failure);
  if (!('status' in body)) throw failure;
  return { code: status, message: body.message, details: body.details?.map(({ message }) => ({ message })) };
}

function statusText(code: number): string {
  return STATUS_CODES[code] ?? '';
}
