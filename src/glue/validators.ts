import { applyDecorators } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { Allow, IsOptional, ValidateBy, isISO8601, isUUID } from 'class-validator';
import { isCountryCode } from '../common/country-codes.js';
import { fitsAnEnvelope, isPlainEmail } from '../common/email.js';
import { isPast } from '../common/validation.js';
import { passwordPolicy } from '../tenants/new-password.js';

/*
 * The vendor's rules for attributes, with the vendor's messages. A property has one of these decorators. Its rules are
 * checked in their order, and every broken rule is reported. As in the vendor's validator, an absent attribute only
 * breaks the rule that requires it, null only breaks the rule against blank values, and `""` breaks more than one rule
 * only if a length or a choice is specified.
 */

const MISSING = 'This field is missing.';
const BLANK = 'This value should not be blank.';
const NO_TEXT = 'This value should be of type string.';
const NO_EMAIL = 'This value is not a valid email address.';
const NO_BOOLEAN = 'This value should be of type bool.';
const NO_DATE = 'This value is not a valid date.';
const NO_UUID = 'This is not a valid UUID.';
const NO_CHOICE = 'The value you selected is not a valid choice.';
const NOT_ACCEPTED = 'This value should be true.';
const TOO_FEW_KINDS =
  'Your password must include at least one uppercase letter, one lowercase letter, one number, and one special ' +
  'character from the following list: !@#$%^&*()_-+=[]{}|;:<>.,/?\\~. Non-Latin and other special characters are not ' +
  'allowed.';

export const genders = ['Male', 'Female'] as const;
export const salutations = ['Mr', 'Ms', 'Mrs', 'Dr'] as const;

/** A required text. Lengths are in characters. */
export function RequiredText(longest = 255, shortest = 0): PropertyDecorator {
  return applyDecorators(required, notBlank, text, ...hasLength(() => ({ shortest, longest })));
}

/** A text that may be omitted or null. */
export function OptionalText(longest = 255): PropertyDecorator {
  return applyDecorators(IsOptional(), text, ...hasLength(() => ({ shortest: 0, longest })));
}

/** A required token, key or current password. It may contain any character: one that cannot exist is a wrong one. */
export function RequiredSecret(longest?: number): PropertyDecorator {
  const lengths = longest === undefined ? [] : hasLength(() => ({ shortest: 0, longest }));
  return applyDecorators(required, notBlank, text, ...lengths, exempt);
}

/** An attribute of any type that the handler validates. */
export function Unvalidated(): PropertyDecorator {
  return applyDecorators(Allow(), exempt);
}

/**
 * A required e-mail address.
 *
 * @param longest in characters, Infinity if the handler limits the length; if omitted, an address of more than 254
 * octets is not valid (RFC 5321 4.5.3.1.3)
 */
export function RequiredEmail(longest?: number): PropertyDecorator {
  const isEmail = (value: unknown): boolean => {
    if (typeof value !== 'string') return false;
    if (longest === undefined) return value === '' || (isPlainEmail(value) && fitsAnEnvelope(value));
    // The library rejects an address with a long part, but a long address must get the error for its length.
    return value === '' || isPlainEmail(value) || (isLongEmail(value) && /^[^\s@]+@[^\s@]+$/.test(value));
  };
  return applyDecorators(
    required,
    notBlank,
    rule('isEmail', NO_EMAIL, isEmail),
    ...hasLength(() => ({ shortest: 0, longest: longest ?? Infinity })),
  );
}

/** Whether an e-mail address has more characters than the vendor permits for a customer. */
export function isLongEmail(email: string): boolean {
  return [...email].length > 100;
}

/** A required text that is one of these. */
export function RequiredChoice(choices: readonly unknown[]): PropertyDecorator {
  return applyDecorators(
    required,
    notBlank,
    rule('isChoice', NO_CHOICE, (value) => choices.includes(value)),
  );
}

/** A required boolean. */
export function RequiredFlag(): PropertyDecorator {
  return applyDecorators(
    required,
    rule('isBoolean', NO_BOOLEAN, (value) => typeof value === 'boolean'),
    ValidateBy({ name: 'isNotNull', validator: { validate: (value) => value !== null } }, { message: BLANK }),
  );
}

/** A required consent: true, 1 or `"1"`, which are converted to true. Null is valid too: the handler rejects it. */
export function Accepted(): PropertyDecorator {
  return applyDecorators(
    Transform(({ value }: { value: unknown }) => (value === 1 || value === '1' ? true : value)),
    required,
    rule('isTrue', NOT_ACCEPTED, (value) => value === true),
  );
}

/** A calendar date before today, as `YYYY-MM-DD`, that may be omitted or null. `""` is converted to null. */
export function OptionalPastDate(): PropertyDecorator {
  const isDate = (value: unknown): boolean =>
    typeof value === 'string' &&
    /^(?!0000)\d{4}-\d\d-\d\d$/.test(value) &&
    isISO8601(value, { strict: true }) &&
    isPast(value);
  return applyDecorators(
    Transform(({ value }: { value: unknown }) => (value === '' ? null : value)),
    IsOptional(),
    rule('isDate', NO_DATE, isDate),
  );
}

/** A required UUID of any version. */
export function RequiredUuid(): PropertyDecorator {
  return applyDecorators(
    required,
    notBlank,
    rule('isUuid', NO_UUID, (value) => value === '' || isUUID(value)),
  );
}

/** A required two-letter ISO 3166-1 country code. */
export function RequiredCountry(): PropertyDecorator {
  const isCountry = (value: unknown): boolean =>
    typeof value === 'string' && (value === '' || isLonger(value, 2) || isCountryCode(value));
  return applyDecorators(
    required,
    notBlank,
    ...hasLength(() => ({ shortest: 0, longest: 2 })),
    rule('isCountry', NO_CHOICE, isCountry),
  );
}

/** A required new password that complies with the tenant's policy. */
export function NewPassword(): PropertyDecorator {
  return applyDecorators(required, notBlank, text, ...hasLength(passwordPolicy), hasKinds);
}

/** The same as `NewPassword`, but it may be omitted or null. */
export function OptionalNewPassword(): PropertyDecorator {
  return applyDecorators(IsOptional(), text, ...hasLength(passwordPolicy), hasKinds);
}

/** The required repetition of a new password. Its length is validated separately, as in the vendor's API. */
export function ConfirmedPassword(): PropertyDecorator {
  return applyDecorators(required, notBlank, text, ...hasLength(passwordPolicy));
}

/** The same as `ConfirmedPassword`, but it may be omitted or null. */
export function OptionalConfirmedPassword(): PropertyDecorator {
  return applyDecorators(IsOptional(), text, ...hasLength(passwordPolicy));
}

/** A rule that an absent attribute and null do not break. */
function rule(name: string, message: string | (() => string), holds: (value: unknown) => boolean): PropertyDecorator {
  const validate = (value: unknown): boolean => value === undefined || value === null || holds(value);
  return ValidateBy({ name, validator: { validate } }, { message });
}

const required = ValidateBy(
  { name: 'isPresent', validator: { validate: (value) => value !== undefined } },
  { message: MISSING },
);

const notBlank = ValidateBy(
  { name: 'isNotBlank', validator: { validate: (value) => value !== '' && value !== null } },
  { message: BLANK },
);

/** A text. The vendor accepts numbers, which are converted. */
const text = applyDecorators(
  Transform(({ value }: { value: unknown }) => (typeof value === 'number' ? String(value) : value)),
  rule('isText', NO_TEXT, (value) => typeof value === 'string'),
);

interface Lengths {
  shortest: number;
  longest: number;
}

/** The rules for the length of a text. Values of other types break the rule for the type only. */
function hasLength(lengths: () => Lengths): PropertyDecorator[] {
  return [
    rule(
      'hasMinimumLength',
      () => `This value is too short. It should have ${lengths().shortest} characters or more.`,
      (value) => typeof value !== 'string' || lengthOf(value) >= lengths().shortest,
    ),
    rule(
      'hasMaximumLength',
      () => `This value is too long. It should have ${lengths().longest} characters or less.`,
      (value) => !isLonger(value, lengths().longest),
    ),
  ];
}

function isLonger(value: unknown, longest: number): boolean {
  return typeof value === 'string' && lengthOf(value) > longest;
}

/** In characters of the form in which texts are compared and hashed (NFC). */
function lengthOf(value: string): number {
  return [...value.normalize('NFC')].length;
}

/** The vendor's rule for the kinds of characters in a password. It accepts `""`. */
const hasKinds = rule('hasKinds', TOO_FEW_KINDS, (value) => {
  if (!passwordPolicy().requireCharacterClasses || typeof value !== 'string' || value === '') return true;
  return (
    /^[A-Za-z0-9!@#$%^&*()_\-+=[\]{}|;:<>.,/?\\~]*$/.test(value) &&
    [/[A-Z]/, /[a-z]/, /[0-9]/, /[^A-Za-z0-9]/].every((kind) => kind.test(value))
  );
});

const EXEMPT = Symbol('exempt');

/** Exempts a property from the check of `AttributesPipe` for characters that cannot be stored. */
function exempt(target: object, name: string | symbol): void {
  Reflect.defineMetadata(EXEMPT, [...exemptionsOf(target), name], target);
}

/** The properties of a DTO that may contain any character, by its prototype. */
export function exemptionsOf(prototype: object): (string | symbol)[] {
  return (Reflect.getMetadata(EXEMPT, prototype) ?? []) as (string | symbol)[];
}
