import { Command, Option } from 'commander';
import { ClientChangesDto, ClientDto, NewClientDto } from '../admin/clients.dto.js';
import { ClientsService } from '../admin/clients.service.js';
import { checked } from '../common/validation.js';
import { inTenant } from './context.js';
import { unlessThere } from './if-missing.js';
import { type OutputOptions, print } from './output.js';

interface Options extends OutputOptions {
  tenant: string;
}

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
    .action(async (name: string, options: Options & { kind: string; scope?: string[]; ifMissing?: boolean }) => {
      const body = await checked(NewClientDto, { name, kind: options.kind, scopes: options.scope });
      const created = await inTenant(options.tenant, (app) =>
        unlessThere('client_id_taken', options, () => app.get(ClientsService).create(body)),
      );
      print(created ? { ...created, created: true } : { id: `${options.tenant}-${name}`, created: false }, options);
    });
  client
    .command('list')
    .description('List the clients with their scopes and the ids of their secrets')
    .requiredOption('--tenant <tenant>', 'the tenant of the clients')
    .option('--json', 'print JSON')
    .action(async (options: Options) => {
      const clients = await inTenant(options.tenant, (app) => app.get(ClientsService).list());
      print(
        clients.map((row) => flat(ClientDto.of(row))),
        options,
      );
    });
  client
    .command('set')
    .description('Update the scopes of a service, or add a secret, which is printed only once')
    .argument('<id>', 'the id of the client')
    .requiredOption('--tenant <tenant>', 'the tenant of the client')
    .option('--scope <scope>', 'replaces the current scopes; repeat the option for each scope', list)
    .option('--no-scopes', 'remove all scopes')
    .option('--new-secret', 'add a secret; the other secrets stay valid')
    .option('--json', 'print JSON')
    .action(
      async (
        id: string,
        options: Options & { scope?: string[]; scopes: boolean; newSecret?: boolean },
        command: Command,
      ) => {
        const scopes = options.scopes ? options.scope : [];
        if (!scopes && !options.newSecret) command.error('error: nothing to set: --scope, --no-scopes or --new-secret');
        const body = await checked(ClientChangesDto, { scopes });
        await inTenant(options.tenant, async (app) => {
          const clients = app.get(ClientsService);
          const changed = flat(ClientDto.of(await clients.change(id, body)));
          const secret = options.newSecret ? await clients.addSecret(id) : undefined;
          print(
            secret ? { ...changed, secrets: [...changed.secrets, secret.id], secret: secret.secret } : changed,
            options,
          );
        });
      },
    );
  client
    .command('revoke')
    .description('Delete a client, or one of its secrets. The tokens of a deleted client become invalid at once')
    .argument('<id>', 'the id of the client')
    .requiredOption('--tenant <tenant>', 'the tenant of the client')
    .option('--secret <id>', 'delete only this secret')
    .option('--json', 'print JSON')
    .action(async (id: string, options: Options & { secret?: string }) => {
      await inTenant(options.tenant, (app) => {
        const clients = app.get(ClientsService);
        return options.secret ? clients.revokeSecret(id, options.secret) : clients.remove(id);
      });
      print({ id, secret: options.secret, revoked: true }, options);
    });
  return client;
}

function flat({ secrets, ...client }: ClientDto): Omit<ClientDto, 'secrets'> & { secrets: string[] } {
  return { ...client, secrets: secrets.map(({ id }) => id) };
}
