import { Command, InvalidArgumentError } from 'commander';
import { onDemand } from './on-demand.js';
import type { Assignment } from './settings.actions.js';

const actions = () => import('./settings.actions.js');

export function settingsCommand(): Command {
  const settings = new Command('settings').description('Manage the settings of a tenant');
  settings
    .command('list')
    .description('List all settings of a tenant, including the defaults')
    .requiredOption('--tenant <tenant>', 'the tenant of the settings')
    .option('--json', 'print JSON')
    .action(onDemand(async () => (await actions()).listSettings));
  settings
    .command('set')
    .description('Update settings and print their new values. If one value is invalid, nothing changes')
    .argument('<setting=value...>', 'links.storefront=https://acme.example/ restrictions=DE,AT mailFrom=', collect)
    .requiredOption('--tenant <tenant>', 'the tenant of the settings')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      '\nA value is JSON or plain text; a list may be given as words separated by commas. An empty value resets the ' +
        'setting to its default.',
    )
    .action(onDemand(async () => (await actions()).updateSettings));
  return settings;
}

/** Adds `links.storefront=value` to the assignments. @throws InvalidArgumentError */
function collect(pair: string, assignments: Assignment[] = []): Assignment[] {
  const [, name = '', part, value = ''] = /^([a-z]\w*)(?:\.([a-z]\w*))?=(.*)$/is.exec(pair) ?? [];
  if (!name) throw new InvalidArgumentError('The argument must have the form setting=value.');
  return [...assignments, { name, part, value }];
}
