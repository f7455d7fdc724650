import { isDeepStrictEqual } from 'node:util';
import { CommandError } from './command-error.js';

const JSON_API = 'application/vnd.api+json';

export interface Shopper {
  /** The base URL of the server, without a trailing slash. */
  url: string;
  username: string;
  password: string;
  store?: string;
}

/** A check of the server, and the actual result if it differs from the expected one. */
export interface Check {
  check: string;
  passed: boolean;
  expected?: string;
  got?: string;
}

/** The properties of a resource that are checked. */
interface Resource {
  type?: string;
  id?: string;
  attributes?: Record<string, unknown>;
  relationships?: { addresses?: { data?: { type: string; id: string }[] } };
}

interface Document<Data> {
  data?: Data;
  included?: Resource[];
  errors?: { code?: string; status?: number; detail?: string }[];
}

interface Answer<Data = Resource> {
  status: number;
  body: Document<Data>;
}

type Look = (check: string, passed: boolean, expected: string, got: string) => void;

const missingToken = { code: '002', status: 403, detail: 'Missing access token.' };
const invalidToken = { code: '001', status: 401, detail: 'Invalid access token.' };

/**
 * The response of each endpoint to a request without a token or body. It distinguishes the endpoint from an unknown
 * path.
 */
const endpoints = [
  { call: 'GET /customers', code: '002' },
  { call: 'GET /customers/unknown/addresses', code: '002' },
  { call: 'PATCH /customer-password/unknown', type: 'customer-password', code: '002' },
  { call: 'POST /customer-forgotten-password', type: 'customer-forgotten-password', code: '901' },
  { call: 'PATCH /customer-restore-password/unknown', type: 'customer-restore-password', code: '901' },
  { call: 'POST /access-tokens', type: 'access-tokens', code: '901' },
  { call: 'POST /refresh-tokens', type: 'refresh-tokens', code: '901' },
];

const anAddress = {
  ...{ salutation: 'Ms', firstName: 'Glue', lastName: 'Check', address1: 'Platz der Republik', address2: '1' },
  ...{ zipCode: '11011', city: 'Berlin', iso2Code: 'DE', isDefaultShipping: false, isDefaultBilling: false },
};

/**
 * Runs the checks of the vendor's integration guide against a running server. Removes everything that it adds.
 *
 * @throws CommandError when the server does not respond
 */
export async function checkGlue(shopper: Shopper): Promise<Check[]> {
  const server = new Server(shopper);
  const checks: Check[] = [];
  const look: Look = (check, passed, expected, got) => {
    checks.push(passed ? { check, passed } : { check, passed, expected, got });
    return passed;
  };

  for (const { call, type, code } of endpoints) {
    const answer = await server.ask(call, { type, attributes: type && {} });
    look(`${call} is available`, answer.body.errors?.[0]?.code === code, `an error ${code}`, oneLine(answer));
  }
  const forget = 'DELETE /refresh-tokens/unknown';
  for (const [who, token, error] of [
    ['no token', undefined, missingToken],
    ['a wrong token', 'wrong', invalidToken],
  ] as const) {
    const answer = await server.ask(forget, { token });
    const exact = answer.status === error.status && isDeepStrictEqual(answer.body, { errors: [error] });
    const expected = oneLine({ status: error.status, body: { errors: [error] } });
    look(`${who} is rejected with ${error.status} ${error.code}`, exact, expected, oneLine(answer));
  }

  const { username, password } = shopper;
  const login = await server.ask('POST /access-tokens', { type: 'access-tokens', attributes: { username, password } });
  const { accessToken, refreshToken } = login.body.data?.attributes ?? {};
  const loggedIn = typeof accessToken === 'string';
  look(`${username} logs in`, loggedIn, 'tokens', oneLine(login));
  if (loggedIn) {
    try {
      await checkCustomer(server, username, accessToken, look);
    } finally {
      await server.ask(`DELETE /refresh-tokens/${String(refreshToken)}`, { token: accessToken });
    }
  }
  look(`every response is ${JSON_API}`, server.otherForm === undefined, JSON_API, server.otherForm ?? JSON_API);
  return checks;
}

async function checkCustomer(server: Server, username: string, token: string, look: Look): Promise<void> {
  const list = await server.ask<Resource[]>('GET /customers', { token });
  const [caller] = list.body.data ?? [];
  look('GET /customers accepts the token', caller?.id !== undefined, 'the customer', oneLine(list));
  if (caller?.id === undefined) return;
  const page = `/customers/${caller.id}`;
  const own = await server.ask(`GET ${page}`, { token });
  const { email } = own.body.data?.attributes ?? {};
  const found = typeof email === 'string' ? email : oneLine(own);
  look(
    'the current customer is the one who logged in',
    found.toLowerCase() === username.trim().toLowerCase(),
    username,
    found,
  );

  const book = `${page}/addresses`;
  const addresses = await server.ask<Resource[]>(`GET ${book}`, { token });
  const added = addresses.body.data?.length === 0 ? await addAddress(server, book, token) : undefined;
  try {
    const { body } = await server.ask(`GET ${page}?include=addresses`, { token });
    const related = (body.data?.relationships?.addresses?.data ?? []).map(({ type, id }) => `${type} ${id}`);
    const included = (body.included ?? []).map(({ type, id }) => `${type} ${id}`);
    const [expected, got] = [related, included].map((names) => names.toSorted().join(', ') || 'none');
    look('?include=addresses shows relationships', related.length > 0, 'addresses', 'none');
    look('each of them is included', expected === got, expected ?? '', got ?? '');
  } finally {
    if (added) await server.ask(`DELETE ${book}/${added}`, { token });
  }
}

/** @returns the id of the address, if it was added */
async function addAddress(server: Server, book: string, token: string): Promise<string | undefined> {
  const { body } = await server.ask(`POST ${book}`, { type: 'addresses', attributes: anAddress, token });
  return body.data?.id;
}

/** Sends requests, and notes the first response that is not JSON:API. */
class Server {
  otherForm?: string;

  constructor(private readonly shopper: Shopper) {}

  /** @throws CommandError when the server does not respond */
  async ask<Data = Resource>(
    call: string,
    { type, attributes, token }: { type?: string; attributes?: object | ''; token?: string } = {},
  ): Promise<Answer<Data>> {
    const { url, store } = this.shopper;
    const [method = '', path = ''] = call.split(' ');
    const answer = await fetch(url + path, {
      method,
      headers: {
        ...(type && { 'content-type': JSON_API }),
        ...(token && { authorization: `Bearer ${token}` }),
        ...(store && { store }),
      },
      body: type && JSON.stringify({ data: { type, attributes } }),
      signal: AbortSignal.timeout(10_000),
    }).catch((cause: unknown) => {
      throw new CommandError(`No server responds at ${url}.`, { cause });
    });
    const text = await answer.text();
    const form = answer.headers.get('content-type') ?? 'none';
    // The rest of a path may contain a token.
    if (text !== '' && form !== JSON_API) this.otherForm ??= `${form} from ${method} /${path.split(/[/?]/)[1]}`;
    return { status: answer.status, body: documentOf<Data>(text) };
  }
}

function documentOf<Data>(text: string): Document<Data> {
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === 'object' && body !== null ? body : {};
  } catch {
    return {};
  }
}

/** A response in one line. */
function oneLine({ status, body: { errors } }: Pick<Answer<unknown>, 'status' | 'body'>): string {
  return `${status} ${errors ? JSON.stringify(errors) : ''}`.trim();
}
