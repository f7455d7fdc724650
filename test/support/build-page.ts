import { execFileSync } from 'node:child_process';
import { globSync, statSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');
const SOURCES = ['backoffice/{src/**/*,*.*}', 'clients/typescript/src/emporix/**/*', 'openapi/emporix.json'];

/** Builds the employees' page if a source is newer than the last build, or if a build of the service has removed it. */
export function buildPage(): void {
  const built = statSync(join(ROOT, 'dist/backoffice/index.html.gz'), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const isStale = globSync(SOURCES, { cwd: ROOT }).some((file) => statSync(join(ROOT, file)).mtimeMs > built);
  if (isStale) execFileSync('node_modules/.bin/vite', ['build', '-c', 'backoffice/vite.config.ts'], { cwd: ROOT });
}
