import { Command } from 'commander';
import { onDemand } from './on-demand.js';

export function glueInstallCommand(): Command {
  return new Command('glue:install')
    .description(
      'Prepare a tenant for the Glue API. The command can be repeated: it does not change what already exists',
    )
    .requiredOption('--tenant <tenant>', 'the tenant')
    .option('--json', 'print JSON')
    .action(onDemand(async () => (await import('./glue-install.actions.js')).installGlue));
}
