import { accessSync, constants } from 'node:fs';
import { InvalidVariable, type Reader } from './variable.js';

/** A URL with one of the protocols. Special characters in it are percent-encoded. */
export function url(...protocols: string[]): Reader<string> {
  return {
    rule: `must be a URL that begins with ${protocols.join(' or ')}`,
    read: (text) => {
      if (!protocols.some((protocol) => text.toLowerCase().startsWith(protocol))) return undefined;
      // An unencoded # or ? in a password would end the host, and the service would connect to another host.
      if (/#|^[^@]*\?[^@]*@/.test(text)) throw new InvalidVariable(ENCODING);
      const parsed = parse(text);
      if (!parsed) throw new InvalidVariable(ENCODING);
      if (![parsed.username, parsed.password, parsed.hostname, parsed.pathname].every(isDecodable)) {
        throw new InvalidVariable(`a % does not begin a percent-encoded character. ${ENCODING}`);
      }
      return text;
    },
  };
}

/** The parameters of a database URL that are paths of files. */
const fileParameters = ['sslrootcert', 'sslcert', 'sslkey'];

/** The URL of a PostgreSQL database. The files of its TLS parameters must be readable. */
export const databaseUrl: Reader<string> = {
  ...url('postgresql://', 'postgres://'),
  read: (text) => {
    const valid = url('postgresql://', 'postgres://').read(text);
    for (const name of fileParameters) {
      for (const path of parse(valid ?? '')?.searchParams.getAll(name) ?? []) assertReadable(name, path);
    }
    return valid;
  },
};

/** @throws InvalidVariable without the path, which may contain a secret */
function assertReadable(name: string, path: string): void {
  try {
    accessSync(path, constants.R_OK);
  } catch (error) {
    const { code = 'error' } = error as NodeJS.ErrnoException;
    throw new InvalidVariable(`the file of ${name} cannot be read (${code})`);
  }
}

/** The URL at which clients reach the service, without a slash at the end. */
export const publicUrl: Reader<string> = {
  ...url('http://', 'https://'),
  read: (text) => {
    const { username, password } = parse(text) ?? {};
    if (username || password) {
      throw new InvalidVariable(
        'it must not contain a user name or a password, because tokens and responses contain it',
      );
    }
    // RFC 8414 2. The service appends paths to the URL.
    if (text.includes('?')) throw new InvalidVariable('it must not contain a query');
    return url('http://', 'https://').read(text)?.replace(/\/$/, '');
  },
};

const ENCODING =
  'Percent-encode special characters, for example in a password: # as %23, / as %2F, ? as %3F, % as %25.';

/** A database URL without a host (`postgresql://user@/foyer?host=/socket`) is valid, but `URL` rejects it. */
function parse(value: string): URL | undefined {
  return URL.parse(value) ?? URL.parse(value.replace('@/', '@localhost/')) ?? undefined;
}

function isDecodable(part: string): boolean {
  try {
    decodeURIComponent(part);
    return true;
  } catch {
    return false;
  }
}
