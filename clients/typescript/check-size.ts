import { gzipSync } from 'node:zlib';
import { build } from 'vite';

/** The maximum size of the session part in a page, in bytes after gzip. */
const MAX_SIZE = 15 * 1024;

const built = await build({
  configFile: false,
  logLevel: 'error',
  root: import.meta.dirname,
  build: { write: false, rolldownOptions: { input: 'src/index.ts', preserveEntrySignatures: 'strict' } },
});
const code = [built].flat().flatMap((bundle) => ('output' in bundle ? bundle.output : []));
const size = gzipSync(code.map((chunk) => ('code' in chunk ? chunk.code : '')).join('')).length;
const summary = `foyer-client: the session part has ${(size / 1024).toFixed(1)} KB gzip of at most ${MAX_SIZE / 1024}`;
if (size > MAX_SIZE) throw new Error(summary);
console.log(summary);
