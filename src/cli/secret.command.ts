import { Command } from 'commander';
import { onDemand } from './on-demand.js';

export function secretCommand(): Command {
  const secret = new Command('secret').description('Manage FOYER_SECRET, whose fingerprint is stored in the database');
  secret
    .command('accept')
    .description(
      'Accept FOYER_SECRET instead of the secret that the database was used with. Refresh tokens, SaaS tokens, ' +
        'mails that are not sent yet and secrets of identity providers become unusable. Restart all processes afterwards',
    )
    .option('--json', 'print JSON')
    .action(onDemand(async () => (await import('./secret.actions.js')).acceptSecret));
  return secret;
}
