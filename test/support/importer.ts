import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runInProcess } from './command-line.js';
import type { Shop } from './shop.js';

/** The result of `foyer import`. */
export interface ImportSummary {
  code: number;
  rows: number;
  imported: number;
  updated?: number;
  present: number;
  rejected: number;
  skipped?: number;
}

/** A rejected row in the report. */
export interface Rejection {
  line: number;
  code: number;
  message: string;
  item?: object;
}

/** Runs `foyer import` on the database of a shop that is open. */
export class Importer {
  readonly folder = mkdtempSync(join(tmpdir(), 'foyer-import-'));

  constructor(private readonly shop: Shop) {}

  close(): void {
    rmSync(this.folder, { recursive: true });
  }

  /** Writes a CSV of these lines, or a file of these JSON values, one per line. @returns its path */
  file(name: string, lines: (string | object)[]): string {
    const path = join(this.folder, name);
    writeFileSync(path, lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n'));
    return path;
  }

  async run(path: string, ...options: string[]): Promise<ImportSummary> {
    const { code, out, err } = await this.foyer(path, ...options);
    if (!out) throw new Error(`foyer import ended with ${code}: ${err}`);
    return { code, ...(JSON.parse(out) as Omit<ImportSummary, 'code'>) };
  }

  /** Runs an import that is rejected as a whole. @returns the error */
  async rejected(path: string, ...options: string[]): Promise<string> {
    const { code, out, err } = await this.foyer(path, ...options);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).not.toMatch(/^\s+at /m);
    return err;
  }

  /** The rows that the import of a file rejected, in the order of their lines. */
  rejections(path: string): Rejection[] {
    const text = readFileSync(`${path}.rejected.ndjson`, 'utf8').trim();
    const found = text.split('\n').map((line) => JSON.parse(line) as Rejection);
    return found.sort((one, other) => one.line - other.line);
  }

  private foyer(path: string, ...options: string[]) {
    const { databaseUrl, secret } = this.shop.config;
    return runInProcess(['import', path, '--tenant', this.shop.tenant, '--json', ...options], {
      env: { DATABASE_URL: databaseUrl ?? '', FOYER_SECRET: secret },
      cwd: this.folder,
      shop: this.shop,
    });
  }
}
