import { execFileSync } from 'node:child_process';
import { globSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { BUILT, BUNDLED, PROGRAMS } from './built.ts';
import { bundle } from './bundle.ts';
import setup from './global-setup.ts';

const ROOT = join(import.meta.dirname, '../..');
const SOURCES = ['src/**/*.ts', 'mikro-orm.config.ts', 'nest-cli.json', 'tsconfig*.json', 'package.json'];

/**
 * For tests that start processes: builds the service if a source is newer than the last build, and bundles it. The build
 * does not check types, which would take most of its time; `npm run build` does.
 */
export default async function processSetup(): Promise<void> {
  const sources = globSync(SOURCES, { cwd: ROOT }).map((file) => join(ROOT, file));
  if (isStale(join(BUILT, 'main.js'), sources)) {
    const flags = ['build', '--path', 'test/support/tsconfig.build.json'];
    execFileSync('node_modules/.bin/nest', flags, { cwd: ROOT, stdio: 'inherit' });
  }
  await bundle(BUILT, BUNDLED, [...PROGRAMS]);
  await setup();
}

function isStale(file: string, sources: string[]): boolean {
  const built = statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  return sources.some((source) => statSync(source).mtimeMs > built);
}
