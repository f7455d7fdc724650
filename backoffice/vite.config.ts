import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { type Plugin, defineConfig } from 'vite';

/** The maximum size of all files of the page together, in bytes after gzip. */
const MAX_SIZE = 110_000;

const ROOT = import.meta.dirname;
const OUTPUT = join(ROOT, '../dist/backoffice');

/** Writes a compressed copy beside each file, which the service sends. The build fails if the page is too large. */
function compress(): Plugin {
  return {
    name: 'compress',
    apply: 'build',
    closeBundle() {
      const files = readdirSync(OUTPUT, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
      const sizes = files.map(({ parentPath, name }) => {
        const path = join(parentPath, name);
        const compressed = gzipSync(readFileSync(path), { level: 9 });
        writeFileSync(`${path}.gz`, compressed);
        return compressed.length;
      });
      const total = sizes.reduce((sum, size) => sum + size, 0);
      const summary = `backoffice: ${(total / 1000).toFixed(1)} KB after gzip, of at most ${MAX_SIZE / 1000} KB`;
      if (total > MAX_SIZE) throw new Error(summary);
      console.log(summary);
    },
  };
}

const SETTINGS = 'virtual:settings-schema';

interface Schema {
  $ref?: string;
  allOf?: Schema[];
  properties?: Record<string, Schema>;
  [name: string]: unknown;
}

/** Provides the schema of the tenant settings from the OpenAPI document, with the schemas of groups in their places. */
function settingsSchema(): Plugin {
  const { components } = JSON.parse(readFileSync(join(ROOT, '../openapi/emporix.json'), 'utf8')) as {
    components: { schemas: Record<string, Schema> };
  };
  const resolve = ({ allOf = [], ...schema }: Schema): Schema => {
    const name = [schema, ...allOf]
      .find(({ $ref }) => $ref)
      ?.$ref?.split('/')
      .at(-1);
    const { properties, ...rest } = { ...(name ? components.schemas[name] : {}), ...schema };
    if (!properties) return rest;
    const resolved = Object.entries(properties).map(([key, property]) => [key, resolve(property)] as const);
    return { ...rest, properties: Object.fromEntries(resolved) };
  };
  return {
    name: 'settings-schema',
    resolveId: (id) => (id === SETTINGS ? `\0${SETTINGS}` : undefined),
    load: (id) =>
      id === `\0${SETTINGS}`
        ? `export default ${JSON.stringify(resolve({ $ref: '#/components/schemas/TenantSettings' }).properties)}`
        : undefined,
  };
}

export default defineConfig({
  root: ROOT,
  base: '/backoffice/',
  plugins: [settingsSchema(), compress()],
  build: {
    outDir: OUTPUT,
    emptyOutDir: true,
    cssCodeSplit: false,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: 'es2022',
  },
  logLevel: 'warn',
});
