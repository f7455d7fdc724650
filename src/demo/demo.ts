import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { EntityManager } from '@mikro-orm/postgresql';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { SignupService } from '../auth/signup.service.js';
import { Failure } from '../common/failure.js';
import { hashOf } from '../common/secrets.js';
import type { Config } from '../config/config.js';
import { AccountsService } from '../credentials/accounts.service.js';
import { hashPassword } from '../credentials/password-hash.js';
import { CustomersService } from '../customers/customers.service.js';
import { Employee } from '../employee/employee.entity.js';
import { serviceScopes } from '../employee/employee-scopes.js';
import { Client } from '../tenants/client.entity.js';
import { ownReach } from '../tenants/reach.js';
import { RequestScope } from '../tenants/request-scope.js';
import { Tenant } from '../tenants/tenant.entity.js';
import type { TenantSettings } from '../tenants/tenant-settings.js';
import { TenantsService } from '../tenants/tenants.service.js';
import { type DemoCompanyUser, provisionCompany } from './demo-company.js';
import { type DemoCredentials, demoCredentials } from './demo-credentials.js';
import type { DemoSecrets } from './demo-secrets.js';

type MailboxLinks = Omit<TenantSettings['links'], 'storefront'>;

/** The data that a person or a script requires to use the demo; also in `.foyer/demo.json`. */
export interface DemoFacts extends Omit<DemoCredentials, 'customers'> {
  baseUrl: string;
  /** Codes of the stores that the Glue API accepts. */
  stores: string[];
  customers: { customerNumber: string; customerReference: string; email: string; password: string; state: string }[];
  companyUsers: DemoCompanyUser[];
}

/**
 * Creates the demo's tenant, clients, employee, customers and company if they do not exist. Existing data does not
 * change.
 */
export async function provisionDemo(
  app: NestFastifyApplication,
  config: Config,
  secrets: DemoSecrets,
  home: string,
): Promise<DemoFacts> {
  const em = app.get(EntityManager);
  const baseUrl = config.publicUrl;
  const { customers, ...credentials } = demoCredentials(secrets.serviceClientSecret);
  const { tenant } = credentials;
  return RequestScope.run(em, async () => {
    await provisionTenant(em, tenant, baseUrl);
    await app.get(TenantsService).enter(tenant);
    await updateMailboxLinks(em, app.get(TenantsService), tenant, baseUrl);
    const facts: DemoFacts = {
      baseUrl,
      ...credentials,
      stores: config.stores.filter((store) => store.tenant === tenant).map(({ code }) => code),
      customers: [],
      companyUsers: [],
    };
    await provisionClients(em, facts);
    await provisionEmployee(em, facts);
    app.get(TenantsService).expireCache();
    await app.get(TenantsService).enter(tenant);
    for (const { email, password, state, ...profile } of customers) {
      const customerNumber = await provisionCustomer(app, { email, password, ...profile });
      const { reference: customerReference } = await app
        .get(CustomersService)
        .profile(customerNumber, { addresses: false, mixins: false }, ownReach);
      facts.customers.push({ customerNumber, customerReference, email, password, state });
    }
    facts.companyUsers = await provisionCompany(app, facts.customers);
    writeFileSync(`${home}/demo.json`, JSON.stringify(facts, null, 2), { mode: 0o600 });
    return facts;
  });
}

async function provisionTenant(em: EntityManager, name: string, baseUrl: string): Promise<void> {
  await em.upsert(Tenant, { name, settings: { links: linksTo(baseUrl, name) } }, { onConflictAction: 'ignore' });
}

/** The pages of the mailbox that do for each link what a page of a storefront would do. */
function linksTo(baseUrl: string, tenant: string): MailboxLinks {
  const link = (purpose: string): string => `${baseUrl}/mailbox/link?for=${purpose}&tenant=${tenant}&token=`;
  return {
    passwordReset: link('password-reset'),
    emailChange: link('email-change'),
    emailUndo: link('email-undo'),
    optIn: link('opt-in'),
    linkIdentity: link('link-identity'),
    erasure: link('erasure'),
  };
}

/** A link to the mailbox of a demo, at any base URL. Older versions had no tenant in it. */
const MAILBOX_LINK = /\/mailbox\/link\?for=[a-z-]+&(?:tenant=[a-z0-9]+&)?token=$/;

/**
 * Updates links to the demo's mailbox to the current base URL, and adds those that an older version did not store. Other
 * links do not change.
 */
async function updateMailboxLinks(
  em: EntityManager,
  tenants: TenantsService,
  name: string,
  baseUrl: string,
): Promise<void> {
  const { settings } = await em.findOneOrFail(Tenant, { name });
  const links: Partial<TenantSettings['links']> = settings.links ?? {};
  const current = linksTo(baseUrl, name);
  const names = Object.keys(current) as (keyof MailboxLinks)[];
  const moved = names.filter((name) => {
    const link = links[name];
    return link === undefined || (link !== current[name] && MAILBOX_LINK.test(link));
  });
  if (moved.length === 0) return;
  await tenants.change({ links: Object.fromEntries(moved.map((name) => [name, current[name]])) });
}

async function provisionClients(em: EntityManager, facts: DemoFacts): Promise<void> {
  const { tenant } = facts;
  await em.upsertMany(Client, [
    { tenant, id: facts.storefrontClientId, kind: 'storefront', secretHashes: [], scopes: [] },
    {
      tenant,
      id: facts.serviceClientId,
      kind: 'service',
      secretHashes: [hashOf(facts.serviceClientSecret)],
      scopes: serviceScopes,
    },
  ]);
}

async function provisionEmployee(em: EntityManager, { tenant, employee }: DemoFacts): Promise<void> {
  const { email, password } = employee;
  if (await em.findOne(Employee, { email })) return;
  const passwordHash = await hashPassword(password);
  await em.upsert(
    Employee,
    {
      tenant,
      id: randomUUID(),
      email,
      passwordHash,
      role: 'admin',
      name: 'Sam Support',
      createdAt: new Date(),
    },
    { onConflictFields: ['tenant', 'email'], onConflictAction: 'ignore' },
  );
}

/** @returns the customer number */
async function provisionCustomer(
  app: NestFastifyApplication,
  { email, password, firstName, lastName, standing }: Omit<DemoCredentials['customers'][number], 'state'>,
): Promise<string> {
  const numberOf = async (): Promise<string | undefined> => (await app.get(AccountsService).find(email))?.customer.id;
  // Before the sign-up, because a tenant that has become strict rejects the common password.
  const known = await numberOf();
  if (known !== undefined) return known;
  try {
    const { id } = await app.get(SignupService).signUp({ email, password, profile: { firstName, lastName } });
    // Confirmed, so that linking an identity by mail does not remove the password in `.foyer/demo.json`.
    await app.get(CustomersService).change(id, { ...standing, confirmed: true }, ownReach);
    return id;
  } catch (error) {
    // Another instance has signed the customer up meanwhile.
    if (!(error instanceof Failure) || error.code !== 'email_taken') throw error;
    return (await numberOf()) ?? '';
  }
}

function stateOf({ active, isDefault }: DemoCompanyUser): string {
  if (!active) return ' (inactive)';
  return isDefault ? ' (default)' : '';
}

/** Prints the next steps for a new user. */
export function printNextSteps(facts: DemoFacts): void {
  const { baseUrl, tenant, stores, storefrontClientId, serviceClientId, serviceClientSecret, employee } = facts;
  const { customers, companyUsers } = facts;
  const api = `${baseUrl}/customer/${tenant}`;
  const pick = (name: string): string => `sed 's/.*"${name}":"\\([^"]*\\)".*/\\1/'`;
  const waiting = customers.find(({ state }) => state === 'awaiting activation');
  console.log(`
Foyer is ready.

  Start     ${baseUrl}/
  API       ${baseUrl}
  Swagger   ${baseUrl}/docs
  Glue      ${baseUrl}/access-tokens, …; the stores are ${stores.join(', ')}
  Swagger   ${baseUrl}/docs/glue
  Mailbox   ${baseUrl}/mailbox
  Employees ${baseUrl}/backoffice

  Tenant ${tenant}, storefront client ${storefrontClientId}
  Service client ${serviceClientId}, secret ${serviceClientSecret}
  Employee ${employee.email}, password ${employee.password}
${customers.map(({ email, password, state }) => `  Customer ${email}, password ${password} (${state})`).join('\n')}
${companyUsers.map((user) => `  Company user ${user.email}: ${user.group} of ${user.legalEntity}${stateOf(user)}`).join('\n')}

Run these commands one after the other:

VISITOR=$(curl -s '${baseUrl}/customerlogin/auth/anonymous/login?tenant=${tenant}&client_id=${storefrontClientId}' | ${pick('access_token')})
CUSTOMER=$(curl -s ${api}/login -H "Authorization: Bearer $VISITOR" -H 'Content-Type: application/json' -d '{"email":"${customers[0]?.email}","password":"${customers[0]?.password}"}' | ${pick('access_token')})
curl -s ${api}/me -H "Authorization: Bearer $CUSTOMER"
SERVICE=$(curl -s ${baseUrl}/oauth/token -d grant_type=client_credentials -d client_id=${serviceClientId} -d client_secret=${serviceClientSecret} | ${pick('access_token')})
curl -s ${api}/customers/${waiting?.customerNumber} -H "Authorization: Bearer $SERVICE"

In another terminal, \`npm run tour\` calls every endpoint, and \`npm run foyer -- glue:check\` checks the Glue API. Ctrl-C stops the service; the data stays in .foyer/.
`);
}
