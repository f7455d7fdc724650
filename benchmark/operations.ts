import { randomInt } from 'node:crypto';
import type { Baseline } from './baselines.ts';
import type { Load, Request } from './clients.ts';
import { type Session, type Tokens, address, anonymousLogin, bearerHeader, jsonBody } from './seed.ts';

/** An operation of a storefront. */
export interface Operation extends Omit<Load, 'url'> {
  /** The name for `--only`. */
  name: string;
  title: string;
  /** The minimum work of the operation. */
  baseline: Baseline;
  /** The maximum processor time, in multiples of the baseline's. */
  maxProcessor?: number;
  /** The minimum rate, as a share of the baseline's. */
  minRate?: number;
}

const api = '/customer/bench';

/** The operations of a storefront that most visitors use. */
export function operationsOf(sessions: Session[]): Operation[] {
  let requests = 0;
  const turn = (): Session => {
    const session = sessions[requests++ % sessions.length];
    if (!session) throw new Error('There are no sessions');
    return session;
  };
  const get = (path: string) => (): Request => ({ path, ...bearerHeader(turn().accessToken) });
  const post = (path: string, content: (session: Session) => Pick<Request, 'body' | 'headers'>) => (): Request => ({
    method: 'POST',
    path,
    ...content(turn()),
  });
  let signups = 0;
  return [
    {
      ...{ name: 'me', title: 'GET me', baseline: 'select', maxProcessor: 1.5 },
      ...{ next: get(`${api}/me`), expected: '"customerNumber"' },
    },
    {
      ...{ name: 'addresses', title: 'list addresses', baseline: 'list', maxProcessor: 1.6 },
      ...{ next: get(`${api}/me/addresses`), expected: '"zipCode"' },
    },
    {
      ...{ name: 'add-address', title: 'add address', baseline: 'insert', maxProcessor: 1.5 },
      ...{ next: post(`${api}/me/addresses`, ({ accessToken }) => jsonBody(address, accessToken)), expected: '"id"' },
    },
    {
      ...{ name: 'refresh', title: 'refresh', baseline: 'token', maxProcessor: 1.6 },
      ...{ next: refreshing([...sessions]), expected: '"refresh_token"' },
    },
    {
      ...{ name: 'anonymous', title: 'anonymous login', baseline: 'token', maxProcessor: 1.6 },
      ...{ next: visit, expected: '"refresh_token"' },
    },
    {
      ...{ name: 'login', title: 'login', baseline: 'hash', minRate: 0.8 },
      ...{
        next: post(`${api}/login`, ({ credentials, visitorToken }) => jsonBody(credentials, visitorToken)),
        expected: '"refresh_token"',
      },
    },
    {
      ...{ name: 'signup', title: 'sign-up', baseline: 'hash', minRate: 0.8 },
      ...{
        next: post(`${api}/signup`, ({ visitorToken, credentials }) => {
          const email = `new-${signups++}@bench.example`;
          return jsonBody(
            { ...credentials, email, customerDetails: { firstName: 'John', lastName: 'Doe' } },
            visitorToken,
          );
        }),
        expected: '"id"',
      },
    },
  ];
}

/** A visitor from one of many networks: a single one would exceed the limits. */
function visit(): Request {
  return { path: anonymousLogin, headers: { 'x-forwarded-for': `198.18.${randomInt(256)}.${randomInt(256)}` } };
}

/** Refreshes one session after the other, each with its newest tokens. A session in use is not used again. */
function refreshing(idle: Session[]): () => Request {
  return () => {
    const session = idle.shift();
    if (!session) throw new Error('More refreshes at the same time than sessions');
    return {
      path: `${api}/refreshauthtoken?refreshToken=${session.refreshToken}`,
      ...bearerHeader(session.accessToken),
      onResponse: (body) => {
        const { access_token, refresh_token } = JSON.parse(body) as Tokens;
        idle.push(Object.assign(session, { accessToken: access_token, refreshToken: refresh_token }));
      },
    };
  };
}
