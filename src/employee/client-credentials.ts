import { Failure, invalid } from '../common/failure.js';
import { isBackofficeClient } from './backoffice-client.js';

/** The parameters of a request below `/oauth` that identify the client (RFC 6749 4.3.2, 4.4.2, 6). */
interface ClientRequest {
  /** Whether only a client with a secret may send the request. */
  requiresSecret?: boolean;
  client_id?: string;
  client_secret?: string;
  tenant?: string;
}

/** How a client authenticates. The secret is empty if the client sent none. */
export interface ClientCredentials {
  id: string;
  secret: string;
  /** The tenant, for the client of the back office. */
  tenant: string | undefined;
}

/**
 * Reads the credentials of a client from HTTP Basic or from the form (RFC 6749 2.3.1). A header of another scheme is
 * ignored.
 *
 * @throws Failure `client_rejected` for a malformed header; `invalid_input` if `client_id`, or `tenant` for the client of
 * the back office, is missing, or if the client uses both ways
 */
export function clientCredentials(
  { client_id: id, client_secret: secret, requiresSecret, tenant }: ClientRequest,
  authorization: string | undefined,
): ClientCredentials {
  const [, encoded] = /^Basic(?: +|$)(.*)$/is.exec(authorization ?? '') ?? [];
  if (encoded !== undefined) {
    const basic = decoded(encoded);
    if (secret !== undefined) throw invalid('client_secret', 'client_secret must not be sent with HTTP Basic too');
    if (id !== undefined && id !== basic.id)
      throw invalid('client_id', 'client_id must equal the client id of HTTP Basic');
    return { ...basic, tenant };
  }
  if (id === undefined) throw invalid('client_id', 'client_id or HTTP Basic is required');
  if (secret === undefined && requiresSecret) {
    throw invalid('client_secret', 'client_secret or HTTP Basic is required');
  }
  if (tenant === undefined && isBackofficeClient(id)) {
    throw invalid('tenant', `tenant is required with the client ${id}`);
  }
  return { id, secret: secret ?? '', tenant };
}

/** @throws Failure `client_rejected` */
function decoded(basic: string): Pick<ClientCredentials, 'id' | 'secret'> {
  const text = isBase64(basic) ? Buffer.from(basic, 'base64').toString() : '';
  const [, id, secret] = /^([^:]{1,600}):(.{0,600})$/s.exec(text) ?? [];
  if (id === undefined || secret === undefined) throw new Failure('client_rejected');
  return { id: fromForm(id), secret: fromForm(secret) };
}

/** Clients may omit the padding. */
function isBase64(text: string): boolean {
  return /^[A-Za-z0-9+/]+={0,2}$/.test(text);
}

/** Both parts are encoded as in a form. Parts that a client did not encode are accepted too. */
function fromForm(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}
