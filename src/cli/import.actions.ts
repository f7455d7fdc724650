import { createWriteStream, rmSync, type WriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { EntityManager } from '@mikro-orm/postgresql';
import type { INestApplicationContext } from '@nestjs/common';
import { Failure, invalid } from '../common/failure.js';
import { readItems, reasonOf } from '../import/import.dto.js';
import { FileProblem, type Row, readRows } from '../import/import-file.js';
import { ImportService } from '../import/import.service.js';
import type { Reach } from '../tenants/reach.js';
import { RequestScope } from '../tenants/request-scope.js';
import { TenantsService } from '../tenants/tenants.service.js';
import { inTenant } from './context.js';
import { type OutputOptions, print } from './output.js';
import { CommandError } from './command-error.js';

const BATCH = 200;

interface Options extends OutputOptions {
  tenant: string;
  dryRun?: boolean;
  report?: string;
}

export async function importCustomers(file: string, options: Options): Promise<void> {
  const summary = await inTenant(options.tenant, (app, reach) => importFile(app, reach, file, options));
  print(options.json ? summary : toOutput(summary), options);
  if (summary.refused > 0) process.exitCode = 1;
}

interface Summary {
  rows: number;
  imported: number;
  present: number;
  refused: number;
  seconds: number;
  dryRun?: true;
  /** The file with the rejected rows, if there are any. */
  report?: string;
}

/** The output for a person must clearly show a dry run. */
function toOutput({ rows, imported, ...rest }: Summary): object {
  return { rows, ...(rest.dryRun ? { 'would be imported': imported } : { imported }), ...rest };
}

async function importFile(
  app: INestApplicationContext,
  reach: Reach,
  file: string,
  options: Options,
): Promise<Summary> {
  const path = options.report ?? `${file}.refused.ndjson`;
  const progress = new Progress();
  const report = new Report(path);
  try {
    for await (const batch of batches(readRows(file))) {
      await importBatch(app, reach, batch, options, progress, report);
    }
  } catch (error) {
    if (error instanceof FileProblem || isOfFile(error)) throw new CommandError(`${file}: ${(error as Error).message}`);
    throw error;
  } finally {
    progress.end();
    await report.close();
  }
  const { rows, imported, present, refused, seconds } = progress;
  return {
    rows,
    imported,
    present,
    refused,
    seconds,
    ...(options.dryRun && { dryRun: true }),
    ...(refused > 0 && { report: path }),
  };
}

/** Imports a batch with its own entity manager and transaction. */
async function importBatch(
  app: INestApplicationContext,
  reach: Reach,
  batch: Row[],
  { tenant, dryRun }: Options,
  progress: Progress,
  report: Report,
): Promise<void> {
  const items = await Promise.all(batch.map(readRow));
  const outcomes = await RequestScope.run(app.get(EntityManager), async () => {
    RequestScope.set({ actor: reach.actor });
    await app.get(TenantsService).enter(tenant);
    const assignments = { restrictions: undefined, mayAssignAdmin: true };
    return app.get(ImportService).import(items, reach, { assignments, dryRun });
  });
  for (const [index, { line, item }] of batch.entries()) {
    const outcome = outcomes[index];
    if (!(outcome instanceof Failure)) progress.imported += 1;
    else if (isPresent(outcome)) progress.present += 1;
    else {
      progress.refused += 1;
      const { code, message, details = [] } = reasonOf(outcome);
      await report.add({ line, code, message, ...(details.length > 1 && { details }), item: withoutSecrets(item) });
    }
  }
  progress.report();
}

async function readRow({ item, problem }: Row): Promise<Awaited<ReturnType<typeof readItems>>[number]> {
  if (problem !== undefined) return invalid('', problem);
  const [read] = await readItems([item], { strict: true });
  return read ?? invalid('', 'the row is empty');
}

/** Removes hashes and passwords from an item at any depth, so that they are not copied out of the input file. */
function withoutSecrets(item: unknown): unknown {
  if (item === undefined) return undefined;
  const isSecret = (name: string): boolean => /^(password|passwordHash|hash)$/i.test(name);
  return JSON.parse(JSON.stringify(item, (name, value: unknown) => (isSecret(name) ? undefined : value)));
}

/**
 * Whether the customer already exists. A deleted customer with this number does not count, nor does another one with
 * the reference.
 */
function isPresent({ code, facts: { deleted, reference } }: Failure): boolean {
  return code === 'email_taken' || (code === 'number_taken' && deleted === undefined && reference === undefined);
}

function isOfFile(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error && ['open', 'read'].includes(String(error.syscall));
}

async function* batches(rows: AsyncIterable<Row>): AsyncIterable<Row[]> {
  let batch: Row[] = [];
  for await (const row of rows) {
    batch.push(row);
    if (batch.length < BATCH) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

interface Refused {
  line: number;
  code: number;
  message: string;
  /** Set only if there is more than one. */
  details?: { message: string }[];
  /** Undefined if the line cannot be parsed. */
  item: unknown;
}

/** Prints the progress to standard error: every second to a terminal, otherwise every ten seconds. */
class Progress {
  imported = 0;
  present = 0;
  refused = 0;
  private readonly begun = performance.now();
  private reportedAt = this.begun;

  get rows(): number {
    return this.imported + this.present + this.refused;
  }

  get seconds(): number {
    return Math.round((performance.now() - this.begun) / 100) / 10;
  }

  report(): void {
    const now = performance.now();
    if (now - this.reportedAt < (process.stderr.isTTY ? 1000 : 10_000)) return;
    this.reportedAt = now;
    this.write();
  }

  end(): void {
    if (this.rows === 0) return;
    this.write();
    if (process.stderr.isTTY) process.stderr.write('\n');
  }

  private write(): void {
    const rate = Math.round((this.rows * 1000) / (performance.now() - this.begun));
    const text = `${this.rows} rows, ${rate} a second, ${this.refused} refused`;
    process.stderr.write(process.stderr.isTTY ? `\r${text}\u001b[K` : `${text}\n`);
  }
}

/**
 * The rejected rows, one JSON object per line, with their items but without hashes. The file is created with the first
 * of them. A file of an earlier run is deleted.
 */
class Report {
  private file?: WriteStream;

  constructor(private readonly path: string) {
    rmSync(path, { force: true });
  }

  async add(row: Refused): Promise<void> {
    this.file ??= createWriteStream(this.path, { mode: 0o600 });
    if (this.file.write(`${JSON.stringify(row)}\n`)) return;
    const { file } = this;
    await new Promise<void>((resolve, reject) => {
      file.once('drain', resolve);
      file.once('error', reject);
    });
  }

  async close(): Promise<void> {
    if (!this.file) return;
    this.file.end();
    await finished(this.file);
  }
}
