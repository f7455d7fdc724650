import { globSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** Every caller waits for the same stop: Jest, once for each project, and an interruption. */
export default async function teardown(): Promise<void> {
  const run = globalThis.postgresOfTests;
  if (!run) return;
  await (run.stopping ??= stop(run));
  globalThis.postgresOfTests = undefined;
}

/** The stories of an interrupted run could not stop the PostgreSQL servers that they started. */
async function stop({ server, directory }: NonNullable<typeof globalThis.postgresOfTests>): Promise<void> {
  await server.stop();
  for (const file of globSync('**/postmaster.pid', { cwd: directory })) stopPostgres(join(directory, file));
  rmSync(directory, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
}

/** Its first line is the id of the process. */
function stopPostgres(file: string): void {
  try {
    process.kill(Number.parseInt(readFileSync(file, 'utf8')), 'SIGQUIT');
  } catch {
    // It has stopped by itself.
  }
}
