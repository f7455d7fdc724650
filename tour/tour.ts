/** Plays the customer and staff tutorials against a running server: `npm run tour [-- http://host:port]`. */
import { existsSync, readFileSync } from 'node:fs';
import { styleText } from 'node:util';
import { authentication } from './chapters/authentication.ts';
import { credentials } from './chapters/credentials.ts';
import { profile } from './chapters/profile.ts';
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
  };
}

async function tour(): Promise<number> {
  const server = findServer();
  await fetch(server.baseUrl, { signal: AbortSignal.timeout(5_000) }).catch((cause: unknown) => {
    throw new TourStopped(`no server answers at ${server.baseUrl}: ${startIt}`, { cause });
  });
  const shop = new Storefront(server);
  const chapter = (title: string) => console.log(styleText(['bold', 'underline'], `\n${title}`));

  chapter('Authentication: from a visitor to a customer');
  const customer = await authentication(shop);
  chapter('Profile: what the shop knows of its customer');
  await profile(shop, customer);
  chapter('Credentials: passwords, e-mail addresses, and leaving');
  await credentials(shop, customer);
  chapter('Staff: customers seen from the back office');
  await staff(shop);
  return shop.steps;
}

try {
  console.log(`\ntour: ${await tour()} steps, all as the contract says`);
} catch (error) {
  console.error(styleText('red', `\ntour: ${error instanceof Error ? error.message : String(error)}`));
  if (!(error instanceof TourStopped)) console.error(error);
  process.exitCode = 1;
}
