import type { INestApplicationContext } from '@nestjs/common';
import { Config, type Store } from '../config/config.js';
import { glueClient } from '../glue/tokens.dto.js';
import { TenantsService } from '../tenants/tenants.service.js';
import { signingKeys, withService } from './context.js';
import { type OutputOptions, print } from './output.js';
import { CommandError } from './command-error.js';

interface Options extends OutputOptions {
  tenant: string;
}

interface Installed {
  tenant: { name: string; created: boolean };
  /** The client that the Glue sessions belong to. It has all scopes of a customer and requires no installation. */
  builtInClient: string;
  /** The number of signing keys. */
  signingKeys: number;
  /** The line to set if the configured stores include no store of the tenant. */
  set?: string;
  changed: boolean;
}

export async function installGlue({ tenant, ...options }: Options): Promise<void> {
  const installed = await withService((app) => install(app, tenant));
  if (options.json) print(installed, options);
  else console.log(lines(installed).join('\n'));
}

async function install(app: INestApplicationContext, name: string): Promise<Installed> {
  const tenants = app.get(TenantsService);
  const tenant = { name, created: await tenants.create(name) };
  await tenants.enter(name);
  const stores = knownStores(app.get(Config));
  const store = { code: name.toUpperCase(), tenant: name };
  return {
    tenant,
    builtInClient: glueClient(tenants),
    signingKeys: countSigningKeys(),
    ...(!stores.some((known) => known.tenant === name) && { set: `STORES=${[...stores, store].map(pair).join(',')}` }),
    changed: tenant.created,
  };
}

function lines({ tenant, builtInClient, signingKeys, set, changed }: Installed): string[] {
  return [
    `Tenant '${tenant.name}' ${tenant.created ? 'was created' : 'already exists'}.`,
    `Client '${builtInClient}' and its scopes are built in.`,
    signingKeys > 0
      ? `Signing keys: ${signingKeys}.`
      : 'Signing keys: none. Create one with `npm run foyer -- key create`, and set SIGNING_KEYS to it.',
    set
      ? `Stores: the tenant has no store. Set this variable for the service; you may choose another code, such as DE:\n  ${set}`
      : 'Stores: STORES contains a store of this tenant.',
    ...(changed ? [] : ['Nothing has changed.']),
  ];
}

/** The service does not start without a key, but it may run in another environment than this command. */
function countSigningKeys(): number {
  try {
    return signingKeys().length;
  } catch (error) {
    if (error instanceof CommandError) return 0;
    throw error;
  }
}

/** The stores of the service's configuration. The demo has those of the embedded database. */
function knownStores({ stores }: Config): Store[] {
  return process.env.STORES || !process.env.DATABASE_URL ? stores : [];
}

function pair({ code, tenant, locales }: Store): string {
  return `${code}=${tenant}${locales ? `:${locales.join('+')}` : ''}`;
}
