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
  const client = new Command('client').description('Applications that ask a tenant for tokens');
  client
    .command('create')
    .description('Make a client; prints the secret of a service, this once')
    .argument('<name>', 'its id will be {tenant}-{name}')
    .requiredOption('--tenant <tenant>', 'whose client')
    .addOption(new Option('--kind <kind>', 'what it is').choices(['storefront', 'service']).default('service'))
    .option('--scope <scope>', 'what a service may do; again for each further scope', list)
    .option('--if-missing', 'it is well if there is one already')
    .option('--json', 'print JSON')
    .action(async (name: string, options: Options & { kind: string; scope?: string[]; ifMissing?: boolean }) => {
      const body = await checked(NewClientDto, { name, kind: options.kind, scopes: options.scope });
      const made = await inTenant(options.tenant, (app) =>
        unlessThere('client_id_taken', options, () => app.get(ClientsService).create(body)),
      );
      print(made ? { ...made, created: true } : { id: `${options.tenant}-${name}`, created: false }, options);
    });
  client
    .command('list')
    .description('List the clients with their scopes and the ids of their secrets')
    .requiredOption('--tenant <tenant>', 'whose clients')
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
    .description('Change what a service may do, or give it one more secret, which is printed this once')
    .argument('<id>', 'the client')
    .requiredOption('--tenant <tenant>', 'whose client')
    .option('--scope <scope>', 'instead of its present scopes; again for each further scope', list)
    .option('--no-scopes', 'take all scopes')
    .option('--new-secret', 'one more secret; those in use stay so')
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
    .description('Remove a client, or one of its secrets; its tokens are dead at once')
    .argument('<id>', 'the client')
    .requiredOption('--tenant <tenant>', 'whose client')
    .option('--secret <id>', 'this secret only')
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
