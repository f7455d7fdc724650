import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** `npm run tour:alone`: starts a demo of its own in an empty folder, plays the tour against it, and stops it. */
const home = mkdtempSync(join(tmpdir(), 'foyer-tour-'));
const server = spawn(process.execPath, [resolve('dist/src/main.js'), '--demo'], {
  cwd: home,
  env: { ...process.env, PORT: String(await freePort()) },
  stdio: ['ignore', 'pipe', 'inherit'],
});
try {
  await new Promise<void>((open, fail) => {
    server.stdout.on('data', (text) => String(text).includes('Foyer is open') && open());
    server.once('exit', (code) => fail(new Error(`The demo did not start (exit code ${code})`)));
  });
  const tour = spawn(process.execPath, [resolve('tour/tour.ts')], { cwd: home, stdio: 'inherit' });
  process.exitCode = await new Promise<number>((done) => tour.once('exit', (code) => done(code ?? 1)));
} finally {
  if (server.exitCode === null) {
    server.kill('SIGTERM');
    await new Promise((done) => server.once('exit', done));
  }
  rmSync(home, { recursive: true, force: true });
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await new Promise((done) => probe.once('listening', done));
  const address = probe.address();
  await new Promise((done) => probe.close(done));
  if (address === null || typeof address === 'string') throw new Error('No free port');
  return address.port;
}
