import { text } from 'node:stream/consumers';
import { Command, Option } from 'commander';
import { EmployeeChangesDto, EmployeeDto, NewEmployeeDto } from '../admin/employees.dto.js';
import { EmployeesService } from '../admin/employees.service.js';
import { randomToken } from '../common/secrets.js';
import { checked } from '../common/validation.js';
import { inTenant } from './context.js';
import { unlessThere } from './if-missing.js';
import { type OutputOptions, print } from './output.js';

interface Options extends OutputOptions {
  tenant: string;
  role?: string;
  passwordStdin?: boolean;
}

const role = (): Option =>
  new Option('--role <role>', 'the role of the employee').choices(['viewer', 'support', 'admin']);

export function employeeCommand(): Command {
  const employee = new Command('employee').description('Manage the employees of a tenant');
  employee
    .command('create')
    .description('Create an employee. A generated password is printed only once')
    .argument('<email>', 'the login e-mail')
    .requiredOption('--tenant <tenant>', 'the tenant of the employee')
    .addOption(role().makeOptionMandatory())
    .option('--password-stdin', 'read the password from standard input; generated if omitted')
    .option('--if-missing', 'do nothing if it already exists')
    .option('--json', 'print JSON')
    .action(async (email: string, options: Options & { ifMissing?: boolean }) => {
      const password = await newPassword(options);
      const body = await checked(NewEmployeeDto, { email, role: options.role, password });
      const id = await inTenant(options.tenant, (app) =>
        unlessThere('employee_email_taken', options, () => app.get(EmployeesService).create(body)),
      );
      const shown = options.passwordStdin ? undefined : password;
      print(
        id ? { id, email: body.email, password: shown, created: true } : { email: body.email, created: false },
        options,
      );
    });
  employee
    .command('list')
    .description('List the employees')
    .requiredOption('--tenant <tenant>', 'the tenant of the employees')
    .option('--json', 'print JSON')
    .action(async (options: Options) => {
      const employees = await inTenant(options.tenant, (app) => app.get(EmployeesService).list());
      print(
        employees.map((row) => EmployeeDto.of(row)),
        options,
      );
    });
  employee
    .command('set')
    .description('Update an employee. A new role, status or password revokes all tokens of the employee')
    .argument('<email>', 'the login e-mail')
    .requiredOption('--tenant <tenant>', 'the tenant of the employee')
    .addOption(role())
    .addOption(new Option('--active <active>', 'whether the employee may log in').choices(['true', 'false']))
    .option('--password-stdin', 'read a new password from standard input')
    .option('--new-password', 'generate a new password, which is printed only once')
    .option('--json', 'print JSON')
    .action(async (email: string, options: Options & { active?: string; newPassword?: boolean }, command: Command) => {
      const active = options.active === undefined ? undefined : options.active === 'true';
      const password = options.passwordStdin || options.newPassword ? await newPassword(options) : undefined;
      if (options.role === undefined && active === undefined && password === undefined) {
        command.error('error: nothing to set: --role, --active, --password-stdin or --new-password');
      }
      const body = await checked(EmployeeChangesDto, { role: options.role, active, password });
      const changed = await change(options.tenant, email, body);
      print({ ...changed, password: options.passwordStdin ? undefined : password }, options);
    });
  employee
    .command('revoke')
    .description('Deactivate an employee. All tokens of the employee are revoked')
    .argument('<email>', 'the login e-mail')
    .requiredOption('--tenant <tenant>', 'the tenant of the employee')
    .option('--json', 'print JSON')
    .action(async (email: string, options: Options) => {
      print(await change(options.tenant, email, { active: false }), options);
    });
  return employee;
}

async function change(tenant: string, email: string, changes: EmployeeChangesDto): Promise<EmployeeDto> {
  return inTenant(tenant, async (app) => {
    const employees = app.get(EmployeesService);
    const { id } = await employees.byEmail(email);
    return EmployeeDto.of(await employees.change(id, changes));
  });
}

/** The text of standard input, without a line break at its end; otherwise a random password. */
async function newPassword({ passwordStdin }: Options): Promise<string> {
  return passwordStdin ? (await text(process.stdin)).replace(/\r?\n$/, '') : randomToken();
}
