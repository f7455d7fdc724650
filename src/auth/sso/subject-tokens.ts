import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { invalid } from '../../common/failure.js';
import { hashOf } from '../../common/secrets.js';
import { Clock } from '../../common/clock.js';
import { Config } from '../../config/config.js';
import type { ExchangeConfig, KeySet } from '../../tenants/provider-settings.js';
import { resolveEndpoint } from '../../tenants/provider-url.js';
import { TenantsService } from '../../tenants/tenants.service.js';
import { callProvider, toFailure } from './provider-client.js';
import { ProofRejectedError, assertSame } from './proof-rejected.js';
import type { ExchangedTokenTables } from './exchanged-token.entity.js';
import { Outbound } from './outbound.js';
import { ProviderKeys } from './provider-keys.js';
import { type ExternalProfile, profileFromClaims } from './external-profile.js';

/** A verified token of another system. */
interface SubjectToken {
  profile: ExternalProfile;
  /**
   * The issuer in the token, or the issuer of the identity if the token has none. It makes a token unique across
   * configurations.
   */
  issuer: string;
  /** The `jti`, or the hash of the token if it has none. */
  id: string;
  expiresAt: Date;
}

type Claims = Record<string, unknown>;

/** The end of the year 9999, in seconds. The database writes no later time. */
const LATEST = 253_402_300_799;

const rejected = 'subject_token_rejected';

/** In seconds. Used tokens are kept for a minute after they expire, because the clocks of two processes may differ. */
const MINUTE = 60;

/**
 * Tokens of other systems, which customers exchange for a login. The tenant setting `tokenExchange` defines the
 * verification.
 */
@Injectable()
export class SubjectTokens {
  constructor(
    private readonly tenants: TenantsService,
    private readonly em: EntityManager,
    private readonly outbound: Outbound,
    private readonly keys: ProviderKeys,
    private readonly config: Config,
    private readonly clock: Clock,
  ) {}

  /**
   * Verifies a token and marks it as used. It cannot be exchanged again, even if the login fails, unless the tenant
   * allows it.
   *
   * @param name the name of the configuration; the default one if omitted
   * @returns the profile of its owner
   * @throws Failure `invalid_input` for an unknown configuration, `subject_token_rejected`, `provider_unavailable`
   */
  async exchange(token: string, name?: string): Promise<ExternalProfile> {
    const verified = await this.verify(token, name);
    if (!this.tenants.settings.ssoSubjectTokenReuse) await this.spend(verified);
    return verified.profile;
  }

  private async verify(token: string, name?: string): Promise<SubjectToken> {
    const config = this.configured(name);
    const provider = name ?? 'default';
    return callProvider({ provider, rejected }, this.config.providerTimeout, async (signal) => {
      const claims = config.jwks
        ? await this.offline(token, config.jwks, config)
        : await this.online(token, config, signal);
      const { iss, exp, jti, azp, client_id } = claims;
      if (typeof exp !== 'number' || exp > LATEST) throw new ProofRejectedError('exp is missing or not a valid time');
      const expiresAt = new Date(exp * 1000);
      if (expiresAt <= this.clock.now()) throw new ProofRejectedError('exp is in the past');
      // The claim names of RFC 9068 and RFC 7662.
      assertSame('azp or client_id', azp ?? client_id, config.tokenClientId);
      // The issuer in the token is used only if the configuration checks it. Otherwise an issuer could issue tokens for
      // customers of another issuer.
      const { domain, jwks, tokenIntrospectEndpoint = '' } = config;
      const address = typeof jwks === 'string' ? jwks : resolveEndpoint(domain, tokenIntrospectEndpoint);
      const issuer = config.issuer ?? address;
      return {
        profile: profileFromClaims(claims, { issuer, provider }, config),
        issuer: typeof iss === 'string' ? iss : issuer,
        id: hashOf(typeof jti === 'string' && jti !== '' ? jti : token),
        expiresAt,
      };
    });
  }

  /**
   * Marks a token as used. It is valid for one attempt, even if the attempt fails.
   *
   * @throws Failure `subject_token_rejected` when the token was exchanged before
   */
  private async spend({ profile, issuer, id, expiresAt }: SubjectToken): Promise<void> {
    const tenant = this.tenants.current;
    const spent = await this.em
      .getKysely<ExchangedTokenTables>()
      .with('expired', (cte) =>
        cte
          .deleteFrom('exchanged_tokens')
          .where('tenant', '=', tenant)
          .where('expires_at', '<', this.clock.in(-MINUTE)),
      )
      .insertInto('exchanged_tokens')
      .values({ tenant, issuer, token: id, expires_at: expiresAt })
      .onConflict((conflict) => conflict.doNothing())
      .returning('token')
      .execute();
    if (spent.length === 0) {
      throw toFailure(
        { provider: profile.identity.provider, rejected },
        new ProofRejectedError('the token was exchanged before'),
      );
    }
  }

  /** @throws Failure `invalid_input` */
  private configured(name: string | undefined): ExchangeConfig {
    const { default: defaultConfig, overrides = {} } = this.tenants.settings.tokenExchange;
    const config = name === undefined ? defaultConfig : Object.hasOwn(overrides, name) ? overrides[name] : undefined;
    if (config) return config;
    if (name !== undefined) throw invalid('config', 'config must be the name of a configuration');
    throw invalid('config', 'config is required: the tenant has no default configuration');
  }

  private async offline(token: string, jwks: string | KeySet, { issuer, audience }: ExchangeConfig): Promise<Claims> {
    return this.keys.verify(token, jwks, { ...(issuer && { issuer }), ...(audience && { audience }) });
  }

  /** Introspects a token (RFC 7662). */
  private async online(token: string, config: ExchangeConfig, signal: AbortSignal): Promise<Claims> {
    const { domain, tokenIntrospectEndpoint = '', clientId = '', clientSecret = '', issuer, audience } = config;
    const credentials = [clientId, this.tenants.openSecret(clientSecret)].map(encodeURIComponent).join(':');
    const response = await this.outbound.fetch(resolveEndpoint(domain, tokenIntrospectEndpoint), {
      method: 'POST',
      headers: {
        authorization: `Basic ${Buffer.from(credentials).toString('base64')}`,
        'content-type': 'application/x-www-form-urlencoded',
        accept: 'application/json',
      },
      body: new URLSearchParams({ token }).toString(),
      signal,
    });
    if (response.status !== 200) throw new Error(`The introspection endpoint returned the status ${response.status}`);
    const claims = (await response.json()) as Claims | null;
    if (typeof claims !== 'object' || claims === null || typeof claims.active !== 'boolean') {
      throw new Error('The introspection response is not valid');
    }
    if (!claims.active) throw new ProofRejectedError('the token is not active');
    if (audience !== undefined && ![claims.aud].flat().includes(audience)) throw new ProofRejectedError('aud differs');
    assertSame('iss', claims.iss, issuer);
    if (typeof claims.nbf === 'number' && claims.nbf * 1000 > this.clock.in(5).getTime()) {
      throw new ProofRejectedError('nbf is in the future');
    }
    return claims;
  }
}
