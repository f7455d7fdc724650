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
import { type IdentityProvider, below, withScheme } from '../../tenants/provider-settings.js';
import { TenantsService } from '../../tenants/tenants.service.js';
import { ask } from './asking.js';
import { expectSame } from './not-proven.js';
import { Outbound } from './outbound.js';
import { ProviderKeys } from './provider-keys.js';
import { type Somebody, somebodyOf } from './somebody.js';

/** What a storefront brings back from a provider. */
export interface CodeLogin {
  code: string;
  /** One of the provider's list; without it, the first of them. */
  redirectUri?: string;
  /** Of PKCE. */
  codeVerifier?: string;
  /** `{name of the provider}--{random}` */
  state?: string;
  /** As it was sent to the provider; without it, the storefront looks after it. */
  nonce?: string;
}

/** What a provider answered. */
export interface CodeAnswer {
  somebody: Somebody;
  accessToken: string;
  idToken: string;
}

/** Discovery documents are kept this long, in seconds. */
const DOCUMENT_SECONDS = 600;

/** A form in a header or a body is all that we send, and these are the answers that openid-client waits for. */
type Known = { metadata: ServerMetadata; until: Date };

/** The tenant's OpenID Connect providers. */
@Injectable()
export class IdentityProviders {
  private readonly known = new Map<string, Known>();

  constructor(
    private readonly tenants: TenantsService,
    private readonly outbound: Outbound,
    private readonly keys: ProviderKeys,
    private readonly config: Config,
    private readonly clock: Clock,
  ) {}

  /**
   * Exchanges an authorization code, and checks the ID token: issuer, audience, signature, time and nonce.
   *
   * @throws Failure `provider_missing`, `invalid_input` for a redirect URI that is not the provider's,
   * `provider_refused`, `provider_unavailable`
   */
  async exchange({ code, redirectUri, codeVerifier, state, nonce }: CodeLogin): Promise<CodeAnswer> {
    const provider = this.chosenBy(state);
    const [standard = ''] = provider.redirectUris;
    const redirect_uri = redirectUri ?? standard;
    if (!provider.redirectUris.includes(redirect_uri)) {
      throw invalid('redirect_uri', `redirect_uri is not one of those of ${provider.name}`);
    }
    return ask({ provider: provider.name, refused: 'provider_refused' }, async (signal) => {
      const server = await this.configuration(provider, signal);
      const tokens = await genericGrantRequest(server, 'authorization_code', {
        code,
        redirect_uri,
        ...(codeVerifier !== undefined && { code_verifier: codeVerifier }),
      });
      const { issuer, jwks_uri: jwks, userinfo_endpoint: userInfo } = server.serverMetadata();
      const { id_token: idToken, access_token: accessToken } = tokens;
      if (!idToken) throw new Error('The provider gave no ID token');
      if (!jwks) throw new Error('The discovery document names no keys');
      const claims = await this.keys.verify(idToken, jwks, { issuer, audience: provider.clientId });
      expectSame('nonce', claims.nonce, nonce);
      // Many providers keep the e-mail address out of the ID token. Whether it is verified is told where it is.
      const about =
        claims.email === undefined && userInfo ? await fetchUserInfo(server, accessToken, claims.sub ?? '') : claims;
      const names = { given_name: claims.given_name, family_name: claims.family_name };
      const who = { issuer, provider: provider.name };
      return { somebody: somebodyOf({ ...names, ...about }, who), accessToken, idToken };
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
    const found = await this.document(base, signal);
    const token_endpoint = provider.tokenEndpoint ? below(base, provider.tokenEndpoint) : found.token_endpoint;
    const secret = provider.clientSecret === undefined ? undefined : this.tenants.secret(provider.clientSecret);
    const metadata = { ...found, token_endpoint };
    const server = new Configuration(metadata, provider.clientId, { client_secret: secret }, proof(found, secret));
    server[customFetch] = this.fetchUntil(signal);
    if (this.config.mode !== 'production') allowInsecureRequests(server);
    return server;
  }

  private async document(base: string, signal: AbortSignal): Promise<ServerMetadata> {
    const kept = this.known.get(base);
    if (kept && kept.until > this.clock.now()) return kept.metadata;
    const server = await discovery(new URL(base), 'discovery', undefined, None(), {
      [customFetch]: this.fetchUntil(signal),
      execute: this.config.mode === 'production' ? [] : [allowInsecureRequests],
    });
    const metadata = { ...server.serverMetadata() };
    this.known.set(base, { metadata, until: this.clock.in(DOCUMENT_SECONDS) });
    return metadata;
  }

  private fetchUntil(signal: AbortSignal) {
    return (
      url: string,
      { method, headers, body }: { method: string; headers: Record<string, string>; body?: unknown },
    ) => this.outbound.fetch(url, { method, headers, body, signal });
  }
}

/** How the client proves itself: as the provider takes it, by the header if it takes both (RFC 6749 2.3.1). */
function proof(
  { token_endpoint_auth_methods_supported: taken }: ServerMetadata,
  secret: string | undefined,
): ClientAuth {
  if (secret === undefined) return None();
  return !taken || taken.includes('client_secret_basic') ? ClientSecretBasic(secret) : ClientSecretPost(secret);
}
