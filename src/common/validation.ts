import { ArgumentMetadata, ValidationPipe, applyDecorators } from '@nestjs/common';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform, Type } from 'class-transformer';
import {
  IsBoolean,
  IsDefined,
  IsOptional,
  IsString,
  Matches,
  MaxLength,
  ValidateBy,
  ValidateIf,
  ValidateNested,
  ValidationError,
  ValidationOptions,
  buildMessage,
  isISO8601,
} from 'class-validator';
import { fitsAnEnvelope, isPlainEmail, trimBlanks } from './email.js';
import { MAX_JSON_DEPTH, MAX_JSON_VALUES, TOO_DEEP, TOO_MANY, jsonLimitExceeded } from './json-bounds.js';
import { hasInvisible } from './invisible.js';
import { RESERVED, reservedNames } from './reserved-names.js';
import { MAX_OBJECT_BYTES, jsonBytes, kibibytes } from './merge-patch.js';
import { Failure, Finding, invalid } from './failure.js';
import { PLAIN_LINK, WEB_LINK, isPlainLink, isWebLink } from './url.js';
import { cacheValidationMetadata } from './validation-metadata-cache.js';

cacheValidationMetadata();

/** The maximum number of findings in a response. */
const MAX_FINDINGS = 50;

/**
 * Validates every body and query against its DTO before a handler gets it. Unknown properties are removed, never
 * rejected: clients of both vendors send more than the API requires.
 *
 * @throws Failure `invalid_input` with one finding per broken rule
 */
export class InputPipe extends ValidationPipe {
  constructor({ strict = false } = {}) {
    super({
      whitelist: true,
      forbidNonWhitelisted: strict,
      transform: true,
      forbidUnknownValues: true,
      exceptionFactory: (errors) =>
        new Failure('invalid_input', { findings: findingsOf(errors).slice(0, MAX_FINDINGS) }),
    });
  }

  override async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    // Custom parameters come from Foyer's own guards.
    if (metadata.type === 'custom') return value;
    if (metadata.type === 'body' && metadata.metatype === Array) return assertList(value);
    const findings = findInvalidText(value);
    if (findings.length > 0) throw new Failure('invalid_input', { findings });
    if (metadata.type === 'body' && isNotObject(value)) {
      throw new Failure('invalid_input', { findings: [{ field: '', message: 'the body must be a JSON object' }] });
    }
    return super.transform(value, metadata);
  }
}

/** A handler of a list validates each item with `checked`, so that an invalid item does not stop the others. */
function assertList(value: unknown): unknown {
  if (!Array.isArray(value)) throw invalid('', 'the body must be a JSON array');
  return value;
}

const pipe = new InputPipe();
const strictPipe = new InputPipe({ strict: true });

/**
 * Validates one item of a list against its DTO, like the body of a separate request.
 *
 * @param strict rejects properties that the DTO does not define
 * @throws Failure `invalid_input` with one finding per broken rule
 */
export async function checked<Dto extends object>(
  dto: new () => Dto,
  item: unknown,
  { strict = false } = {},
): Promise<Dto> {
  if (item === undefined || isNotObject(item)) throw invalid('', 'the item must be a JSON object');
  return (await (strict ? strictPipe : pipe).transform(item, { type: 'body', metatype: dto })) as Dto;
}

function isNotObject(value: unknown): boolean {
  return value !== undefined && (typeof value !== 'object' || value === null || Array.isArray(value));
}

/** Rules on the type of a value. */
const typeRules = [
  'isString',
  'isEmail',
  'isInt',
  'isNumber',
  'isBoolean',
  'isArray',
  'isListOfObjects',
  'isPlainObject',
];

function findingsOf(errors: ValidationError[], path = ''): Finding[] {
  return errors.flatMap((error) => {
    const field = path ? `${path}.${error.property}` : error.property;
    // class-validator checks the last written rule first. Type rules come before size rules.
    const rules = Object.entries(error.constraints ?? {}).reverse();
    rules.sort(([one], [other]) => Number(typeRules.includes(other)) - Number(typeRules.includes(one)));
    const own = rules.map(([, message]) => ({
      field,
      message: path && message.startsWith(error.property) ? `${path}.${message}` : message,
    }));
    if (error.constraints?.whitelistValidation) return [{ field, message: `${field} is not known` }];
    // An absent value breaks all its rules at once.
    if (error.value === undefined && own.length > 0) return [{ field, message: `${field} is required` }];
    return [...own, ...findingsOf(error.children ?? [], field)];
  });
}

/**
 * PostgreSQL stores neither a NUL character nor a lone surrogate. Both are also forbidden in keys, as are reserved
 * names.
 */
export function findInvalidText(input: unknown): Finding[] {
  return isStorable(input) ? [] : invalidTexts(input);
}

/**
 * Matches the JSON of a text that may not be storable, or of a reserved name. Serialising is faster than visiting all
 * values. False positives occur.
 */
const suspect = /\\u(?:0000|d[89a-f])|"(?:__proto__|constructor|prototype)":/;

/** A fast check that most input passes. Only if it fails, all texts are searched for the invalid ones. */
function isStorable(input: unknown): boolean {
  const json = JSON.stringify(input) ?? '';
  return !suspect.test(json) && !jsonLimitExceeded(json, MAX_JSON_VALUES / 2, MAX_JSON_DEPTH);
}

function invalidTexts(input: unknown): Finding[] {
  const findings: Finding[] = [];
  let values = 0;
  const report = (field: string, what: string): void => {
    if (findings.length < MAX_FINDINGS) findings.push({ field, message: `${field || 'the value'} ${what}` });
  };
  const visit = (value: unknown, field: string, depth: number): void => {
    if (++values > MAX_JSON_VALUES) return;
    if (typeof value === 'string') {
      if (value.includes('\0') || !value.isWellFormed()) report(field, 'contains a character that is not allowed');
    } else if (typeof value === 'object' && value !== null) {
      if (depth > MAX_JSON_DEPTH) return report(field, TOO_DEEP);
      for (const key in value) {
        const path = (field ? `${field}.${key}` : key).slice(0, 200).toWellFormed();
        if (reservedNames.includes(key)) report(path, RESERVED);
        visit(key, path, depth);
        visit(value[key as keyof typeof value], path, depth + 1);
        if (values > MAX_JSON_VALUES) return;
      }
    }
  };
  visit(input, '', 0);
  if (values > MAX_JSON_VALUES) report('', TOO_MANY);
  return findings;
}

/** Optional plain text; null removes it. */
export function Text(maxLength = 255): PropertyDecorator {
  return applyDecorators(
    IsOptional(),
    IsString(),
    MaxLength(maxLength),
    ApiPropertyOptional({ type: String, nullable: true, maxLength }),
  );
}

/** A maximum length in bytes of UTF-8, in addition to a limit in characters. */
export function MaxBytes(max: number): PropertyDecorator {
  const validate = (value: unknown): boolean => typeof value === 'string' && Buffer.byteLength(value) <= max;
  return ValidateBy(
    { name: 'maxBytes', validator: { validate } },
    { message: `$property must have at most ${max} bytes` },
  );
}

/** The field may be absent, but not null. A `PATCH` cannot remove it. */
export function MayBeAbsent(): PropertyDecorator {
  return ValidateIf((_object, value: unknown) => value !== undefined);
}

/** The field may be absent or null, which mean the same. */
export function NullMeansAbsent(): PropertyDecorator {
  return applyDecorators(
    Transform(({ value }: { value: unknown }) => value ?? undefined),
    MayBeAbsent(),
    ApiPropertyOptional({ nullable: true }),
  );
}

/** A whole number in the OpenAPI document. TypeScript has only `number`. */
export function Integer(): PropertyDecorator {
  return ApiProperty({ type: 'integer' });
}

/** A link whose target is visible; see `isPlainLink`. */
export function IsPlainLink(): PropertyDecorator {
  const validate = (value: unknown): boolean => typeof value !== 'string' || isPlainLink(value);
  return ValidateBy({ name: 'isPlainLink', validator: { validate } }, { message: `$property ${PLAIN_LINK}` });
}

/** An `http` or `https` URL that is a plain link (see `isPlainLink`); may be empty. */
export function IsWebLink(): PropertyDecorator {
  const validate = (value: unknown): boolean => typeof value !== 'string' || value === '' || isWebLink(value);
  return applyDecorators(
    IsPlainLink(),
    ValidateBy({ name: 'isWebLink', validator: { validate } }, { message: `$property ${WEB_LINK}` }),
  );
}

/** An object whose texts are all plain links; see `isPlainLink`. */
export function HasPlainLinks(): PropertyDecorator {
  const validate = (value: unknown): boolean =>
    typeof value === 'string'
      ? isPlainLink(value)
      : typeof value !== 'object' || value === null || Object.values(value).every(validate);
  return ValidateBy(
    { name: 'hasPlainLinks', validator: { validate } },
    { message: `$property: each URL ${PLAIN_LINK}` },
  );
}

const NO_EMAIL: ValidationOptions['message'] = ({ value }) =>
  typeof value === 'string' && hasInvisible(value)
    ? '$property must be an e-mail address without invisible characters'
    : '$property must be an e-mail address';

/**
 * A login or contact address: one plain `local@domain`, at most 254 octets (RFC 5321 4.5.3.1.3), also after case
 * folding.
 */
export function IsEmailAddress(): PropertyDecorator {
  return applyDecorators(
    Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? trimBlanks(value) : value)),
    textRule('isEmail', NO_EMAIL, isPlainEmail),
    textRule('fitsAnEnvelope', '$property must be no longer than 254 octets', fitsAnEnvelope),
  );
}

function textRule(
  name: string,
  message: ValidationOptions['message'],
  isValid: (text: string) => boolean,
): PropertyDecorator {
  const validate = (value: unknown): boolean => typeof value === 'string' && isValid(value);
  return ValidateBy({ name, validator: { validate } }, { message });
}

/** Three letters (ISO 4217), which are converted to capitals. */
export function IsCurrencyCode(): PropertyDecorator {
  const pattern = /^[A-Za-z]{3}$/;
  return applyDecorators(
    Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.toUpperCase() : value)),
    Matches(pattern, { message: '$property must be three letters (ISO 4217)' }),
    ApiPropertyOptional({ type: String, nullable: true, pattern: pattern.source }),
  );
}

const DAY = /^\d{4}-\d\d-\d\d$/;

/** An existing calendar day in the years 1 to 9999: YYYY-MM-DD. */
export function IsDate(): PropertyDecorator {
  return ValidateBy({
    name: 'isDate',
    validator: {
      validate: (value: unknown) =>
        typeof value === 'string' &&
        DAY.test(value) &&
        value >= '0001' &&
        !Number.isNaN(Date.parse(value)) &&
        new Date(value).toISOString().startsWith(value),
      defaultMessage: buildMessage((each) => `${each}$property must be a date that exists: YYYY-MM-DD`),
    },
  });
}

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)$/;

/** A point in time in a query, which becomes a `Date`: `2026-11-29T10:00:00Z` (RFC 3339). The day must exist. */
export function IsTime(): PropertyDecorator {
  return applyDecorators(
    Transform(({ value }: { value: unknown }) =>
      typeof value === 'string' && TIME.test(value) && isISO8601(value, { strict: true }) ? new Date(value) : value,
    ),
    ValidateBy(
      {
        name: 'isTime',
        validator: { validate: (value: unknown) => value instanceof Date && !Number.isNaN(value.getTime()) },
      },
      { message: '$property must be a time such as 2026-11-29T10:00:00Z' },
    ),
    ApiPropertyOptional({ type: String, format: 'date-time' }),
  );
}

/** A calendar day before today (UTC): YYYY-MM-DD. */
export function IsPastDate(): PropertyDecorator {
  const validate = (value: unknown): boolean => typeof value !== 'string' || !DAY.test(value) || isPast(value);
  return applyDecorators(
    ValidateBy({ name: 'isPastDate', validator: { validate } }, { message: '$property must be in the past' }),
    IsDate(),
  );
}

/** Whether a day (YYYY-MM-DD) is before today (UTC). */
export function isPast(day: string): boolean {
  return day < new Date().toISOString().slice(0, 10);
}

/** An object that is validated against its own DTO. */
export function Nested(type: () => new () => object): PropertyDecorator {
  return applyDecorators(
    ValidateBy({
      name: 'isPlainObject',
      validator: {
        validate: (value: unknown) => typeof value === 'object' && !Array.isArray(value),
        defaultMessage: buildMessage((each) => `${each}$property must be an object`),
      },
    }),
    ValidateNested(),
    Type(type),
  );
}

/** A list of objects that are validated against their own DTO. */
export function NestedEach(type: () => new () => object, max: number): PropertyDecorator {
  const isPlainObject = (value: unknown): boolean =>
    typeof value === 'object' && value !== null && !Array.isArray(value);
  return applyDecorators(
    ValidateBy({
      name: 'isListOfObjects',
      validator: {
        validate: (value: unknown) => Array.isArray(value) && value.length <= max && value.every(isPlainObject),
        defaultMessage: buildMessage((each) => `${each}$property must be a list of at most ${max} objects`),
      },
    }),
    ValidateNested({ each: true }),
    Type(type),
  );
}

/** The field is required. */
export function Required(): PropertyDecorator {
  return IsDefined({ message: '$property is required' });
}

/**
 * A JSON object such as mixins. It is accepted unchanged: the tenant defines its keys.
 *
 * @param maxBytes the limit in bytes of JSON
 */
export function IsJsonObject(maxBytes = MAX_OBJECT_BYTES): PropertyDecorator {
  return applyDecorators(
    Transform(({ obj, key }: { obj: Record<string, unknown>; key: string }) => obj[key], { toClassOnly: true }),
    ValidateBy({
      name: 'isJsonObject',
      validator: {
        validate: (value: unknown) =>
          typeof value === 'object' && value !== null && !Array.isArray(value) && jsonBytes(value) <= maxBytes,
        defaultMessage: buildMessage(
          (each) => `${each}$property must be a JSON object of at most ${kibibytes(maxBytes)}`,
        ),
      },
    }),
  );
}

/** A boolean in a query: `true`, `false` or absent. */
export function Flag(defaultValue: boolean): PropertyDecorator {
  return applyDecorators(
    MayBeAbsent(),
    Transform(({ value }: { value: unknown }) => (value === 'true' ? true : value === 'false' ? false : value)),
    IsBoolean(),
    ApiPropertyOptional({ type: Boolean, default: defaultValue }),
  );
}
