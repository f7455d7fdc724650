import { OmitType, PartialType } from '@nestjs/swagger';
import {
  ActivationNotice,
  BackofficeSettings,
  Brand,
  Lifetimes,
  Links,
  PasswordPolicy,
  TenantSettings,
} from '../tenants/tenant-settings.js';

export class ActivationNoticeChangesDto extends PartialType(ActivationNotice) {}

export class LinksChangesDto extends PartialType(Links) {}

export class BrandChangesDto extends PartialType(Brand) {}

export class BackofficeChangesDto extends PartialType(BackofficeSettings) {}

export class PasswordPolicyChangesDto extends PartialType(PasswordPolicy) {}

export class LifetimesChangesDto extends PartialType(Lifetimes) {}

/**
 * Omitted settings are unchanged. Null resets a setting, or a whole group, to the default. Unknown settings are
 * rejected.
 */
export class SettingsChangesDto extends PartialType(
  OmitType(TenantSettings, ['activationNotice', 'links', 'brand', 'backoffice', 'passwordPolicy', 'lifetimes']),
) {
  /** Mails to employees with the number of customers who await activation. Omitted settings are unchanged. */
  activationNotice?: ActivationNoticeChangesDto;
  /** Links in mails. Omitted links are unchanged. */
  links?: LinksChangesDto;
  /** The look of mails. Omitted settings are unchanged. */
  brand?: BrandChangesDto;
  /** The page for employees. Omitted settings are unchanged. */
  backoffice?: BackofficeChangesDto;
  /** The rules for new passwords. Omitted rules are unchanged. */
  passwordPolicy?: PasswordPolicyChangesDto;
  /** Lifetimes in seconds. Omitted lifetimes are unchanged. */
  lifetimes?: LifetimesChangesDto;
}
