/** Plays the customer and staff tutorials against a running server: `npm run tour [-- http://host:port]`. */
import { existsSync, readFileSync } from 'node:fs';
import { styleText } from 'node:util';
import { authentication } from './chapters/authentication.ts';
import { clearing } from './chapters/clearing.ts';
import { credentials } from './chapters/credentials.ts';
import { glue } from './chapters/glue.ts';
import { profile } from './chapters/profile.ts';
import { socialLogin } from './chapters/social-login.ts';
import { staff } from './chapters/staff.ts';
import { TourStopped, Storefront, type Server } from './storefront.ts';

const demoFile = '.foyer/demo.json';
const startIt = 'start one with `npm run demo` in another terminal';

function findServer(): Server {
  const demo: Partial<Server> = existsSync(demoFile) ? JSON.parse(readFileSync(demoFile, 'utf8')) : {};
  const known = (name: string, value: string | undefined) => {
    if (value) return value;
    throw new TourStopped(`no ${name} is known here: ${startIt}, or name it yourself`);
  };
  const { env } = process;
  return {
    baseUrl: known('server', process.argv[2] ?? demo.baseUrl).replace(/\/+$/, ''),
    tenant: known('FOYER_TENANT', env.FOYER_TENANT ?? demo.tenant),
    storefrontClientId: known('FOYER_STOREFRONT_CLIENT_ID', env.FOYER_STOREFRONT_CLIENT_ID ?? demo.storefrontClientId),
    serviceClientId: known('FOYER_SERVICE_CLIENT_ID', env.FOYER_SERVICE_CLIENT_ID ?? demo.serviceClientId),
    serviceClientSecret: known(
      'FOYER_SERVICE_CLIENT_SECRET',
      env.FOYER_SERVICE_CLIENT_SECRET ?? demo.serviceClientSecret,
    ),
    employee: {
      email: known('FOYER_EMPLOYEE', env.FOYER_EMPLOYEE ?? demo.employee?.email),
      password: known('FOYER_EMPLOYEE_PASSWORD', env.FOYER_EMPLOYEE_PASSWORD ?? demo.employee?.password),
    },
  };
}

/** The tour tells of customers who need an employee's activation, and of mails in the mailbox. */
async function expectDemoSettings({ baseUrl, tenant, storefrontClientId, employee }: Server): Promise<void> {
  const { email: username, password } = employee;
  const form = { grant_type: 'password', client_id: storefrontClientId, username, password };
  const login = await fetch(`${baseUrl}/oauth/token`, { method: 'POST', body: new URLSearchParams(form) });
  const { access_token = '' } = (await login.json()) as { access_token?: string };
  const headers = { authorization: `Bearer ${access_token}` };
  const answer = await fetch(`${baseUrl}/admin/${tenant}/settings`, { headers });
  if (!answer.ok) return; // The steps say better what is wrong with the employee.
  const settings = (await answer.json()) as Record<string, unknown>;
  const expected = { activation: 'employee', customerOnHoldOnCreation: false };
  const changed = Object.entries(expected).filter(([name, value]) => settings[name] !== value);
  if (changed.length === 0) return;
  const now = changed.map(([name, value]) => `${name}=${String(settings[name])} instead of ${String(value)}`);
  const back = changed.map(([name]) => `${name}=`).join(' ');
  throw new TourStopped(
    `the tour is about the demo's settings, but '${tenant}' has ${now.join(', ')}. This puts them back:\n` +
      `  npm run foyer -- settings set --tenant ${tenant} ${back}`,
  );
}

async function tour(): Promise<number> {
  const server = findServer();
  await fetch(server.baseUrl, { signal: AbortSignal.timeout(5_000) }).catch((cause: unknown) => {
    throw new TourStopped(`no server answers at ${server.baseUrl}: ${startIt}`, { cause });
  });
  await expectDemoSettings(server);
  const shop = new Storefront(server);
  const chapter = (title: string) => console.log(styleText(['bold', 'underline'], `\n${title}`));

  try {
    chapter('Authentication: from a visitor to a customer');
    const customer = await authentication(shop);
    chapter('Profile: what the shop knows of its customer');
    await profile(shop, customer);
    chapter('Credentials: passwords, e-mail addresses, and leaving');
    await credentials(shop, customer);
    chapter('Staff: customers seen from the back office');
    await staff(shop);
    chapter('Social login: customers of an identity provider');
    const others = await socialLogin(shop);
    chapter('The Glue API serves the same customers');
    await glue(shop);
    chapter('Clearing up: the shop as it was');
    await clearing(shop, [customer.id, ...others]);
  } catch (error) {
    // A change counts within seconds: it may not have been seen at the start.
    await expectDemoSettings(server);
    throw error;
  }
  return shop.steps;
}

try {
  console.log(`\ntour: ${await tour()} steps, all as the contract says`);
} catch (error) {
  console.error(styleText('red', `\ntour: ${error instanceof Error ? error.message : String(error)}`));
  if (!(error instanceof TourStopped)) console.error(error);
  process.exitCode = 1;
}
