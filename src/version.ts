import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** `package.json` is one folder above `src`, and two folders above `dist/src`. */
const [file = ''] = ['..', '../..']
  .map((folder) => join(import.meta.dirname, folder, 'package.json'))
  .filter((path) => existsSync(path));

/** The version of this release, such as `1.2.0`. */
export const VERSION = (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
