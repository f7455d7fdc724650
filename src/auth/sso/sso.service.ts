import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { Clock } from '../../common/clock.js';
import { Failure } from '../../common/failure.js';
import { AccountsService } from '../../credentials/accounts.service.js';
import { IdentitiesService } from '../../credentials/identities.service.js';
import { newCustomerNumber } from '../../customers/customer-number.js';
import { Customer } from '../../customers/customer.entity.js';
import { CustomersService } from '../../customers/customers.service.js';
import { Database, transaction, violates } from '../../database/database.js';
import { Outbox } from '../../mailer/outbox.service.js';
import { SessionsService, type Spans } from '../../sessions/sessions.service.js';
import { TenantsService } from '../../tenants/tenants.service.js';
import { spansOf } from '../spans.js';
import { type VisitorWishes, visitorWishes } from '../visitor-wishes.sql.js';
import { type Login, LoginService } from '../login.service.js';
import { type CodeAnswer, type CodeLogin, IdentityProviders } from './identity-providers.js';
import type { Somebody } from './somebody.js';
import { SubjectTokens } from './subject-tokens.js';

/** A login, and what the provider gave beside it. */
export interface SocialLogin extends Login {
  providerTokens: Pick<CodeAnswer, 'accessToken' | 'idToken'>;
}

/** What proves an identity: an authorization code, or a token of another system. */
export type Proof = CodeLogin | { subjectAccessToken: string; config?: string };

/** Of two first logins at once, the one that comes second finds what the first one made. */
const ATTEMPTS = 3;

/** Customers who log in elsewhere. */
@Injectable()
export class SsoService {
  constructor(
    private readonly em: EntityManager,
    private readonly database: Database,
    private readonly tenants: TenantsService,
    private readonly providers: IdentityProviders,
    private readonly subjectTokens: SubjectTokens,
    private readonly identities: IdentitiesService,
    private readonly accounts: AccountsService,
    private readonly customers: CustomersService,
    private readonly logins: LoginService,
    private readonly sessions: SessionsService,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
  ) {}

  /**
   * Logs in with an authorization code.
   *
   * @param visitor the session of the caller's token
   * @param kept the public id of the session to carry on instead, if it is a visitor's who has not logged in
   * @throws Failure `provider_missing`, `provider_refused`, `provider_unavailable`, `invalid_input`, and as `enter`
   */
  async byCode(code: CodeLogin, visitor: string, kept: string | undefined): Promise<SocialLogin> {
    const { somebody, ...providerTokens } = await this.providers.exchange(code);
    const session = kept !== undefined && kept !== visitor && (await this.sessions.isFree(kept)) ? kept : visitor;
    const login = await this.enter(somebody, session, spansOf(this.tenants.settings));
    return { ...login, providerTokens };
  }

  /**
   * Logs in with a token of another system, which is used up.
   *
   * @throws Failure `subject_token_refused`, `provider_unavailable`, `invalid_input`, and as `enter`
   */
  async byToken(token: string, config: string | undefined, visitor: string): Promise<Login> {
    const { exchangeAccess: access, exchangeRefresh: refresh } = this.tenants.settings.lifetimes;
    return this.enter(await this.exchanged(token, config), visitor, { access, refresh });
  }

  /**
   * Links an identity to the account of a customer who knows its password.
   *
   * @throws Failure `password_wrong`, before anything is asked; `identity_taken`, and as the proof is refused
   */
  async link(customerId: string, password: string, proof: Proof): Promise<string> {
    const account = await this.identities.provenOwner(customerId, password);
    const { identity } =
      'code' in proof
        ? (await this.providers.exchange(proof)).somebody
        : await this.exchanged(proof.subjectAccessToken, proof.config);
    return this.identities.link(account, identity);
  }

  private async exchanged(token: string, config: string | undefined): Promise<Somebody> {
    const verified = await this.subjectTokens.verify(token, config);
    await this.subjectTokens.spend(verified);
    return verified.somebody;
  }

  /**
   * Starts the session of whom a provider has proven, and makes a customer of who is new.
   *
   * @throws Failure `identity_unlinked` when the e-mail address has an account: its owner is asked by mail;
   * `identity_unknown`, `identity_unproven`, `login_refused`, `token_invalid`
   */
  private async enter(somebody: Somebody, visitor: string, spans: Spans): Promise<Login> {
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
      const login = await transaction(this.em, async () => {
        const customerId = await this.identities.logIn(somebody.identity);
        return customerId && this.logins.enter(customerId, { from: { visitor }, spans });
      });
      if (login) return login;
      await this.welcome(somebody, visitor);
    }
    throw new Failure('identity_unknown');
  }

  private async welcome(somebody: Somebody, visitor: string): Promise<void> {
    const { ssoCustomerAutoprovisioningDisabled: closed, ssoCustomerIdentifierField: field } = this.tenants.settings;
    const account = somebody.email && (await this.accounts.find(somebody.email));
    if (account) {
      // Of two first logins at once, the other one has just made it.
      if (await this.identities.isKnown(somebody.identity)) return;
      await this.identities.askOwner(account, somebody.identity);
      throw new Failure('identity_unlinked');
    }
    if (closed) throw new Failure('identity_unknown');
    if (field === 'EMAIL' && somebody.email === undefined) throw new Failure('identity_unproven');
    try {
      await this.provision(somebody, visitor);
    } catch (error) {
      const taken = ['customers_pkey', 'customers_reference'].some((key) => violates(error, key));
      const faster = error instanceof Failure && ['email_taken', 'identity_taken'].includes(error.code);
      if (!taken && !faster) throw error;
    }
  }

  /**
   * Makes a customer without a password, who may log in at once, with the visitor's currency and site; without a
   * verified e-mail address, none is taken.
   */
  private async provision({ identity, email, firstName, lastName }: Somebody, visitor: string): Promise<void> {
    const [wishes] = await this.database.rows<VisitorWishes>(visitorWishes, [this.tenants.current, visitor]);
    const preferred = { preferredCurrency: wishes?.currency, preferredSite: wishes?.site };
    const profile = { firstName, lastName, contactEmail: email, ...preferred };
    const customer = this.customers.draft(newCustomerNumber(), { active: true, mustConfirm: false }, profile);
    const { links, enableAccountCreationEmailConfirmation: welcomed } = this.tenants.settings;
    await transaction(this.em, async (em) => {
      await em.insert(Customer, { ...customer, confirmedAt: email === undefined ? null : this.clock.now() });
      if (email !== undefined) {
        await this.accounts.open(customer.id, { email, passwordHash: null, initialPassword: false });
        const to = { email, customerId: customer.id };
        if (welcomed) await this.outbox.add('welcome', to, { firstName, link: links.storefront });
      }
      await this.identities.add(customer.id, identity);
    });
  }
}
