import { generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { createApp } from './app.js';
import { loadConfig } from './config/config.js';
import { createDocument } from './openapi.js';

/** `npm run openapi`: writes the documents that are committed. It needs no database. */
const { privateKey } = generateKeyPairSync('ec', {
  namedCurve: 'P-256',
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
});
const config = loadConfig({ DATABASE_URL: 'postgresql://nowhere/none' }, { signingKeys: [privateKey], secret: 'x' });
const app = await createApp(config);
writeFileSync('openapi/emporix.json', `${JSON.stringify(createDocument(app), null, 2)}\n`);
await app.close();
