import { accessSync, chmodSync, constants, mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Linux's in-memory file system, where a database is created ten times as fast as on a disk. */
const MEMORY_FOLDER = '/dev/shm';
const MIN_FREE_BYTES = 4 * 1024 ** 3;

/**
 * Creates a folder for the files of one run, in memory if there is enough space and programs can run there.
 *
 * @param memory a folder in memory, which need not exist
 * @throws Error if it cannot be created; the message says what to do
 */
export function temporaryFolder(memory = MEMORY_FOLDER): string {
  if (hasSpace(memory)) {
    const folder = mkdtempSync(join(memory, 'foyer-test-'));
    if (canRunPrograms(folder)) return folder;
    rmSync(folder, { recursive: true });
  }
  try {
    return mkdtempSync(join(tmpdir(), 'foyer-test-'));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new Error(`No folder can be created in ${tmpdir()} (${code}): set TMPDIR to a folder that is writable.`);
  }
}

function hasSpace(memory: string): boolean {
  try {
    accessSync(memory, constants.W_OK);
  } catch {
    return false;
  }
  const { bavail, bsize } = statfsSync(memory);
  return bavail * bsize >= MIN_FREE_BYTES;
}

function canRunPrograms(folder: string): boolean {
  const program = join(folder, 'program');
  writeFileSync(program, '');
  chmodSync(program, 0o755);
  try {
    accessSync(program, constants.X_OK);
    return true;
  } catch {
    return false;
  } finally {
    rmSync(program);
  }
}
