import { TenantsService } from '../tenants/tenants.service.js';
import { withService } from './context.js';
import { type OutputOptions, print } from './output.js';

export async function createTenant(name: string, options: OutputOptions): Promise<void> {
  const created = await withService((app) => app.get(TenantsService).create(name));
  if (options.json) print({ tenant: name, created }, options);
  else console.log(created ? `Tenant '${name}' was created.` : `Tenant '${name}' already exists.`);
}

export async function listTenants(options: OutputOptions): Promise<void> {
  const tenants = await withService((app) => app.get(TenantsService).list());
  print(
    tenants.map(({ name, createdAt }) => ({ name, createdAt })),
    options,
  );
}
