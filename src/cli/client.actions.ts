import type { Command } from 'commander';
import { ClientChangesDto, ClientDto, NewClientDto } from '../admin/clients.dto.js';
import { ClientsService } from '../admin/clients.service.js';
import { checked } from '../common/validation.js';
import { inTenant } from './context.js';
import { unlessExists } from './if-missing.js';
import { type OutputOptions, print } from './output.js';

interface Options extends OutputOptions {
  tenant: string;
}

export async function createClient(
  name: string,
  options: Options & { kind: string; scope?: string[]; ifMissing?: boolean },
): Promise<void> {
  const body = await checked(NewClientDto, { name, kind: options.kind, scopes: options.scope });
  const created = await inTenant(options.tenant, (app) =>
    unlessExists('client_id_taken', options, () => app.get(ClientsService).create(body)),
  );
  print(created ? { ...created, created: true } : { id: `${options.tenant}-${name}`, created: false }, options);
}

export async function listClients(options: Options): Promise<void> {
  const clients = await inTenant(options.tenant, (app) => app.get(ClientsService).list());
  print(
    clients.map((row) => flat(ClientDto.of(row))),
    options,
  );
}

export async function updateClient(
  id: string,
  options: Options & { scope?: string[]; scopes: boolean; newSecret?: boolean },
  command: Command,
): Promise<void> {
  const scopes = options.scopes ? options.scope : [];
  if (!scopes && !options.newSecret)
    command.error('error: nothing to set: --scope, --no-scopes or --new-secret is required');
  const body = await checked(ClientChangesDto, { scopes });
  await inTenant(options.tenant, async (app) => {
    const clients = app.get(ClientsService);
    const changed = flat(ClientDto.of(await clients.change(id, body)));
    const secret = options.newSecret ? await clients.addSecret(id) : undefined;
    print(secret ? { ...changed, secrets: [...changed.secrets, secret.id], secret: secret.secret } : changed, options);
  });
}

export async function revokeClient(id: string, options: Options & { secret?: string }): Promise<void> {
  await inTenant(options.tenant, (app) => {
    const clients = app.get(ClientsService);
    return options.secret ? clients.revokeSecret(id, options.secret) : clients.remove(id);
  });
  print({ id, secret: options.secret, revoked: true }, options);
}

function flat({ secrets, ...client }: ClientDto): Omit<ClientDto, 'secrets'> & { secrets: string[] } {
  return { ...client, secrets: secrets.map(({ id }) => id) };
}
