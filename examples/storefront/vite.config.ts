import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig } from 'vite';

const ROOT = import.meta.dirname;
const DEMO = join(ROOT, '../../.foyer/demo.json');
const CLIENT = join(ROOT, '../../clients/typescript/src');

/** The service: that of the environment, or the demo that was started last in this folder. */
const demo = existsSync(DEMO)
  ? (JSON.parse(readFileSync(DEMO, 'utf8')) as { baseUrl: string; tenant: string; storefrontClientId: string })
  : undefined;
const { FOYER_URL, FOYER_TENANT, FOYER_CLIENT } = process.env;
const service = {
  url: (FOYER_URL ?? demo?.baseUrl ?? 'http://localhost:3000').replace(/\/$/, ''),
  tenant: FOYER_TENANT ?? demo?.tenant ?? 'demo',
  clientId: FOYER_CLIENT ?? demo?.storefrontClientId ?? 'demo-storefront',
};

/** The page loads nothing from other origins, and sends requests to the service alone. */
const policy = {
  'default-src': "'none'",
  'script-src': "'self'",
  'style-src': "'self'",
  'img-src': "'self'",
  'connect-src': new URL(service.url).origin,
  'base-uri': "'none'",
  'form-action': "'none'",
  'frame-ancestors': "'none'",
  'require-trusted-types-for': "'script'",
  'trusted-types': "'none'",
};

export default defineConfig({
  root: ROOT,
  // The source of the client, so that it does not have to be built first.
  resolve: {
    alias: [
      { find: /^foyer-client$/, replacement: join(CLIENT, 'index.ts') },
      { find: /^foyer-client\/emporix$/, replacement: join(CLIENT, 'emporix/index.ts') },
    ],
  },
  define: { SERVICE: JSON.stringify(service) },
  build: { assetsInlineLimit: 0, modulePreload: { polyfill: false }, target: 'es2022' },
  preview: {
    host: 'localhost',
    // The links of mails lead to this port unless a tenant changes them.
    port: 8080,
    strictPort: true,
    headers: {
      'Content-Security-Policy': Object.entries(policy)
        .map((directive) => directive.join(' '))
        .join('; '),
      'Referrer-Policy': 'no-referrer',
      'X-Content-Type-Options': 'nosniff',
    },
  },
});
