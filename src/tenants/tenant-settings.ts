import { IdentityProvider, TokenExchange, conflictsOf } from './provider-settings.js';
import {
  Addresses,
  Color,
  ContextBytes,
  Currency,
  Group,
  Language,
  Line,
  Link,
  ListOf,
  MergedObject,
  OneOf,
  OptionalAddress,
  OptionalHttpsUrl,
  OptionalLine,
  OptionalLines,
  OptionalTokenLink,
  Origins,
  PasswordLength,
  Restrictions,
  Seconds,
  Sender,
  Words,
  YesOrNo,
} from './setting-validators.js';

const HOUR = 3600;
const DAY = 24 * HOUR;

/** The settings `links.…`. */
export class Links {
  /**
   * The page where a customer sets a new password. The vendor's `customer.passwordreset.redirecturl`.
   * @example https://acme.example/password/reset?token=
   */
  @Link()
  passwordReset = 'http://localhost:8080/password/reset?token=';
  /**
   * The page that confirms a new e-mail address. The vendor's `customer.changeemail.redirecturl`.
   * @example https://acme.example/email/confirm?token=
   */
  @Link()
  emailChange = 'http://localhost:8080/email/confirm?token=';
  /**
   * The page where the owner of the old e-mail address undoes a change of the login e-mail.
   * @example https://acme.example/email/undo?token=
   */
  @Link()
  emailUndo = 'http://localhost:8080/email/undo?token=';
  /**
   * The page that confirms a sign-up.
   * @example https://acme.example/signup/confirm?token=
   */
  @Link()
  optIn = 'http://localhost:8080/signup/confirm?token=';
  /**
   * The page where the owner of an account confirms an identity of a provider.
   * @example https://acme.example/identities/confirm?token=
   */
  @Link()
  linkIdentity = 'http://localhost:8080/identities/confirm?token=';
  /**
   * The page where a customer confirms the erasure of the account. The vendor's `customer.deletion.redirecturl`.
   * @example https://acme.example/erasure/confirm?token=
   */
  @Link()
  erasure = 'http://localhost:8080/erasure/confirm?token=';
  /**
   * The storefront. The vendor's `storefront.host` and `storefront.htmlPage`.
   * @example https://acme.example/
   */
  @Link()
  storefront = 'http://localhost:8080/';
}

/** The settings `brand.…`: the look of mails. */
export class Brand {
  /**
   * The name of the shop. If it is empty, mails have the name of the tenant.
   * @example Acme
   */
  @OptionalLine(100)
  name = '';
  /**
   * The URL of the logo, 40 pixels high in mails. If it is empty, mails have the name of the shop instead.
   * @example https://acme.example/logo.png
   */
  @OptionalHttpsUrl()
  logoUrl = '';
  /**
   * The colour of buttons. Their text is white or black, whichever is easier to read.
   * @example #0a7d4f
   */
  @Color()
  color = '#1d4ed8';
  /**
   * The last lines of a mail, such as the legal name and the address of the shop.
   * @example 'Acme Ltd, 1 High Street, London'
   */
  @OptionalLines(500)
  footer = '';
  /**
   * The address for replies. If it is empty, replies go to the sender of the mail.
   * @example service@acme.example
   */
  @OptionalAddress()
  replyTo = '';
}

/** The settings `activationNotice.…`: mails to employees about customers who await activation. */
export class ActivationNotice {
  /**
   * The addresses that get the mails. No mail is sent if the list is empty.
   * @example ["support@acme.example"]
   */
  @Addresses(10)
  to: string[] = [];
  /**
   * How often a mail is sent while customers await activation: after each sign-up (`signup`), every hour (`hourly`) or
   * every day (`daily`). At most one mail is sent per minute, hour or day.
   */
  @OneOf('signup', 'hourly', 'daily')
  every: 'signup' | 'hourly' | 'daily' = 'hourly';
}

/** The settings `backoffice.…`: the page for employees. */
export class BackofficeSettings {
  /**
   * The page of the shop that an employee opens to act for a customer. The token of the customer replaces `{token}`,
   * which must be after the `#`: browsers do not send this part, so the token does not appear in server logs. If it is
   * empty, employees copy the token.
   * @example https://acme.example/act#token={token}
   */
  @OptionalTokenLink()
  actForLink = '';
}

/** The settings `passwordPolicy.…`. */
export class PasswordPolicy {
  /** The minimum length of a new password in characters. At least 15 if the tenant is `strict`. */
  @PasswordLength()
  shortest = 12;
  /** The maximum length of a new password in characters. Always 128 if the tenant is `strict`. */
  @PasswordLength()
  longest = 128;
  /**
   * Whether to reject a new password that is common, easy to guess, or the name of the shop or of the account's owner.
   * Applies to the Emporix API and the Glue API. Always true if the tenant is `strict`.
   */
  @YesOrNo()
  refuseCommon = false;
  /**
   * Whether a new password must contain an uppercase letter, a lowercase letter, a digit and a special character, all
   * of them ASCII. Applies to the Glue API only, with the vendor's message.
   */
  @YesOrNo()
  requireCharacterClasses = false;
}

/** The settings `lifetimes.…`. */
export class Lifetimes {
  /** The lifetime of a visitor's access token. */
  @Seconds()
  anonymousAccess = HOUR - 1;
  /** The lifetime of a visitor's refresh token. */
  @Seconds()
  anonymousRefresh = DAY - 1;
  /** The maximum lifetime of a visitor's session. A refresh does not extend it. */
  @Seconds()
  anonymousSession = 30 * DAY;
  /** The lifetime of the tokens of services and employees. */
  @Seconds()
  serviceAccess = 4 * HOUR - 1;
  /** The lifetime of a customer's access token. */
  @Seconds()
  customerAccess = 30 * DAY - 1;
  /** The lifetime of a customer's refresh token. */
  @Seconds()
  customerRefresh = DAY - 1;
  /** The maximum lifetime of a customer's session. A refresh does not extend it. */
  @Seconds()
  customerSession = 365 * DAY;
  /** The lifetime of the SaaS token. */
  @Seconds()
  saasToken = 4 * HOUR;
  /** The lifetime of the token of an employee who acts for a customer. */
  @Seconds()
  actingAccess = HOUR;
  /** The lifetime of the link in the password reset mail. */
  @Seconds()
  passwordReset = HOUR;
  /** The lifetime of the link with which a customer created by an employee or a service sets the first password. */
  @Seconds()
  initialPassword = 7 * DAY;
  /**
   * The lifetime of the link in the mail that confirms a new e-mail address. A link that was requested without the
   * password, in the Glue API, is valid for at most 1800 seconds.
   */
  @Seconds()
  emailChange = DAY;
  /** The lifetime of the link in the mail to the old e-mail address that undoes a change of the login e-mail. */
  @Seconds()
  emailUndo = 7 * DAY;
  /** The lifetime of the link in the opt-in mail. */
  @Seconds()
  optIn = 3 * DAY;
  /** The lifetime of the link in the mail with which the owner of an account confirms an identity. */
  @Seconds()
  linkIdentity = DAY;
  /** The lifetime of the link with which a customer confirms the erasure of the account. */
  @Seconds()
  erasure = HOUR;
  /** The lifetime of the access token of a customer who exchanged a token of another system. */
  @Seconds()
  exchangeAccess = 4 * HOUR - 1;
  /** The lifetime of the refresh token of a customer who exchanged a token of another system. */
  @Seconds()
  exchangeRefresh = 180 * DAY - 1;
}

/** The requirement for the first login of a new customer: an employee, the link in an e-mail, both, or nothing. */
export type Activation = 'employee' | 'email' | 'both' | 'none';

/**
 * The settings of a tenant. This class is their type, their rules, their defaults and their schema in OpenAPI;
 * `docs/reference/settings.md` is generated from it. Only values that differ from the defaults are stored.
 */
export class TenantSettings {
  /**
   * Closes security gaps in the vendors' APIs, which may require changes in their clients. A sign-up does not reveal
   * whether the e-mail address has an account, and must be confirmed by mail. A locked login returns the same error as
   * any other rejected login. Secrets are accepted only in headers, not in the query. New passwords have at least 15
   * characters. Lifetimes have upper limits.
   */
  @YesOrNo()
  strict = false;
  /**
   * The origins whose pages may send requests, exactly as browsers send them; a single `*` for all.
   * @example ["https://acme.example"]
   */
  @Origins()
  corsOrigins: string[] = ['*'];
  /**
   * The requirement for a new customer's first login: activation by an employee (`employee`), the link in an e-mail
   * (`email`), both (`both`), or nothing (`none`). `none` is the vendor's `customerActiveOnCreation`. If the tenant is
   * `strict`, `none` counts as `email` and `employee` as `both`.
   */
  @OneOf('employee', 'email', 'both', 'none')
  activation: Activation = 'employee';
  /** Whether a customer whom an employee or a service declines gets a mail. */
  @YesOrNo()
  declinedNotice = true;
  /** Mails to employees with the number of customers who await activation. */
  @Group(ActivationNotice)
  activationNotice = new ActivationNotice();
  /**
   * Whether a new customer is on hold until an employee releases the customer. The vendor's `customerOnHoldOnCreation`.
   */
  @YesOrNo()
  customerOnHoldOnCreation = false;
  /**
   * The default language of a new customer, a BCP 47 tag; underscores are allowed.
   * @example en_US
   */
  @Language()
  preferredLanguage = 'en_US';
  /**
   * The default currency of a new customer (ISO 4217).
   * @example EUR
   */
  @Currency()
  preferredCurrency = 'USD';
  /**
   * The default site of a new customer.
   * @example main
   */
  @Line(255)
  preferredSite = 'main';
  /**
   * The allowed values of a customer's `restriction`. Employees and services whose scope contains a restriction can see
   * only its customers. A restriction that customers have cannot be removed. The vendor's `restrictions`.
   * @example ["DE", "AT"]
   */
  @Restrictions()
  restrictions: string[] = [];
  /**
   * Whether a customer without a restriction gets that of the preferred site. The vendor's
   * `enableSyncBetweenRestrictionsAndSiteCodes`.
   */
  @YesOrNo()
  enableSyncBetweenRestrictionsAndSiteCodes = false;
  /** Whether the number of a deleted customer can be reused. The vendor's `enableRecreationOfDeletedCustomer`. */
  @YesOrNo()
  enableRecreationOfDeletedCustomer = false;
  /**
   * Whether a new customer gets a mail that confirms the sign-up. The vendor's
   * `signUp.enableAccountCreationEmailConfirmation`.
   */
  @YesOrNo()
  enableAccountCreationEmailConfirmation = false;
  /**
   * Whether the address of an order is added to the customer's address book. Stored for the order service only. The
   * vendor's setting of the same name.
   */
  @YesOrNo()
  enableOrderAddressPropagation = false;
  /**
   * The legal entities at which a customer is visible in addition to the assigned one: at those above it (`UPWARD`), at
   * those below it (`DOWNWARD`), or at none (`DISABLED`). The customer has no rights there. The vendor's setting of the
   * same name.
   */
  @OneOf('UPWARD', 'DOWNWARD', 'DISABLED')
  companyContactPropagation: 'UPWARD' | 'DOWNWARD' | 'DISABLED' = 'UPWARD';
  /**
   * How a customer becomes a member of an existing company: at once (`open`), or after an approval by a company Admin
   * or an employee (`approval`). A `strict` tenant always requires approval.
   */
  @OneOf('open', 'approval')
  companyJoin: 'open' | 'approval' = 'open';
  /**
   * When an e-mail that is sent to `PATCH /customers` of the Glue API takes effect: after its confirmation with the
   * link in a mail to the new address (`confirmed`), or at once (`immediate`). A `strict` tenant always requires the
   * confirmation.
   */
  @OneOf('confirmed', 'immediate')
  emailChange: 'confirmed' | 'immediate' = 'confirmed';
  /**
   * Whether a customer gets a mail after a login from a new device: from a network that is not among those of the latest
   * ten logins. The first login causes no mail.
   */
  @YesOrNo()
  newDeviceNotice = false;
  /** Whether a customer gets a mail when an employee or a service puts the account on hold. */
  @YesOrNo()
  onHoldNotice = false;
  /** The providers where customers may log in with an authorization code. A change replaces the list. */
  @ListOf(IdentityProvider, 50, 'providers', conflictsOf)
  identityProviders: IdentityProvider[] = [];
  /** How tokens of other systems are verified. A change is merged: null removes a configuration. */
  @MergedObject(TokenExchange)
  tokenExchange = new TokenExchange();
  /**
   * Whether a login with an identity that is not linked to a customer is rejected. The vendor's setting of the same
   * name.
   */
  @YesOrNo()
  ssoCustomerAutoprovisioningDisabled = false;
  /**
   * The requirement for creating a customer for a new identity: a verified e-mail address (`EMAIL`), or only the
   * provider's subject (`SUBJECT`).
   */
  @OneOf('EMAIL', 'SUBJECT')
  ssoCustomerIdentifierField: 'EMAIL' | 'SUBJECT' = 'EMAIL';
  /**
   * Whether a token of another system can be exchanged again until it expires. Otherwise, it can be exchanged only
   * once. A `strict` tenant ignores this setting.
   */
  @YesOrNo()
  ssoSubjectTokenReuse = false;
  /** The targets of links in mails. The token is appended without a separator. */
  @Group(Links)
  links = new Links();
  /** The look of mails. */
  @Group(Brand)
  brand = new Brand();
  /** The page for employees. */
  @Group(BackofficeSettings)
  backoffice = new BackofficeSettings();
  /** The policy for new passwords in the Glue API. If the tenant is `strict`, it also applies to the Emporix API. */
  @Group(PasswordPolicy)
  passwordPolicy = new PasswordPolicy();
  /**
   * The version of the terms that a customer accepts at sign-up in the Glue API. Stored as the consent `terms`.
   * @example 2026-11
   */
  @Line(100)
  termsVersion = '1';
  /**
   * Resources of the shop that require a customer's login. The Glue API returns this list to its storefront.
   * @example ["products"]
   */
  @Words()
  customerAccess: string[] = [];
  /** The maximum size of a visitor's session context in bytes of JSON. A customer's context has at most 64 KiB. */
  @ContextBytes()
  visitorContextBytes = 8192;
  /**
   * The sender of mails: an address, or a name and the address. The vendor's `cust.notification.email.from`.
   * @example 'Acme <no-reply@acme.example>'
   */
  @Sender()
  mailFrom = 'Foyer <no-reply@foyer.invalid>';
  /**
   * Lifetimes in seconds. If the tenant is `strict`, longer ones are reduced. Those of the tokens of the Glue API are
   * fixed: 8 hours for an access token, 30 days for a refresh token.
   */
  @Group(Lifetimes)
  lifetimes = new Lifetimes();
}

export const defaultSettings = new TenantSettings();

/** The settings that have parts with defaults of their own. */
type Groups = Pick<
  TenantSettings,
  'activationNotice' | 'backoffice' | 'brand' | 'links' | 'passwordPolicy' | 'lifetimes'
>;
type Single = Omit<TenantSettings, keyof Groups>;

/** Settings as a tenant stores them: any part may be missing. */
export type StoredSettings = Partial<Single> & { [G in keyof Groups]?: Partial<Groups[G]> };

/** A change of settings: absent settings are not changed, null resets a setting to its default. */
export type SettingsPatch = { [K in keyof Single]?: Single[K] | null } & {
  [G in keyof Groups]?: { [Part in keyof Groups[G]]?: Groups[G][Part] | null } | null;
};
