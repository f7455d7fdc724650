import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The oldest version of Node on which the service runs. */
const OLDEST = 24;

/** Whether this process runs on a version of Node on which the service runs. */
export const isRecent = Number(process.versions.node.split('.')[0]) >= OLDEST;

/**
 * The path of a Node on which the service runs: that of the npm package `node`, otherwise that of this process.
 *
 * @throws Error if this process is too old, and the package has not downloaded its Node
 */
export function ownNode(): string {
  const path = packagedNode();
  if (path !== undefined) return path;
  if (isRecent) return process.execPath;
  throw new Error(
    `Foyer requires Node ${OLDEST}, and this is Node ${process.versions.node}. Allow the install script of the npm ` +
      'package `node`, which downloads Node 24, and install again: docs/testing.md.',
  );
}

function packagedNode(): string | undefined {
  try {
    const folder = dirname(require.resolve('node/package.json'));
    const path = join(folder, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
    return existsSync(path) ? path : undefined;
  } catch {
    return undefined;
  }
}
