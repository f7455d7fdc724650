import { Command } from 'commander';
import { SigningKeys, newSigningKey } from '../sessions/signing/signing-keys.js';
import { signingKeys } from './context.js';
import { type OutputOptions, print } from './output.js';

export function keyCommand(): Command {
  const key = new Command('key').description('Manage the keys that sign access tokens');
  key
    .command('create')
    .description('Print a new private key (P-256) in PEM, for SIGNING_KEYS; nothing is stored')
    .option('--json', 'print JSON')
    .action((options: OutputOptions) => {
      const pem = newSigningKey();
      if (options.json) print({ pem }, options);
      else process.stdout.write(pem);
    });
  key
    .command('list')
    .description('List the keys of SIGNING_KEYS; the first key signs')
    .option('--json', 'print JSON')
    .action(async (options: OutputOptions) => {
      const { keys } = (await SigningKeys.from(signingKeys())).jwks;
      print(
        keys.map(({ kid, alg }, index) => ({ kid, algorithm: alg, signs: index === 0 })),
        options,
      );
    });
  return key;
}
