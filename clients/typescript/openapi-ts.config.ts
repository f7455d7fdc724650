import { defineConfig } from '@hey-api/openapi-ts';

/** Generates the typed functions of the Emporix API and of Foyer's own API. `npm run client` writes them. */
export default defineConfig({
  input: './openapi/emporix.json',
  output: { path: 'clients/typescript/src', clean: true, module: { extension: '.ts' } },
  plugins: ['@hey-api/typescript', '@hey-api/sdk', '@hey-api/client-fetch'],
});
