import { isEmail } from 'class-validator';
import { Failure, type Finding } from '../common/failure.js';
import type { JsonObject } from '../common/merge-patch.js';
import { wrongExchange, wrongProviders } from './provider-rules.js';
import type { Rule } from './rule.js';
import type { SettingsPatch, TenantSettings } from './tenant-settings.js';

/** Of a value with parts: what is wrong with which of them. */
interface RuleOfParts {
  findings: (value: unknown, field: string) => Iterable<Finding>;
}

/** A setting without a rule does not compile. */
type Rules<Settings> = {
  [K in keyof Settings]: Settings[K] extends Record<string, unknown> ? Rules<Settings[K]> : Rule | RuleOfParts;
};

const TEN_YEARS = 10 * 365 * 24 * 3600;

const matches = (pattern: RegExp, says: string): Rule => ({
  says,
  holds: (value) => typeof value === 'string' && pattern.test(value),
});

const yesOrNo: Rule = { says: 'must be true or false', holds: (value) => typeof value === 'boolean' };

const link: Rule = {
  says: 'must be an http or https URL of at most 2000 characters',
  holds: (value) => typeof value === 'string' && /^https?:\/\/\S{1,1990}$/i.test(value) && URL.canParse(value),
};

const seconds: Rule = {
  says: `must be a whole number of seconds from 1 to ${TEN_YEARS} (10 years)`,
  holds: (value) => Number.isInteger(value) && Number(value) >= 1 && Number(value) <= TEN_YEARS,
};

/** Two dashes would end the scope in `customer.customer_read--DE`. */
const restrictions: Rule = {
  says: 'must be a list of different words of at most 40 letters, digits, _ and single -',
  holds: (value) =>
    Array.isArray(value) &&
    new Set(value).size === value.length &&
    value.every((word) => typeof word === 'string' && /^(?!.*--)[\w-]{1,40}$/.test(word)),
};

const characters: Rule = {
  says: 'must be a whole number from 6 to 128',
  holds: (value) => Number.isInteger(value) && Number(value) >= 6 && Number(value) <= 128,
};

const words: Rule = {
  says: 'must be a list of at most 100 words of letters, digits, _ and -',
  holds: (value) =>
    Array.isArray(value) &&
    value.length <= 100 &&
    value.every((word) => typeof word === 'string' && /^[\w-]{1,100}$/.test(word)),
};

/** Exactly as a browser writes it: no path, no default port, the host in lower case and ASCII. */
const isOrigin = (value: unknown): boolean =>
  typeof value === 'string' &&
  /^https?:\/\/[a-z\d.:[\]-]+$/.test(value) &&
  URL.canParse(value) &&
  new URL(value).origin === value;

const origins: Rule = {
  says: 'must be * alone, or a list of at most 100 http or https origins such as https://acme.example',
  holds: (value) =>
    Array.isArray(value) && value.length <= 100 && ((value.length === 1 && value[0] === '*') || value.every(isOrigin)),
};

/** Without what separates addresses or ends a header line. */
const SENDER = /^(?:(?:"[^"\\<>@\p{Cc}]*" ?|[^"\\<>@,;:()\p{Cc}]*)<([^<>\s]+)>|([^<>\s]+))$/u;

const sender: Rule = {
  says: 'must be an e-mail address, or a name and the address: Acme <no-reply@acme.example>',
  holds: (value) => {
    if (typeof value !== 'string' || value.length > 320) return false;
    const [, named, bare] = SENDER.exec(value) ?? [];
    return isEmail(named ?? bare, { allow_utf8_local_part: true });
  },
};

const rules: Rules<TenantSettings> = {
  strict: yesOrNo,
  corsOrigins: origins,
  activation: matches(/^(employee|email|both|none)$/, 'must be employee, email, both or none'),
  customerOnHoldOnCreation: yesOrNo,
  preferredLanguage: matches(
    /^(?=.{1,35}$)[A-Za-z]{2,8}([_-][A-Za-z0-9]{1,8})*$/,
    'must be a language (BCP 47, also with an underscore)',
  ),
  preferredCurrency: matches(/^[A-Za-z]{3}$/, 'must be three letters (ISO 4217)'),
  preferredSite: matches(/^[^\p{Cc}]{1,255}$/u, 'must have 1 to 255 characters'),
  restrictions,
  enableSyncBetweenRestrictionsAndSiteCodes: yesOrNo,
  enableRecreationOfDeletedCustomer: yesOrNo,
  enableAccountCreationEmailConfirmation: yesOrNo,
  enableOrderAddressPropagation: yesOrNo,
  companyContactPropagation: yesOrNo,
  passwordPolicy: { shortest: characters, longest: characters, refuseCommon: yesOrNo },
  termsVersion: matches(/^[^\p{Cc}]{1,100}$/u, 'must have 1 to 100 characters'),
  customerAccess: words,
  identityProviders: { findings: wrongProviders },
  tokenExchange: { findings: wrongExchange },
  ssoCustomerAutoprovisioningDisabled: yesOrNo,
  ssoCustomerIdentifierField: matches(/^(EMAIL|SUBJECT)$/, 'must be EMAIL or SUBJECT'),
  links: { passwordReset: link, emailChange: link, optIn: link, linkIdentity: link, erasure: link, storefront: link },
  mailFrom: sender,
  lifetimes: {
    anonymousAccess: seconds,
    anonymousRefresh: seconds,
    anonymousSession: seconds,
    serviceAccess: seconds,
    customerAccess: seconds,
    customerRefresh: seconds,
    customerSession: seconds,
    saasToken: seconds,
    actingAccess: seconds,
    passwordReset: seconds,
    initialPassword: seconds,
    emailChange: seconds,
    optIn: seconds,
    linkIdentity: seconds,
    erasure: seconds,
    exchangeAccess: seconds,
    exchangeRefresh: seconds,
  },
};

/**
 * A change of settings, as anybody may have written it, if there is nothing wrong with it. An unknown setting is wrong:
 * a typo must not go unseen.
 *
 * @throws Failure `invalid_input` naming every setting that is wrong
 */
export function checkedSettings(input: JsonObject): SettingsPatch {
  const findings = [...wrong(rules, input, '')];
  if (findings.length > 0) throw new Failure('invalid_input', { findings: findings.slice(0, 50) });
  return input;
}

/** Null resets, so it is right everywhere. */
function* wrong(known: object, input: JsonObject, path: string): Generator<Finding> {
  for (const [name, value] of Object.entries(input)) {
    const field = `${path}${name}`.slice(0, 200);
    const rule = Object.entries(known).find(([key]) => key === name)?.[1] as Rule | RuleOfParts | object | undefined;
    if (!rule) yield { field, message: `${field} is not a setting` };
    else if (value === null) continue;
    else if ('holds' in rule) {
      if (!rule.holds(value)) yield { field, message: `${field} ${rule.says}` };
    } else if ('findings' in rule) yield* rule.findings(value, field);
    else if (typeof value !== 'object' || Array.isArray(value)) yield { field, message: `${field} must be an object` };
    else yield* wrong(rule, value as JsonObject, `${field}.`);
  }
}
