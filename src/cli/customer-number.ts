import type { INestApplicationContext } from '@nestjs/common';
import { AccountsService } from '../credentials/accounts.service.js';
import { CommandError } from './command-error.js';

/**
 * The number of a customer who is named by the number or the login e-mail.
 *
 * @throws CommandError when no customer has this login e-mail; a customer number is not looked up
 */
export async function customerNumberOf(app: INestApplicationContext, name: string): Promise<string> {
  if (!name.includes('@')) return name;
  const account = await app.get(AccountsService).find(name);
  if (!account) throw new CommandError(`No customer has the e-mail '${name}'.`);
  return account.customer.id;
}
