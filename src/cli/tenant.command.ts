import { Command } from 'commander';
import { TenantsService } from '../tenants/tenants.service.js';
import { withService } from './context.js';
import { type OutputOptions, print } from './output.js';

export function tenantCommand(): Command {
  const tenant = new Command('tenant').description('Tenants: shops that know nothing of one another');
  tenant
    .command('create')
    .description('Make a tenant; nothing happens if there is one of that name')
    .argument('<name>', '3 to 16 lower-case letters and digits, beginning with a letter')
    .option('--json', 'print JSON')
    .action(async (name: string, options: OutputOptions) => {
      const created = await withService((app) => app.get(TenantsService).create(name));
      if (options.json) print({ tenant: name, created }, options);
      else console.log(created ? `Tenant '${name}' is made.` : `Tenant '${name}' exists.`);
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
