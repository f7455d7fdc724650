import { isDeepStrictEqual } from 'node:util';
import { checkCompanyUsers } from './glue-check-companies.js';
import { checkSecondFactor } from './glue-check-second-factor.js';
import { GlueServer, type Report, type Resource, type CheckTarget, expectError, oneLine } from './glue-check-server.js';

/** A check of the server, and the actual result if it differs from the expected one. */
export interface Check {
  check: string;
  passed: boolean;
  expected?: string;
  got?: string;
}

const missingToken = { code: '002', status: 403, detail: 'Missing access token.' };
const invalidToken = { code: '001', status: 401, detail: 'Invalid access token.' };

/**
 * The response of each endpoint to a request without a token or body. It distinguishes the endpoint from an unknown
 * path.
 */
const endpoints = [
  { call: 'GET /customers', code: '002' },
  { call: 'GET /customers/unknown/addresses', code: '002' },
  { call: 'GET /addresses', code: '002' },
  { call: 'PATCH /customer-password/unknown', type: 'customer-password', code: '002' },
  { call: 'POST /customer-forgotten-password', type: 'customer-forgotten-password', code: '901' },
  { call: 'PATCH /customer-restore-password/unknown', type: 'customer-restore-password', code: '901' },
  { call: 'POST /access-tokens', type: 'access-tokens', code: '901' },
  { call: 'POST /refresh-tokens', type: 'refresh-tokens', code: '901' },
];

const anAddress = {
  salutation: 'Ms',
  firstName: 'Glue',
  lastName: 'Check',
  address1: 'Platz der Republik',
  address2: '1',
  zipCode: '11011',
  city: 'Berlin',
  iso2Code: 'DE',
  isDefaultShipping: false,
  isDefaultBilling: false,
};

/**
 * Runs the checks of the vendor's integration guide against a running server. Removes everything that it adds.
 *
 * @throws CommandError when the server does not respond
 */
export async function checkGlue(target: CheckTarget): Promise<Check[]> {
  const server = new GlueServer(target);
  const checks: Check[] = [];
  const report: Report = (check, passed, expected, got) => {
    checks.push(passed ? { check, passed } : { check, passed, expected, got });
  };

  for (const { call, type, code } of endpoints) {
    const response = await server.send(call, { type, attributes: type && {} });
    report(`${call} is available`, response.body.errors?.[0]?.code === code, `an error ${code}`, oneLine(response));
  }
  const logout = 'DELETE /refresh-tokens/unknown';
  for (const [what, token, error] of [
    ['no token', undefined, missingToken],
    ['a wrong token', 'wrong', invalidToken],
  ] as const) {
    const response = await server.send(logout, { token });
    const exact = response.status === error.status && isDeepStrictEqual(response.body, { errors: [error] });
    const expected = oneLine({ status: error.status, body: { errors: [error] } });
    report(`${what} is rejected with ${error.status} ${error.code}`, exact, expected, oneLine(response));
  }
  const refresh = { type: 'refresh-tokens', attributes: { refreshToken: 'unknown' }, token: 'wrong' };
  const refreshed = await server.send('POST /refresh-tokens', refresh);
  expectError(report, 'a refresh with a wrong access token is rejected', refreshed, 401, '001');

  const { username, password } = target;
  const login = await server.send('POST /access-tokens', { type: 'access-tokens', attributes: { username, password } });
  const { accessToken, refreshToken } = login.body.data?.attributes ?? {};
  const loggedIn = typeof accessToken === 'string';
  report(`${username} logs in`, loggedIn, 'tokens', oneLine(login));
  if (loggedIn) {
    try {
      await checkCustomer(server, username, accessToken, report);
    } finally {
      await server.send(`DELETE /refresh-tokens/${String(refreshToken)}`, { token: accessToken });
    }
  }
  for (const { check, expected, deviation } of server.rules())
    report(check, deviation === undefined, expected, deviation ?? expected);
  return checks;
}

async function checkCustomer(server: GlueServer, username: string, token: string, report: Report): Promise<void> {
  const list = await server.send<Resource[]>('GET /customers', { token });
  const [caller] = list.body.data ?? [];
  report('GET /customers accepts the token', caller?.id !== undefined, 'the customer', oneLine(list));
  if (caller?.id === undefined) return;
  const page = `/customers/${caller.id}`;
  const own = await server.send(`GET ${page}`, { token });
  const { email } = own.body.data?.attributes ?? {};
  const found = typeof email === 'string' ? email : oneLine(own);
  report(
    'the current customer is the one who logged in',
    found.toLowerCase() === username.trim().toLowerCase(),
    username,
    found,
  );

  const book = `${page}/addresses`;
  const addresses = await server.send<Resource[]>(`GET ${book}`, { token });
  const added = addresses.body.data?.length === 0 ? await addAddress(server, book, token) : undefined;
  try {
    const { body } = await server.send(`GET ${page}?include=addresses`, { token });
    const related = (body.data?.relationships?.addresses?.data ?? []).map(({ type, id }) => `${type} ${id}`);
    const included = (body.included ?? []).map(({ type, id }) => `${type} ${id}`);
    const [expected, got] = [related, included].map((names) => names.toSorted().join(', ') || 'none');
    report('?include=addresses shows relationships', related.length > 0, 'addresses', 'none');
    report('the related addresses are included', expected === got, expected ?? '', got ?? '');
  } finally {
    if (added) await server.send(`DELETE ${book}/${added}`, { token });
  }
  await checkCompanyUsers(server, token, report);
  await checkSecondFactor(server, page, token, report);
}

/** @returns the id of the address, if it was added */
async function addAddress(server: GlueServer, book: string, token: string): Promise<string | undefined> {
  const { body } = await server.send(`POST ${book}`, { type: 'addresses', attributes: anAddress, token });
  return body.data?.id;
}
