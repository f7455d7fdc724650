import { Command } from 'commander';
import { onDemand } from './on-demand.js';

const actions = () => import('./key.actions.js');

export function keyCommand(): Command {
  const key = new Command('key').description('Manage the keys that sign access tokens');
  key
    .command('create')
    .description('Print a new private key (P-256) in PEM, for SIGNING_KEYS; nothing is stored')
    .option('--json', 'print JSON')
    .action(onDemand(async () => (await actions()).createKey));
  key
    .command('list')
    .description('List the keys of SIGNING_KEYS; the first key signs')
    .option('--json', 'print JSON')
    .action(onDemand(async () => (await actions()).listKeys));
  return key;
}
