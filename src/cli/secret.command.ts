import { Command } from 'commander';
import { acceptSecret } from '../fingerprints.js';
import { assertSecretSet, withDatabase } from './context.js';
import { type OutputOptions, print } from './output.js';

export function secretCommand(): Command {
  const secret = new Command('secret').description('Manage FOYER_SECRET, whose fingerprint is stored in the database');
  secret
    .command('accept')
    .description(
      'Accept FOYER_SECRET instead of the secret that the database was used with. Refresh tokens, SaaS tokens, ' +
        'mails that are not sent yet and secrets of identity providers become unusable. Restart all processes afterwards',
    )
    .option('--json', 'print JSON')
    .action(async (options: OutputOptions) => {
      assertSecretSet('its fingerprint is stored in the database.');
      const changed = await withDatabase(acceptSecret);
      if (options.json) print({ changed }, options);
      else console.log(changed ? ACCEPTED : 'The database is already used with this secret.');
    });
  return secret;
}

const ACCEPTED = `The database accepts this FOYER_SECRET now. Restart all processes with it.
No longer usable: refresh tokens, SaaS tokens, mails that are not sent yet, secrets of identity providers.`;
