import { text } from 'node:stream/consumers';
import type { Command } from 'commander';
import { EmployeeChangesDto, EmployeeDto, EmployeePasswordDto, NewEmployeeDto } from '../admin/employees.dto.js';
import { EmployeesService, type NewEmployee } from '../admin/employees.service.js';
import { randomToken } from '../common/secrets.js';
import { checked } from '../common/validation.js';
import { inTenant } from './context.js';
import { unlessExists } from './if-missing.js';
import { type OutputOptions, print } from './output.js';

interface Options extends OutputOptions {
  tenant: string;
  role?: string;
  name?: string;
  passwordStdin?: boolean;
}

export async function createEmployee(email: string, options: Options & { ifMissing?: boolean }): Promise<void> {
  const password = await newPassword(options);
  const body = await checked(NewEmployeeDto, { email, name: options.name, role: options.role });
  await checked(EmployeePasswordDto, { password });
  const id = await inTenant(options.tenant, (app) =>
    unlessExists('employee_email_taken', options, () => app.get(EmployeesService).create({ ...body, password })),
  );
  const shown = options.passwordStdin ? undefined : password;
  print(
    id ? { id, email: body.email, password: shown, created: true } : { email: body.email, created: false },
    options,
  );
}

export async function listEmployees(options: Options): Promise<void> {
  const employees = await inTenant(options.tenant, (app) => app.get(EmployeesService).list());
  print(
    employees.map((row) => EmployeeDto.of(row)),
    options,
  );
}

export async function updateEmployee(
  email: string,
  options: Options & { active?: string; newPassword?: boolean },
  command: Command,
): Promise<void> {
  const active = options.active === undefined ? undefined : options.active === 'true';
  const password = options.passwordStdin || options.newPassword ? await newPassword(options) : undefined;
  const { role, name } = options;
  if ([role, name, active, password].every((value) => value === undefined)) {
    command.error('error: nothing to set: --role, --name, --active, --password-stdin or --new-password is required');
  }
  const body = await checked(EmployeeChangesDto, { role, name, active });
  if (password !== undefined) await checked(EmployeePasswordDto, { password });
  const changed = await change(options.tenant, email, { ...body, password });
  print({ ...changed, password: options.passwordStdin ? undefined : password }, options);
}

export async function revokeEmployee(email: string, options: Options): Promise<void> {
  print(await change(options.tenant, email, { active: false }), options);
}

async function change(tenant: string, email: string, changes: Partial<NewEmployee>): Promise<EmployeeDto> {
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
