import type { IdentityProvider, TokenExchange } from './provider-settings.js';
import { strictly } from './strict.js';

/** What a new customer needs before the first login: an employee, the link in an e-mail, both, or nothing. */
export type Activation = 'employee' | 'email' | 'both' | 'none';

/**
 * What a tenant may decide. Stored settings hold only what differs from the defaults; `settings-rules.ts` says what
 * each may be, `SettingsDto` of the admin API which of the vendor's settings it stands for.
 */
export interface TenantSettings {
  /** What the vendors leave open is closed, and their clients must follow: see `strict.ts`. */
  strict: boolean;
  /** The origins whose pages may call; `*` for all. */
  corsOrigins: string[];
  activation: Activation;
  /** A new customer is on hold until an employee ends it. */
  customerOnHoldOnCreation: boolean;
  preferredLanguage: string;
  preferredCurrency: string;
  preferredSite: string;
  /** The values that a customer's `restriction` may have. */
  restrictions: string[];
  /** A customer without a given restriction gets that of the preferred site. */
  enableSyncBetweenRestrictionsAndSiteCodes: boolean;
  /** The number of a deleted customer may be given again. */
  enableRecreationOfDeletedCustomer: boolean;
  /** Who signs up gets a mail that says so. */
  enableAccountCreationEmailConfirmation: boolean;
  /** For the service of orders: the address of an order goes to the customer's address book. */
  enableOrderAddressPropagation: boolean;
  /** For the services that keep contacts: what changes of a customer is passed on to its company's contact. */
  companyContactPropagation: boolean;
  /** How long a new password must be, in characters: in the second dialect, and where the tenant is strict in both. */
  passwordPolicy: {
    shortest: number;
    longest: number;
    /** In every dialect: what is common, or is the shop's or the customer's own name, is refused. */
    refuseCommon: boolean;
  };
  /** The version of the terms that who signs up accepts, where a dialect asks. */
  termsVersion: string;
  /** Resources of the shop that only customers who have logged in may use. */
  customerAccess: string[];
  /** Where customers may log in by an authorization code. Secrets are sealed. */
  identityProviders: IdentityProvider[];
  /** How tokens of other systems are verified that customers exchange for a login. Secrets are sealed. */
  tokenExchange: TokenExchange;
  /** Whom a provider proves, but nobody knows here, is refused instead of made a customer. */
  ssoCustomerAutoprovisioningDisabled: boolean;
  /** What makes a stranger a customer: a verified e-mail address, or the provider's subject alone. */
  ssoCustomerIdentifierField: 'EMAIL' | 'SUBJECT';
  /** Where links in mails lead; the token is appended as it is. */
  links: {
    passwordReset: string;
    emailChange: string;
    optIn: string;
    linkIdentity: string;
    erasure: string;
    storefront: string;
  };
  mailFrom: string;
  /** In seconds. The figures of the access and refresh tokens are the vendor's examples. */
  lifetimes: {
    anonymousAccess: number;
    anonymousRefresh: number;
    /** A visitor's session ends this long after its start, however often it is refreshed. */
    anonymousSession: number;
    serviceAccess: number;
    customerAccess: number;
    customerRefresh: number;
    /** A customer's session ends this long after its login, however often it is refreshed. */
    customerSession: number;
    saasToken: number;
    /** The token of an employee who acts for a customer. */
    actingAccess: number;
    passwordReset: number;
    /** The link with which a customer whom staff made sets the first password. */
    initialPassword: number;
    emailChange: number;
    optIn: number;
    /** The link that proves to whom a provider's login belongs. */
    linkIdentity: number;
    /** The link with which a customer has the account removed. */
    erasure: number;
    /** Tokens of a customer who exchanged one of another system. */
    exchangeAccess: number;
    exchangeRefresh: number;
  };
}

const HOUR = 3600;
const DAY = 24 * HOUR;

export const defaultSettings: TenantSettings = {
  strict: false,
  corsOrigins: ['*'],
  activation: 'employee',
  customerOnHoldOnCreation: false,
  preferredLanguage: 'en_US',
  preferredCurrency: 'USD',
  preferredSite: 'main',
  restrictions: [],
  passwordPolicy: { shortest: 12, longest: 128, refuseCommon: false },
  termsVersion: '1',
  customerAccess: [],
  enableSyncBetweenRestrictionsAndSiteCodes: false,
  enableRecreationOfDeletedCustomer: false,
  enableAccountCreationEmailConfirmation: false,
  enableOrderAddressPropagation: false,
  companyContactPropagation: false,
  identityProviders: [],
  tokenExchange: {},
  ssoCustomerAutoprovisioningDisabled: false,
  ssoCustomerIdentifierField: 'EMAIL',
  links: {
    passwordReset: 'http://localhost:8080/password/reset?token=',
    emailChange: 'http://localhost:8080/email/confirm?token=',
    optIn: 'http://localhost:8080/signup/confirm?token=',
    linkIdentity: 'http://localhost:8080/identities/confirm?token=',
    erasure: 'http://localhost:8080/erasure/confirm?token=',
    storefront: 'http://localhost:8080/',
  },
  mailFrom: 'Foyer <no-reply@foyer.invalid>',
  lifetimes: {
    anonymousAccess: HOUR - 1,
    anonymousRefresh: DAY - 1,
    anonymousSession: 30 * DAY,
    serviceAccess: 4 * HOUR - 1,
    customerAccess: 30 * DAY - 1,
    customerRefresh: DAY - 1,
    customerSession: 365 * DAY,
    saasToken: 4 * HOUR,
    actingAccess: HOUR,
    passwordReset: HOUR,
    initialPassword: 7 * DAY,
    emailChange: DAY,
    optIn: 3 * DAY,
    linkIdentity: DAY,
    erasure: HOUR,
    exchangeAccess: 4 * HOUR - 1,
    exchangeRefresh: 180 * DAY - 1,
  },
};

/** Settings as a tenant stores them: any part may be missing. */
export type StoredSettings = {
  [K in keyof TenantSettings]?: TenantSettings[K] extends Record<string, unknown>
    ? Partial<TenantSettings[K]>
    : TenantSettings[K];
};

/** A change of settings: what is not named stays, null resets to the default. */
export type SettingsPatch = {
  [K in keyof TenantSettings]?:
    | (TenantSettings[K] extends Record<string, unknown>
        ? { [Part in keyof TenantSettings[K]]?: TenantSettings[K][Part] | null }
        : TenantSettings[K])
    | null;
};

/** The settings in force: what the tenant stored over the defaults, and within what `strict` allows. */
export function settingsInForce(stored: StoredSettings): TenantSettings {
  const settings = {
    ...defaultSettings,
    ...stored,
    passwordPolicy: { ...defaultSettings.passwordPolicy, ...stored.passwordPolicy },
    links: { ...defaultSettings.links, ...stored.links },
    lifetimes: { ...defaultSettings.lifetimes, ...stored.lifetimes },
  };
  return settings.strict ? strictly(settings) : settings;
}
