import { fileURLToPath } from 'node:url';

/** The folder of the built modules. */
export const BUILT = fileURLToPath(new URL('../../dist/src/', import.meta.url));

/** The folder of the programs that tests start, each in one file with all its modules. */
export const BUNDLED = fileURLToPath(new URL('../../dist/bundled/', import.meta.url));

/** The programs in both folders. */
export const PROGRAMS = ['main.js', 'run-migrations.js', 'cli/foyer.js'] as const;
