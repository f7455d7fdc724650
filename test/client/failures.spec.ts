import { setTimeout as sleep } from 'node:timers/promises';
import { createAddress, deleteAddress, getProfile, listAddresses } from '../../clients/typescript/src/emporix/index.js';
import { toEmporixError, toGlueError } from '../../clients/typescript/src/errors.js';
import { Glue, listCustomers } from '../../clients/typescript/src/glue-client.js';
import {
  ConnectionError,
  EmporixError,
  Foyer,
  type FoyerOptions,
  type TokenPair,
  type TokenStore,
  isFoyerError,
  memoryStore,
  webStore,
} from '../../clients/typescript/src/index.js';
import { retryAfter } from '../../clients/typescript/src/retry.js';

const VISIT = 'GET /customerlogin/auth/anonymous/login';
const REFRESH = 'GET /customer/shop/refreshauthtoken';
const ME = 'GET /customer/shop/me';
const LOGIN = 'POST /customer/shop/login';
const LOGOUT = 'GET /customer/shop/logout';
const ADDRESS = 'POST /customer/shop/me/addresses';

const pair = (user: string, version = 1): TokenPair => ({
  accessToken: `${user}-access-${version}`,
  refreshToken: `${user}-refresh-${version}`,
  sessionId: user,
});
const tokens = (user: string, version = 1): Response =>
  Response.json({
    access_token: `${user}-access-${version}`,
    refresh_token: `${user}-refresh-${version}`,
    session_id: user,
    sessionId: user,
  });
const unauthorized = (): Response =>
  Response.json(
    { fault: { faultstring: 'expired', detail: { errorcode: 'oauth.v2.InvalidAccessToken' } } },
    { status: 401 },
  );

type Handler = (request: Request) => Response | Promise<Response>;

/** A service that responds as each test says, and records the requests with their tokens. */
class Service {
  readonly requests: string[] = [];
  constructor(private readonly handlers: Record<string, Handler>) {}

  readonly fetch: typeof fetch = async (input, init) => {
    const request = new Request(input, init);
    request.signal.throwIfAborted();
    const route = `${request.method} ${new URL(request.url).pathname}`;
    this.requests.push(`${route} ${request.headers.get('Authorization')?.replace('Bearer ', '') ?? ''}`.trim());
    const aborted = new Promise<never>((_resolve, reject) =>
      request.signal.addEventListener('abort', () => reject(request.signal.reason as Error)),
    );
    return Promise.race([this.handlers[route]?.(request) ?? new Response(null, { status: 404 }), aborted]);
  };
}

const open = (handlers: Record<string, Handler>, options: Partial<FoyerOptions> = {}) => {
  const service = new Service({ [VISIT]: () => tokens('visitor'), ...handlers });
  const store = options.store ?? memoryStore();
  const foyer = new Foyer({
    ...{ url: 'http://foyer.test', tenant: 'shop', clientId: 'shop-storefront' },
    ...{ retry: { attempts: 1 }, fetch: service.fetch, store },
    ...options,
  });
  return { foyer, service, store };
};

/** A client in which a customer is logged in, whose first access token the service rejects. */
const expired = async (handlers: Record<string, Handler>, options: Partial<FoyerOptions> = {}) => {
  const opened = open(
    {
      [ME]: ({ headers }) =>
        headers.get('Authorization')?.endsWith('-1') ? unauthorized() : Response.json({ id: 'me' }),
      ...handlers,
    },
    options,
  );
  await opened.store.write({ visitor: pair('visitor'), customer: pair('ada') });
  return opened;
};

const errorOf = async (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => undefined,
    (error: unknown) => error,
  );

describe('a call whose token cannot be renewed', () => {
  it.each<[string, Handler, unknown]>([
    ['503', () => new Response(null, { status: 503 }), { status: 503, type: 'service_unavailable' }],
    [
      '429',
      () => new Response(null, { status: 429, headers: { 'Retry-After': '60' } }),
      { status: 429, retryAfter: 60 },
    ],
    ['a closed connection', () => Promise.reject(new TypeError('fetch failed')), { name: 'ConnectionError' }],
    [
      'a page of a proxy',
      () => new Response('<html>', { headers: { 'Content-Type': 'text/html' } }),
      { name: 'ConnectionError' },
    ],
    ['no tokens', () => Response.json({}), { name: 'ConnectionError' }],
    ['null', () => Response.json(null), { name: 'ConnectionError' }],
  ])('fails with the reason, and keeps the tokens: %s', async (_name, refresh, expected) => {
    const { foyer, store } = await expired({ [REFRESH]: refresh });
    const error = await errorOf(foyer.call(getProfile));
    expect(isFoyerError(error)).toBe(true);
    expect(error).toMatchObject(expected as object);
    expect((await store.read())?.customer).toEqual(pair('ada'));
  });

  it('also fails with the reason if there is no session yet', async () => {
    const rejected = Response.json({ status: 400, type: 'bad_request', message: 'unknown client' }, { status: 400 });
    const { foyer } = open({ [VISIT]: () => rejected.clone() });
    for (const call of [foyer.session(), foyer.logIn({ email: 'a@example.com', password: 'secret' })]) {
      expect(await errorOf(call)).toMatchObject({ name: 'EmporixError', status: 400, message: 'unknown client' });
    }
  });

  it('ends the session if the service does not accept the form of the refresh token', async () => {
    const { foyer } = await expired({
      [REFRESH]: () => Response.json({ type: 'validation_failure' }, { status: 400 }),
    });
    expect(await errorOf(foyer.call(getProfile))).toMatchObject({ status: 401 });
    expect((await foyer.session()).kind).toBe('visitor');
  });

  it('stops waiting when its caller aborts it, while other calls wait for the same refresh', async () => {
    let respond: (response: Response) => void = () => undefined;
    const { foyer, service } = await expired({ [REFRESH]: () => new Promise((resolve) => (respond = resolve)) });
    const giveUp = new AbortController();
    const [aborted, other] = [errorOf(foyer.call(getProfile, { signal: giveUp.signal })), foyer.call(getProfile)];
    while (!service.requests.some((request) => request.startsWith(REFRESH))) await sleep(1);
    giveUp.abort('closed');
    expect(await aborted).toMatchObject({ name: 'ConnectionError', cause: 'closed' });
    respond(tokens('ada', 2));
    expect(await other).toEqual({ id: 'me' });
  });
});

describe('a refresh that ends after its user has changed', () => {
  const changes: [string, (foyer: Foyer, store: TokenStore) => Promise<unknown>, string | undefined][] = [
    ['logged out', (foyer) => foyer.logOut(), undefined],
    ['another user logged in', (foyer) => foyer.logIn({ email: 'grace@example.com', password: 'secret' }), 'grace'],
    ['another tab logged out', async (_, store) => store.write({ visitor: pair('visitor') }), undefined],
    ['another tab has another user', async (_, store) => store.write({ customer: pair('grace') }), 'grace'],
  ];
  const outcomes: [string, () => Response][] = [
    ['succeeds', () => tokens('ada', 2)],
    ['is rejected', unauthorized],
  ];
  const cases = changes.flatMap(([name, ...change]) =>
    outcomes.map(([outcome, response]) => [name, outcome, ...change, response] as const),
  );

  it.each(cases)('changes no tokens: %s, and it %s', async (_name, _outcome, change, user, response) => {
    let respond: (response: Response) => void = () => undefined;
    const { foyer, service, store } = await expired({
      [REFRESH]: () => new Promise((resolve) => (respond = resolve)),
      [LOGIN]: () => tokens('grace'),
      [LOGOUT]: () => new Response(null, { status: 204 }),
      [ADDRESS]: unauthorized,
    });
    const call = errorOf(foyer.call(createAddress, { body: { contactName: 'Ada' } }));
    while (!service.requests.some((request) => request.startsWith(REFRESH))) await sleep(1);
    await change(foyer, store);
    respond(response());
    expect(await call).toMatchObject({ status: 401 });
    expect((await store.read())?.customer?.sessionId).toBe(user);
    // The address of one user is not stored for another.
    expect(service.requests.filter((request) => request.startsWith(ADDRESS))).toEqual([`${ADDRESS} ada-access-1`]);
  });

  it('sends a request with a token of its own user only', async () => {
    const { foyer, service, store } = await expired({
      [ADDRESS]: async () => {
        await store.write({ customer: pair('grace') });
        return unauthorized();
      },
    });
    expect(await errorOf(foyer.call(createAddress, { body: { contactName: 'Ada' } }))).toMatchObject({ status: 401 });
    expect(service.requests).toEqual([`${ADDRESS} ada-access-1`]);
  });

  it('does not undo a login that ends while a call finds no customer', async () => {
    let reads = 0;
    const memory = memoryStore();
    const { foyer } = open(
      { [ME]: unauthorized, [LOGIN]: () => tokens('ada') },
      {
        store: {
          read: async () => sleep(reads++ === 0 ? 1 : 10).then(() => memory.read()),
          write: (tokens) => memory.write(tokens),
        },
      },
    );
    await memory.write({ visitor: pair('visitor') });
    await Promise.all([
      foyer.logIn({ email: 'ada@example.com', password: 'secret' }),
      ...Array.from({ length: 20 }, async (_, index) => {
        await sleep(index * 2);
        return errorOf(foyer.call(getProfile));
      }),
    ]);
    expect((await foyer.session()).kind).toBe('customer');
  });
});

describe('a response that does not come from the service', () => {
  it.each<[string, Response]>([
    ['HTML', new Response('<html>', { headers: { 'Content-Type': 'text/html' } })],
    ['without a type', new Response(new TextEncoder().encode('<html>'))],
    ['bytes', new Response('binary', { headers: { 'Content-Type': 'application/octet-stream' } })],
    ['truncated JSON', new Response('{"id":', { headers: { 'Content-Type': 'application/json' } })],
  ])('is a ConnectionError: %s', async (_name, response) => {
    const { foyer, store } = open({ [ME]: () => response.clone() });
    await store.write({ customer: pair('ada') });
    expect(await errorOf(foyer.call(getProfile))).toBeInstanceOf(ConnectionError);
    const glue = new Glue({ url: 'http://foyer.test', fetch: () => Promise.resolve(response.clone()) });
    expect(await errorOf(glue.call(listCustomers))).toBeInstanceOf(ConnectionError);
  });

  it.each([null, [], {}, 'text', { access_token: 5 }, { access_token: '' }])(
    'is a ConnectionError: %j',
    async (body) => {
      const { foyer, store } = open({ [VISIT]: () => Response.json(body), [LOGIN]: () => Response.json(body) });
      expect(await errorOf(foyer.session())).toBeInstanceOf(ConnectionError);
      expect(await store.read()).toBeUndefined();
      await store.write({ visitor: pair('visitor') });
      expect(await errorOf(foyer.logIn({ email: 'a@example.com', password: 'x' }))).toBeInstanceOf(ConnectionError);
      expect(Object.keys((await store.read()) ?? {})).toEqual(['visitor']);
    },
  );

  it('may be CSV, or empty', async () => {
    const csv = new Response('a,b', { headers: { 'Content-Type': 'text/csv' } });
    const { foyer, store } = open({ [ME]: () => csv.clone(), [ADDRESS]: () => new Response('', { status: 200 }) });
    await store.write({ customer: pair('ada') });
    expect(await foyer.call(getProfile)).toBe('a,b');
    expect(await foyer.call(createAddress, { body: { contactName: 'Ada' } })).toEqual({});
  });

  const bodies = [
    ...[null, [], 5, 'text', '<html>', { message: 5 }, { message: { text: 'x' }, type: [] }, { details: null }],
    ...[{ details: 'x' }, { details: [null, 5, 'text'] }, { fault: null }, { fault: 'x' }, { fault: {} }],
    ...[{ fault: { faultstring: 5, detail: 'x' } }, { errors: null }, { errors: 'x' }, { errors: [null] }],
    ...[{ errors: [{ detail: 5, code: {} }] }, { errors: { email: ['is required'] } }],
  ];
  it.each(bodies)('becomes an error of the same form: %j', (body) => {
    const response = new Response(null, { status: 502, statusText: 'Bad Gateway' });
    const { message, type, details } = toEmporixError(body, response) as EmporixError;
    expect([message, type]).toEqual(['502 Bad Gateway', 'service_unavailable']);
    expect(details.every((detail) => typeof detail === 'object')).toBe(true);
    expect(toGlueError(body, response)).toMatchObject({ message: '502 Bad Gateway', status: 502, code: undefined });
  });

  it('may end before its body does', async () => {
    const broken = (): Response =>
      new Response(new ReadableStream({ start: (stream) => stream.error(new TypeError('terminated')) }), {
        status: 500,
      });
    const { foyer, store } = open({ [ME]: broken }, { retry: { attempts: 2 } });
    await store.write({ customer: pair('ada') });
    expect(await errorOf(foyer.call(getProfile))).toMatchObject({
      name: 'ConnectionError',
      cause: expect.any(TypeError),
    });
  });
});

describe('a token store', () => {
  it('that fails is a ConnectionError', async () => {
    const fail = (): never => {
      throw new DOMException('The quota has been exceeded.', 'QuotaExceededError');
    };
    for (const store of [
      { read: fail, write: () => undefined },
      { read: () => undefined, write: fail },
      { read: () => Promise.resolve().then(fail), write: () => Promise.resolve().then(fail) },
    ]) {
      const { foyer } = open({ [LOGIN]: () => tokens('ada') }, { store });
      for (const call of [
        () => foyer.session(),
        () => foyer.logIn({ email: 'a@example.com', password: 'x' }),
        () => foyer.call(listAddresses),
      ]) {
        const error = await errorOf(call());
        if (error === undefined || error instanceof EmporixError) continue;
        expect(error).toMatchObject({ name: 'ConnectionError', message: 'The token store failed.' });
      }
      expect(await errorOf(foyer.session())).toMatchObject({ message: 'The token store failed.' });
    }
  });

  it.each([
    '',
    '{',
    'null',
    '5',
    '"text"',
    '[]',
    '{"visitor":5}',
    '{"visitor":{"accessToken":"a\\nb","refreshToken":""}}',
  ])('that contains no tokens counts as empty: %s', async (text) => {
    const items = new Map([['foyer.tokens', text]]);
    const storage = {
      getItem: (key: string) => items.get(key) ?? null,
      setItem: (key: string, value: string) => void items.set(key, value),
    };
    const { foyer } = open({}, { store: webStore(storage) });
    expect(await foyer.session()).toEqual({ kind: 'visitor', sessionId: 'visitor' });
    expect(JSON.parse(items.get('foyer.tokens') ?? '')).toEqual({ visitor: pair('visitor') });
  });
});

describe('tokens', () => {
  it('are not passed on by a redirect', async () => {
    let redirect: string | undefined;
    const { foyer } = await expired({
      [REFRESH]: (request) => {
        redirect = request.redirect;
        return tokens('ada', 2);
      },
    });
    await foyer.call(getProfile);
    expect(redirect).toBe('error');
  });
});

describe('the path of a request', () => {
  it.each(['', '.', '..'])('does not lead to another operation: %j', async (addressId) => {
    const { foyer, service, store } = open({});
    await store.write({ customer: pair('ada') });
    const error = await errorOf(foyer.call(deleteAddress, { path: { addressId } }));
    expect(error).toMatchObject({ name: 'ConnectionError', cause: expect.any(TypeError) });
    expect(String((error as Error).cause)).toContain('addressId');
    expect(service.requests).toEqual([]);
  });
});

describe('Retry-After', () => {
  it.each<[string, number | undefined]>([
    ['0', 0],
    ['120', 120],
    ['-5', undefined],
    ['1.5', undefined],
    ['NaN', undefined],
    ['in 5', undefined],
    ['5, 10', undefined],
    ['', undefined],
    ['Wed, 21 Oct 2015 07:28:00 GMT', 0],
    ['9'.repeat(400), Infinity],
  ])('%s', (value, seconds) => {
    expect(retryAfter(new Response(null, { headers: { 'Retry-After': value } }))).toBe(seconds);
  });

  it('is respected even if it exceeds the longest timer', async () => {
    let requests = 0;
    const busy = (): Response => {
      requests++;
      return new Response(null, { status: 503, headers: { 'Retry-After': '9999999' } });
    };
    const { foyer, store } = open({ [ME]: busy }, { retry: { maxWait: Infinity } });
    await store.write({ customer: pair('ada') });
    expect(await errorOf(foyer.call(getProfile))).toMatchObject({ status: 503, retryAfter: 9999999 });
    expect(requests).toBe(1);
  });
});
