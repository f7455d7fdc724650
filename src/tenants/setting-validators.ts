import { createPublicKey } from 'node:crypto';
import { type Type, applyDecorators } from '@nestjs/common';
import { ApiProperty, type ApiPropertyOptions, getSchemaPath } from '@nestjs/swagger';
import { ValidateBy, getMetadataStorage } from 'class-validator';
import { fitsAnEnvelope, isPlainEmail, normalEmail } from '../common/email.js';
import type { Finding } from '../common/failure.js';
import { hasInvisible } from '../common/invisible.js';
import type { JsonObject } from '../common/merge-patch.js';
import { isPlainLink } from '../common/url.js';
import { isProviderUrl, withScheme } from './provider-url.js';

/** The objects that a setting consists of. */
export interface Parts {
  type: Type;
  /**
   * `group`: settings with defaults of their own. `object`: properties that a change is merged into. `map`: such
   * objects by name. `list`: objects that a change replaces.
   */
  form: 'group' | 'object' | 'map' | 'list';
  /** The findings for an item of a list that concern several of its properties, or the items before it. */
  conflicts?: (item: JsonObject, before: JsonObject[], field: string) => Iterable<Finding>;
}

/** The rule of a setting: a text that follows its name, in messages and in the reference. */
export interface Rule {
  text: string;
  parts?: Parts;
}

type Predicate = (value: unknown) => boolean;

/** @param schema the rule in OpenAPI, as far as OpenAPI can express it */
function setting(text: string, holds: Predicate, schema: ApiPropertyOptions, parts?: Parts): PropertyDecorator {
  const context: Rule = { text, parts };
  return applyDecorators(
    ValidateBy({ name: 'setting', validator: { validate: holds } }, { message: `$property ${text}`, context }),
    ApiProperty(schema),
  );
}

/** The properties of a class, with their rules. */
export function rulesOf(type: Type): Map<string, Rule> {
  const rules = getMetadataStorage().getTargetValidationMetadatas(type, '', false, false);
  const entries = rules.map(({ propertyName, context }) => [propertyName, context as Rule | undefined] as const);
  // `MayBeAbsent` is a rule without a context.
  return new Map(entries.filter((entry): entry is [string, Rule] => entry[1] !== undefined));
}

function matching(pattern: RegExp, rule: string): PropertyDecorator {
  const holds: Predicate = (value) => typeof value === 'string' && pattern.test(value);
  return setting(rule, holds, { type: String, pattern: pattern.source });
}

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A group of settings. A change of the group is merged, and null resets all of them. */
export const Group = (type: Type): PropertyDecorator =>
  setting('must be an object', isObject, { type }, { type, form: 'group' });

/** An object that a change is merged into. Null removes it. */
export const MergedObject = (type: Type): PropertyDecorator =>
  setting('must be an object', isObject, { type }, { type, form: 'object' });

/** Objects by name. A change is merged into them, and null removes one. */
export const MapOf = (type: Type): PropertyDecorator =>
  setting(
    'must be an object',
    isObject,
    { type: 'object', additionalProperties: { $ref: getSchemaPath(type) }, example: {} },
    { type, form: 'map' },
  );

/** A list of objects that a change replaces. */
export function ListOf(type: Type, max: number, what: string, conflicts: Parts['conflicts']): PropertyDecorator {
  const holds: Predicate = (value) => Array.isArray(value) && value.length <= max;
  const rule = `must be a list of at most ${max} ${what}`;
  return setting(rule, holds, { type: [type], maxItems: max }, { type, form: 'list', conflicts });
}

export const YesOrNo = (): PropertyDecorator =>
  setting('must be true or false', (value) => typeof value === 'boolean', { type: Boolean });

export function OneOf(...values: string[]): PropertyDecorator {
  const rule = `must be ${values.slice(0, -1).join(', ')} or ${values.at(-1)}`;
  return setting(rule, (value) => values.includes(value as string), { type: String, enum: values });
}

function wholeNumber(minimum: number, maximum: number, rule: string): PropertyDecorator {
  const holds: Predicate = (value) => Number.isInteger(value) && Number(value) >= minimum && Number(value) <= maximum;
  return setting(rule, holds, { type: 'integer', minimum, maximum });
}

const TEN_YEARS = 10 * 365 * 24 * 3600;

export const Seconds = (): PropertyDecorator =>
  wholeNumber(1, TEN_YEARS, `must be a whole number of seconds from 1 to ${TEN_YEARS} (10 years)`);

export const PasswordLength = (): PropertyDecorator => wholeNumber(6, 128, 'must be a whole number from 6 to 128');

export const ContextBytes = (): PropertyDecorator =>
  wholeNumber(256, 65_536, 'must be a whole number of bytes from 256 to 65536');

export const Language = (): PropertyDecorator =>
  matching(
    /^(?=.{1,35}$)[A-Za-z]{2,8}([_-][A-Za-z0-9]{1,8})*$/,
    'must be a language (BCP 47, also with an underscore)',
  );

export const Currency = (): PropertyDecorator => matching(/^[A-Za-z]{3}$/, 'must be three letters (ISO 4217)');

/** One line of text. */
export function Line(longest: number): PropertyDecorator {
  return matching(new RegExp(`^[^\\p{Cc}]{1,${longest}}$`, 'u'), `must have 1 to ${longest} characters`);
}

/** One line of text that may be empty. */
export const OptionalLine = (longest: number): PropertyDecorator =>
  setting(
    `must have at most ${longest} characters in one line, without invisible ones`,
    (value) => typeof value === 'string' && value.length <= longest && !hasInvisible(value),
    { type: String, maxLength: longest },
  );

/** Text that may be empty and have several lines. */
export const OptionalLines = (longest: number): PropertyDecorator =>
  setting(
    `must have at most ${longest} characters, without invisible ones`,
    (value) => typeof value === 'string' && value.length <= longest && !hasInvisible(value.replaceAll('\n', ' ')),
    { type: String, maxLength: longest },
  );

export const Color = (): PropertyDecorator => matching(/^#[\dA-Fa-f]{6}$/, 'must be a color of the form #0a7d4f');

function wordList(max: number, pattern: RegExp, rule: string, different: boolean): PropertyDecorator {
  const holds: Predicate = (value) =>
    Array.isArray(value) &&
    value.length <= max &&
    (!different || new Set(value).size === value.length) &&
    value.every((word) => typeof word === 'string' && pattern.test(word));
  return setting(rule, holds, { type: [String], maxItems: max });
}

export const Words = (): PropertyDecorator =>
  wordList(100, /^[\w-]{1,100}$/, 'must be a list of at most 100 words of letters, digits, _ and -', false);

/** Two dashes would end the scope in `customer.customer_read--DE`. */
export const Restrictions = (): PropertyDecorator =>
  wordList(
    500,
    /^(?!.*--)[\w-]{1,40}$/,
    'must be a list of at most 500 different words of at most 40 letters, digits, _ and single -',
    true,
  );

/** The exact form that browsers send: no path, no default port, the host in lower case and ASCII. */
const isOrigin = (value: unknown): boolean =>
  typeof value === 'string' &&
  /^https?:\/\/[a-z\d.:[\]-]+$/.test(value) &&
  URL.canParse(value) &&
  new URL(value).origin === value;

export const Origins = (): PropertyDecorator =>
  setting(
    'must be * alone, or a list of at most 100 http or https origins such as https://acme.example',
    (value) =>
      Array.isArray(value) &&
      value.length <= 100 &&
      ((value.length === 1 && value[0] === '*') || value.every(isOrigin)),
    { type: [String], maxItems: 100 },
  );

export const Link = (): PropertyDecorator =>
  setting(
    'must be an http or https URL of at most 2000 characters, without invisible characters or user:password@',
    (value) =>
      typeof value === 'string' && /^https?:\/\/\S{1,1990}$/i.test(value) && URL.canParse(value) && isPlainLink(value),
    { type: String },
  );

export const OptionalHttpsUrl = (): PropertyDecorator =>
  setting(
    'must be empty, or an https URL of at most 2000 characters, without invisible characters or user:password@',
    (value) =>
      value === '' ||
      (typeof value === 'string' && /^https:\/\/\S{1,1990}$/i.test(value) && URL.canParse(value) && isPlainLink(value)),
    { type: String },
  );

/**
 * Whether a text is an address for the header of every mail. A name in front of the `@` that is not ASCII requires
 * servers with SMTPUTF8 (RFC 6531), also from recipients with other addresses.
 */
const isHeaderAddress = (text: string): boolean => isPlainEmail(text) && /^[!-~]+@[^@]+$/.test(text);

const HTTPS = 'https, or http on localhost, without a password';

const isToken = (value: unknown): value is string =>
  typeof value === 'string' && value.length > 0 && value.length <= 2000 && !/\s/.test(value) && !hasInvisible(value);

/** Requires the placeholder once, and in the fragment. */
const isTokenLink = (value: unknown): boolean =>
  isToken(value) && isProviderUrl(value) && /^[^#{}]*#[^{}]*\{token\}[^{}]*$/.test(value);

/** A URL that contains a customer's token in its fragment, which browsers do not send. */
export const OptionalTokenLink = (): PropertyDecorator =>
  setting(`must be empty, or a URL with {token} after the #: ${HTTPS}`, (value) => value === '' || isTokenLink(value), {
    type: String,
  });

export const OptionalAddress = (): PropertyDecorator =>
  setting(
    'must be empty, or an e-mail address with ASCII characters before the @',
    (value) => value === '' || (typeof value === 'string' && isHeaderAddress(value)),
    { type: String, maxLength: 254 },
  );

const isAddress = (value: unknown): value is string =>
  typeof value === 'string' && isPlainEmail(value) && fitsAnEnvelope(value);

export const Addresses = (max: number): PropertyDecorator =>
  setting(
    `must be a list of at most ${max} different e-mail addresses`,
    (value) =>
      Array.isArray(value) &&
      value.length <= max &&
      value.every(isAddress) &&
      new Set(value.map(normalEmail)).size === value.length,
    { type: [String], maxItems: max },
  );

/** Without characters that separate addresses or end a header line. */
const SENDER = /^(?:(?:"[^"\\<>@\p{Cc}]*" ?|[^"\\<>@,;:()\p{Cc}]*)<([^<>\s]+)>|([^<>\s]+))$/u;

export const Sender = (): PropertyDecorator =>
  setting(
    'must be an e-mail address with ASCII characters before the @, or a name and the address: Acme <no-reply@acme.example>',
    (value) => {
      if (typeof value !== 'string' || value.length > 320) return false;
      const [, named, bare] = SENDER.exec(value) ?? [];
      return isHeaderAddress(named ?? bare ?? '') && !hasInvisible(value);
    },
    { type: String, maxLength: 320 },
  );

/** Text without spaces, such as an id. */
export const Token = (): PropertyDecorator =>
  setting('must have 1 to 2000 characters and no spaces', isToken, { type: String });

export const Secret = (): PropertyDecorator =>
  setting(
    'must have 1 to 2000 characters',
    (value) => typeof value === 'string' && value.length > 0 && value.length <= 2000 && !/\p{Cc}/u.test(value),
    { type: String },
  );

/** Without two dashes, because these end the name in a `state`. */
export const isProviderName = (value: unknown): boolean => isToken(value) && /^(?!.*--)\w[\w.-]{0,39}$/.test(value);

export const PROVIDER_NAME = 'must have 1 to 40 letters, digits, _, . and single -, and not begin with . or -';

export const ProviderName = (): PropertyDecorator => setting(PROVIDER_NAME, isProviderName, { type: String });

export const ProviderUrl = (): PropertyDecorator =>
  setting(`must be a URL: ${HTTPS}`, (value) => isToken(value) && isProviderUrl(value), { type: String });

/** The members of a JWK that only a private or shared key has (RFC 7518). */
const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'];

function isPublicKey(key: unknown): boolean {
  if (!isObject(key) || PRIVATE_MEMBERS.some((name) => name in key)) return false;
  try {
    createPublicKey({ key: { ...key }, format: 'jwk' });
    return true;
  } catch {
    return false;
  }
}

function isKeySet(value: unknown): boolean {
  if (!isObject(value)) return false;
  const { keys } = value;
  return Array.isArray(keys) && keys.length > 0 && keys.length <= 100 && keys.every(isPublicKey);
}

export const KeySetOrUrl = (): PropertyDecorator =>
  setting(
    `must be a URL: ${HTTPS}; or a key set {"keys": […]} of 1 to 100 public keys`,
    (value) => isKeySet(value) || (isToken(value) && isProviderUrl(value)),
    {
      oneOf: [
        { type: 'string' },
        {
          type: 'object',
          properties: {
            keys: {
              type: 'array',
              items: { type: 'object' },
              minItems: 1,
              maxItems: 100,
              description: 'Public keys as JWKs (RFC 7517).',
            },
          },
          required: ['keys'],
        },
      ],
    },
  );

export const ProviderDomain = (): PropertyDecorator =>
  setting(`must be a domain, or a URL: ${HTTPS}`, (value) => isToken(value) && isProviderUrl(withScheme(value)), {
    type: String,
  });

export const ProviderEndpoint = (): PropertyDecorator =>
  setting(
    `must be a path, or a URL: ${HTTPS}`,
    (value) => isToken(value) && (/^[a-z]+:/i.test(value) ? isProviderUrl(value) : !value.startsWith('//')),
    { type: String },
  );

/** Schemes of storefronts and apps are allowed. These schemes of browsers are not: they run or read their target. */
const UNSAFE_SCHEMES = /^(javascript|data|vbscript|file|filesystem|blob|about|view-source):/i;

const isRedirectUri = (value: unknown): boolean =>
  isToken(value) && URL.canParse(value) && isPlainLink(value) && !value.includes('#') && !UNSAFE_SCHEMES.test(value);

export const RedirectUris = (): PropertyDecorator =>
  setting(
    'must be a list of 1 to 50 URLs without # or user:password@, exactly as the storefront sends them',
    (value) => Array.isArray(value) && value.length > 0 && value.length <= 50 && value.every(isRedirectUri),
    { type: [String], minItems: 1, maxItems: 50 },
  );
