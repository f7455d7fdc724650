import { Command } from 'commander';
import { TenantsService } from '../tenants/tenants.service.js';
import { withService } from './context.js';
import { type OutputOptions, print } from './output.js';

export function tenantCommand(): Command {
  const tenant = new Command('tenant').description('Manage tenants. Each tenant is a shop with its own data');
  tenant
    .command('create')
    .description('Create a tenant. Does nothing if it already exists')
    .argument('<name>', '3 to 16 lower-case letters and digits, beginning with a letter')
    .option('--json', 'print JSON')
    .action(async (name: string, options: OutputOptions) => {
      const created = await withService((app) => app.get(TenantsService).create(name));
      if (options.json) print({ tenant: name, created }, options);
      else console.log(created ? `Tenant '${name}' was created.` : `Tenant '${name}' already exists.`);
    });
  tenant
    .command('list')
    .description('List the tenants')
    .option('--json', 'print JSON')
    .action(async (options: OutputOptions) => {
      const tenants = await withService((app) => app.get(TenantsService).list());
      print(
        tenants.map(({ name, createdAt }) => ({ name, createdAt })),
        options,
      );
    });
  return tenant;
}
