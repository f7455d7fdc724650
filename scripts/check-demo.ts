import { findRunningDemo } from '../src/demo/demo-lock.ts';

/* Part of `npm run demo`: the build would delete the files of a demo that runs in this folder. */

const problem = process.env.DATABASE_URL ? undefined : findRunningDemo('.foyer');
if (problem) {
  console.error(problem);
  process.exitCode = 1;
}
