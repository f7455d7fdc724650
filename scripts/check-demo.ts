import { findRunningDemo } from '../src/demo/demo-lock.ts';

/* Part of `npm run demo`: reports a demo that runs in this folder, because the build would delete its files. */

const problem = process.env.DATABASE_URL ? undefined : findRunningDemo('.foyer');
if (problem) {
  console.error(problem);
  process.exitCode = 1;
}
