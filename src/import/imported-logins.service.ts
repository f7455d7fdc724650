import { EntityManager, LockMode } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { normalEmail } from '../common/email.js';
import { Failure, invalid } from '../common/failure.js';
import { Account } from '../credentials/account.entity.js';
import { PasswordLinks } from '../credentials/password-links.js';
import { Retention } from '../credentials/retention.js';
import type { NewCustomer } from '../customers/customers.service.js';
import { type LegacyAuth, legacyProblem } from '../passwords/legacy/registry.js';
import { hashProblem } from '../passwords/password-formats.js';
import { TenantsService } from '../tenants/tenants.service.js';
import type { ImportInput } from './import-input.js';

/** The login of an imported customer. */
export interface ImportedLogin {
  customer: NewCustomer;
  /** Normalised by `normalEmail`. */
  email: string;
  passwordHash: string | null;
  legacyAuth: LegacyAuth | null;
  /** Whether the customer gets a mail with a link to set a password. */
  isInvited: boolean;
}

/** Checks and stores the accounts of imported customers. */
@Injectable()
export class ImportedLoginsService {
  constructor(
    private readonly em: EntityManager,
    private readonly tenants: TenantsService,
    private readonly retention: Retention,
    private readonly passwordLinks: PasswordLinks,
  ) {}

  /**
   * Whether legacy hashes are accepted. Holds a lock on the retention in the caller's transaction, if an item has such a
   * hash.
   */
  async acceptsLegacy(items: (ImportInput | Failure)[]): Promise<boolean> {
    const isLegacy = items.some((item) => !(item instanceof Failure) && item.account.legacyAuth);
    const period = isLegacy ? await this.retention.lock(LockMode.PESSIMISTIC_READ) : undefined;
    return period !== undefined && period.retentionEndDate > this.retention.today;
  }

  /** Stores the accounts of new customers, and mails the invitations. Joins the caller's transaction. */
  async store(logins: ImportedLogin[]): Promise<void> {
    const tenant = this.tenants.current;
    await this.em.insertMany(
      Account,
      logins.map(({ customer, email, passwordHash, legacyAuth }) => ({
        tenant,
        email,
        customer: [tenant, customer.id] as const,
        passwordHash,
        legacyAuth,
        initialPassword: false,
        createdAt: customer.createdAt,
      })),
    );
    for (const { customer, email, isInvited } of logins) {
      const { id, firstName = null } = customer;
      if (isInvited) await this.passwordLinks.mailInitial({ email, customerId: id, confirmed: false }, firstName);
    }
  }
}

/** The text is that of the vendor. */
export function wrongHashCount(): Failure {
  return invalid('account', "Exactly one of 'passwordHash' or 'legacyAuth' must be provided in the account");
}

/** For an item that updates a customer who does not exist. */
export function unknownCustomerWithoutHash(): Failure {
  return invalid('account', 'account requires a hash, because the customer does not exist (or use --invite)');
}

/** The checks of new customers and of updates. @throws Failure `invalid_input` */
export function checkLogin({ profile, account }: ImportInput, acceptsLegacy: boolean): void {
  const { email, passwordHash, legacyAuth } = account;
  if (passwordHash !== undefined && legacyAuth !== undefined) throw wrongHashCount();
  if (profile.contactEmail && email !== undefined && normalEmail(profile.contactEmail) !== normalEmail(email)) {
    throw invalid('contactEmail', 'contactEmail must equal account.email');
  }
  const hashFinding = passwordHash === undefined ? undefined : hashProblem(passwordHash);
  if (hashFinding) throw invalid('account.passwordHash', `account.passwordHash ${hashFinding}`);
  if (!legacyAuth) return;
  const problem = legacyProblem(legacyAuth);
  if (problem) throw invalid('account.legacyAuth', `account.legacyAuth.${problem}`);
  if (!acceptsLegacy) {
    throw invalid('account.legacyAuth', 'account.legacyAuth requires an active password migration retention');
  }
}
