import { Migrator } from '@mikro-orm/migrations';
import { Options, defineConfig } from '@mikro-orm/postgresql';
import type { Pool } from 'pg';
import { Address } from './src/addresses/address.entity.js';
import { ExchangedToken } from './src/auth/sso/exchanged-token.entity.js';
import { ContactAssignment } from './src/companies/contact-assignment.entity.js';
import { LegalEntity } from './src/companies/legal-entity.entity.js';
import { Location } from './src/companies/location.entity.js';
import { MembershipRequest } from './src/companies/membership-request.entity.js';
import { StoredConsent } from './src/consents/consent.entity.js';
import { Account } from './src/credentials/account.entity.js';
import { EmailUndo } from './src/credentials/email-undo.entity.js';
import { Identity } from './src/credentials/identity.entity.js';
import { LoginFailure } from './src/credentials/login-failure.entity.js';
import { MigrationPeriod } from './src/credentials/migration-period.entity.js';
import { OneTimeToken } from './src/credentials/one-time-token.entity.js';
import { Customer } from './src/customers/customer.entity.js';
import { TakenNumber } from './src/customers/taken-number.entity.js';
import { ConnectionQueue, MAX_CONNECTION_WAIT } from './src/database/connection-queue.js';
import { readLimits } from './src/database/silence.js';
import { type Timeouts, requestTimeouts, withTimeouts } from './src/database/timeouts.js';
import { CustomerWords } from './src/customers/search/customer-words.entity.js';
import { LatestActivationNotice } from './src/employee/activation-notice.entity.js';
import { Employee } from './src/employee/employee.entity.js';
import { SecretFingerprint, SigningKeySet } from './src/fingerprints.entity.js';
import { HistoryEntry } from './src/history/history-entry.entity.js';
import { MailCount } from './src/mailer/mail-count.entity.js';
import { OutboxMessage } from './src/mailer/outbox-message.entity.js';
import { OwnText } from './src/mailer/own-text.entity.js';
import { ActivationNotices } from './src/migrations/20261130T0050_activation_notices.js';
import { CustomerNotes } from './src/migrations/20261129T2320_customer_notes.js';
import { RestrictedCustomers } from './src/migrations/20261130T0040_restricted_customers.js';
import { FirstTables } from './src/migrations/20261122T0500_first_tables.js';
import { SecondDialect } from './src/migrations/20261122T1000_second_dialect.js';
import { Staff } from './src/migrations/20261122T0900_staff.js';
import { FullNames } from './src/migrations/20261122T0920_full_names.js';
import { Reminders } from './src/migrations/20261122T0930_reminders.js';
import { Identities } from './src/migrations/20261122T1100_identities.js';
import { Companies } from './src/migrations/20261122T1110_companies.js';
import { ContextAndConsents } from './src/migrations/20261122T1120_context_and_consents.js';
import { OwnSessions } from './src/migrations/20261122T1130_own_sessions.js';
import { ErasureByMail } from './src/migrations/20261122T1140_erasure_by_mail.js';
import { RegistrationIds } from './src/migrations/20261122T1150_registration_ids.js';
import { MailsOfCustomers } from './src/migrations/20261122T1160_mails_of_customers.js';
import { WithoutStaff } from './src/migrations/20261122T1160_without_staff.js';
import { FairMailQueue } from './src/migrations/20261128T1200_fair_mail_queue.js';
import { ContextSizes } from './src/migrations/20261128T1110_context_sizes.js';
import { ErasedLeftovers } from './src/migrations/20261128T1120_erased_leftovers.js';
import { Maxima } from './src/migrations/20261128T1100_maxima.js';
import { MembershipRequests } from './src/migrations/20261128T1700_membership_requests.js';
import { Fingerprints } from './src/migrations/20261128T1500_fingerprints.js';
import { OwnerConfirmed } from './src/migrations/20261128T1400_owner_confirmed.js';
import { KnownNetworks } from './src/migrations/20261128T1300_known_networks.js';
import { VisitorSessions } from './src/migrations/20261128T1600_visitor_sessions.js';
import { CompanyUsers } from './src/migrations/20261129T1500_company_users.js';
import { StoredContext } from './src/session-context/session-context.entity.js';
import { ReferencesToLocations } from './src/migrations/20261129T1800_references_to_locations.js';
import { ContactPropagation } from './src/migrations/20261129T1810_contact_propagation.js';
import { SecondFactors } from './src/migrations/20261129T1600_second_factor.js';
import { SearchWords } from './src/migrations/20261129T1700_search_words.js';
import { CapitalCodes } from './src/migrations/20261129T1800_capital_codes.js';
import { MailExpiry } from './src/migrations/20261129T1900_mail_expiry.js';
import { SequencesOfTenants } from './src/migrations/20261129T2120_sequences_of_tenants.js';
import { WordsOfCustomers } from './src/migrations/20261129T2110_customer_words.js';
import { EmailUndos } from './src/migrations/20261129T2200_email_undos.js';
import { MailLanguage } from './src/migrations/20261129T2100_mail_language.js';
import { OutboxForSupport } from './src/migrations/20261129T2120_outbox_for_support.js';
import { EmployeeSessions } from './src/migrations/20261129T2310_employee_sessions.js';
import { MailTexts } from './src/migrations/20261129T2130_mail_texts.js';
import { StandingOfCustomers } from './src/migrations/20261129T2300_standing.js';
import { CustomerNote } from './src/notes/customer-note.entity.js';
import { FactorFailures } from './src/second-factor/factor-failures.entity.js';
import { MailedCode } from './src/second-factor/mailed-code.entity.js';
import { RecoveryCode } from './src/second-factor/recovery-code.entity.js';
import { SecondFactor } from './src/second-factor/second-factor.entity.js';
import { Audit } from './src/migrations/20261130T0100_audit.js';
import { ReferencesAsWords } from './src/migrations/20261130T1500_references_as_words.js';
import { Session } from './src/sessions/session.entity.js';
import { Client } from './src/tenants/client.entity.js';
import { RequestScope } from './src/tenants/request-scope.js';
import { Tenant } from './src/tenants/tenant.entity.js';

interface ConnectionOptions {
  timeouts?: Timeouts;
  /** False behind a connection pooler in transaction mode. */
  prepared?: boolean;
}

/** How the ORM is set up. `pool` is the number of connections it may open. */
export function ormOptions(
  databaseUrl: string,
  pool: number,
  { timeouts = requestTimeouts, prepared = true }: ConnectionOptions = {},
): Options {
  return defineConfig({
    clientUrl: databaseUrl,
    pool: { min: 0, max: pool, idleTimeoutMillis: 30_000 },
    driverOptions: {
      connectionTimeoutMillis: MAX_CONNECTION_WAIT,
      application_name: 'foyer',
      // The ORM takes no more from a URL than where the server is, and would leave out `sslmode`.
      ...(databaseUrl && { connectionString: withTimeouts(databaseUrl, timeouts, prepared) }),
      verify: readLimits,
      onPoolCreated: (created: Pool) => ConnectionQueue.guard(created, pool),
    },
    extensions: [Migrator],
    context: () => RequestScope.current?.em,
    entities: [
      Account,
      Address,
      Client,
      ContactAssignment,
      Customer,
      CustomerNote,
      CustomerWords,
      EmailUndo,
      Employee,
      ExchangedToken,
      FactorFailures,
      HistoryEntry,
      Identity,
      LatestActivationNotice,
      LegalEntity,
      Location,
      LoginFailure,
      MailCount,
      MailedCode,
      MembershipRequest,
      MigrationPeriod,
      OneTimeToken,
      OutboxMessage,
      OwnText,
      RecoveryCode,
      SecondFactor,
      SecretFingerprint,
      Session,
      SigningKeySet,
      StoredConsent,
      StoredContext,
      TakenNumber,
      Tenant,
    ],
    migrations: {
      migrationsList: [
        { name: '20261122T0500_first_tables', class: FirstTables },
        { name: '20261122T0900_staff', class: Staff },
        { name: '20261122T0920_full_names', class: FullNames },
        { name: '20261122T0930_reminders', class: Reminders },
        { name: '20261122T1000_second_dialect', class: SecondDialect },
        { name: '20261122T1100_identities', class: Identities },
        { name: '20261122T1110_companies', class: Companies },
        { name: '20261122T1120_context_and_consents', class: ContextAndConsents },
        { name: '20261122T1130_own_sessions', class: OwnSessions },
        { name: '20261122T1140_erasure_by_mail', class: ErasureByMail },
        { name: '20261122T1150_registration_ids', class: RegistrationIds },
        { name: '20261122T1160_mails_of_customers', class: MailsOfCustomers },
        { name: '20261122T1160_without_staff', class: WithoutStaff },
        { name: '20261128T1200_fair_mail_queue', class: FairMailQueue },
        { name: '20261128T1100_maxima', class: Maxima },
        { name: '20261128T1110_context_sizes', class: ContextSizes },
        { name: '20261128T1120_erased_leftovers', class: ErasedLeftovers },
        { name: '20261128T1700_membership_requests', class: MembershipRequests },
        { name: '20261128T1500_fingerprints', class: Fingerprints },
        { name: '20261128T1400_owner_confirmed', class: OwnerConfirmed },
        { name: '20261128T1300_known_networks', class: KnownNetworks },
        { name: '20261128T1600_visitor_sessions', class: VisitorSessions },
        { name: '20261129T1500_company_users', class: CompanyUsers },
        { name: '20261129T1600_second_factor', class: SecondFactors },
        { name: '20261129T1700_search_words', class: SearchWords },
        { name: '20261129T1800_references_to_locations', class: ReferencesToLocations },
        { name: '20261129T1810_contact_propagation', class: ContactPropagation },
        { name: '20261129T1800_capital_codes', class: CapitalCodes },
        { name: '20261129T1900_mail_expiry', class: MailExpiry },
        { name: '20261129T2100_mail_language', class: MailLanguage },
        { name: '20261129T2110_customer_words', class: WordsOfCustomers },
        { name: '20261129T2120_sequences_of_tenants', class: SequencesOfTenants },
        { name: '20261129T2120_outbox_for_support', class: OutboxForSupport },
        { name: '20261129T2130_mail_texts', class: MailTexts },
        { name: '20261129T2200_email_undos', class: EmailUndos },
        { name: '20261129T2300_standing', class: StandingOfCustomers },
        { name: '20261129T2310_employee_sessions', class: EmployeeSessions },
        { name: '20261129T2320_customer_notes', class: CustomerNotes },
        { name: '20261130T0040_restricted_customers', class: RestrictedCustomers },
        { name: '20261130T0050_activation_notices', class: ActivationNotices },
        { name: '20261130T0100_audit', class: Audit },
        { name: '20261130T1500_references_as_words', class: ReferencesAsWords },
      ],
      transactional: true,
      silent: true,
      snapshot: false,
    },
    // A filter on a relation would join its table to every query; the tenant is already in every key.
    autoJoinRefsForFilters: false,
    ensureDatabase: false,
    forceUtcTimezone: true,
  });
}

/** For the MikroORM command line. */
export default ormOptions(process.env.DATABASE_URL ?? '', 2);
