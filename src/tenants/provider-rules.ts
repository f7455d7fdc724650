import type { Finding } from '../common/failure.js';
import { type ExchangeConfig, type IdentityProvider, isProviderUrl, withScheme } from './provider-settings.js';
import type { Rule } from './rule.js';

type Fields = Record<string, unknown>;

const MOST_PROVIDERS = 50;
const HTTPS = 'https, or http on localhost, without a password';

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isText = (value: unknown): value is string =>
  typeof value === 'string' && value.length > 0 && value.length <= 2000 && !/[\p{Cc}\s]/u.test(value);

/** Without two dashes, for these end the name in a `state`. */
const isName = (value: unknown): boolean => isText(value) && /^(?!.*--)\w[\w.-]{0,39}$/.test(value);

/** Any scheme of a storefront or an app, but none of the browser's own, which run or read what they name. */
const OF_BROWSERS = /^(javascript|data|vbscript|file|filesystem|blob|about|view-source):/i;

const isRedirectUri = (value: unknown): boolean =>
  isText(value) && URL.canParse(value) && !value.includes('#') && !OF_BROWSERS.test(value);

const text: Rule = { says: 'must have 1 to 2000 characters and no spaces', holds: isText };

const name: Rule = {
  says: 'must have 1 to 40 letters, digits, _, . and single -, and not begin with . or -',
  holds: isName,
};

const url: Rule = { says: `must be a URL: ${HTTPS}`, holds: (value) => isText(value) && isProviderUrl(value) };

const domain: Rule = {
  says: `must be a domain, or a URL: ${HTTPS}`,
  holds: (value) => isText(value) && isProviderUrl(withScheme(value)),
};

const endpoint: Rule = {
  says: `must be a path, or a URL: ${HTTPS}`,
  holds: (value) => isText(value) && (/^[a-z]+:/i.test(value) ? isProviderUrl(value) : !value.startsWith('//')),
};

const secret: Rule = {
  says: 'must have 1 to 2000 characters',
  holds: (value) => typeof value === 'string' && value.length > 0 && value.length <= 2000 && !/\p{Cc}/u.test(value),
};

/** Null removes it. */
const orNull = ({ says, holds }: Rule): Rule => ({ says, holds: (value) => value === null || holds(value) });

const providerParts: Record<keyof IdentityProvider, Rule> = {
  name,
  issuer: url,
  domain,
  tokenEndpoint: endpoint,
  clientId: text,
  clientSecret: orNull(secret),
  redirectUris: {
    says: 'must be a list of 1 to 50 URLs without #, exactly as the storefront sends them',
    holds: (value) =>
      Array.isArray(value) && value.length > 0 && value.length <= 50 && value.every((uri) => isRedirectUri(uri)),
  },
  default: { says: 'must be true or false', holds: (value) => typeof value === 'boolean' },
};

/** A change is merged. */
const exchangeParts: Record<keyof ExchangeConfig, Rule> = {
  jwks: orNull(url),
  domain: orNull(domain),
  tokenIntrospectEndpoint: orNull(endpoint),
  clientId: orNull(text),
  clientSecret: orNull(secret),
  issuer: orNull(text),
  audience: orNull(text),
  tokenClientId: orNull(text),
};

/** What is wrong with a list of providers: with each, and with their names and the default among them. */
export function* wrongProviders(value: unknown, field: string): Generator<Finding> {
  if (!Array.isArray(value) || value.length > MOST_PROVIDERS) {
    yield { field, message: `${field} must be a list of at most ${MOST_PROVIDERS} providers` };
    return;
  }
  const before: Fields[] = [];
  for (const [index, provider] of value.entries()) {
    const at = `${field}.${index}`;
    if (!isFields(provider)) {
      yield notAnObject(at);
      continue;
    }
    yield* wrongProvider(provider, at);
    if (before.some((other) => isName(other.name) && other.name === provider.name)) {
      yield { field: `${at}.name`, message: `${at}.name is another provider's name` };
    }
    if (provider.default && before.some((other) => other.default)) {
      yield { field: `${at}.default`, message: `${at}.default is another provider already` };
    }
    before.push(provider);
  }
}

function* wrongProvider(provider: Fields, field: string): Generator<Finding> {
  const needed = { name: undefined, clientId: undefined, redirectUris: undefined };
  yield* wrongParts({ ...needed, ...provider }, providerParts, field);
  if ((provider.issuer === undefined) === (provider.domain === undefined)) {
    yield { field: `${field}.issuer`, message: `${field} must have issuer or domain, and not both` };
  }
}

/** What is wrong with a change of the configurations of the token exchange. */
export function* wrongExchange(value: unknown, field: string): Generator<Finding> {
  if (!isFields(value)) {
    yield notAnObject(field);
    return;
  }
  for (const [part, config] of Object.entries(value)) {
    const at = within(field, part);
    if (part === 'default') yield* wrongConfig(config, at);
    else if (part !== 'overrides') yield unknown(at);
    else if (isFields(config)) yield* wrongOverrides(config, at);
    else if (config !== null) yield notAnObject(at);
  }
}

function* wrongOverrides(overrides: Fields, field: string): Generator<Finding> {
  for (const [key, config] of Object.entries(overrides)) {
    const at = within(field, key);
    if (isName(key)) yield* wrongConfig(config, at);
    else yield { field: at, message: `${at}: the name ${name.says}` };
  }
}

function* wrongConfig(config: unknown, field: string): Generator<Finding> {
  if (config === null) return;
  if (isFields(config)) yield* wrongParts(config, exchangeParts, field);
  else yield notAnObject(field);
}

function* wrongParts(value: Fields, rules: Record<string, Rule>, field: string): Generator<Finding> {
  for (const [part, content] of Object.entries(value)) {
    const at = within(field, part);
    const rule = Object.hasOwn(rules, part) ? rules[part] : undefined;
    if (!rule) yield unknown(at);
    else if (!rule.holds(content)) yield { field: at, message: `${at} ${rule.says}` };
  }
}

/** A key may be as long as the body. */
function within(field: string, part: string): string {
  return `${field}.${part}`.slice(0, 200);
}

function notAnObject(field: string): Finding {
  return { field, message: `${field} must be an object` };
}

function unknown(field: string): Finding {
  return { field, message: `${field} is not known` };
}
