import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { startOwnDemo } from './own-demo.ts';

/** `npm run tour:alone`: starts a demo of its own in an empty folder, plays the tour against it, and stops it. */
const demo = await startOwnDemo();
try {
  const tour = spawn(process.execPath, [resolve('tour/tour.ts')], { cwd: demo.home, stdio: 'inherit' });
  process.exitCode = await new Promise<number>((done) => tour.once('exit', (code) => done(code ?? 1)));
} finally {
  await demo.stop();
}
