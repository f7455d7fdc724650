import { isoDate, isoTime } from './dates.js';
import { type Source, compact, requireTitles, textOf } from './source.js';

/**
 * Spryker, the `customer.csv` of the data importer of the demo shops. A customer with a date in `registered` has
 * confirmed the e-mail.
 *
 * @see https://github.com/spryker-shop/b2c-demo-shop, data/import/common/common/customer.csv
 */
export const spryker: Source = {
  assertTitles: requireTitles('Spryker', 'customer_reference', 'email', 'password'),
  toItem: (fields) => {
    const registered = isoTime(textOf(fields, 'registered'));
    return compact({
      reference: textOf(fields, 'customer_reference'),
      account: compact({ email: textOf(fields, 'email'), passwordHash: textOf(fields, 'password') }),
      salutation: textOf(fields, 'salutation'),
      firstName: textOf(fields, 'first_name'),
      lastName: textOf(fields, 'last_name'),
      company: textOf(fields, 'company'),
      contactPhone: textOf(fields, 'phone'),
      gender: textOf(fields, 'gender'),
      dateOfBirth: isoDate(textOf(fields, 'date_of_birth')),
      preferredLanguage: textOf(fields, 'locale_name'),
      createdAt: registered,
      confirmed: 'registered' in fields ? registered !== undefined : undefined,
    });
  },
};
