import { isoTime } from './dates.js';
import { ImportFileError } from '../import-file-error.js';
import { type Fields, type Source, type SourceAddress, compact, defaultAddresses, textOf } from './source.js';

/**
 * WooCommerce: the CSV of "Import Export Suite for WooCommerce" (`user_email`, `user_pass`), or of "Customer/Order/Coupon
 * Export" (`email`). WooCommerce itself exports no hashes.
 *
 * @see https://woocommerce.com/document/import-and-export-of-woocommerce-users/
 */
export const woocommerce: Source = {
  assertTitles: (titles) => {
    if (titles.includes('user_email') || (titles.includes('email') && titles.includes('user_login'))) return;
    throw new ImportFileError("The file has no column 'user_email', which an export of WooCommerce customers has.");
  },
  toItem: (fields) =>
    compact({
      id: textOf(fields, 'customer_id', 'ID'),
      account: compact({ email: textOf(fields, 'user_email', 'email'), passwordHash: textOf(fields, 'user_pass') }),
      firstName: textOf(fields, 'first_name'),
      lastName: textOf(fields, 'last_name'),
      company: textOf(fields, 'billing_company'),
      contactPhone: textOf(fields, 'billing_phone'),
      preferredLanguage: textOf(fields, 'locale'),
      createdAt: isoTime(textOf(fields, 'user_registered', 'date_registered')),
      addresses: defaultAddresses(addressOf(fields, 'billing_'), addressOf(fields, 'shipping_')),
    }),
};

function addressOf(fields: Fields, prefix: string): SourceAddress {
  const text = (name: string) => textOf(fields, `${prefix}${name}`);
  return {
    firstName: text('first_name'),
    lastName: text('last_name'),
    companyName: text('company'),
    street: text('address_1'),
    extraLine1: text('address_2'),
    zipCode: text('postcode'),
    city: text('city'),
    state: text('state'),
    country: text('country'),
    contactPhone: text('phone'),
  };
}
