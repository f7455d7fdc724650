import type autocannon from 'autocannon';
import type { Limit } from './limits.ts';
import { type Load, shareOf } from './measure.ts';
import { type Session, type Tokens, address, anonymousLogin, bearing, jsonBody } from './seed.ts';

/** What is measured of Foyer. */
export interface Operation extends Omit<Load, 'url'> {
  /** What `--only` takes. */
  name: string;
  title: string;
  limit: Limit;
  /** The share of the limit that it must reach, and the share to strive for after that. */
  reach: number;
  goal?: number;
}

const api = '/customer/demo';
const read = { limit: 'select', reach: 0.4, goal: 0.6 } as const;
const write = { limit: 'insert', reach: 0.4, goal: 0.6 } as const;
const tokens = { limit: 'insert', reach: 0.35, goal: 0.6, answer: '"refresh_token"' } as const;
const password = { limit: 'hash', reach: 0.85 } as const;

/** Foyer's operations; those with the same limit stand together. */
export function operationsOf(sessions: Session[]): Operation[] {
  const each = (request: (session: Session) => autocannon.Request): Operation['requests'] => {
    return (connection) => shareOf(sessions, connection).map(request);
  };
  const get = (path: string) => each(({ accessToken }) => ({ path, ...bearing(accessToken) }));
  const post = (path: string, request: (session: Session) => autocannon.Request) =>
    each((session) => ({ method: 'POST', path, ...request(session) }));
  let signups = 0;
  const signup = ({ visitorToken, credentials }: Session): autocannon.Request => ({
    setupRequest: (request) => {
      const newcomer = { ...credentials, email: `new-${signups++}@bench.example` };
      const customerDetails = { firstName: 'John', lastName: 'Doe' };
      return { ...request, ...jsonBody({ ...newcomer, customerDetails }, visitorToken) };
    },
  });
  return [
    { name: 'me', title: 'GET me', ...read, requests: get(`${api}/me`), answer: '"customerNumber"' },
    {
      name: 'addresses',
      title: 'list addresses',
      ...read,
      requests: get(`${api}/me/addresses`),
      answer: '"zipCode"',
    },
    {
      name: 'add-address',
      title: 'add address',
      ...write,
      requests: post(`${api}/me/addresses`, ({ accessToken }) => jsonBody(address, accessToken)),
      answer: '"id"',
    },
    {
      name: 'refresh',
      title: 'refresh',
      ...tokens,
      requests: (connection) => shareOf(sessions, connection).slice(0, 1).map(refreshes),
    },
    { name: 'anonymous', title: 'anonymous login', ...tokens, requests: visits },
    {
      name: 'login',
      title: 'login',
      ...password,
      requests: post(`${api}/login`, ({ credentials, visitorToken }) => jsonBody(credentials, visitorToken)),
      answer: '"refresh_token"',
    },
    { name: 'signup', title: 'signup', ...password, requests: post(`${api}/signup`, signup), answer: '"id"' },
  ];
}

/** Behind a proxy, as from an address of its own for each connection: from one alone there would be too many. */
function visits(connection: number): autocannon.Request[] {
  return [{ path: anonymousLogin, headers: { 'x-forwarded-for': `192.0.2.${connection}` } }];
}

/** Always with the tokens of the answer before. */
function refreshes(session: Session): autocannon.Request {
  return {
    setupRequest: (request) => ({
      ...request,
      path: `${api}/refreshauthtoken?refreshToken=${session.refreshToken}`,
      ...bearing(session.accessToken),
    }),
    onResponse: (status, body) => {
      if (status !== 200) return;
      const { access_token, refresh_token } = JSON.parse(body) as Tokens;
      Object.assign(session, { accessToken: access_token, refreshToken: refresh_token });
    },
  };
}
