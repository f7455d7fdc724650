import { globSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** Stops PostgreSQL once for all callers: Jest, which calls this for each project, and an interruption. */
export default async function teardown(): Promise<void> {
  const run = globalThis.postgresOfTests;
  if (!run) return;
  await (run.stopping ??= stop(run));
  globalThis.postgresOfTests = undefined;
}

/** Also stops the PostgreSQL servers that the tests of an interrupted run could not stop. */
async function stop({ server, directory }: NonNullable<typeof globalThis.postgresOfTests>): Promise<void> {
  await server.stop();
  for (const file of globSync('**/postmaster.pid', { cwd: directory })) stopPostgres(join(directory, file));
  rmSync(directory, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
}

/** The first line of the file is the id of the process. */
function stopPostgres(file: string): void {
  try {
    process.kill(Number.parseInt(readFileSync(file, 'utf8')), 'SIGQUIT');
  } catch {
    // The process has already ended.
  }
}
