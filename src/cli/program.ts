import { Command, CommanderError } from 'commander';
import { clientCommand } from './client.command.js';
import { companyCommand } from './company.command.js';
import { customerCommand } from './customer.command.js';
import { employeeCommand } from './employee.command.js';
import { glueCheckCommand } from './glue-check.command.js';
import { glueInstallCommand } from './glue-install.command.js';
import { importCommand } from './import.command.js';
import { keyCommand } from './key.command.js';
import { mailCommand } from './mail.command.js';
import { secretCommand } from './secret.command.js';
import { settingsCommand } from './settings.command.js';
import { tenantCommand } from './tenant.command.js';
import { testCommand } from './test.command.js';

/**
 * Runs a command of the operator. Results are printed to standard output, errors to standard error.
 *
 * @param args the arguments after the name of the program
 * @returns the exit code. 0: done; 1: failed; 2: invalid arguments
 */
export async function foyer(args: string[]): Promise<number> {
  const program = new Command('foyer')
    .description('The Foyer command line. It uses the database of DATABASE_URL; without it, the database of the demo.')
    .addCommand(tenantCommand())
    .addCommand(settingsCommand())
    .addCommand(clientCommand())
    .addCommand(employeeCommand())
    .addCommand(keyCommand())
    .addCommand(secretCommand())
    .addCommand(customerCommand())
    .addCommand(companyCommand())
    .addCommand(mailCommand())
    .addCommand(importCommand())
    .addCommand(glueInstallCommand())
    .addCommand(glueCheckCommand())
    .addCommand(testCommand());
  forEachCommand(program, (command) =>
    command.exitOverride().showHelpAfterError('(use --help for the arguments and options)'),
  );
  try {
    await program.parseAsync(args, { from: 'user' });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    const { reasonOf } = await import('./failure-reason.js');
    console.error(reasonOf(error));
    return 1;
  }
}

function forEachCommand(command: Command, work: (command: Command) => void): void {
  work(command);
  for (const child of command.commands) forEachCommand(child, work);
}
