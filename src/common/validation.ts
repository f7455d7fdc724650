import { ArgumentMetadata, ValidationPipe, applyDecorators } from '@nestjs/common';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform, Type } from 'class-transformer';
import {
  IsBoolean,
  IsDefined,
  IsEmail,
  IsOptional,
  IsString,
  Matches,
  MaxLength,
  ValidateBy,
  ValidateIf,
  ValidateNested,
  ValidationError,
  buildMessage,
} from 'class-validator';
import { normalEmail } from './email.js';
import { DEEPEST, MOST_VALUES, TOO_DEEP, TOO_MANY, excess } from './json-bounds.js';
import { LARGEST_OBJECT, kibibytes } from './merge-patch.js';
import { Failure, Finding, invalid } from './failure.js';
import { rememberRules } from './known-rules.js';

rememberRules();

/** An answer names no more than these, however much is wrong. */
const MOST_FINDINGS = 50;

/**
 * Checks every body and query against its DTO before a handler sees it. Properties the DTO does not know are dropped,
 * never refused: clients of both vendors send more than they need.
 *
 * @throws Failure `invalid_input` with one finding a broken rule
 */
export class InputPipe extends ValidationPipe {
  constructor({ strict = false } = {}) {
    super({
      whitelist: true,
      forbidNonWhitelisted: strict,
      transform: true,
      forbidUnknownValues: true,
      exceptionFactory: (errors) =>
        new Failure('invalid_input', { findings: findingsOf(errors).slice(0, MOST_FINDINGS) }),
    });
  }

  override async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    // What the guard hands to a handler is ours.
    if (metadata.type === 'custom') return value;
    if (metadata.type === 'body' && metadata.metatype === Array) return listed(value);
    const findings = unstorable(value);
    if (findings.length > 0) throw new Failure('invalid_input', { findings });
    if (metadata.type === 'body' && isNoObject(value)) {
      throw new Failure('invalid_input', { findings: [{ field: '', message: 'the body must be a JSON object' }] });
    }
    return super.transform(value, metadata);
  }
}

/** A handler that takes a list checks its items itself, with `checked`, so that a bad one does not stop the others. */
function listed(value: unknown): unknown {
  if (!Array.isArray(value)) throw invalid('', 'the body must be a JSON array');
  return value;
}

const pipe = new InputPipe();
const strictPipe = new InputPipe({ strict: true });

/**
 * Checks one item of a list against its DTO, as the body of a request of its own.
 *
 * @param strict refuses properties that the DTO does not know
 * @throws Failure `invalid_input` with one finding a broken rule
 */
export async function checked<Dto extends object>(
  dto: new () => Dto,
  item: unknown,
  { strict = false } = {},
): Promise<Dto> {
  if (item === undefined || isNoObject(item)) throw invalid('', 'the item must be a JSON object');
  return (await (strict ? strictPipe : pipe).transform(item, { type: 'body', metatype: dto })) as Dto;
}

function isNoObject(value: unknown): boolean {
  return value !== undefined && (typeof value !== 'object' || value === null || Array.isArray(value));
}

/** Rules that say what kind of thing a value must be. */
const kinds = ['isString', 'isEmail', 'isInt', 'isNumber', 'isBoolean', 'isArray', 'isListOfObjects', 'isPlainObject'];

function findingsOf(errors: ValidationError[], path = ''): Finding[] {
  return errors.flatMap((error) => {
    const field = path ? `${path}.${error.property}` : error.property;
    // The last rule that was written is checked first. What kind of thing it must be comes before how much of it.
    const rules = Object.entries(error.constraints ?? {}).reverse();
    rules.sort(([one], [other]) => Number(kinds.includes(other)) - Number(kinds.includes(one)));
    const own = rules.map(([, message]) => ({
      field,
      message: path && message.startsWith(error.property) ? `${path}.${message}` : message,
    }));
    if (error.constraints?.whitelistValidation) return [{ field, message: `${field} is not known` }];
    // What is not there breaks all its rules at once.
    if (error.value === undefined && own.length > 0) return [{ field, message: `${field} is needed` }];
    return [...own, ...findingsOf(error.children ?? [], field)];
  });
}

/** PostgreSQL stores neither a NUL character nor half a surrogate pair; a key of either kind is as unwelcome. */
export function unstorable(input: unknown): Finding[] {
  return isStorable(input) ? [] : blamed(input);
}

/** In JSON, which is written faster than the values are visited: what cannot be stored, or a text that speaks of it. */
const suspect = /\\u(?:0000|d[89a-f])/;

/** What is to be blamed is looked for only where there may be something: most input is good. */
function isStorable(input: unknown): boolean {
  const json = JSON.stringify(input) ?? '';
  return !suspect.test(json) && !excess(json, MOST_VALUES / 2, DEEPEST);
}

function blamed(input: unknown): Finding[] {
  const findings: Finding[] = [];
  let values = 0;
  const blame = (field: string, what: string): void => {
    if (findings.length < MOST_FINDINGS) findings.push({ field, message: `${field || 'the value'} ${what}` });
  };
  const visit = (value: unknown, field: string, depth: number): void => {
    if (++values > MOST_VALUES) return;
    if (typeof value === 'string') {
      if (value.includes('\0') || !value.isWellFormed()) blame(field, 'holds a character that is not allowed');
    } else if (typeof value === 'object' && value !== null) {
      if (depth > DEEPEST) return blame(field, TOO_DEEP);
      for (const key in value) {
        const path = (field ? `${field}.${key}` : key).slice(0, 200).toWellFormed();
        visit(key, path, depth);
        visit(value[key as keyof typeof value], path, depth + 1);
        if (values > MOST_VALUES) return;
      }
    }
  };
  visit(input, '', 0);
  if (values > MOST_VALUES) blame('', TOO_MANY);
  return findings;
}

/** Optional plain text; null removes it. */
export function Text(longest = 255): PropertyDecorator {
  return applyDecorators(
    IsOptional(),
    IsString(),
    MaxLength(longest),
    ApiPropertyOptional({ type: String, nullable: true, maxLength: longest }),
  );
}

/** The field may be absent, but not null: what a `PATCH` cannot remove. */
export function MayBeAbsent(): PropertyDecorator {
  return ValidateIf((_object, value: unknown) => value !== undefined);
}

/** A whole number in the document, where TypeScript only knows `number`. */
export function Integer(): PropertyDecorator {
  return ApiProperty({ type: 'integer' });
}

/** At most 254 octets (RFC 5321 4.5.3.1.3), also when folded. */
export function fitsAnEnvelope(message: string): PropertyDecorator {
  const validate = (value: unknown): boolean =>
    typeof value === 'string' && Math.max(Buffer.byteLength(value), Buffer.byteLength(normalEmail(value))) <= 254;
  return ValidateBy({ name: 'fitsAnEnvelope', validator: { validate } }, { message });
}

/** A login or contact address: one plain `local@domain`, at most 254 octets (RFC 5321 4.5.3.1.3), also when folded. */
export function IsEmailAddress(): PropertyDecorator {
  return applyDecorators(
    Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.trim() : value)),
    IsEmail({ allow_utf8_local_part: true }, { message: '$property must be an e-mail address' }),
    fitsAnEnvelope('$property must be no longer than 254 octets'),
  );
}

/** Three letters (ISO 4217). */
export function IsCurrencyCode(): PropertyDecorator {
  const pattern = /^[A-Za-z]{3}$/;
  return applyDecorators(
    Matches(pattern, { message: '$property must be three letters (ISO 4217)' }),
    ApiPropertyOptional({ type: String, nullable: true, pattern: pattern.source }),
  );
}

/** A day that exists, in the years 1 to 9999: YYYY-MM-DD. */
export function IsDate(): PropertyDecorator {
  return ValidateBy({
    name: 'isDate',
    validator: {
      validate: (value: unknown) =>
        typeof value === 'string' &&
        /^\d{4}-\d\d-\d\d$/.test(value) &&
        value >= '0001' &&
        !Number.isNaN(Date.parse(value)) &&
        new Date(value).toISOString().startsWith(value),
      defaultMessage: buildMessage((each) => `${each}$property must be a date: YYYY-MM-DD`),
    },
  });
}

/** An object with a form of its own. */
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

/** A list of objects with a form of their own. */
export function NestedEach(type: () => new () => object, most: number): PropertyDecorator {
  const isPlainObject = (value: unknown): boolean =>
    typeof value === 'object' && value !== null && !Array.isArray(value);
  return applyDecorators(
    ValidateBy({
      name: 'isListOfObjects',
      validator: {
        validate: (value: unknown) => Array.isArray(value) && value.length <= most && value.every(isPlainObject),
        defaultMessage: buildMessage((each) => `${each}$property must be a list of at most ${most} objects`),
      },
    }),
    ValidateNested({ each: true }),
    Type(type),
  );
}

/** The field must be there. */
export function Needed(): PropertyDecorator {
  return IsDefined({ message: '$property is missing' });
}

/**
 * A JSON object such as mixins. It is taken as it came: its keys are the tenant's.
 *
 * @param largest in characters of JSON
 */
export function IsJsonObject(largest = LARGEST_OBJECT): PropertyDecorator {
  return applyDecorators(
    Transform(({ obj, key }: { obj: Record<string, unknown>; key: string }) => obj[key], { toClassOnly: true }),
    ValidateBy({
      name: 'isJsonObject',
      validator: {
        validate: (value: unknown) =>
          typeof value === 'object' &&
          value !== null &&
          !Array.isArray(value) &&
          JSON.stringify(value).length <= largest,
        defaultMessage: buildMessage(
          (each) => `${each}$property must be a JSON object of at most ${kibibytes(largest)}`,
        ),
      },
    }),
  );
}

/** A boolean in a query: `true` or `false`, or left out. */
export function Flag(standard: boolean): PropertyDecorator {
  return applyDecorators(
    MayBeAbsent(),
    Transform(({ value }: { value: unknown }) => (value === 'true' ? true : value === 'false' ? false : value)),
    IsBoolean(),
    ApiPropertyOptional({ type: Boolean, default: standard }),
  );
}
