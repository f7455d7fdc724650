import { Injectable } from '@nestjs/common';
import { invalid } from '../../common/failure.js';
import { hashOf } from '../../common/secrets.js';
import { Clock } from '../../common/clock.js';
import { Database, Statement } from '../../database/database.js';
import { type ExchangeConfig, below } from '../../tenants/provider-settings.js';
import { TenantsService } from '../../tenants/tenants.service.js';
import { ask, refusal } from './asking.js';
import { NotProven, expectSame } from './not-proven.js';
import { Outbound } from './outbound.js';
import { ProviderKeys } from './provider-keys.js';
import { type Somebody, somebodyOf } from './somebody.js';

/** A token of another system that has proven good. */
export interface SubjectToken {
  somebody: Somebody;
  /** As the token says, and what the identity goes by where it says nothing: a token is one in every configuration. */
  issuer: string;
  /** Its `jti`, or its hash where it has none. */
  id: string;
  expiresAt: Date;
}

type Claims = Record<string, unknown>;

/** The end of the year 9999, in seconds: the database writes no later one. */
const LATEST = 253_402_300_799;

const refused = 'subject_token_refused';

/** `$1` tenant, `$2` issuer, `$3` token, `$4` its end, `$5` now. No row: it was exchanged before. */
const spendToken: Statement = {
  name: 'spend_token',
  text: `with over as (delete from exchanged_tokens where tenant = $1 and expires_at < $5::timestamptz - interval '1 minute')
    insert into exchanged_tokens (tenant, issuer, token, expires_at) values ($1, $2, $3, $4)
    on conflict do nothing returning 1`,
};

/** Tokens of other systems, which customers exchange for a login: verified as the tenant's `tokenExchange` says. */
@Injectable()
export class SubjectTokens {
  constructor(
    private readonly tenants: TenantsService,
    private readonly database: Database,
    private readonly outbound: Outbound,
    private readonly keys: ProviderKeys,
    private readonly clock: Clock,
  ) {}

  /**
   * @param name of the configuration; the default one without it
   * @throws Failure `invalid_input` for a configuration that is not there, `subject_token_refused`,
   * `provider_unavailable`
   */
  async verify(token: string, name?: string): Promise<SubjectToken> {
    const config = this.configured(name);
    const provider = name ?? 'default';
    return ask({ provider, refused }, async (signal) => {
      const claims = config.jwks
        ? await this.offline(token, config.jwks, config)
        : await this.online(token, config, signal);
      const { iss, exp, jti, azp, client_id } = claims;
      if (typeof exp !== 'number' || exp > LATEST) throw new NotProven('exp is missing, or no time');
      const expiresAt = new Date(exp * 1000);
      if (expiresAt <= this.clock.now()) throw new NotProven('exp is over');
      // RFC 9068 and RFC 7662 call it so.
      expectSame('azp or client_id', azp ?? client_id, config.tokenClientId);
      // What the token says of its issuer counts only where the configuration has checked it: else one issuer could
      // speak for the customers of another.
      const { domain, jwks, tokenIntrospectEndpoint = '' } = config;
      const issuer = config.issuer ?? jwks ?? below(domain, tokenIntrospectEndpoint);
      return {
        somebody: somebodyOf(claims, { issuer, provider }),
        issuer: typeof iss === 'string' ? iss : issuer,
        id: hashOf(typeof jti === 'string' && jti !== '' ? jti : token),
        expiresAt,
      };
    });
  }

  /**
   * Uses a token up: it is good for one attempt, whatever comes of that.
   *
   * @throws Failure `subject_token_refused` when it was exchanged before
   */
  async spend({ somebody, issuer, id, expiresAt }: SubjectToken): Promise<void> {
    const values = [this.tenants.current, issuer, id, expiresAt, this.clock.now()];
    const spent = await this.database.rows(spendToken, values);
    if (spent.length === 0) {
      throw refusal({ provider: somebody.identity.provider, refused }, new NotProven('the token was exchanged before'));
    }
  }

  /** @throws Failure `invalid_input` */
  private configured(name: string | undefined): ExchangeConfig {
    const { default: standard, overrides = {} } = this.tenants.settings.tokenExchange;
    const config = name === undefined ? standard : Object.hasOwn(overrides, name) ? overrides[name] : undefined;
    if (!config) throw invalid('config', name === undefined ? 'There is no default config' : 'config is not known');
    return config;
  }

  private async offline(token: string, jwks: string, { issuer, audience }: ExchangeConfig): Promise<Claims> {
    return this.keys.verify(token, jwks, { ...(issuer && { issuer }), ...(audience && { audience }) });
  }

  /** RFC 7662 */
  private async online(token: string, config: ExchangeConfig, signal: AbortSignal): Promise<Claims> {
    const { domain, tokenIntrospectEndpoint = '', clientId = '', clientSecret = '', issuer, audience } = config;
    const credentials = [clientId, this.tenants.secret(clientSecret)].map(encodeURIComponent).join(':');
    const answer = await this.outbound.fetch(below(domain, tokenIntrospectEndpoint), {
      method: 'POST',
      headers: {
        authorization: `Basic ${Buffer.from(credentials).toString('base64')}`,
        'content-type': 'application/x-www-form-urlencoded',
        accept: 'application/json',
      },
      body: new URLSearchParams({ token }).toString(),
      signal,
    });
    if (answer.status !== 200) throw new Error(`The introspection answered ${answer.status}`);
    const claims = (await answer.json()) as Claims | null;
    if (typeof claims !== 'object' || claims === null || typeof claims.active !== 'boolean') {
      throw new Error('The introspection answered nonsense');
    }
    if (!claims.active) throw new NotProven('the token is not active');
    if (audience !== undefined && ![claims.aud].flat().includes(audience)) throw new NotProven('aud differs');
    expectSame('iss', claims.iss, issuer);
    if (typeof claims.nbf === 'number' && claims.nbf * 1000 > this.clock.in(5).getTime()) {
      throw new NotProven('nbf is to come');
    }
    return claims;
  }
}
