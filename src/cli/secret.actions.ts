import { acceptSecret as acceptIn } from '../fingerprints.js';
import { assertSecretSet, withDatabase } from './context.js';
import { type OutputOptions, print } from './output.js';

export async function acceptSecret(options: OutputOptions): Promise<void> {
  assertSecretSet('its fingerprint is stored in the database.');
  const changed = await withDatabase(acceptIn);
  if (options.json) print({ changed }, options);
  else console.log(changed ? ACCEPTED : 'The database is already used with this secret.');
}

const ACCEPTED = `The database accepts this FOYER_SECRET now. Restart all processes with it.
No longer usable: refresh tokens, SaaS tokens, mails that are not sent yet, secrets of identity providers.`;
