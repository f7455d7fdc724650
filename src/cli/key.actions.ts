import { SigningKeys, newSigningKey } from '../sessions/signing/signing-keys.js';
import { signingKeys } from './context.js';
import { type OutputOptions, print } from './output.js';

export function createKey(options: OutputOptions): void {
  const pem = newSigningKey();
  if (options.json) print({ pem }, options);
  else process.stdout.write(pem);
}

export async function listKeys(options: OutputOptions): Promise<void> {
  const { keys } = (await SigningKeys.from(signingKeys())).jwks;
  print(
    keys.map(({ kid, alg }, index) => ({ kid, algorithm: alg, signs: index === 0 })),
    options,
  );
}
