/** Runs the customer and staff tutorials against a running server: `npm run tour [-- http://host:port]`. */
import { existsSync, readFileSync } from 'node:fs';
import { styleText } from 'node:util';
import { authentication } from './chapters/authentication.ts';
import { cleanup } from './chapters/cleanup.ts';
import { credentials } from './chapters/credentials.ts';
import { glue } from './chapters/glue.ts';
import { profile } from './chapters/profile.ts';
import { socialLogin } from './chapters/social-login.ts';
import { staff } from './chapters/staff.ts';
import { storefronts } from './chapters/storefronts.ts';
import { TourStopped, Storefront, type Server } from './storefront.ts';

const demoFile = '.foyer/demo.json';
const startIt = 'run `npm run demo` in another terminal';

function findServer(): Server {
  const demo: Partial<Server> & { customers?: Server['companyUser'][] } = existsSync(demoFile)
    ? JSON.parse(readFileSync(demoFile, 'utf8'))
    : {};
  const companyUser = demo.customers?.[0];
  const required = (name: string, value: string | undefined) => {
    if (value) return value;
    throw new TourStopped(`${name} is required: ${startIt}, or set it`);
  };
  const { env } = process;
  return {
    baseUrl: required('the URL of a server', process.argv[2] ?? demo.baseUrl).replace(/\/+$/, ''),
    tenant: required('FOYER_TENANT', env.FOYER_TENANT ?? demo.tenant),
    storefrontClientId: required(
      'FOYER_STOREFRONT_CLIENT_ID',
      env.FOYER_STOREFRONT_CLIENT_ID ?? demo.storefrontClientId,
    ),
    serviceClientId: required('FOYER_SERVICE_CLIENT_ID', env.FOYER_SERVICE_CLIENT_ID ?? demo.serviceClientId),
    serviceClientSecret: required(
      'FOYER_SERVICE_CLIENT_SECRET',
      env.FOYER_SERVICE_CLIENT_SECRET ?? demo.serviceClientSecret,
    ),
    employee: {
      email: required('FOYER_EMPLOYEE', env.FOYER_EMPLOYEE ?? demo.employee?.email),
      password: required('FOYER_EMPLOYEE_PASSWORD', env.FOYER_EMPLOYEE_PASSWORD ?? demo.employee?.password),
    },
    companyUser: {
      email: required('FOYER_COMPANY_USER', env.FOYER_COMPANY_USER ?? companyUser?.email),
      password: required('FOYER_COMPANY_USER_PASSWORD', env.FOYER_COMPANY_USER_PASSWORD ?? companyUser?.password),
    },
  };
}

/** The tour requires a tenant whose customers are activated by an employee and are not put on hold. */
async function assertDemoSettings({ baseUrl, tenant, storefrontClientId, employee }: Server): Promise<void> {
  const { email: username, password } = employee;
  const form = { grant_type: 'password', client_id: storefrontClientId, username, password };
  const login = await fetch(`${baseUrl}/oauth/token`, { method: 'POST', body: new URLSearchParams(form) });
  const { access_token = '' } = (await login.json()) as { access_token?: string };
  const headers = { authorization: `Bearer ${access_token}` };
  const response = await fetch(`${baseUrl}/admin/${tenant}/settings`, { headers });
  if (!response.ok) return; // The steps report a wrong employee more clearly.
  const settings = (await response.json()) as Record<string, unknown>;
  const expected = { activation: 'employee', customerOnHoldOnCreation: false };
  const changed = Object.entries(expected).filter(([name, value]) => settings[name] !== value);
  if (changed.length === 0) return;
  const now = changed.map(([name, value]) => `${name}=${String(settings[name])} instead of ${String(value)}`);
  const back = changed.map(([name]) => `${name}=`).join(' ');
  throw new TourStopped(
    `the tour requires the demo's settings, but '${tenant}' has ${now.join(', ')}. To reset them:\n` +
      `  npm run foyer -- settings set --tenant ${tenant} ${back}`,
  );
}

async function tour(): Promise<number> {
  const server = findServer();
  await fetch(server.baseUrl, { signal: AbortSignal.timeout(5_000) }).catch((cause: unknown) => {
    throw new TourStopped(`no server responds at ${server.baseUrl}: ${startIt}`, { cause });
  });
  await assertDemoSettings(server);
  const shop = new Storefront(server);
  const chapter = (title: string) => console.log(styleText(['bold', 'underline'], `\n${title}`));

  try {
    chapter('Authentication: from a visitor to a customer');
    const customer = await authentication(shop);
    chapter('Profile and addresses of the customer');
    await profile(shop, customer);
    chapter('Credentials: password, e-mail address, logout');
    await credentials(shop, customer);
    chapter('Employees: customers in the back office');
    await staff(shop);
    chapter('Social login: customers of an identity provider');
    const others = await socialLogin(shop);
    chapter('The Glue API serves the same customers');
    await glue(shop);
    chapter('Storefronts in the field: requests beyond the tutorials');
    await storefronts(shop);
    chapter('Cleanup: the data of the tour is deleted');
    await cleanup(shop, [customer.id, ...others]);
  } catch (error) {
    // A changed setting takes effect within seconds, so the check at the start may have missed it.
    await assertDemoSettings(server);
    throw error;
  }
  return shop.steps;
}

try {
  console.log(`\ntour: ${await tour()} steps, all as the contract requires`);
} catch (error) {
  console.error(styleText('red', `\ntour: ${error instanceof Error ? error.message : String(error)}`));
  if (!(error instanceof TourStopped)) console.error(error);
  process.exitCode = 1;
}
