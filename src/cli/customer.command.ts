import { Command, Option } from 'commander';
import { onDemand } from './on-demand.js';

const actions = () => import('./customer.actions.js');

export function customerCommand(): Command {
  const customer = new Command('customer').description(
    'Manage customers, including the fields that only the Glue API has',
  );
  personal(customer.command('create'))
    .description('Create an active customer. The e-mail is confirmed by default, and no mail is sent')
    .argument('<email>', 'the login e-mail')
    .option('--first-name <name>', 'the first name')
    .option('--last-name <name>', 'the last name')
    .option(
      '--password-stdin',
      'read the password from standard input; without this option, the customer has no password yet',
    )
    .option('--if-missing', 'do nothing if it already exists')
    .action(onDemand(async () => (await actions()).createCustomer));
  personal(customer.command('set'))
    .description('Update the fields that only the Glue API has. Does nothing if they already have these values')
    .argument('<customer>', 'the customer number or the login e-mail')
    .addOption(
      new Option(
        '--second-factor <off>',
        "remove the second factors of a customer who has lost them; recorded in the customer's history",
      ).choices(['off']),
    )
    .action(onDemand(async () => (await actions()).updateCustomer));
  customer
    .command('unlock')
    .description('Unlock the login of a customer after failed attempts')
    .argument('<customer>', 'the customer number or the login e-mail')
    .requiredOption('--tenant <tenant>', 'the tenant of the customer')
    .option('--json', 'print JSON')
    .action(onDemand(async () => (await actions()).unlockCustomer));
  return customer;
}

/** Adds the options that `create` and `set` share. */
function personal(command: Command): Command {
  return command
    .requiredOption('--tenant <tenant>', 'the tenant of the customer')
    .option('--reference <reference>', 'the customer reference, such as DE--21')
    .addOption(
      new Option('--salutation <salutation>', 'the salutation, stored as the title').choices([
        ...['Mr', 'Ms', 'Mrs', 'Dr', 'n/a'],
      ]),
    )
    .addOption(new Option('--gender <gender>', 'the gender').choices(['Male', 'Female', 'Other']))
    .option('--date-of-birth <date>', 'the date of birth, YYYY-MM-DD')
    .addOption(
      new Option(
        '--confirmed <confirmed>',
        'whether the e-mail is confirmed; if not, the customer cannot log in before confirming it',
      ).choices(['true', 'false']),
    )
    .option('--json', 'print JSON');
}
