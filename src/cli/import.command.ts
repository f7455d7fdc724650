import { Command } from 'commander';
import { onDemand } from './on-demand.js';

export function importCommand(): Command {
  return new Command('import')
    .description(
      'Import customers of another system with the hashes of their passwords. The command can be repeated: a customer ' +
        'whose number or e-mail exists counts as present. The exit code is 1 if a row was refused',
    )
    .argument(
      '<file>',
      'an .ndjson file with one import item of the API per line, or a CSV file whose first line has the column names',
    )
    .requiredOption('--tenant <tenant>', 'the tenant of the new customers')
    .option(
      '--dry-run',
      'check the rows and whether their numbers and e-mails are free, but store nothing; duplicates within the file are not found',
    )
    .option('--report <file>', 'the file for refused rows (default: {file}.refused.ndjson)')
    .option('--json', 'print JSON')
    .action(onDemand(async () => (await import('./import.actions.js')).importCustomers));
}
