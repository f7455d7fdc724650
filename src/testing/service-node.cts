import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The oldest major version of Node on which the service runs. */
const MIN_VERSION = 24;

/** Whether the service can run on the Node of this process. */
export const isSupportedNode = Number(process.versions.node.split('.')[0]) >= MIN_VERSION;

/**
 * The path of a Node on which the service can run: that of the npm package `node`, or else that of this process.
 *
 * @throws Error if the Node of this process is too old, and the package has not downloaded its own
 */
export function serviceNode(): string {
  const path = packagedNode();
  if (path !== undefined) return path;
  if (isSupportedNode) return process.execPath;
  throw new Error(
    `Foyer requires Node ${MIN_VERSION}, and this is Node ${process.versions.node}. Allow the install script of the npm ` +
      'package `node`, which downloads Node 24, and install again: see docs/testing.md.',
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
