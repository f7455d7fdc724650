import { Command, CommanderError } from 'commander';
import { cannotStart } from '../cannot-start.js';
import { Failure } from '../common/failure.js';
import { textOf } from '../common/failure.filter.js';
import { clientCommand } from './client.command.js';
import { customerCommand } from './customer.command.js';
import { employeeCommand } from './employee.command.js';
import { glueCheckCommand } from './glue-check.command.js';
import { glueInstallCommand } from './glue-install.command.js';
import { importCommand } from './import.command.js';
import { keyCommand } from './key.command.js';
import { Refusal } from './refusal.js';
import { settingsCommand } from './settings.command.js';
import { tenantCommand } from './tenant.command.js';

/**
 * What an operator does at the command line. What is done is told on standard output, what is not on standard error.
 *
 * @param words after the name of the program
 * @returns the exit code. 0: done; 1: refused; 2: not understood
 */
export async function foyer(words: string[]): Promise<number> {
  const program = new Command('foyer')
    .description('Foyer at the command line. It works on the database of DATABASE_URL, else on that of the demo.')
    .addCommand(tenantCommand())
    .addCommand(settingsCommand())
    .addCommand(clientCommand())
    .addCommand(employeeCommand())
    .addCommand(keyCommand())
    .addCommand(customerCommand())
    .addCommand(importCommand())
    .addCommand(glueInstallCommand())
    .addCommand(glueCheckCommand());
  everyOne(program, (command) => command.exitOverride().showHelpAfterError('(--help shows what there is)'));
  try {
    await program.parseAsync(words, { from: 'user' });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    console.error(reasonOf(error));
    return 1;
  }
}

function everyOne(command: Command, work: (command: Command) => void): void {
  work(command);
  for (const child of command.commands) everyOne(child, work);
}

/** What to tell the operator; of what nobody foresaw, everything. */
function reasonOf(error: unknown): unknown {
  if (error instanceof Failure) return textOf(error);
  if (error instanceof Refusal) return error.message;
  return cannotStart(error) ?? error;
}
