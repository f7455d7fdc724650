import { Command, Option } from 'commander';
import { onDemand } from './on-demand.js';

const actions = () => import('./employee.actions.js');

const role = (): Option =>
  new Option('--role <role>', 'the role of the employee').choices(['viewer', 'support', 'approver', 'admin']);

const name = (): Option => new Option('--name <name>', 'the name that the history of customers shows');

export function employeeCommand(): Command {
  const employee = new Command('employee').description('Manage the employees of a tenant');
  employee
    .command('create')
    .description('Create an employee. A generated password is printed only once')
    .argument('<email>', 'the login e-mail')
    .requiredOption('--tenant <tenant>', 'the tenant of the employee')
    .addOption(role().makeOptionMandatory())
    .addOption(name())
    .option('--password-stdin', 'read the password from standard input; generated if omitted')
    .option('--if-missing', 'do nothing if it already exists')
    .option('--json', 'print JSON')
    .action(onDemand(async () => (await actions()).createEmployee));
  employee
    .command('list')
    .description('List the employees')
    .requiredOption('--tenant <tenant>', 'the tenant of the employees')
    .option('--json', 'print JSON')
    .action(onDemand(async () => (await actions()).listEmployees));
  employee
    .command('set')
    .description('Update an employee. A new role, status or password revokes all tokens of the employee')
    .argument('<email>', 'the login e-mail')
    .requiredOption('--tenant <tenant>', 'the tenant of the employee')
    .addOption(role())
    .addOption(name())
    .addOption(new Option('--active <active>', 'whether the employee may log in').choices(['true', 'false']))
    .option('--password-stdin', 'read a new password from standard input')
    .option('--new-password', 'generate a new password, which is printed only once')
    .option('--json', 'print JSON')
    .action(onDemand(async () => (await actions()).updateEmployee));
  employee
    .command('revoke')
    .description('Deactivate an employee. All tokens of the employee are revoked')
    .argument('<email>', 'the login e-mail')
    .requiredOption('--tenant <tenant>', 'the tenant of the employee')
    .option('--json', 'print JSON')
    .action(onDemand(async () => (await actions()).revokeEmployee));
  return employee;
}
