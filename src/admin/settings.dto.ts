import { OmitType, PartialType } from '@nestjs/swagger';
import { Integer } from '../common/validation.js';

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
  /**
   * The shop itself. The vendor's `storefront.host` and `storefront.htmlPage`.
   * @example https://acme.example/
   */
  storefront!: string;
}

/** In characters, 6 to 128. */
export class PasswordPolicyDto {
  @Integer()
  shortest!: number;
  @Integer()
  longest!: number;
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
}

export class SettingsDto {
  /**
   * What a new customer needs before the first login: an employee, the link in an e-mail, both, or nothing. `none` is the
   * vendor's `customerActiveOnCreation`.
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
  links!: LinksDto;
  /** Of new passwords in the second dialect. */
  passwordPolicy!: PasswordPolicyDto;
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
