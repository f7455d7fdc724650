import { Command, Option } from 'commander';
import { onDemand } from './on-demand.js';

/** The names of `encodings` and `sources`, which would load the service. */
const encodings = ['utf-8', 'latin1', 'windows-1252', 'utf-16'];
const systems = ['emporix', 'spryker', 'magento2', 'shopware6', 'woocommerce', 'shopify', 'keycloak', 'auth0'];

export function importCommand(): Command {
  return new Command('import')
    .description(
      'Import customers of another system with the hashes of their passwords. The command can be repeated: a ' +
        'customer who already exists counts as present. The exit code is 1 if a row was rejected. docs/importing.md ' +
        'describes the columns and each system',
    )
    .argument(
      '<file>',
      'a CSV file whose first line has the column names, an .ndjson or .jsonl file with one item per line, or a .json ' +
        'file with either one item per line or a list of items',
    )
    .requiredOption('--tenant <tenant>', 'the tenant of the new customers')
    .addOption(new Option('--from <system>', 'the system that exported the file').choices(systems))
    .option(
      '--map <file>',
      'a JSON file that renames columns: {"E-Mail": "email", "Notes": null}; null ignores the column',
    )
    .addOption(new Option('--encoding <encoding>', 'the encoding of the file').choices(encodings).default('utf-8'))
    .addOption(
      new Option('--delimiter <delimiter>', 'the character between the cells of a CSV')
        .choices([',', ';', 'tab'])
        .default(','),
    )
    .addOption(
      new Option(
        '--invite <when>',
        'also import customers without a hash. none: send no mail; now: mail each of them a link to set a password',
      ).choices(['none', 'now']),
    )
    .option('--update', 'update existing customers: only the columns of the file, and only values that differ')
    .option(
      '--dry-run',
      'check the rows and whether their numbers and e-mails are free, but store nothing; duplicates within the file are not found',
    )
    .option('--report <file>', 'the file for rejected rows (default: {file}.rejected.ndjson)')
    .option('--json', 'print JSON')
    .action(onDemand(async () => (await import('./import.actions.js')).importCustomers));
}
