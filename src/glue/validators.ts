import { applyDecorators } from '@nestjs/common';
import {
  Equals,
  IsBoolean,
  IsDefined,
  IsISO8601,
  IsIn,
  IsNotEmpty,
  IsOptional,
  IsString,
  Matches,
  MaxLength,
  ValidateBy,
  isISO31661Alpha2,
} from 'class-validator';
import { IsPlainEmail, fitsAnEnvelope } from '../common/validation.js';

/* The vendor's rules for attributes, with the vendor's messages. */

export const MISSING = 'This field is missing.';
export const BLANK = 'This value should not be blank.';
export const NO_TEXT = 'This value should be of type string.';
const NO_EMAIL = 'This value is not a valid email address.';
const NO_BOOLEAN = 'This value should be of type bool.';
const NO_DATE = 'This value is not a valid date.';
const NO_CHOICE = 'The value you selected is not a valid choice.';

export const genders = ['Male', 'Female', 'Other'] as const;
export const salutations = ['Mr', 'Ms', 'Mrs', 'Dr'] as const;

/** Must be present and not empty. */
function Required(): PropertyDecorator {
  return applyDecorators(IsDefined({ message: MISSING }), IsNotEmpty({ message: BLANK }));
}

/** A required text. */
export function RequiredText(longest = 255): PropertyDecorator {
  return applyDecorators(Required(), IsString({ message: NO_TEXT }), MaxLength(longest, { message: tooLong(longest) }));
}

/** A text that may be omitted or null. */
export function OptionalText(longest = 255): PropertyDecorator {
  return applyDecorators(
    IsOptional(),
    IsString({ message: NO_TEXT }),
    MaxLength(longest, { message: tooLong(longest) }),
  );
}

export function RequiredEmail(): PropertyDecorator {
  return applyDecorators(Required(), IsPlainEmail(NO_EMAIL), fitsAnEnvelope(NO_EMAIL));
}

export function RequiredChoice(choices: readonly string[]): PropertyDecorator {
  return applyDecorators(Required(), IsIn(choices, { message: NO_CHOICE }));
}

/** A required boolean. */
export function RequiredFlag(): PropertyDecorator {
  return applyDecorators(Required(), IsBoolean({ message: NO_BOOLEAN }));
}

export function Accepted(): PropertyDecorator {
  return applyDecorators(Required(), Equals(true, { message: 'This value should be true.' }));
}

/** An optional calendar date, as `YYYY-MM-DD`. */
export function OptionalDate(): PropertyDecorator {
  return applyDecorators(
    IsOptional(),
    Matches(/^(?!0000)\d{4}-\d\d-\d\d$/, { message: NO_DATE }),
    IsISO8601({ strict: true }, { message: NO_DATE }),
  );
}

/** A required two-letter ISO 3166-1 country code. */
export function RequiredCountry(): PropertyDecorator {
  return applyDecorators(
    Required(),
    ValidateBy({ name: 'isCountry', validator: { validate: isISO31661Alpha2 } }, { message: NO_CHOICE }),
  );
}

export const tooShort = (least: number): string =>
  `This value is too short. It should have ${least} characters or more.`;
export const tooLong = (most: number): string => `This value is too long. It should have ${most} characters or less.`;

const POLICY = Symbol('password policy');

/** A required new password. `AttributesPipe` checks its length, because only the pipe has the tenant's policy. */
export function NewPassword(): PropertyDecorator {
  return applyDecorators(Required(), IsString({ message: NO_TEXT }), (target: object, name: string | symbol) => {
    const known = (Reflect.getMetadata(POLICY, target) ?? []) as (string | symbol)[];
    Reflect.defineMetadata(POLICY, [...known, name], target);
  });
}

/** The properties of a DTO that hold new passwords. */
export function newPasswordsOf(dto: object): string[] {
  return (Reflect.getMetadata(POLICY, dto) ?? []) as string[];
}
