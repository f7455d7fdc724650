import { type PasswordPolicy, type StoredSettings, type TenantSettings, defaultSettings } from './tenant-settings.js';

/** The lifetimes of tokens, in seconds. */
interface TokenLifetimes {
  access: number;
  refresh: number;
}

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** The upper limits, in seconds. Longer lifetimes of a tenant are reduced to these; shorter ones stay. */
export const strictLimits = {
  anonymousSession: 30 * DAY,
  customerAccess: 15 * MINUTE,
  customerRefresh: 14 * DAY,
  customerSession: 30 * DAY,
  exchangeAccess: 15 * MINUTE,
  exchangeRefresh: 14 * DAY,
  saasToken: 4 * HOUR,
  actingAccess: HOUR,
  passwordReset: HOUR,
  erasure: HOUR,
  initialPassword: DAY,
  emailChange: DAY,
  emailUndo: 7 * DAY,
  optIn: DAY,
  linkIdentity: DAY,
} satisfies Partial<TenantSettings['lifetimes']>;

/** In characters: NIST SP 800-63B-4 3.1.1.2, for a password without a second factor. */
const MIN_PASSWORD_LENGTH = 15;
const MAX_PASSWORD_LENGTH = 128;

/** The rules of a strict tenant for new passwords. A tenant's minimum length applies if it is longer. */
export function strictPasswordPolicy(policy: PasswordPolicy): PasswordPolicy {
  return {
    ...policy,
    shortest: Math.max(policy.shortest, MIN_PASSWORD_LENGTH),
    longest: MAX_PASSWORD_LENGTH,
    refuseCommon: true,
  };
}

/** Limits the fixed lifetimes of an API at a strict tenant; returns those of other tenants unchanged. */
export function strictLifetimes({ strict }: TenantSettings, { access, refresh }: TokenLifetimes): TokenLifetimes {
  if (!strict) return { access, refresh };
  return {
    access: Math.min(access, strictLimits.customerAccess),
    refresh: Math.min(refresh, strictLimits.customerRefresh),
  };
}

/**
 * The effective settings of a strict tenant. In addition, every sign-up must be confirmed by mail: otherwise a login
 * after the sign-up would show whether the address was free. To find the other effects, search the code for `strict`.
 */
function applyStrictLimits(settings: TenantSettings): TenantSettings {
  const { activation, passwordPolicy, lifetimes } = settings;
  const shorter = { ...lifetimes };
  for (const name of Object.keys(strictLimits) as (keyof typeof strictLimits)[]) {
    shorter[name] = Math.min(lifetimes[name], strictLimits[name]);
  }
  const { default: standard, overrides } = settings.tokenExchange;
  return {
    ...settings,
    identityProviders: settings.identityProviders.map(withoutTrust),
    tokenExchange: {
      ...(standard && { default: withoutTrust(standard) }),
      ...(overrides && {
        overrides: Object.fromEntries(Object.entries(overrides).map(([name, config]) => [name, withoutTrust(config)])),
      }),
    },
    ssoSubjectTokenReuse: false,
    activation: activation === 'none' ? 'email' : activation === 'employee' ? 'both' : activation,
    companyJoin: 'approval',
    emailChange: 'confirmed',
    passwordPolicy: strictPasswordPolicy(passwordPolicy),
    lifetimes: shorter,
  };
}

/** Returns the configuration without `trustEmail`: owners of accounts must confirm addresses of the provider. */
function withoutTrust<T extends { trustEmail?: boolean }>(config: T): T {
  return config.trustEmail ? { ...config, trustEmail: false } : config;
}

/** The effective settings: the stored values over the defaults, within the limits of `strict`. */
export function effectiveSettings(stored: StoredSettings): TenantSettings {
  const settings = {
    ...defaultSettings,
    ...stored,
    activationNotice: { ...defaultSettings.activationNotice, ...stored.activationNotice },
    passwordPolicy: { ...defaultSettings.passwordPolicy, ...stored.passwordPolicy },
    links: { ...defaultSettings.links, ...stored.links },
    backoffice: { ...defaultSettings.backoffice, ...stored.backoffice },
    brand: { ...defaultSettings.brand, ...stored.brand },
    lifetimes: { ...defaultSettings.lifetimes, ...stored.lifetimes },
  };
  return settings.strict ? applyStrictLimits(settings) : settings;
}
