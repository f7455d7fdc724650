import { EntityManager } from '@mikro-orm/postgresql';
import type { INestApplicationContext } from '@nestjs/common';
import { Failure, invalid } from '../common/failure.js';
import { readColumnMap } from '../import/column-map.js';
import { readFileItem } from '../import/file-item.dto.js';
import { ImportFileError } from '../import/import-file-error.js';
import { type Encoding, assertEncoding } from '../import/file-text.js';
import { reasonOf } from '../import/import.dto.js';
import { type FileForm, type Row, readRows } from '../import/import-file.js';
import type { ImportInput, ImportOptions, Outcome } from '../import/import-input.js';
import { ImportService } from '../import/import.service.js';
import { withoutSecrets } from '../import/secrets.js';
import { sources } from '../import/sources/sources.js';
import type { Reach } from '../tenants/reach.js';
import { RequestScope } from '../tenants/request-scope.js';
import { TenantsService } from '../tenants/tenants.service.js';
import { inTenant, requireMailSecret } from './context.js';
import { type OutputOptions, print } from './output.js';
import { CommandError } from './command-error.js';
import { ImportProgress } from './import-progress.js';
import { ImportReport, type RejectedRow } from './import-report.js';

const BATCH = 200;

interface Options extends OutputOptions {
  tenant: string;
  encoding: Encoding;
  delimiter: string;
  map?: string;
  from?: string;
  invite?: 'none' | 'now';
  update?: boolean;
  dryRun?: boolean;
  report?: string;
}

export async function importCustomers(file: string, options: Options): Promise<void> {
  if (options.invite === 'now') requireMailSecret();
  const form = await withFileErrors(options.map ?? file, () => formOf(options));
  await withFileErrors(file, () => assertEncoding(file, options.encoding));
  const summary = await inTenant(options.tenant, (app, reach) => importFile(app, reach, file, form, options));
  print(options.json ? summary : toOutput(summary), options);
  if (summary.rejected > 0) process.exitCode = 1;
}

interface Summary {
  rows: number;
  imported: number;
  /** Only with `--update`. */
  updated?: number;
  present: number;
  rejected: number;
  /** Only if there are any. */
  skipped?: number;
  seconds: number;
  dryRun?: true;
  /** The file with the rejected rows, if there are any. */
  report?: string;
}

/** The text output. Its labels distinguish a dry run from an import. */
function toOutput({ rows, imported, updated, ...rest }: Summary): object {
  const [created, changed] = rest.dryRun ? ['would be imported', 'would be updated'] : ['imported', 'updated'];
  return { rows, [created]: imported, ...(updated !== undefined && { [changed]: updated }), ...rest };
}

async function formOf({ encoding, delimiter, map, from }: Options): Promise<FileForm> {
  const columnMap = map === undefined ? new Map<string, null>() : await readColumnMap(map);
  return {
    encoding,
    delimiter: delimiter === 'tab' ? '\t' : delimiter,
    columnMap,
    source: from ? sources[from] : undefined,
  };
}

async function importFile(
  app: INestApplicationContext,
  reach: Reach,
  file: string,
  form: FileForm,
  options: Options,
): Promise<Summary> {
  const path = options.report ?? `${file}.rejected.ndjson`;
  const progress = new ImportProgress();
  const report = await ImportReport.open(path, file);
  try {
    await withFileErrors(file, async () => {
      for await (const rows of batches(readRows(file, form))) {
        const batch = rows.filter(({ isSkipped }) => !isSkipped);
        const outcomes = await importBatch(app, reach, batch, options);
        progress.skipped += rows.length - batch.length;
        for (const [index, row] of batch.entries()) {
          const outcome = outcomes[index];
          const isRejected = outcome instanceof Failure && (options.update || outcome.facts.present === undefined);
          progress[isRejected ? 'rejected' : counterOf(outcome)] += 1;
          if (isRejected) await report.add(rejectedRow(row, outcome));
        }
        progress.report();
      }
    });
  } finally {
    progress.end();
    await report.close();
  }
  const { rows, imported, updated, present, rejected, skipped, seconds } = progress;
  return {
    rows,
    imported,
    ...(options.update && { updated }),
    present,
    rejected,
    ...(skipped > 0 && { skipped }),
    seconds,
    ...(options.dryRun && { dryRun: true }),
    ...(rejected > 0 && { report: path }),
  };
}

/** Imports a batch with its own entity manager and transaction. */
async function importBatch(
  app: INestApplicationContext,
  reach: Reach,
  rows: Row[],
  { tenant, dryRun, invite, update }: Options,
): Promise<Outcome[]> {
  const items = await Promise.all(rows.map(readRow));
  return RequestScope.run(app.get(EntityManager), async () => {
    RequestScope.set({ actor: reach.actor });
    await app.get(TenantsService).enter(tenant);
    const assignments = { restrictions: undefined, mayAssignAdmin: true };
    const options: ImportOptions = { assignments, dryRun, invite, update };
    return app.get(ImportService).import(items, reach, options);
  });
}

/** The counter of the summary for a row that is not rejected. */
function counterOf(outcome: Outcome | undefined): 'imported' | 'updated' | 'present' {
  if (outcome instanceof Failure || outcome?.update === 'unchanged') return 'present';
  return outcome?.update === 'changed' ? 'updated' : 'imported';
}

function rejectedRow({ line, item }: Row, failure: Failure): RejectedRow {
  const { code, message, details = [] } = reasonOf(failure);
  return { line, code, message, ...(details.length > 1 && { details }), item: withoutSecrets(item) };
}

async function readRow({ item, problem }: Row): Promise<ImportInput | Failure> {
  return problem === undefined ? readFileItem(item) : invalid('', problem);
}

/** @throws CommandError with the name of the file when it cannot be read or imported */
async function withFileErrors<T>(file: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ImportFileError || isOfFile(error))
      throw new CommandError(`${file}: ${(error as Error).message}`);
    throw error;
  }
}

function isOfFile(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error && ['open', 'read', 'stat'].includes(String(error.syscall));
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
