import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

export interface OtherProcess {
  baseUrl: string;
  /** Ends it as an operator would, or by that signal. @returns its exit code; null when the signal killed it */
  stop: (signal?: NodeJS.Signals) => Promise<number | null>;
}

export interface OwnDemo {
  /** Where its `.foyer` is. */
  home: string;
  log: () => string;
  /** Another process on the same database, with these settings besides. */
  startProcess: (env?: Record<string, string>) => Promise<OtherProcess>;
  stop: () => Promise<void>;
}

/**
 * Starts a demo, which tells every request in its log.
 *
 * @param home the folder of an earlier one; without it an empty one, which is removed in the end
 * @throws Error when it does not start
 */
export async function startOwnDemo(
  home = mkdtempSync(join(tmpdir(), 'foyer-demo-')),
  { keep = false } = {},
): Promise<OwnDemo> {
  const baseUrl = `http://127.0.0.1:${await freePort()}`;
  const first = await start(home, baseUrl, new URL(baseUrl).port);
  // What it says of itself at the start holds a secret, for a newcomer to paste.
  const greeting = first.log().length;
  return {
    home,
    log: () => first.log().slice(greeting),
    async startProcess(env) {
      const port = String(await freePort());
      const { server } = await start(home, baseUrl, port, env);
      return { baseUrl: `http://127.0.0.1:${port}`, stop: (signal) => ended(server, signal) };
    },
    async stop() {
      await ended(first.server);
      if (!keep) rmSync(home, { recursive: true, force: true });
    },
  };
}

/** @param publicUrl the same for all that take each other for one service */
async function start(
  home: string,
  publicUrl: string,
  port: string,
  env: Record<string, string> = {},
): Promise<{ server: ChildProcess; log: () => string }> {
  let log = '';
  const server = spawn(process.execPath, [resolve('dist/src/main.js'), '--demo'], {
    cwd: home,
    env: { ...process.env, PORT: port, PUBLIC_URL: publicUrl, LOG_LEVEL: 'info', ...env },
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

async function ended(server: ChildProcess, signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
  if (server.exitCode === null && server.signalCode === null) {
    server.kill(signal);
    await new Promise((done) => server.once('exit', done));
  }
  return server.exitCode;
}

export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await new Promise((done) => probe.once('listening', done));
  const address = probe.address();
  await new Promise((done) => probe.close(done));
  if (address === null || typeof address === 'string') throw new Error('No free port');
  return address.port;
}
