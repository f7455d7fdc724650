import { ImportFileError } from '../import-file-error.js';
import { type Fields, type Source, compact, isFields, objectsOf } from './source.js';

/**
 * Emporix: the responses of `GET /customer/{tenant}/customers?expand=addresses,accounts,mixin:*`. They contain no
 * hashes. A hash from another source may be added in `account`, as in an item of `POST /customers/import`.
 *
 * Texts are neither trimmed nor converted, so that the same requests return the same values afterwards.
 *
 * @see https://developer.emporix.io/
 */
export const emporix: Source = {
  assertTitles: () => {
    throw new ImportFileError('The file is not an export of Emporix: it must be an .ndjson or .json file.');
  },
  toItem: (fields) => {
    const [login] = objectsOf(fields.accounts);
    const email = login?.id ?? fields.email ?? fields.contactEmail;
    return compact({
      ...pick(fields, ...profileNames),
      ...withoutEmpty(pick(fields, ...requiredNames)),
      id: fields.id ?? fields.customerNumber,
      account: compact({ email, ...objectOf(fields.account) }),
      addresses: Array.isArray(fields.addresses) ? objectsOf(fields.addresses).map(addressOf) : undefined,
      b2b: pick(objectOf(fields.b2b), 'companyRegistrationId'),
      metadata: pick(objectOf(fields.metadata), 'mixins'),
      createdAt: fields.metadataCreatedAt ?? undefined,
    });
  },
};

const profileNames = ['title', 'firstName', 'middleName', 'lastName', 'contactPhone', 'company', 'photoUrl', 'mixins'];
/** Fields for which an empty text is not a valid value. It counts as absent, and so does null. */
const requiredNames = [
  ...['contactEmail', 'preferredLanguage', 'preferredCurrency', 'preferredSite', 'type', 'restriction'],
  ...['active', 'onHold'],
];

const addressNames = [
  ...['id', 'contactName', 'companyName', 'street', 'streetNumber', 'streetAppendix', 'zipCode', 'city', 'country'],
  ...['extraLine1', 'extraLine2', 'extraLine3', 'extraLine4', 'state', 'contactPhone', 'tags', 'isDefault', 'mixins'],
];

function addressOf(address: Fields): object {
  return { ...pick(address, ...addressNames), metadata: pick(objectOf(address.metadata), 'mixins') };
}

function pick(fields: Fields, ...names: string[]): Fields {
  return compact(Object.fromEntries(names.map((name) => [name, fields[name]])));
}

function withoutEmpty(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== '' && value !== null));
}

function objectOf(value: unknown): Fields {
  return isFields(value) ? value : {};
}
