import { type Fields, type Source, compact, flagOf, hasPlace, requireTitles, textOf, withName } from './source.js';

/**
 * Shopify, Customers > Export. The file has no hashes, so it requires `--invite`.
 *
 * @see https://help.shopify.com/en/manual/customers/import-export-customers
 */
export const shopify: Source = {
  assertTitles: requireTitles('Shopify', 'First Name', 'Last Name', 'Email'),
  toItem: (fields) => {
    const email = textOf(fields, 'Email');
    // Shopify has customers with only a phone number. They have no e-mail to log in with.
    if (email === undefined) return undefined;
    const extras = compact({ note: textOf(fields, 'Note'), tags: textOf(fields, 'Tags') });
    return compact({
      id: numberOf(fields, 'Customer ID'),
      account: { email },
      firstName: textOf(fields, 'First Name'),
      lastName: textOf(fields, 'Last Name'),
      contactPhone: numberOf(fields, 'Phone'),
      company: textOf(fields, 'Default Address Company', 'Company'),
      addresses: addresses(fields),
      consents: [...consent(fields, 'email'), ...consent(fields, 'SMS')],
      mixins: Object.keys(extras).length > 0 ? { shopify: extras } : undefined,
    });
  },
};

/** Shopify writes an apostrophe before digits, so that spreadsheets read a text. */
function numberOf(fields: Fields, ...names: string[]): string | undefined {
  return textOf(fields, ...names)?.replace(/^'/, '');
}

function addresses(fields: Fields): object[] {
  const text = (name: string) => numberOf(fields, `Default Address ${name}`, name);
  const address = {
    firstName: textOf(fields, 'First Name'),
    lastName: textOf(fields, 'Last Name'),
    companyName: text('Company'),
    street: text('Address1'),
    extraLine1: text('Address2'),
    zipCode: text('Zip'),
    city: text('City'),
    state: text('Province Code'),
    country: text('Country Code'),
    contactPhone: text('Phone'),
  };
  return hasPlace(address) ? [{ ...withName(address), isDefault: true }] : [];
}

/** `no` is not recorded: Shopify does not distinguish customers who declined from those who were not asked. */
function consent(fields: Fields, channel: 'email' | 'SMS'): object[] {
  const title = `Accepts ${channel === 'email' ? 'Email' : channel} Marketing`;
  const accepted = flagOf(fields, title) ?? (channel === 'email' && flagOf(fields, 'Accepts Marketing'));
  return accepted ? [{ id: `${channel.toLowerCase()}-marketing`, version: 'shopify', accepted }] : [];
}
