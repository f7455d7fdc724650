import { Command } from 'commander';
import { onDemand } from './on-demand.js';

export function glueCheckCommand(): Command {
  return new Command('glue:check')
    .description(
      'Check the Glue API of a running server over HTTP, as a customer who may log in. Options that are omitted are taken ' +
        'from the demo in this folder. The exit code is 1 if a check fails',
    )
    .option('--url <url>', 'the base URL of the server')
    .option('--username <email>', 'the login e-mail of a customer')
    .option('--password <password>', 'the password of the customer')
    .option('--store <code>', 'the code of the store; the first store if omitted')
    .option('--json', 'print JSON')
    .action(onDemand(async () => (await import('./glue-check.actions.js')).runGlueCheck));
}
