import { ImportFileError } from '../import-file-error.js';
import { isoDate, isoTime } from './dates.js';
import { type Fields, type Source, compact, flagOf, hasPlace, textOf, withName } from './source.js';

/**
 * Magento 2 and Adobe Commerce, System > Export: "Customers Main File", and "Customer Addresses" to be imported after
 * it with `--update`.
 *
 * @see https://experienceleague.adobe.com/en/docs/commerce-admin/systems/data-transfer/data-attributes-customer
 */
export const magento2: Source = {
  assertTitles: (titles) => {
    const isAddresses = titles.includes('_email') && titles.includes('_entity_id');
    if (isAddresses || (titles.includes('email') && titles.includes('password_hash'))) return;
    throw new ImportFileError(
      "The file has neither the columns 'email' and 'password_hash' of the customers of Magento 2, nor '_email' and '_entity_id' of their addresses.",
    );
  },
  toItem: (fields) => (fields._email === undefined ? customer(fields) : customerOfAddress(fields)),
};

const genders: Record<string, string> = { male: 'Male', '1': 'Male', female: 'Female', '2': 'Female' };

function customer(fields: Fields): object {
  return compact({
    account: compact({ email: textOf(fields, 'email'), ...hashOf(textOf(fields, 'password_hash')) }),
    firstName: textOf(fields, 'firstname'),
    middleName: textOf(fields, 'middlename'),
    lastName: textOf(fields, 'lastname'),
    title: textOf(fields, 'prefix'),
    gender: genders[textOf(fields, 'gender')?.toLowerCase() ?? ''],
    dateOfBirth: isoDate(textOf(fields, 'dob')),
    createdAt: isoTime(textOf(fields, 'created_at')),
    // The key of the confirmation mail; empty once the customer has confirmed.
    confirmed: textOf(fields, 'confirmation') ? false : undefined,
  });
}

function customerOfAddress(fields: Fields): object {
  const [street, extraLine1, extraLine2, extraLine3, ...more] = textOf(fields, 'street')?.split(/\r?\n/) ?? [];
  const extraLine4 = more.filter((line) => line !== '').join(', ');
  const address = {
    id: textOf(fields, '_entity_id'),
    firstName: textOf(fields, 'firstname'),
    lastName: textOf(fields, 'lastname'),
    companyName: textOf(fields, 'company'),
    street,
    ...(extraLine1 && { extraLine1 }),
    ...(extraLine2 && { extraLine2 }),
    ...(extraLine3 && { extraLine3 }),
    ...(extraLine4 && { extraLine4 }),
    zipCode: textOf(fields, 'postcode'),
    city: textOf(fields, 'city'),
    state: textOf(fields, 'region'),
    country: textOf(fields, 'country_id'),
    contactPhone: textOf(fields, 'telephone'),
  };
  const defaults = compact({
    isDefaultBilling: flagOf(fields, '_address_default_billing_') || undefined,
    isDefaultShipping: flagOf(fields, '_address_default_shipping_') || undefined,
  });
  const addresses = hasPlace(address) ? [{ ...withName(address), ...defaults }] : [];
  return { account: compact({ email: textOf(fields, '_email') }), addresses };
}

/**
 * Converts a hash by its versions, which identify the algorithms. MD5 and SHA-256 (0 and 1) are legacy algorithms.
 * Argon2id (2 and 3) is a native one. A hash without versions comes from Magento 1.
 */
function hashOf(hash: string | undefined): object {
  if (hash === undefined) return {};
  const [, hex = '', salt = '', versions] = /^([0-9a-f]{32}|[0-9a-f]{64}):([^:]*)(?::([\d_:]+))?$/i.exec(hash) ?? [];
  if (hex === '') return { passwordHash: hash };
  if (versions !== undefined) {
    const isLegacy = /^[01](:[01])*$/.test(versions);
    return isLegacy ? { legacyAuth: { algorithm: 'magento2-sha256', hash } } : { passwordHash: hash };
  }
  if (hex.length === 32) return { legacyAuth: { algorithm: 'magento1-md5', hash } };
  return { legacyAuth: { algorithm: 'salted-sha256', hash: hex, context: { salt } } };
}
