import { isoDate, isoTime } from './dates.js';
import {
  type Fields,
  type Source,
  type SourceAddress,
  compact,
  defaultAddresses,
  flagOf,
  requireTitles,
  textOf,
} from './source.js';

/**
 * Shopware 6, the profile "Default customer" of Settings > Import/Export. A copy of the profile with the additional
 * fields `password`, `legacyPassword`, `legacyEncoder`, `birthday` and `createdAt` has the hashes too.
 *
 * @see https://github.com/shopware/shopware, Migration1626696809AddImportExportCustomerProfile
 */
export const shopware6: Source = {
  assertTitles: requireTitles('Shopware 6', 'email', 'customer_number', 'guest'),
  toItem: (fields) => {
    // A guest has no login. The same person may be a guest several times.
    if (flagOf(fields, 'guest')) return undefined;
    return compact({
      id: textOf(fields, 'customer_number'),
      account: compact({ email: textOf(fields, 'email'), ...hashOf(fields) }),
      firstName: textOf(fields, 'first_name'),
      lastName: textOf(fields, 'last_name'),
      ...salutationOf(fields, 'salutation'),
      preferredLanguage: textOf(fields, 'language'),
      dateOfBirth: isoDate(textOf(fields, 'birthday')),
      createdAt: isoTime(textOf(fields, 'created_at', 'createdAt')),
      active: flagOf(fields, 'active'),
      addresses: defaultAddresses(addressOf(fields, 'billing_'), addressOf(fields, 'shipping_')),
    });
  },
};

const salutations: Record<string, string> = { mr: 'Mr', mrs: 'Mrs', ms: 'Ms' };

function salutationOf(fields: Fields, name: string): { salutation?: string } {
  const salutation = salutations[textOf(fields, name)?.toLowerCase() ?? ''];
  return salutation === undefined ? {} : { salutation };
}

function addressOf(fields: Fields, prefix: string): SourceAddress {
  const text = (name: string) => textOf(fields, `${prefix}${name}`);
  return {
    id: text('id'),
    ...salutationOf(fields, `${prefix}salutation`),
    firstName: text('first_name'),
    lastName: text('last_name'),
    companyName: text('company'),
    street: text('street'),
    zipCode: text('zipcode'),
    city: text('city'),
    country: text('country'),
    contactPhone: text('phone_number'),
  };
}

/** A customer who came from Shopware 5 has a legacy hash until the first login. */
function hashOf(fields: Fields): object {
  const passwordHash = textOf(fields, 'password');
  if (passwordHash !== undefined) return { passwordHash };
  const hash = textOf(fields, 'legacy_password', 'legacyPassword');
  const isMd5 = textOf(fields, 'legacy_encoder', 'legacyEncoder')?.toLowerCase() === 'md5';
  if (hash === undefined) return {};
  return isMd5 ? { legacyAuth: { algorithm: 'md5', hash } } : { passwordHash: hash };
}
