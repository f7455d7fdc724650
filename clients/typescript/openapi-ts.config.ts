import { defineConfig } from '@hey-api/openapi-ts';

/** Generates the typed functions of both APIs. `npm run client` writes them. */
const apis = ['emporix', 'glue'];

export default defineConfig(
  apis.map((api) => ({
    input: `./openapi/${api}.json`,
    output: { path: `clients/typescript/src/${api}`, clean: true, module: { extension: '.ts' } },
    plugins: ['@hey-api/typescript', '@hey-api/sdk', '@hey-api/client-fetch'] as const,
  })),
);
