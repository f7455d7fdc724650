import { ValidateBy, buildMessage } from 'class-validator';
import { RequestScope } from './request-scope.js';
import { strictPasswordPolicy } from './strict.js';
import { type PasswordPolicy, type TenantSettings, defaultSettings } from './tenant-settings.js';

/**
 * A new password: 6 to 128 characters in the form that is hashed (NFC), at most 1 KiB. The vendor's schemas require 1
 * character at sign-up and 6 at login: a password of fewer than 6 could be set, but not used. A strict tenant requires
 * the length of its policy. No kinds of characters are required.
 */
export function IsNewPassword(): PropertyDecorator {
  return hasLength(policy);
}

/** A new password of an employee. Its length is that of a strict tenant, because an employee has access to customers. */
export function IsNewEmployeePassword(): PropertyDecorator {
  return hasLength(() => strictPasswordPolicy(passwordPolicy()));
}

/** @param allowed the length in characters */
function hasLength(allowed: () => Pick<PasswordPolicy, 'shortest' | 'longest'>): PropertyDecorator {
  return ValidateBy({
    name: 'isNewPassword',
    validator: {
      validate: (value: unknown) => {
        if (typeof value !== 'string' || Buffer.byteLength(value) > 1024) return false;
        const { length } = [...value.normalize('NFC')];
        const { shortest, longest } = allowed();
        return length >= shortest && length <= longest;
      },
      defaultMessage: buildMessage((each) => {
        const { shortest, longest } = allowed();
        return `${each}$property must have ${shortest} to ${longest} characters`;
      }),
    },
  });
}

function policy(): Pick<PasswordPolicy, 'shortest' | 'longest'> {
  return settings().strict ? passwordPolicy() : { shortest: 6, longest: 128 };
}

/** The current tenant's policy for new passwords, for validation rules without access to services. */
export function passwordPolicy(): PasswordPolicy {
  return settings().passwordPolicy;
}

/** The settings of the tenant of the request; the defaults outside of a request. */
function settings(): TenantSettings {
  return RequestScope.current?.settings ?? defaultSettings;
}
