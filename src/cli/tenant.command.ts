import { Command } from 'commander';
import { onDemand } from './on-demand.js';

const actions = () => import('./tenant.actions.js');

export function tenantCommand(): Command {
  const tenant = new Command('tenant').description('Manage tenants. Each tenant is a shop with its own data');
  tenant
    .command('create')
    .description('Create a tenant. Does nothing if it already exists')
    .argument('<name>', '3 to 16 lower-case letters and digits, beginning with a letter')
    .option('--json', 'print JSON')
    .action(onDemand(async () => (await actions()).createTenant));
  tenant
    .command('list')
    .description('List the tenants')
    .option('--json', 'print JSON')
    .action(onDemand(async () => (await actions()).listTenants));
  return tenant;
}
