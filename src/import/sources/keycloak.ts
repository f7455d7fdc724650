import { ImportFileError } from '../import-file-error.js';
import { timeOfMillis } from './dates.js';
import { type Fields, type Source, compact, flagOf, isFields, objectsOf, textOf } from './source.js';

/**
 * Keycloak, `kc.sh export`: a realm with its `users`, or a `{realm}-users-{n}.json` file. `emailVerified` is ignored,
 * because most realms let users with an unverified e-mail log in; `--map` can rename it to `confirmed`.
 *
 * @see https://www.keycloak.org/server/importExport
 */
export const keycloak: Source = {
  list: 'users',
  assertTitles: () => {
    throw new ImportFileError('The file is not an export of Keycloak: it must be a .json file.');
  },
  toItem: (fields) => {
    // The service account of a client is not a customer.
    if (fields.serviceAccountClientId !== undefined) return undefined;
    return compact({
      id: textOf(fields, 'id'),
      account: compact({ email: emailOf(fields), passwordHash: hashOf(fields) }),
      firstName: textOf(fields, 'firstName'),
      lastName: textOf(fields, 'lastName'),
      preferredLanguage: attribute(fields, 'locale'),
      contactPhone: attribute(fields, 'phoneNumber'),
      createdAt: timeOfMillis(textOf(fields, 'createdTimestamp')),
      active: flagOf(fields, 'enabled'),
      identities: objectsOf(fields.federatedIdentities).map((identity) =>
        compact({ provider: textOf(identity, 'identityProvider'), subject: textOf(identity, 'userId') }),
      ),
    });
  },
};

/** In realms where the e-mail is the user name, the field `email` may be absent. */
function emailOf(fields: Fields): string | undefined {
  const name = textOf(fields, 'username');
  return textOf(fields, 'email') ?? (name?.includes('@') ? name : undefined);
}

function attribute(fields: Fields, name: string): string | undefined {
  const { [name]: values } = isFields(fields.attributes) ? fields.attributes : {};
  return Array.isArray(values) ? textOf({ first: values[0] as unknown }, 'first') : undefined;
}

/**
 * Converts the hash of the password to the PHC form. For an unknown algorithm, the result contains its name, and
 * validation rejects it.
 */
function hashOf(fields: Fields): string | undefined {
  const password = objectsOf(fields.credentials).find(({ type }) => type === 'password');
  if (!password) return undefined;
  const { value, salt } = parse(password.secretData);
  const { algorithm, hashIterations, additionalParameters } = parse(password.credentialData);
  if (typeof value !== 'string' || typeof salt !== 'string' || typeof algorithm !== 'string') return '$keycloak$';
  const [saltText, hashText] = [salt, value].map((base64) => base64.replace(/=+$/, ''));
  const tail = `$${saltText}$${hashText}`;
  if (algorithm === 'argon2') {
    const parameter = (name: string) =>
      firstOf(isFields(additionalParameters) ? additionalParameters[name] : undefined);
    const version = parameter('version') === '1.3' ? 19 : parameter('version');
    return `$argon2${parameter('type')}$v=${version}$m=${parameter('memory')},t=${String(hashIterations)},p=${parameter('parallelism')}${tail}`;
  }
  return `$${algorithm}$i=${String(hashIterations)}${tail}`;
}

function firstOf(values: unknown): string {
  return Array.isArray(values) ? String(values[0]) : '';
}

function parse(json: unknown): Fields {
  try {
    const value: unknown = typeof json === 'string' ? JSON.parse(json) : json;
    return isFields(value) ? value : {};
  } catch {
    return {};
  }
}
