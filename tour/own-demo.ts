import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { freePort } from '../src/common/free-port.ts';
import { startEmbeddedPostgres } from '../src/database/embedded-postgres.ts';

export interface OtherProcess {
  baseUrl: string;
  /** Sends SIGTERM or the given signal. @returns the exit code; null when the signal killed the process */
  stop: (signal?: NodeJS.Signals) => Promise<number | null>;
}

export interface OwnDemo {
  /** The folder that contains its `.foyer`. */
  home: string;
  log: () => string;
  /** Starts another process on the same database, with additional environment variables. */
  startProcess: (env?: Record<string, string>) => Promise<OtherProcess>;
  stop: () => Promise<void>;
}

/**
 * Starts a demo that logs every request.
 *
 * @param home the folder of an earlier demo; an empty folder if omitted
 * @param keep whether the folder is kept when the demo stops
 * @throws Error when the demo does not start
 */
export async function startOwnDemo(
  home = mkdtempSync(join(tmpdir(), 'foyer-demo-')),
  { keep = false } = {},
): Promise<OwnDemo> {
  const baseUrl = `http://127.0.0.1:${await freePort()}`;
  const first = await start(home, baseUrl, new URL(baseUrl).port);
  // The greeting contains a client secret, which the log of the requests must not contain.
  const greeting = first.log().length;
  return {
    home,
    log: () => first.log().slice(greeting),
    async startProcess(env) {
      const port = String(await freePort());
      // Only one demo may run in a folder, unless it is given the URL of a database.
      const postgres = await startEmbeddedPostgres(join(home, '.foyer/postgres'));
      const { server } = await start(home, baseUrl, port, { DATABASE_URL: postgres.url, ...env });
      return {
        baseUrl: `http://127.0.0.1:${port}`,
        async stop(signal) {
          const exitCode = await stopProcess(server, signal);
          await postgres.stop();
          return exitCode;
        },
      };
    },
    async stop() {
      await stopProcess(first.server);
      if (!keep) rmSync(home, { recursive: true, force: true });
    },
  };
}

/** @param publicUrl the same for all processes of one service */
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
  await new Promise<void>((resolveStart, rejectStart) => {
    const append = (text: Buffer): void => {
      log += text.toString();
      if (log.includes('Ctrl-C stops')) resolveStart();
    };
    server.stdout.on('data', append);
    server.stderr.on('data', append);
    server.once('exit', (code) => rejectStart(new Error(`The demo did not start (exit code ${code})\n${log}`)));
  });
  return { server, log: () => log };
}

async function stopProcess(server: ChildProcess, signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
  if (server.exitCode === null && server.signalCode === null) {
    server.kill(signal);
    await new Promise((resolveExit) => server.once('exit', resolveExit));
  }
  return server.exitCode;
}
