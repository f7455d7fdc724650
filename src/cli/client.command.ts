import { Command, Option } from 'commander';
import { onDemand } from './on-demand.js';

const actions = () => import('./client.actions.js');
const list = (value: string, values: string[] = []): string[] => [...values, value];

export function clientCommand(): Command {
  const client = new Command('client').description('Manage the clients of a tenant: storefronts and services');
  client
    .command('create')
    .description('Create a client. The secret of a service is printed only once, on creation')
    .argument('<name>', 'the name; the id of the client becomes {tenant}-{name}')
    .requiredOption('--tenant <tenant>', 'the tenant of the client')
    .addOption(new Option('--kind <kind>', 'the kind of client').choices(['storefront', 'service']).default('service'))
    .option('--scope <scope>', 'a scope of the service; repeat the option for each scope', list)
    .option('--if-missing', 'do nothing if it already exists')
    .option('--json', 'print JSON')
    .action(onDemand(async () => (await actions()).createClient));
  client
    .command('list')
    .description('List the clients with their scopes and the ids of their secrets')
    .requiredOption('--tenant <tenant>', 'the tenant of the clients')
    .option('--json', 'print JSON')
    .action(onDemand(async () => (await actions()).listClients));
  client
    .command('set')
    .description('Update the scopes of a service, or add a secret, which is printed only once')
    .argument('<id>', 'the id of the client')
    .requiredOption('--tenant <tenant>', 'the tenant of the client')
    .option('--scope <scope>', 'replaces the current scopes; repeat the option for each scope', list)
    .option('--no-scopes', 'remove all scopes')
    .option('--new-secret', 'add a secret; the other secrets stay valid')
    .option('--json', 'print JSON')
    .action(onDemand(async () => (await actions()).updateClient));
  client
    .command('revoke')
    .description('Delete a client, or one of its secrets. The tokens of a deleted client become invalid at once')
    .argument('<id>', 'the id of the client')
    .requiredOption('--tenant <tenant>', 'the tenant of the client')
    .option('--secret <id>', 'delete only this secret')
    .option('--json', 'print JSON')
    .action(onDemand(async () => (await actions()).revokeClient));
  return client;
}
