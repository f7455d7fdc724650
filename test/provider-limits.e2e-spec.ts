import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Shop, type ApiClient } from './support/shop.js';

const KILOBYTE = 1024;
const UNAVAILABLE = 400;
const OVERLOADED = 503;

/** A provider that returns any document and counts the requests. */
class Provider {
  readonly requests: string[] = [];
  /** The provider does not respond. */
  slow = false;
  /** Running requests, and their highest number at any time. */
  private running = 0;
  most = 0;
  document: object = {};
  keys: object = { keys: [] };

  private constructor(
    private readonly server: Server,
    readonly issuer: string,
  ) {
    server.on('request', ({ url = '' }, response: ServerResponse) => {
      this.requests.push(url);
      this.most = Math.max(this.most, ++this.running);
      response.once('close', () => this.running--);
      if (!this.slow) this.respond(url, response);
    });
  }

  static async listen(): Promise<Provider> {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((open) => server.once('listening', open));
    return new Provider(server, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((closed) => this.server.close(closed));
  }

  /** How often a path was requested. */
  times(path: RegExp): number {
    return this.requests.filter((url) => path.test(url)).length;
  }

  private respond(url: string, response: ServerResponse): void {
    const { issuer } = this;
    const endpoints = { issuer, token_endpoint: `${issuer}/token`, jwks_uri: `${issuer}/keys` };
    const jwt = [
      '{"alg":"RS256","kid":"unknown"}',
      `{"iss":"${issuer}","aud":"shop","sub":"ada","exp":9999999999,"iat":1}`,
    ];
    const idToken = [...jwt.map((part) => Buffer.from(part).toString('base64url')), 'AAAA'].join('.');
    const tokens = { access_token: 'x', token_type: 'Bearer', id_token: idToken };
    const found = url === '/token' ? tokens : url === '/keys' ? this.keys : { ...endpoints, ...this.document };
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(found));
  }
}

describe('identity providers', () => {
  let shop: Shop;
  let provider: Provider;
  let visitor: ApiClient;
  beforeEach(async () => {
    provider = await Provider.listen();
    const one = (name: string) => {
      const { issuer } = provider;
      const redirectUris = ['https://shop.test/callback'];
      return { name, issuer, clientId: 'shop', clientSecret: 'a secret', redirectUris };
    };
    shop = await Shop.open({ identityProviders: [one('google')] }, { providerTimeout: 1800 });
    await shop.addTenant('other', { identityProviders: [one('google')] });
    visitor = await shop.visitor();
  });
  afterEach(async () => {
    await shop.close();
    await provider.close();
  });
  const logIn = async (caller = visitor): Promise<number> =>
    (await caller.send('POST', `/socialLogin?code=x&code_verifier=${'v'.repeat(43)}`)).status;
  const DISCOVERY = /well-known/;

  it('can have documents of at most 64 KiB, and larger ones are not cached', async () => {
    provider.document = { service_documentation: 'x'.repeat(63 * KILOBYTE) };
    await logIn();
    await logIn();
    expect([provider.times(DISCOVERY), provider.times(/^\/token/)]).toEqual([1, 2]);

    shop.advanceClock(601);
    provider.document = { service_documentation: 'x'.repeat(65 * KILOBYTE) };
    expect([await logIn(), await logIn()]).toEqual([UNAVAILABLE, UNAVAILABLE]);
    expect([provider.times(DISCOVERY), provider.times(/^\/token/)]).toEqual([3, 2]);
  });

  it.each([
    ['of at most 256 KiB', { keys: [], padding: 'x'.repeat(257 * KILOBYTE) }],
    ['with at most 100 keys', { keys: Array.from({ length: 101 }, (_, n) => ({ kty: 'RSA', kid: `${n}` })) }],
  ])('can have key sets %s', async (_what, keys) => {
    provider.keys = keys;
    expect(await logIn()).toBe(UNAVAILABLE);
    provider.keys = { keys: [{ kty: 'RSA', kid: 'another', n: 'AQAB', e: 'AQAB' }] };
    expect(await logIn()).toBe(401);
  });

  it('that are slow get at most 16 concurrent calls per tenant and do not block other tenants', async () => {
    const other = await shop.visitor('other');
    // Loads the documents.
    for (const caller of [visitor, other]) await logIn(caller);
    provider.slow = true;
    const logins = Promise.all(Array.from({ length: 120 }, () => logIn()));
    const elsewhere = logIn(other);
    // A call is rejected if it waits too long, and immediately if a hundred calls are waiting.
    expect(new Set(await logins)).toEqual(new Set([UNAVAILABLE, OVERLOADED]));
    expect(await elsewhere).toBe(UNAVAILABLE);
    expect(provider.most).toBeGreaterThan(1);
    expect(provider.most).toBeLessThanOrEqual(17);
  });

  it('have their document loaded once for all waiting callers', async () => {
    provider.slow = true;
    await Promise.all(Array.from({ length: 10 }, () => logIn()));
    expect(provider.times(DISCOVERY)).toBeLessThanOrEqual(1);
  });
});
