import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { Clock } from '../../common/clock.js';
import { Failure } from '../../common/failure.js';
import { AccountsService } from '../../credentials/accounts.service.js';
import { IdentitiesService } from '../../credentials/identities.service.js';
import { IdentityConfirmationService } from '../../credentials/identity-confirmation.service.js';
import { CustomersService } from '../../customers/customers.service.js';
import { requestRow, transaction } from '../../database/database.js';
import { Outbox } from '../../mailer/outbox.service.js';
import { AccessTokens } from '../../sessions/signing/access-tokens.js';
import type { Start } from '../../sessions/sessions.service.js';
import { ownReach } from '../../tenants/reach.js';
import type { Origin } from '../../tenants/request-scope.js';
import { TenantsService } from '../../tenants/tenants.service.js';
import { tokenLifetimes } from '../token-lifetimes.js';
import { type VisitorPreferences, preferencesOf } from '../visitor-preferences.sql.js';
import { type Login, LoginService } from '../login.service.js';
import { type CodeAnswer, type CodeLogin, IdentityProviders } from './identity-providers.js';
import type { ExternalProfile } from './external-profile.js';
import { SubjectTokens } from './subject-tokens.js';

/** A login, and the tokens of the provider. */
export interface SocialLogin extends Login {
  providerTokens: Pick<CodeAnswer, 'accessToken' | 'idToken'>;
}

/** A visitor's session by its public id, with an access token of that session. */
export interface KeptSession {
  sessionId?: string;
  token?: string;
}

/** The start of a customer's session from a visitor's session. */
type VisitorStart = Start & { from: { visitor: string } };

/** The proof of an identity: an authorization code, or a token of another system. */
export type ExternalProof = CodeLogin | { subjectAccessToken: string; config?: string };

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
    private readonly confirmations: IdentityConfirmationService,
    private readonly accounts: AccountsService,
    private readonly customers: CustomersService,
    private readonly logins: LoginService,
    private readonly tokens: AccessTokens,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
  ) {}

  /**
   * Logs in with an authorization code.
   *
   * @param visitor the session of the caller's token
   * @param origin of the login; stored with the session
   * @param kept another visitor's session to log in with: its public id, and the access token that proves its ownership
   * @throws Failure `provider_missing`, `provider_refused`, `provider_unavailable`, `invalid_input`, and as `enter`
   */
  async byCode(code: CodeLogin, visitor: string, origin: Origin, kept: KeptSession = {}): Promise<SocialLogin> {
    const { profile, ...providerTokens } = await this.providers.exchange(code);
    const session = this.proven(kept) ?? visitor;
    const lifetimes = tokenLifetimes(this.tenants.settings);
    const login = await this.enter(profile, { from: { visitor: session }, lifetimes, origin });
    return { ...login, providerTokens };
  }

  /**
   * Logs in with a token of another system. The token cannot be used again.
   *
   * @throws Failure `subject_token_refused`, `provider_unavailable`, `invalid_input`, and as `enter`
   */
  async byToken(token: string, config: string | undefined, visitor: string, origin: Origin): Promise<Login> {
    const { exchangeAccess: access, exchangeRefresh: refresh } = this.tenants.settings.lifetimes;
    const profile = await this.exchanged(token, config);
    return this.enter(profile, { from: { visitor }, lifetimes: { access, refresh }, origin });
  }

  /**
   * Links an identity to the account of a customer who knows its password.
   *
   * @throws Failure `password_wrong`, before any request to a provider; `identity_taken`, and the errors of the proof
   */
  async link(customerId: string, password: string, proof: ExternalProof, origin: Origin): Promise<string> {
    const account = await this.identities.provenOwner(customerId, password, origin);
    const { identity } =
      'code' in proof
        ? (await this.providers.exchange(proof)).profile
        : await this.exchanged(proof.subjectAccessToken, proof.config);
    return this.identities.link(account, identity);
  }

  /**
   * The session row of a visitor's session, if the caller has an access token of it. A session id alone is no proof.
   */
  private proven({ sessionId, token }: KeptSession): string | undefined {
    const claims = token === undefined ? undefined : this.tokens.verify(token);
    if (claims?.kind !== 'anonymous' || claims.aud !== this.tenants.current) return undefined;
    const valid = claims.session_id === sessionId && claims.exp * 1000 > this.clock.now().getTime();
    return valid ? claims.sid : undefined;
  }

  private async exchanged(token: string, config: string | undefined): Promise<ExternalProfile> {
    const verified = await this.subjectTokens.verify(token, config);
    await this.subjectTokens.spend(verified);
    return verified.profile;
  }

  /**
   * Starts a session for a verified identity. Creates a customer if the identity is new.
   *
   * @throws Failure `identity_unlinked` when the e-mail address has an account: its owner gets a mail to confirm it;
   * `identity_unknown`, `identity_unproven`, `login_refused`, `token_invalid`
   */
  private async enter(profile: ExternalProfile, start: VisitorStart): Promise<Login> {
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
      const login = await transaction(this.em, async () => {
        const customerId = await this.identities.logIn(profile.identity);
        return customerId && this.logins.enter(customerId, start);
      });
      if (login) return login;
      await this.welcome(profile, start.from.visitor);
    }
    throw new Failure('identity_unknown');
  }

  private async welcome(profile: ExternalProfile, visitor: string): Promise<void> {
    const { ssoCustomerAutoprovisioningDisabled: closed, ssoCustomerIdentifierField: field } = this.tenants.settings;
    const account = profile.email && (await this.accounts.find(profile.email));
    if (account) {
      // A concurrent first login has just created the account.
      if (await this.identities.isKnown(profile.identity)) return;
      await this.confirmations.askOwner(account, profile.identity);
      throw new Failure('identity_unlinked');
    }
    if (closed) throw new Failure('identity_unknown');
    if (field === 'EMAIL' && profile.email === undefined) throw new Failure('identity_unproven');
    try {
      await this.provision(profile, visitor);
    } catch (error) {
      // A concurrent first login was faster.
      if (!(error instanceof Failure) || !['email_taken', 'identity_taken'].includes(error.code)) throw error;
    }
  }

  /**
   * Creates a customer without a password, who may log in at once, with the visitor's currency and site. Only a
   * verified e-mail address is stored.
   */
  private async provision({ identity, email, firstName, lastName }: ExternalProfile, visitor: string): Promise<void> {
    const request = requestRow({ tenant: ['text', this.tenants.current], session: ['uuid', visitor] });
    const preferences = `(${preferencesOf('request.tenant', 'request.session')})`;
    const wishes = await this.em
      .getKysely<Record<never, never>>()
      .selectFrom(request.as('request'))
      .innerJoinLateral(sql.raw<VisitorPreferences>(preferences).as('visitor'), (on) => on.onTrue())
      .select(['visitor.currency', 'visitor.site'])
      .executeTakeFirst();
    const preferred = { preferredCurrency: wishes?.currency, preferredSite: wishes?.site };
    const profile = { firstName, lastName, contactEmail: email, ...preferred };
    const { links, enableAccountCreationEmailConfirmation: welcomed } = this.tenants.settings;
    const store = async (id: string): Promise<void> => {
      const customer = this.customers.draft(id, { active: true, mustConfirm: false }, profile, ownReach);
      await this.customers.insert([{ ...customer, confirmedAt: email === undefined ? null : this.clock.now() }]);
      if (email !== undefined) {
        await this.accounts.open(id, { email, passwordHash: null, initialPassword: false });
        const to = { email, customerId: id, confirmed: true };
        if (welcomed) await this.outbox.add('welcome', to, { link: links.storefront }, { firstName });
      }
      await this.identities.add(id, identity, email !== undefined);
    };
    await this.customers.withFreeNumber({}, (id) => transaction(this.em, () => store(id)));
  }
}
