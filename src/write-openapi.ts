import { writeFileSync } from 'node:fs';
import { createApp } from './app.js';
import { loadConfig } from './config/config.js';
import { createGlueDocument } from './glue/openapi.js';
import { createDocument } from './openapi.js';
import { newSigningKey } from './sessions/signing/signing-keys.js';
import { VERSION } from './version.js';

/** `npm run openapi`: writes the documents that are committed. It requires no database. */
const config = loadConfig(
  { DATABASE_URL: 'postgresql://nowhere/none', JOBS: 'off' },
  { signingKeys: [newSigningKey()], secret: 'x' },
);
const app = await createApp(config);
writeFileSync('openapi/emporix.json', `${JSON.stringify(createDocument(app), null, 2)}\n`);
writeFileSync('openapi/glue.json', `${JSON.stringify(createGlueDocument(app, VERSION), null, 2)}\n`);
await app.close();
