import { type FileHandle, open, rm, stat } from 'node:fs/promises';
import { CommandError } from './command-error.js';

/** A rejected row. */
export interface RejectedRow {
  line: number;
  code: number;
  message: string;
  /** Set only if there is more than one. */
  details?: { message: string }[];
  /** Undefined if the line cannot be parsed. */
  item: unknown;
}

/** The file of the rejected rows, one JSON object per line. Without rejected rows, there is no file. */
export class ImportReport {
  private isEmpty = true;

  private constructor(
    private readonly path: string,
    private readonly file: FileHandle,
  ) {}

  /**
   * Creates the file, before the first row is imported. A file of an earlier run is replaced.
   *
   * @throws CommandError when the file cannot be written, or is the file to import
   */
  static async open(path: string, imported: string): Promise<ImportReport> {
    if (await isSameFile(path, imported))
      throw new CommandError(`${path} is the file to import: use another --report.`);
    try {
      const file = await open(path, 'w', 0o600);
      if ((await file.stat()).isFile()) await file.chmod(0o600);
      return new ImportReport(path, file);
    } catch (error) {
      throw cannotBeWritten(path, error);
    }
  }

  /** @throws CommandError when the file cannot be written, for example because the disk is full */
  async add(row: RejectedRow): Promise<void> {
    this.isEmpty = false;
    try {
      await this.file.appendFile(`${JSON.stringify(row)}\n`);
    } catch (error) {
      throw cannotBeWritten(this.path, error);
    }
  }

  async close(): Promise<void> {
    const isFile = (await this.file.stat()).isFile();
    await this.file.close();
    // A device such as /dev/null is not removed.
    if (this.isEmpty && isFile) await rm(this.path, { force: true });
  }
}

function cannotBeWritten(path: string, error: unknown): CommandError {
  return new CommandError(`The report ${path} cannot be written: ${(error as Error).message}`);
}

async function isSameFile(one: string, other: string): Promise<boolean> {
  try {
    const [{ dev, ino }, second] = [await stat(one), await stat(other)];
    return dev === second.dev && ino === second.ino;
  } catch {
    // One of the files does not exist.
    return false;
  }
}
