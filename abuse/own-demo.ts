import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

export interface OtherProcess {
  baseUrl: string;
  stop: () => Promise<void>;
}

export interface OwnDemo {
  /** Where its `.foyer` is. */
  home: string;
  log: () => string;
  /** Another process on the same database. */
  another: () => Promise<OtherProcess>;
  stop: () => Promise<void>;
}

/**
 * Starts a demo in an empty folder, which tells every request in its log.
 *
 * @throws Error when it does not start
 */
export async function startOwnDemo(): Promise<OwnDemo> {
  const home = mkdtempSync(join(tmpdir(), 'foyer-abuse-'));
  const baseUrl = `http://127.0.0.1:${await freePort()}`;
  const first = await start(home, baseUrl, new URL(baseUrl).port);
  // What it says of itself at the start holds a secret, for a newcomer to paste.
  const greeting = first.log().length;
  return {
    home,
    log: () => first.log().slice(greeting),
    async another() {
      const port = String(await freePort());
      const { server } = await start(home, baseUrl, port);
      return { baseUrl: `http://127.0.0.1:${port}`, stop: () => ended(server) };
    },
    async stop() {
      await ended(first.server);
      rmSync(home, { recursive: true, force: true });
    },
  };
}

/** @param publicUrl the same for all that take each other for one service */
async function start(
  home: string,
  publicUrl: string,
  port: string,
): Promise<{ server: ChildProcess; log: () => string }> {
  let log = '';
  const server = spawn(process.execPath, [resolve('dist/src/main.js'), '--demo'], {
    cwd: home,
    env: { ...process.env, PORT: port, PUBLIC_URL: publicUrl, LOG_LEVEL: 'info' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  await new Promise<void>((open, fail) => {
    const take = (text: Buffer): void => {
      log += text.toString();
      if (log.includes('Ctrl-C stops')) open();
    };
    server.stdout.on('data', take);
    server.stderr.on('data', take);
    server.once('exit', (code) => fail(new Error(`The demo did not start (exit code ${code})\n${log}`)));
  });
  return { server, log: () => log };
}

async function ended(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null) return;
  server.kill('SIGTERM');
  await new Promise((done) => server.once('exit', done));
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await new Promise((done) => probe.once('listening', done));
  const address = probe.address();
  await new Promise((done) => probe.close(done));
  if (address === null || typeof address === 'string') throw new Error('No free port');
  return address.port;
}
