import { execFileSync } from 'node:child_process';
import { globSync, statSync } from 'node:fs';
import { join } from 'node:path';
import setup from './global-setup.ts';

const ROOT = join(import.meta.dirname, '../..');
const SOURCES = ['src/**/*.{ts,cts,css,js}', 'mikro-orm.config.ts', 'nest-cli.json', 'tsconfig*.json', 'package.json'];

/** For tests that start processes: builds the service if a source is newer than the last build. */
export default async function processSetup(): Promise<void> {
  if (isStale()) execFileSync('node_modules/.bin/nest', ['build'], { cwd: ROOT, stdio: 'inherit' });
  await setup();
}

function isStale(): boolean {
  const built = statSync(join(ROOT, 'dist/src/main.js'), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  return globSync(SOURCES, { cwd: ROOT }).some((file) => statSync(join(ROOT, file)).mtimeMs > built);
}
