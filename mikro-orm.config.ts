import { Migrator } from '@mikro-orm/migrations';
import { Options, defineConfig } from '@mikro-orm/postgresql';
import { Address } from './src/addresses/address.entity.js';
import { ContactAssignment } from './src/companies/contact-assignment.entity.js';
import { LegalEntity } from './src/companies/legal-entity.entity.js';
import { Account } from './src/credentials/account.entity.js';
import { Identity } from './src/credentials/identity.entity.js';
import { OneTimeToken } from './src/credentials/one-time-token.entity.js';
import { Customer } from './src/customers/customer.entity.js';
import { Employee } from './src/employee/employee.entity.js';
import { HistoryEntry } from './src/history/history-entry.entity.js';
import { OutboxMessage } from './src/mailer/outbox-message.entity.js';
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
import { Session } from './src/sessions/session.entity.js';
import { Client } from './src/tenants/client.entity.js';
import { RequestScope } from './src/tenants/request-scope.js';
import { Tenant } from './src/tenants/tenant.entity.js';

/** How the ORM is set up. `pool` is the number of connections it may open. */
export function ormOptions(databaseUrl: string, pool: number): Options {
  return defineConfig({
    clientUrl: databaseUrl,
    pool: { min: 0, max: pool, idleTimeoutMillis: 30_000 },
    driverOptions: {
      connectionTimeoutMillis: 3000,
      application_name: 'foyer',
      // The ORM takes no more from a URL than where the server is, and would leave out `sslmode`.
      ...(databaseUrl && { connectionString: databaseUrl }),
    },
    extensions: [Migrator],
    context: () => RequestScope.current?.em,
    entities: [
      Account,
      Address,
      Client,
      ContactAssignment,
      Customer,
      Employee,
      HistoryEntry,
      Identity,
      LegalEntity,
      OneTimeToken,
      OutboxMessage,
      Session,
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
