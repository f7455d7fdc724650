import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { startOwnDemo } from './own-demo.ts';

/** `npm run tour:alone`: starts a demo in an empty folder, runs the tour against it, and stops it. */
const demo = await startOwnDemo();
try {
  const tour = spawn(process.execPath, [join(import.meta.dirname, 'tour.ts')], { cwd: demo.home, stdio: 'inherit' });
  process.exitCode = await new Promise<number>((resolve) => tour.once('exit', (code) => resolve(code ?? 1)));
} finally {
  await demo.stop();
}
