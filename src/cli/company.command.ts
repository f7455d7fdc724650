import { Command, Option } from 'commander';
import { onDemand } from './on-demand.js';

const actions = () => import('./company.actions.js');

export function companyCommand(): Command {
  const company = new Command('company').description(
    'Manage company users, and the fields of companies that exist only in the Glue API',
  );
  company
    .command('set')
    .description(
      'Update a legal entity. --active and --status apply only to companies; the other options also apply to units. An empty ' +
        'text removes a value. Does nothing if the legal entity already has these values',
    )
    .argument('<legal entity>', 'the id of the legal entity')
    .requiredOption('--tenant <tenant>', 'the tenant of the legal entity')
    .addOption(flag('--active <active>', 'whether customers may act for the company'))
    .addOption(
      new Option('--status <status>', 'the approval status of the company').choices(['pending', 'approved', 'denied']),
    )
    .option('--email <email>', 'the e-mail address')
    .option('--phone <phone>', 'the phone number')
    .option('--external-url <url>', 'the website')
    .option('--bic <bic>', 'the BIC of the bank account')
    .option('--iban <iban>', 'the IBAN of the bank account')
    .option('--json', 'print JSON')
    .action(onDemand(async () => (await actions()).updateCompany));
  company
    .command('set-user')
    .description(
      'Create or update a company user: the assignment of a customer to a company or to one of its units. A new one is ' +
        'an active Requester by default',
    )
    .argument('<customer>', 'the customer number or the login e-mail')
    .requiredOption('--tenant <tenant>', 'the tenant of the customer')
    .requiredOption('--legal-entity <id>', 'the id of the company or the unit')
    .addOption(new Option('--group <group>', 'the role').choices(['Admin', 'Buyer', 'Requester']))
    .addOption(flag('--active <active>', 'whether the customer may act for the company'))
    .addOption(flag('--default <default>', "whether a login selects it among the customer's company users"))
    .option('--json', 'print JSON')
    .action(onDemand(async () => (await actions()).setCompanyUser));
  return company;
}

const flag = (name: string, description: string): Option => new Option(name, description).choices(['true', 'false']);
