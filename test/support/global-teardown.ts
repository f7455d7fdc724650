import { rmSync } from 'node:fs';

export default async function teardown(): Promise<void> {
  const { server, directory } = globalThis.postgresOfTests ?? {};
  globalThis.postgresOfTests = undefined;
  await server?.stop();
  if (directory) rmSync(directory, { recursive: true, force: true });
}
