import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { Failure } from '../../common/failure.js';
import { IdentitiesService } from '../../credentials/identities.service.js';
import { transaction } from '../../database/database.js';
import type { SessionStart } from '../../sessions/sessions.service.js';
import type { Origin } from '../../tenants/request-scope.js';
import { TenantsService } from '../../tenants/tenants.service.js';
import { tokenLifetimes } from '../token-lifetimes.js';
import { type Login, LoginService } from '../login.service.js';
import type { ExternalProfile } from './external-profile.js';
import { FirstLoginService } from './first-login.service.js';
import { type CodeLogin, type CodeResponse, IdentityProviders } from './identity-providers.js';
import { type KeptSession, KeptSessions } from './kept-sessions.js';
import { SubjectTokens } from './subject-tokens.js';

/** A login, and the tokens of the provider. */
export interface SocialLogin extends Login {
  providerTokens: Pick<CodeResponse, 'accessToken' | 'idToken'>;
}

/** The start of a customer's session from a visitor's session. */
type VisitorStart = SessionStart & { from: { visitor: string } };

/** If two first logins run concurrently, the second one retries and finds the customer that the first one created. */
const ATTEMPTS = 3;

/** The login of customers at identity providers. */
@Injectable()
export class SsoService {
  constructor(
    private readonly em: EntityManager,
    private readonly tenants: TenantsService,
    private readonly providers: IdentityProviders,
    private readonly subjectTokens: SubjectTokens,
    private readonly identities: IdentitiesService,
    private readonly logins: LoginService,
    private readonly firstLogins: FirstLoginService,
    private readonly keptSessions: KeptSessions,
  ) {}

  /**
   * Logs in with an authorization code.
   *
   * @param visitor the session of the caller's token
   * @param origin of the login; stored with the session
   * @param kept another visitor's session to log in with: its public id, and the access token that proves its ownership
   * @throws Failure `provider_missing`, `provider_rejected`, `provider_unavailable`, `invalid_input`, and as `enter`
   */
  async byCode(code: CodeLogin, visitor: string, origin: Origin, kept: KeptSession = {}): Promise<SocialLogin> {
    const { profile, ...providerTokens } = await this.providers.exchange(code);
    const session = this.keptSessions.proven(kept) ?? visitor;
    const lifetimes = tokenLifetimes(this.tenants.settings);
    const login = await this.enter(profile, { from: { visitor: session }, lifetimes, origin });
    return { ...login, providerTokens };
  }

  /**
   * Logs in with a token of another system. The token cannot be used again.
   *
   * @throws Failure `subject_token_rejected`, `provider_unavailable`, `invalid_input`, and as `enter`
   */
  async byToken(token: string, config: string | undefined, visitor: string, origin: Origin): Promise<Login> {
    const { exchangeAccess: access, exchangeRefresh: refresh } = this.tenants.settings.lifetimes;
    const profile = await this.subjectTokens.exchange(token, config);
    return this.enter(profile, { from: { visitor }, lifetimes: { access, refresh }, origin });
  }

  /**
   * Starts a session for a verified identity. Creates a customer if the identity is new.
   *
   * @throws Failure `identity_unlinked` when the e-mail address has an account: its owner gets a mail to confirm it;
   * `identity_unknown`, `identity_unproven`, `login_rejected`, `token_invalid`
   */
  private async enter(profile: ExternalProfile, start: VisitorStart): Promise<Login> {
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
      const login = await transaction(this.em, async () => {
        const customerId = await this.identities.logIn(profile.identity);
        return customerId && this.logins.enter(customerId, start);
      });
      if (login) return login;
      await this.firstLogins.findOrCreate(profile, start.from.visitor);
    }
    throw new Failure('identity_unknown');
  }
}
