import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { createAddress, getProfile, listAddresses, updateProfile } from '../../clients/typescript/src/emporix/index.js';
import { Glue, createAccessToken, listCustomers } from '../../clients/typescript/src/glue-client.js';
import {
  ConnectionError,
  EmporixError,
  Foyer,
  type FoyerError,
  type FoyerOptions,
  type StoredTokens,
  isFoyerError,
  memoryStore,
  webStore,
} from '../../clients/typescript/src/index.js';
import { Shop } from '../support/shop.js';

/** The requests that a client has sent, as `GET /path`. Other responses may be returned before the real ones. */
class Wire {
  readonly requests: string[] = [];
  private readonly prepared: Response[] = [];

  readonly fetch: typeof fetch = async (input, init) => {
    const request = input as Request;
    this.requests.push(`${request.method} ${new URL(request.url).pathname}`);
    return this.prepared.shift() ?? fetch(request, init);
  };

  /** Returns this response to the next request, instead of sending it. */
  respond(status: number, headers: Record<string, string> = {}): void {
    this.prepared.push(new Response(null, { status, headers }));
  }

  count(request: string): number {
    return this.requests.filter((one) => one === request).length;
  }
}

const ME = 'GET /customer/shop/me';
const REFRESH = 'GET /customer/shop/refreshauthtoken';
const VISIT = 'GET /customerlogin/auth/anonymous/login';

describe('the session of the TypeScript client', () => {
  let shop: Shop;
  let url: string;
  let wire: Wire;
  beforeAll(async () => {
    const lifetimes = { customerAccess: 60, anonymousAccess: 60 };
    shop = await Shop.open({ activation: 'none', lifetimes }, { stores: [{ code: 'DE', tenant: 'shop' }] });
    await shop.addTenant('strict', { activation: 'none', strict: true });
    await shop.app.listen(0, '127.0.0.1');
    url = `http://127.0.0.1:${(shop.app.getHttpServer().address() as AddressInfo).port}`;
  });
  afterAll(() => shop.close());
  beforeEach(() => {
    wire = new Wire();
  });

  const open = (options: Partial<FoyerOptions> = {}): Foyer =>
    new Foyer({ url, tenant: 'shop', clientId: 'shop-storefront', fetch: wire.fetch, ...options });

  /** A client in which a new customer has logged in. */
  const loggedIn = async (options: Partial<FoyerOptions> = {}) => {
    const { email, password } = await shop.signUp();
    const foyer = open(options);
    await foyer.logIn({ email, password });
    return { foyer, email, password };
  };

  const rejected = async (call: Promise<unknown>): Promise<FoyerError> => {
    const error: unknown = await call.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    if (!isFoyerError(error)) throw new Error(`no error of the client: ${String(error)}`);
    return error;
  };

  describe('of a customer', () => {
    it('starts with a sign-up and a login, keeps the session id, and ends with the logout', async () => {
      const foyer = open();
      const visitor = await foyer.session();
      const { id } = await foyer.signUp({ email: 'new@example.com', password: 'new secret words' });
      const customer = await foyer.logIn({ email: 'new@example.com', password: 'new secret words' });
      expect([visitor.kind, customer]).toEqual(['visitor', { kind: 'customer', sessionId: visitor.sessionId }]);
      await foyer.call(updateProfile, { body: { firstName: 'Nora' } });
      const profile = await foyer.call(getProfile);
      expect([profile.id, profile.firstName]).toEqual([id, 'Nora']);
      expect(await foyer.session()).toEqual(customer);

      await foyer.logOut();
      expect((await foyer.session()).kind).toBe('visitor');
      const error = await rejected(foyer.call(listAddresses));
      expect(error).toMatchObject({ status: 401, type: 'oauth.v2.InvalidAccessToken' });
    });

    it('ends for the service, too, even if the access token has expired', async () => {
      const store = memoryStore();
      const { foyer } = await loggedIn({ store });
      const stolen = memoryStore();
      await stolen.write((await store.read()) ?? {});
      shop.advanceClock(61);
      await foyer.logOut();
      expect(await rejected(open({ store: stolen }).call(listAddresses))).toMatchObject({ status: 401 });
      await foyer.logOut();
    });

    it('starts with the link of the opt-in mail', async () => {
      await shop.addTenant('optin', { activation: 'email' });
      const foyer = open({ tenant: 'optin', clientId: 'optin-storefront' });
      await foyer.signUp({ email: 'opt@example.com', password: 'new secret words' });
      const { token } = await shop.mailTo('opt@example.com', 'opt-in');
      expect(await foyer.confirmSignUp(token)).toEqual(await foyer.session());
      expect((await foyer.call(getProfile)).contactEmail).toBe('opt@example.com');
    });

    it('works at a strict tenant, which rejects tokens in URLs', async () => {
      const foyer = open({ tenant: 'strict', clientId: 'strict-storefront' });
      const credentials = { email: 'strict@example.com', password: 'correct horse battery' };
      await foyer.signUp(credentials);
      await foyer.confirmSignUp((await shop.mailTo(credentials.email, 'opt-in')).token);
      await foyer.logIn(credentials);
      shop.advanceClock(3601);
      expect((await foyer.call(getProfile)).contactEmail).toBe('strict@example.com');
      await foyer.logOut();
      expect((await foyer.session()).kind).toBe('visitor');
    });
  });

  describe('refreshes tokens', () => {
    it('once for ten parallel calls', async () => {
      const { foyer, email } = await loggedIn();
      shop.advanceClock(61);
      const profiles = await Promise.all(Array.from({ length: 10 }, () => foyer.call(getProfile)));
      expect(profiles.map(({ contactEmail }) => contactEmail)).toEqual(Array(10).fill(email));
      expect([wire.count(REFRESH), wire.count(ME)]).toEqual([1, 20]);
    });

    it('and sends the body again', async () => {
      const { foyer } = await loggedIn();
      shop.advanceClock(61);
      await foyer.call(createAddress, { body: { contactName: 'Nora', city: 'Berlin', tags: [] } });
      expect((await foyer.call(listAddresses)).map(({ city }) => city)).toEqual(['Berlin']);
      expect(wire.count(REFRESH)).toBe(1);
    });

    it('of a visitor, and starts one session for ten parallel calls', async () => {
      const foyer = open();
      const sessions = await Promise.all(Array.from({ length: 10 }, () => foyer.session()));
      expect([new Set(sessions.map(({ sessionId }) => sessionId)).size, wire.count(VISIT)]).toEqual([1, 1]);
      shop.advanceClock(61);
      await foyer.call(getProfile);
      expect(await foyer.session()).toEqual(sessions[0]);
      expect([wire.count('GET /customerlogin/auth/anonymous/refresh'), wire.count(VISIT)]).toEqual([1, 1]);
    });

    it('until the session has ended, and the user is a visitor again', async () => {
      const { foyer } = await loggedIn();
      shop.advanceClock(90_000);
      const error = await rejected(foyer.call(listAddresses));
      expect(error).toMatchObject({ status: 401, type: 'keymanagement.service.access_token_expired' });
      expect((await foyer.session()).kind).toBe('visitor');
    });
  });

  describe('repeats', () => {
    /** Runs the call, and passes these waits in milliseconds at once. @returns those that the client has begun */
    const passing = async (waits: number[], call: () => Promise<unknown>): Promise<number[]> => {
      const begun: number[] = [];
      const { setTimeout: original } = globalThis;
      const recorder = (run: (...values: unknown[]) => void, milliseconds: number, ...values: unknown[]) => {
        const isPassed = waits.includes(milliseconds);
        if (isPassed) begun.push(milliseconds);
        return original(run, isPassed ? 0 : milliseconds, ...values);
      };
      globalThis.setTimeout = recorder as typeof setTimeout;
      try {
        await call();
      } finally {
        globalThis.setTimeout = original;
      }
      return begun;
    };

    it('a GET after 429 and 5xx, when Retry-After permits it', async () => {
      const { foyer } = await loggedIn();
      wire.respond(429, { 'Retry-After': '7' });
      wire.respond(503, { 'Retry-After': '2' });
      expect(await passing([7000, 2000], () => foyer.call(getProfile))).toEqual([7000, 2000]);
      expect(wire.count(ME)).toBe(3);
    });

    it('a GET at most three times, and waits without Retry-After, too', async () => {
      const { foyer } = await loggedIn();
      for (let request = 0; request < 3; request++) wire.respond(502);
      const random = jest.spyOn(Math, 'random').mockReturnValue(0.5);
      let error: unknown;
      const waits = await passing([500, 1000], async () => (error = await rejected(foyer.call(getProfile))));
      expect(error).toMatchObject({ status: 502, type: 'service_unavailable' });
      expect(wire.count(ME)).toBe(3);
      expect(waits).toEqual([500, 1000]);
      random.mockRestore();
    });

    it('nothing that would have to wait too long, and returns the time', async () => {
      const { foyer } = await loggedIn();
      wire.respond(429, { 'Retry-After': '11' });
      const error = await rejected(foyer.call(getProfile));
      expect(error).toMatchObject({ type: 'too_many_requests', retryAfter: 11 });
      expect(wire.count(ME)).toBe(1);
    });

    it('no POST', async () => {
      const { foyer } = await loggedIn();
      wire.respond(503, { 'Retry-After': '0' });
      const error = await rejected(foyer.call(createAddress, { body: { contactName: 'Nora', tags: [] } }));
      expect(error).toMatchObject({ status: 503, type: 'service_unavailable', retryAfter: 0 });
      expect([wire.count('POST /customer/shop/me/addresses'), await foyer.call(listAddresses)]).toEqual([1, []]);
    });

    it('nothing after the caller has given up', async () => {
      const { foyer } = await loggedIn();
      wire.respond(503, { 'Retry-After': '10' });
      const giveUp = new AbortController();
      const call = rejected(foyer.call(getProfile, { signal: giveUp.signal }));
      while (wire.count(ME) === 0) await sleep(5);
      giveUp.abort(new Error('closed'));
      expect((await call).cause).toMatchObject({ message: 'closed' });
      expect(wire.count(ME)).toBe(1);
    });
  });

  describe('throws errors', () => {
    /** What a storefront could show. It compiles only because the types are a union. */
    const explain = (error: FoyerError): string => {
      if (error instanceof ConnectionError) return 'offline';
      if (error.name === 'GlueError') return error.code === '003' ? 'wrong' : 'other';
      switch (error.type) {
        case 'conflict_resource':
          return 'taken';
        case 'validation_failure':
          return error.details.map(({ field }) => field).join();
        default:
          return error.type;
      }
    };

    it('that a switch over the type distinguishes', async () => {
      const { foyer, email, password } = await loggedIn();
      const calls = [
        foyer.signUp({ email, password }),
        foyer.signUp({ email: 'none', password: 'x' }),
        foyer.logIn({ email, password: 'not the password' }),
        open({ clientId: 'unknown' }).session(),
        new Glue({ url }).call(createAccessToken, {
          body: { data: { type: 'access-tokens', attributes: { username: email, password: 'not the password' } } },
        }),
      ];
      const explained = await Promise.all(calls.map(async (call) => explain(await rejected(call))));
      expect(explained).toEqual(['taken', 'email,password', 'bad_request', 'bad_request', 'wrong']);
    });

    it('with a message, the status and the field', async () => {
      const error = await rejected(open().signUp({ email: 'none', password: 'new secret words' }));
      expect(error).toBeInstanceOf(EmporixError);
      expect(error).toMatchObject({ status: 400, message: expect.stringContaining('email'), name: 'EmporixError' });
    });

    it('of connections', async () => {
      const error = await rejected(open({ url: 'http://127.0.0.1:1' }).session());
      expect([explain(error), error.cause]).toEqual(['offline', expect.any(TypeError)]);
    });
  });

  describe('keeps its tokens', () => {
    it('in a store of two methods, which may be slow', async () => {
      let stored: StoredTokens = {};
      const store = {
        read: async () => sleep(5, stored),
        write: async (tokens: StoredTokens) => {
          await sleep(5);
          stored = structuredClone(tokens);
        },
      };
      const { email } = await loggedIn({ store });
      // A page that was loaded again.
      const reloaded = open({ store });
      shop.advanceClock(61);
      // A refresh of the customer and one of the visitor at the same time.
      const [profile] = await Promise.all([
        reloaded.call(getProfile),
        rejected(reloaded.signUp({ email, password: 'new secret words' })),
      ]);
      expect(profile.contactEmail).toBe(email);
      expect(Object.keys(stored).sort()).toEqual(['customer', 'visitor']);
      expect((await open({ store }).call(getProfile)).contactEmail).toBe(email);
      await reloaded.logOut();
      expect(stored.customer).toBeUndefined();
    });

    it('in the storage of a browser', async () => {
      const items = new Map<string, string>();
      const storage = {
        getItem: (key: string) => items.get(key) ?? null,
        setItem: (key: string, value: string) => void items.set(key, value),
      };
      const { email } = await loggedIn({ store: webStore(storage) });
      expect((await open({ store: webStore(storage) }).call(getProfile)).contactEmail).toBe(email);
      expect((await open({ store: webStore(storage, 'another key') }).session()).kind).toBe('visitor');
    });
  });

  it('works beside typed calls of the Glue API', async () => {
    const { email, password } = await shop.signUp();
    const stored: { accessToken?: string } = {};
    const glue = new Glue({ url, store: 'DE', accessToken: () => stored.accessToken, fetch: wire.fetch });
    const tokens = await glue.call(createAccessToken, {
      body: { data: { type: 'access-tokens', attributes: { username: email, password } } },
    });
    stored.accessToken = tokens.data?.attributes?.accessToken;
    wire.respond(429, { 'Retry-After': '0' });
    const { data } = await glue.call(listCustomers);
    expect(data?.map(({ attributes }) => attributes?.email)).toEqual([email]);
    expect(wire.count('GET /customers')).toBe(2);
  });
});
