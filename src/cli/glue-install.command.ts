import { Command } from 'commander';
import type { INestApplicationContext } from '@nestjs/common';
import { Config, type Store } from '../config/config.js';
import { glueClient } from '../glue/tokens.dto.js';
import { TenantsService } from '../tenants/tenants.service.js';
import { signingKeys, withService } from './context.js';
import { type OutputOptions, print } from './output.js';
import { Refusal } from './refusal.js';

interface Options extends OutputOptions {
  tenant: string;
}

interface Installed {
  tenant: { name: string; created: boolean };
  /** What its sessions belong to; with all that a customer may do, and nothing to install. */
  builtInClient: string;
  /** How many keys there are to sign with. */
  signingKeys: number;
  /** The line to set, where the stores that are set name no store of the tenant. */
  set?: string;
  changed: boolean;
}

export function glueInstallCommand(): Command {
  return new Command('glue:install')
    .description('Make what a tenant needs for the Glue dialect; what is there stays, so that it can be run again')
    .requiredOption('--tenant <tenant>', 'who speaks it')
    .option('--json', 'print JSON')
    .action(async ({ tenant, ...options }: Options) => {
      const installed = await withService((app) => install(app, tenant));
      if (options.json) print(installed, options);
      else console.log(lines(installed).join('\n'));
    });
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
    signingKeys: keys(),
    ...(!stores.some((known) => known.tenant === name) && { set: `STORES=${[...stores, store].map(pair).join(',')}` }),
    changed: tenant.created,
  };
}

function lines({ tenant, builtInClient, signingKeys, set, changed }: Installed): string[] {
  return [
    `Tenant '${tenant.name}' ${tenant.created ? 'is made' : 'exists'}.`,
    `Client '${builtInClient}' and its scopes are built in.`,
    signingKeys > 0
      ? `Signing keys: ${signingKeys}.`
      : 'Signing keys: none here. `npm run foyer -- key create` prints one; the service takes it from SIGNING_KEYS.',
    set
      ? `Stores: none of this tenant. Set this for the service; the code may be another one, such as DE:\n  ${set}`
      : 'Stores: STORES names one of this tenant.',
    ...(changed ? [] : ['Nothing has changed.']),
  ];
}

/** Without a key, the service does not start; but this may not be the environment that it starts in. */
function keys(): number {
  try {
    return signingKeys().length;
  } catch (error) {
    if (error instanceof Refusal) return 0;
    throw error;
  }
}

/** Those that the service will know; the demo's are those of the embedded database. */
function knownStores({ stores }: Config): Store[] {
  return process.env.STORES || !process.env.DATABASE_URL ? stores : [];
}

function pair({ code, tenant }: Store): string {
  return `${code}=${tenant}`;
}
