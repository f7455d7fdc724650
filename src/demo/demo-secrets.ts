import { generateKeyPairSync } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { randomToken } from '../common/secrets.js';

export interface DemoSecrets {
  signingKeys: string[];
  secret: string;
  serviceClientSecret: string;
}

/** The secrets of the demo: made up at the first start, kept in `{home}/secrets.json` for the next. */
export function demoSecrets(home: string): DemoSecrets {
  const file = `${home}/secrets.json`;
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as DemoSecrets;
  const { privateKey } = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  const secrets = { signingKeys: [privateKey], secret: randomToken(), serviceClientSecret: randomToken() };
  mkdirSync(home, { recursive: true });
  writeFileSync(file, JSON.stringify(secrets, null, 2), { mode: 0o600 });
  return secrets;
}
