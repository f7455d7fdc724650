import { ApiPropertyOptional, OmitType, PartialType } from '@nestjs/swagger';
import { Integer } from '../common/validation.js';
import type { ExchangeConfig, IdentityProvider } from '../tenants/provider-settings.js';

/** Where links in mails lead; the token is appended as it is. */
export class LinksDto {
  /**
   * The vendor's `customer.passwordreset.redirecturl`.
   * @example https://acme.example/password/reset?token=
   */
  passwordReset!: string;
  /**
   * The vendor's `customer.changeemail.redirecturl`.
   * @example https://acme.example/email/confirm?token=
   */
  emailChange!: string;
  /** @example https://acme.example/signup/confirm?token= */
  optIn!: string;
  /** @example https://acme.example/identities/confirm?token= */
  linkIdentity!: string;
  /**
   * The vendor's `customer.deletion.redirecturl`.
   * @example https://acme.example/erasure/confirm?token=
   */
  erasure!: string;
  /**
   * The shop itself. The vendor's `storefront.host` and `storefront.htmlPage`.
   * @example https://acme.example/
   */
  storefront!: string;
}

export class PasswordPolicyDto {
  /** In characters, 6 to 128. */
  @Integer()
  shortest!: number;
  @Integer()
  longest!: number;
  /**
   * In both dialects: a new password that is common, easy to guess, or the name of the shop or of its owner is refused.
   * Yes where the tenant is `strict`.
   */
  refuseCommon!: boolean;
}

/** In seconds, at most ten years. */
export class LifetimesDto {
  /** Of a visitor's access token. */
  @Integer()
  anonymousAccess!: number;
  @Integer()
  anonymousRefresh!: number;
  /** The end of a visitor's session, however often it is refreshed. */
  @Integer()
  anonymousSession!: number;
  /** Of the tokens of services and employees. */
  @Integer()
  serviceAccess!: number;
  @Integer()
  customerAccess!: number;
  @Integer()
  customerRefresh!: number;
  /** The end of a customer's session, however often it is refreshed. */
  @Integer()
  customerSession!: number;
  @Integer()
  saasToken!: number;
  /** Of the token of an employee who acts for a customer. */
  @Integer()
  actingAccess!: number;
  /** Of the link in that mail. */
  @Integer()
  passwordReset!: number;
  /** Of the link with which a customer whom staff made sets the first password. */
  @Integer()
  initialPassword!: number;
  /** Of the link in that mail. */
  @Integer()
  emailChange!: number;
  /** Of the link in that mail. */
  @Integer()
  optIn!: number;
  /** Of the link in the mail that asks whether a provider's login is the owner's. */
  @Integer()
  linkIdentity!: number;
  /** Of the link with which a customer has the account removed. */
  @Integer()
  erasure!: number;
  /** Of a customer who exchanged a token of another system. */
  @Integer()
  exchangeAccess!: number;
  @Integer()
  exchangeRefresh!: number;
}

/** An OpenID Connect provider at which customers log in. One of `issuer`, `domain` is needed. */
export class IdentityProviderDto implements IdentityProvider {
  /**
   * What the storefront's `state` begins with: `{name}--{random}`.
   * @example keycloak
   */
  name!: string;
  /**
   * Who the ID token must be from; below it is the discovery document.
   * @example https://login.acme.example/realms/shop
   */
  issuer?: string;
  /**
   * The vendor's word for the issuer; https where it names no scheme.
   * @example acme.eu.auth0.com
   */
  domain?: string;
  /**
   * In place of the discovered one; absolute, or below the issuer.
   * @example protocol/openid-connect/token
   */
  tokenEndpoint?: string;
  clientId!: string;
  /** Comes out as `***`; left out or sent so, it stays, as long as it goes to the same address. Null removes it. */
  clientSecret?: string;
  /**
   * One of these must be in the call, exactly.
   * @example ["https://acme.example/callback"]
   */
  redirectUris!: string[];
  /** For a `state` that names no provider. Without one, the first is. */
  default?: boolean;
}

/** How a token of another system is verified: with `jwks` by its signature, else by introspection. */
export class ExchangeConfigDto implements ExchangeConfig {
  /**
   * The URL of the keys.
   * @example https://login.acme.example/realms/shop/protocol/openid-connect/certs
   */
  jwks?: string;
  domain?: string;
  /** Absolute, or below the domain. Asked with `clientId` and `clientSecret`. */
  tokenIntrospectEndpoint?: string;
  clientId?: string;
  /** Comes out as `***`; left out or sent so, it stays. Null removes it. */
  clientSecret?: string;
  /** What `iss` must be. */
  issuer?: string;
  /** What `aud` must hold. */
  audience?: string;
  /** What `azp` must be, or `client_id` where a token has no `azp`. */
  tokenClientId?: string;
}

export class TokenExchangeDto {
  default?: ExchangeConfigDto;
  /** By the name that the call gives as `config`, such as `site_PL`. */
  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: { $ref: '#/components/schemas/ExchangeConfigDto' },
  })
  overrides?: Record<string, ExchangeConfigDto>;
}

export class SettingsDto {
  /**
   * What the vendors leave open is closed, and their clients must follow. A sign-up tells nobody whether the address
   * has an account, and is confirmed by mail; a locked login is refused like any other; secrets of a query are taken in
   * headers alone; new passwords have 15 characters or more; lifetimes are cut to what is shown here.
   */
  strict!: boolean;
  /**
   * The origins whose pages may call, exactly as browsers name them; `*` alone for all.
   * @example ["https://acme.example"]
   */
  corsOrigins!: string[];
  /**
   * What a new customer needs before the first login: an employee, the link in an e-mail, both, or nothing. `none` is
   * the vendor's `customerActiveOnCreation`.
   */
  activation!: 'employee' | 'email' | 'both' | 'none';
  /** A new customer is on hold until an employee ends it. The vendor's `customerOnHoldOnCreation`. */
  customerOnHoldOnCreation!: boolean;
  /**
   * Of a new customer; BCP 47, also with an underscore.
   * @example en_US
   */
  preferredLanguage!: string;
  /**
   * Of a new customer; ISO 4217.
   * @example EUR
   */
  preferredCurrency!: string;
  /**
   * Of a new customer.
   * @example main
   */
  preferredSite!: string;
  /**
   * What a customer's `restriction` may be: staff whose scope names one sees the customers of it alone. One that
   * customers have must stay. The vendor's `restrictions`.
   * @example ["DE", "AT"]
   */
  restrictions!: string[];
  /**
   * A customer without a given restriction gets that of the preferred site. The vendor's
   * `enableSyncBetweenRestrictionsAndSiteCodes`.
   */
  enableSyncBetweenRestrictionsAndSiteCodes!: boolean;
  /** The number of a deleted customer may be given again. The vendor's `enableRecreationOfDeletedCustomer`. */
  enableRecreationOfDeletedCustomer!: boolean;
  /** Who signs up gets a mail that says so. The vendor's `signUp.enableAccountCreationEmailConfirmation`. */
  enableAccountCreationEmailConfirmation!: boolean;
  /**
   * Kept for the service of orders: whether the address of an order goes to the customer's address book. The vendor's
   * setting of that name.
   */
  enableOrderAddressPropagation!: boolean;
  /**
   * Kept for the services that keep contacts: whether what changes of a customer goes to its company's contact. The
   * vendor's setting of that name.
   */
  companyContactPropagation!: boolean;
  /** Where customers may log in by an authorization code. A change replaces the list. */
  identityProviders!: IdentityProviderDto[];
  /** How tokens of other systems are verified. A change is merged: null removes a configuration. */
  tokenExchange!: TokenExchangeDto;
  /** Whom a provider proves, but nobody knows here, is refused. The vendor's setting of that name. */
  ssoCustomerAutoprovisioningDisabled!: boolean;
  /** What makes a stranger a customer: a verified e-mail address, or the provider's subject alone. */
  ssoCustomerIdentifierField!: 'EMAIL' | 'SUBJECT';
  links!: LinksDto;
  /** Of new passwords in the second dialect; with `strict`, in both. */
  passwordPolicy!: PasswordPolicyDto;
  /**
   * Which version of the terms who signs up in the second dialect accepts; kept as the consent `terms`.
   * @example 2026-11
   */
  termsVersion!: string;
  /**
   * Resources of the shop that only customers who have logged in may use, as the second dialect tells its storefront.
   * @example ["products"]
   */
  customerAccess!: string[];
  /**
   * The sender of mails: an address, or a name and the address. The vendor's `cust.notification.email.from`.
   * @example Acme <no-reply@acme.example>
   */
  mailFrom!: string;
  lifetimes!: LifetimesDto;
}

export class LinksChangesDto extends PartialType(LinksDto) {}

export class PasswordPolicyChangesDto extends PartialType(PasswordPolicyDto) {}

export class LifetimesChangesDto extends PartialType(LifetimesDto) {}

/** What is not sent stays; null, also of a whole group, resets to the default. Unknown settings are refused. */
export class SettingsChangesDto extends PartialType(OmitType(SettingsDto, ['links', 'passwordPolicy', 'lifetimes'])) {
  links?: LinksChangesDto;
  passwordPolicy?: PasswordPolicyChangesDto;
  lifetimes?: LifetimesChangesDto;
}
