import { rmSync } from 'node:fs';

export default async function teardown(): Promise<void> {
  const { server, directory } = globalThis.postgresOfTests ?? {};
  await server?.stop();
  if (directory) rmSync(directory, { recursive: true, force: true });
}
