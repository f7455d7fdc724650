import { createPrivateKey, generateKeyPairSync, randomUUID } from 'node:crypto';
import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type JWTPayload, SignJWT } from 'jose';
import { Provider, type ClientMetadata, type Configuration, type JWK } from 'oidc-provider';
import { calculatePKCECodeChallenge, randomPKCECodeVerifier } from 'openid-client';

/**
 * How the provider behaves: normally (`normal`), no response (`down`), a response after ten (`slow`) or two seconds
 * (`late`), an HTML page (`html`), an error (`broken`), 404 (`missing`), or JSON with null for members without a value
 * (`nulls`).
 */
export type Behavior = 'normal' | 'down' | 'slow' | 'late' | 'html' | 'broken' | 'missing' | 'nulls';

export interface Claims extends Record<string, unknown> {
  email?: string;
  email_verified?: boolean;
  given_name?: string;
  family_name?: string;
  /** The claims of the ID token in addition to the subject. */
  idToken?: { email_verified: boolean };
}

/** The values that a storefront has after the redirect from the provider. */
export interface RedirectParameters {
  code: string;
  redirect_uri: string;
  code_verifier: string;
  nonce: string;
}

const API = 'https://api.shop.test';
export const SECRET = 'the secret of the shop at the provider';

/** A real OpenID Connect provider on its own port. Every user that was added with `addUser` can log in. */
export class IdentityProvider {
  readonly redirectUri = 'https://shop.test/callback';
  readonly api = API;
  behavior: Behavior = 'normal';
  /** The paths that the behavior applies to. */
  affectedPaths: RegExp = /./;
  /** The paths of all requests, in order. */
  readonly requestedPaths: string[] = [];
  private readonly users = new Map<string, Claims>();
  private keys = [newKey()];
  private clients: ClientMetadata[];
  private serve!: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
  private readonly server: Server;
  readonly issuer: string;

  private constructor(server: Server, issuer: string) {
    this.server = server;
    this.issuer = issuer;
    const common = { client_secret: SECRET, redirect_uris: [this.redirectUri], scope: 'openid email profile' };
    this.clients = [
      { ...common, client_id: 'shop' },
      // Its access tokens are JWTs for the shop's API.
      { ...common, client_id: 'app' },
    ];
    this.rebuild();
  }

  static async listen(): Promise<IdentityProvider> {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((open) => server.once('listening', open));
    const { port } = server.address() as AddressInfo;
    const provider = new IdentityProvider(server, `http://127.0.0.1:${port}`);
    server.on('request', (request, response) => void provider.handle(request, response));
    return provider;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((closed) => this.server.close(closed));
  }

  /** Adds a user. @returns the login name, which is also the subject */
  addUser(claims: Claims = {}, login = `user-${randomUUID()}`): string {
    this.users.set(login, claims);
    return login;
  }

  /** Replaces the signing key. */
  rotateKeys(): void {
    this.keys = [newKey()];
    this.rebuild();
  }

  /** Removes a client. */
  revoke(clientId: string): void {
    this.clients = this.clients.filter(({ client_id }) => client_id !== clientId);
    this.rebuild();
  }

  /** Follows the pages of the provider up to the redirect to the storefront. */
  async logIn(login: string, { clientId = 'shop' } = {}): Promise<RedirectParameters> {
    const [codeVerifier, nonce] = [randomPKCECodeVerifier(), randomUUID()];
    const parameters = new URLSearchParams({
      client_id: clientId,
      response_type: 'code',
      redirect_uri: this.redirectUri,
      scope: 'openid email profile',
      code_challenge: await calculatePKCECodeChallenge(codeVerifier),
      code_challenge_method: 'S256',
      nonce,
    });
    const browser = new Browser();
    let url = `${this.issuer}/auth?${parameters.toString()}`;
    for (let step = 0; step < 12; step++) {
      const response = await browser.open(url);
      const { location } = response;
      if (location?.startsWith(this.redirectUri)) {
        const code = new URL(location).searchParams.get('code');
        if (!code) throw new Error(`The provider sent back to ${location}`);
        return { code, redirect_uri: this.redirectUri, code_verifier: codeVerifier, nonce };
      }
      if (location) url = new URL(location, url).href;
      else {
        const prompt = /name="prompt" value="(\w+)"/.exec(response.text)?.[1];
        const action = /<form[^>]* action="([^"]+)"/.exec(response.text)?.[1];
        if (!prompt || !action) throw new Error(`No form at ${url}: ${response.status} ${response.text}`);
        const form = { prompt, ...(prompt === 'login' && { login, password: 'anything' }) };
        const next = await browser.open(new URL(action, url).href, form);
        url = new URL(next.location ?? '', url).href;
      }
    }
    throw new Error('The provider never sent back');
  }

  /** An access token of another app of the shop: a JWT for the client `app`, opaque for the client `shop`. */
  async accessToken(login: string, clientId: 'app' | 'shop' = 'app'): Promise<string> {
    const { code, redirect_uri, code_verifier } = await this.logIn(login, { clientId });
    const response = await fetch(`${this.issuer}/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${btoa(`${clientId}:${encodeURIComponent(SECRET).replaceAll('%20', '+')}`)}` },
      body: new URLSearchParams({ grant_type: 'authorization_code', code, redirect_uri, code_verifier }),
    });
    const { access_token: token } = (await response.json()) as { access_token?: string };
    if (!token) throw new Error(`No token: ${response.status}`);
    return token;
  }

  /** A token of the client `app` with any claims and a valid signature. */
  async signToken(claims: JWTPayload): Promise<string> {
    const [key] = this.keys;
    if (!key) throw new Error('The provider has no key');
    return new SignJWT({ iss: this.issuer, aud: API, azp: 'app', ...claims })
      .setProtectedHeader({ alg: 'RS256', kid: String(key.kid) })
      .sign(createPrivateKey({ key: { ...key }, format: 'jwk' }));
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? '';
    this.requestedPaths.push(path.replace(/\?.*/, ''));
    const behavior = this.affectedPaths.test(path) ? this.behavior : 'normal';
    if (behavior === 'down') request.socket.destroy();
    else if (behavior === 'html') response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Welcome</h1>');
    else if (behavior === 'broken') response.writeHead(500).end();
    else if (behavior === 'missing') response.writeHead(404).end();
    else if (behavior === 'late' || behavior === 'slow') {
      await sleep(behavior === 'late' ? 2_000 : 10_000, undefined, { ref: false });
      await this.serve(request, response);
    } else if (behavior === 'nulls') {
      const end = response.end.bind(response) as (body: string) => ServerResponse;
      response.end = ((body: string) => {
        const json = JSON.stringify({ ...(JSON.parse(body) as object), scope: null, refresh_token: null });
        response.setHeader('content-length', Buffer.byteLength(json));
        return end(json);
      }) as ServerResponse['end'];
      await this.serve(request, response);
    } else await this.serve(request, response);
  }

  private rebuild(): void {
    const provider = new Provider(this.issuer, this.configuration());
    this.serve = provider.callback();
  }

  private configuration(): Configuration {
    return {
      clients: this.clients,
      jwks: { keys: this.keys },
      cookies: { keys: ['for tests'] },
      claims: {
        openid: ['sub', 'email_verified'],
        email: ['email', 'email_verified'],
        profile: ['given_name', 'family_name', 'name'],
      },
      findAccount: (_context, id) => {
        const claims = this.users.get(id);
        if (!claims) return undefined;
        const { idToken, ...rest } = claims;
        return { accountId: id, claims: (use) => ({ sub: id, ...rest, ...(use === 'id_token' && idToken) }) };
      },
      extraTokenClaims: (_context, token) => ({
        azp: token.clientId,
        ...('accountId' in token && this.users.get(String(token.accountId))),
      }),
      features: {
        introspection: { enabled: true },
        resourceIndicators: {
          enabled: true,
          defaultResource: (_context, client) => (client?.clientId === 'app' ? API : []),
          useGrantedResource: () => true,
          getResourceServerInfo: () => ({
            scope: 'email profile',
            audience: API,
            accessTokenFormat: 'jwt',
            jwt: { sign: { alg: 'RS256' } },
          }),
        },
      },
    };
  }
}

/** Keeps cookies, and does not follow redirects. */
class Browser {
  private readonly cookies = new Map<string, string>();

  async open(
    url: string,
    form?: Record<string, string>,
  ): Promise<{ status: number; location: string | null; text: string }> {
    const response = await fetch(url, {
      redirect: 'manual',
      headers: { cookie: [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
      ...(form && { method: 'POST', body: new URLSearchParams(form) }),
    });
    for (const cookie of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      this.cookies.set(name, value);
    }
    return { status: response.status, location: response.headers.get('location'), text: await response.text() };
  }
}

function newKey(): JWK {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return { ...(privateKey.export({ format: 'jwk' }) as JWK), kid: randomUUID(), alg: 'RS256', use: 'sig' };
}
