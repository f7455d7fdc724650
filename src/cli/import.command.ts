import { createWriteStream, rmSync, type WriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { EntityManager } from '@mikro-orm/postgresql';
import type { INestApplicationContext } from '@nestjs/common';
import { Command } from 'commander';
import { Failure, invalid } from '../common/failure.js';
import { readItems, reasonOf } from '../import/import.dto.js';
import { FileProblem, type Row, readRows } from '../import/import-file.js';
import { ImportService } from '../import/import.service.js';
import { RequestScope } from '../tenants/request-scope.js';
import { TenantsService } from '../tenants/tenants.service.js';
import { inTenant } from './context.js';
import { type OutputOptions, print } from './output.js';
import { Refusal } from './refusal.js';

const BATCH = 200;

interface Options extends OutputOptions {
  tenant: string;
  dryRun?: boolean;
  report?: string;
}

export function importCommand(): Command {
  return new Command('import')
    .description(
      'Bring customers of another system, with the hashes of their passwords. Can be run again: who is there, by ' +
        'number or e-mail, counts as present. Exit code 1 when a row was refused',
    )
    .argument('<file>', '.ndjson: an item of the API a line; else CSV with a line of column names')
    .requiredOption('--tenant <tenant>', 'whose customers they become')
    .option('--dry-run', 'check the rows and what is taken, and store nothing; rows are not held against each other')
    .option('--report <file>', 'where refused rows go (default: {file}.refused.ndjson)')
    .option('--json', 'print JSON')
    .action(async (file: string, options: Options) => {
      const summary = await inTenant(options.tenant, (app) => importFile(app, file, options));
      print(options.json ? summary : told(summary), options);
      if (summary.refused > 0) process.exitCode = 1;
    });
}

interface Summary {
  rows: number;
  imported: number;
  present: number;
  refused: number;
  seconds: number;
  dryRun?: true;
  /** The file with the refused rows, if there are any. */
  report?: string;
}

/** A person must not take a dry run for the import. */
function told({ rows, imported, ...rest }: Summary): object {
  return { rows, ...(rest.dryRun ? { 'would be imported': imported } : { imported }), ...rest };
}

async function importFile(app: INestApplicationContext, file: string, options: Options): Promise<Summary> {
  const path = options.report ?? `${file}.refused.ndjson`;
  const progress = new Progress();
  const report = new Report(path);
  try {
    for await (const batch of batches(readRows(file))) {
      await importBatch(app, batch, options, progress, report);
    }
  } catch (error) {
    if (error instanceof FileProblem || isOfFile(error)) throw new Refusal(`${file}: ${(error as Error).message}`);
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

/** Each batch has an entity manager and a transaction of its own. */
async function importBatch(
  app: INestApplicationContext,
  batch: Row[],
  { tenant, dryRun }: Options,
  progress: Progress,
  report: Report,
): Promise<void> {
  const actor = RequestScope.current?.actor;
  const items = await Promise.all(batch.map(readRow));
  const outcomes = await RequestScope.run(app.get(EntityManager), async () => {
    if (RequestScope.current) RequestScope.current.actor = actor;
    await app.get(TenantsService).enter(tenant);
    return app.get(ImportService).import(items, { dryRun });
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
  progress.tell();
}

async function readRow({ item, problem }: Row): Promise<Awaited<ReturnType<typeof readItems>>[number]> {
  if (problem !== undefined) return invalid('', problem);
  const [read] = await readItems([item], { strict: true });
  return read ?? invalid('', 'the row is empty');
}

/** Hashes and passwords stay in the file that they came in, wherever in an item they were put. */
function withoutSecrets(item: unknown): unknown {
  if (item === undefined) return undefined;
  const isSecret = (name: string): boolean => /^(password|passwordHash|hash)$/i.test(name);
  return JSON.parse(JSON.stringify(item, (name, value: unknown) => (isSecret(name) ? undefined : value)));
}

/** A deleted customer is not there, though the number is taken; nor is who has the reference of another. */
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
  /** Where there is more than one. */
  details?: { message: string }[];
  /** Nothing where the line cannot be read. */
  item: unknown;
}

/** Tells on standard error how far it is: each second to a terminal, else each ten. */
class Progress {
  imported = 0;
  present = 0;
  refused = 0;
  private readonly begun = performance.now();
  private told = this.begun;

  get rows(): number {
    return this.imported + this.present + this.refused;
  }

  get seconds(): number {
    return Math.round((performance.now() - this.begun) / 100) / 10;
  }

  tell(): void {
    const now = performance.now();
    if (now - this.told < (process.stderr.isTTY ? 1000 : 10_000)) return;
    this.told = now;
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
 * The refused rows, one JSON object a line, with their items but for the hashes. It is made with the first of them; one
 * of an earlier run goes.
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
