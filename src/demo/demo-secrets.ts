import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { randomToken } from '../common/secrets.js';
import { newSigningKey } from '../sessions/signing/signing-keys.js';

export interface DemoSecrets {
  signingKeys: string[];
  secret: string;
  serviceClientSecret: string;
}

/**
 * The secrets of the demo. The first start generates them, and stores them in `{home}/secrets.json` for later starts.
 */
export function demoSecrets(home: string): DemoSecrets {
  const file = `${home}/secrets.json`;
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as DemoSecrets;
  const secrets = { signingKeys: [newSigningKey()], secret: randomToken(), serviceClientSecret: randomToken() };
  mkdirSync(home, { recursive: true });
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, JSON.stringify(secrets, null, 2), { mode: 0o600 });
  try {
    linkSync(draft, file); // atomic; of two simultaneous starts, only one creates the file
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(draft);
  }
  return JSON.parse(readFileSync(file, 'utf8')) as DemoSecrets;
}
