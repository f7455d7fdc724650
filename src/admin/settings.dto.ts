import { OmitType, PartialType } from '@nestjs/swagger';
import { Lifetimes, Links, PasswordPolicy, TenantSettings } from '../tenants/tenant-settings.js';

export class LinksChangesDto extends PartialType(Links) {}

export class PasswordPolicyChangesDto extends PartialType(PasswordPolicy) {}

export class LifetimesChangesDto extends PartialType(Lifetimes) {}

/**
 * Omitted settings are unchanged. Null resets a setting, or a whole group, to the default. Unknown settings are
 * rejected.
 */
export class SettingsChangesDto extends PartialType(
  OmitType(TenantSettings, ['links', 'passwordPolicy', 'lifetimes']),
) {
  /** Links in mails. Omitted links are unchanged. */
  links?: LinksChangesDto;
  /** The rules for new passwords. Omitted rules are unchanged. */
  passwordPolicy?: PasswordPolicyChangesDto;
  /** Lifetimes in seconds. Omitted lifetimes are unchanged. */
  lifetimes?: LifetimesChangesDto;
}
