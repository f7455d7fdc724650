import { Injectable } from '@nestjs/common';
import {
  type ClientAuth,
  ClientSecretBasic,
  ClientSecretPost,
  Configuration,
  None,
  type ServerMetadata,
  allowInsecureRequests,
  customFetch,
  discovery,
  fetchUserInfo,
  genericGrantRequest,
} from 'openid-client';
import { Clock } from '../../common/clock.js';
import { Failure, invalid } from '../../common/failure.js';
import { Config } from '../../config/config.js';
import type { IdentityProvider } from '../../tenants/provider-settings.js';
import { resolveEndpoint, withScheme } from '../../tenants/provider-url.js';
import { TenantsService } from '../../tenants/tenants.service.js';
import { callProvider } from './provider-client.js';
import { assertSame } from './proof-rejected.js';
import { Outbound } from './outbound.js';
import { ProviderCache } from './provider-cache.js';
import { ALGORITHMS, ProviderKeys } from './provider-keys.js';
import { type ExternalProfile, profileFromClaims } from './external-profile.js';

/** The parameters that a storefront receives from a provider. */
export interface CodeLogin {
  code: string;
  /** One of the provider's redirect URIs; the first of them if omitted. */
  redirectUri?: string;
  /** The code verifier of PKCE. */
  codeVerifier?: string;
  /** `{name of the provider}--{random}` */
  state?: string;
  /** The nonce that was sent to the provider. If omitted, the storefront must check the nonce itself. */
  nonce?: string;
}

/** The response of a provider to an authorization code. */
export interface CodeResponse {
  profile: ExternalProfile;
  accessToken: string;
  idToken: string;
}

/** How long a discovery document is cached, in seconds. */
const DOCUMENT_SECONDS = 600;

const MEGABYTE = 1024 * 1024;

/** The properties of a document that Foyer and openid-client read. */
const FIELDS = ['issuer', 'token_endpoint', 'userinfo_endpoint', 'jwks_uri'] as const;
const LISTS = {
  token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post', 'none'],
  id_token_signing_alg_values_supported: ALGORITHMS,
  userinfo_signing_alg_values_supported: ALGORITHMS,
} as const;

/** The tenant's OpenID Connect providers. */
@Injectable()
export class IdentityProviders {
  private readonly documents = new ProviderCache<ServerMetadata>({ total: 8 * MEGABYTE, tenant: MEGABYTE / 2 });

  constructor(
    private readonly tenants: TenantsService,
    private readonly outbound: Outbound,
    private readonly keys: ProviderKeys,
    private readonly config: Config,
    private readonly clock: Clock,
  ) {}

  /**
   * Exchanges an authorization code, and validates the issuer, audience, signature, time and nonce of the ID token.
   *
   * @throws Failure `provider_missing`, `invalid_input` for a redirect URI that is not the provider's,
   * `provider_rejected`, `provider_unavailable`
   */
  async exchange({ code, redirectUri, codeVerifier, state, nonce }: CodeLogin): Promise<CodeResponse> {
    const provider = this.chosenBy(state);
    const [defaultUri = ''] = provider.redirectUris;
    const redirect_uri = redirectUri ?? defaultUri;
    if (!provider.redirectUris.includes(redirect_uri)) {
      throw invalid('redirect_uri', `redirect_uri must be one of the redirect URIs of ${provider.name}`);
    }
    const call = { provider: provider.name, rejected: 'provider_rejected' } as const;
    return callProvider(call, this.config.providerTimeout, async (signal) => {
      const server = await this.configuration(provider, signal);
      const tokens = await genericGrantRequest(server, 'authorization_code', {
        code,
        redirect_uri,
        ...(codeVerifier !== undefined && { code_verifier: codeVerifier }),
      });
      const { issuer, jwks_uri: jwks, userinfo_endpoint: userInfo } = server.serverMetadata();
      const { id_token: idToken, access_token: accessToken } = tokens;
      if (!idToken) throw new Error('The provider returned no ID token');
      if (!jwks) throw new Error('The discovery document has no jwks_uri');
      const claims = await this.keys.verify(idToken, jwks, { issuer, audience: provider.clientId });
      assertSame('nonce', claims.nonce, nonce);
      // Many providers omit the e-mail address from the ID token. Both e-mail claims come from one source.
      const userClaims =
        claims.email === undefined && userInfo
          ? ((await userInfoOf(server, accessToken, claims.sub)) ?? claims)
          : claims;
      const names = { given_name: claims.given_name, family_name: claims.family_name, name: claims.name };
      const source = { issuer, provider: provider.name };
      // `email_verified: false` in the ID token applies to the address of userinfo too, unless userinfo has its own value.
      // `email_verified: true` does not apply to it.
      const denied = String(claims.email_verified) === 'false' && { email_verified: false };
      return {
        profile: profileFromClaims({ ...names, ...denied, ...userClaims }, source, provider),
        accessToken,
        idToken,
      };
    });
  }

  /** @throws Failure `provider_missing` */
  private chosenBy(state = ''): IdentityProvider {
    const providers = this.tenants.settings.identityProviders;
    const [, named] = /^(.+?)--/.exec(state) ?? [];
    const chosen =
      providers.find(({ name }) => name === named) ?? providers.find((provider) => provider.default) ?? providers[0];
    if (!chosen) throw new Failure('provider_missing');
    return chosen;
  }

  private async configuration(provider: IdentityProvider, signal: AbortSignal): Promise<Configuration> {
    const base = withScheme(provider.issuer ?? provider.domain ?? '');
    const found = await this.document(base);
    const token_endpoint = provider.tokenEndpoint
      ? resolveEndpoint(base, provider.tokenEndpoint)
      : found.token_endpoint;
    const secret = provider.clientSecret === undefined ? undefined : this.tenants.openSecret(provider.clientSecret);
    const metadata = { ...found, token_endpoint };
    const server = new Configuration(metadata, provider.clientId, { client_secret: secret }, clientAuth(found, secret));
    const fetch = this.fetchUntil(signal);
    server[customFetch] = async (...request) => withoutNulls(await fetch(...request));
    if (this.config.mode !== 'production') allowInsecureRequests(server);
    return server;
  }

  private async document(base: string): Promise<ServerMetadata> {
    const when = { notBefore: this.clock.in(-DOCUMENT_SECONDS), now: this.clock.now() };
    return this.documents.get(this.tenants.current, base, when, async () => {
      const server = await discovery(new URL(base), 'discovery', undefined, None(), {
        [customFetch]: this.fetchUntil(AbortSignal.timeout(this.config.providerTimeout)),
        execute: this.config.mode === 'production' ? [] : [allowInsecureRequests],
      });
      const value = selectFields(server.serverMetadata());
      return { value, bytes: 2 * JSON.stringify(value).length };
    });
  }

  private fetchUntil(signal: AbortSignal) {
    return (
      url: string,
      { method, headers, body }: { method: string; headers: Record<string, string>; body?: unknown },
    ) => this.outbound.fetch(url, { method, headers, body, signal });
  }
}

/**
 * Returns the claims of userinfo.
 *
 * @returns undefined for a 404: some providers publish the address of an endpoint that they do not have
 */
async function userInfoOf(
  server: Configuration,
  accessToken: string,
  subject = '',
): Promise<Record<string, unknown> | undefined> {
  try {
    return await fetchUserInfo(server, accessToken, subject);
  } catch (error) {
    const { cause } = error as Error;
    if (cause instanceof Response && cause.status === 404) return undefined;
    throw error;
  }
}

/** Some providers send null for a member that has no value, such as `scope`. The library requires it to be absent. */
async function withoutNulls(response: Response): Promise<Response> {
  if (!response.headers.get('content-type')?.startsWith('application/json')) return response;
  const { status, headers } = response;
  const text = await response.text();
  return new Response(withoutNullMembers(text), { status, headers });
}

function withoutNullMembers(json: string): string {
  try {
    const value: unknown = JSON.parse(json);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return json;
    return JSON.stringify(Object.fromEntries(Object.entries(value).filter(([, member]) => member !== null)));
  } catch {
    return json;
  }
}

function selectFields(document: Readonly<ServerMetadata>): ServerMetadata {
  const fields = FIELDS.flatMap((name) => (document[name] === undefined ? [] : [[name, document[name]]]));
  const lists = Object.entries(LISTS).flatMap(([name, known]) => {
    const listed = document[name];
    return Array.isArray(listed) ? [[name, known.filter((one) => listed.includes(one))]] : [];
  });
  return Object.fromEntries([...fields, ...lists]) as ServerMetadata;
}

/** The authentication method of the client. If the provider supports both, the header is used (RFC 6749 2.3.1). */
function clientAuth(
  { token_endpoint_auth_methods_supported: supported }: ServerMetadata,
  secret: string | undefined,
): ClientAuth {
  if (secret === undefined) return None();
  return !supported || supported.includes('client_secret_basic') ? ClientSecretBasic(secret) : ClientSecretPost(secret);
}
