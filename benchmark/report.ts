import { cpus } from 'node:os';
import { baselineTitles } from './baselines.ts';
import { CONNECTIONS } from './clients.ts';
import { type Measure, type Processor, median, typical } from './measure.ts';
import type { Operation } from './operations.ts';

/** One operation in rounds, its baseline in turns with it, and each of them at half its own rate. */
export interface Row {
  operation: Pick<Operation, 'title' | 'baseline' | 'maxProcessor' | 'minRate'>;
  measures: Measure[];
  /** As many as the measures, or none. */
  baselines: Measure[];
  halfLoads: Measure[];
  /** None for Argon2id, which is not a server. */
  baselineHalfLoads: Measure[];
}

export interface Facts {
  rows: Row[];
  megabytes: number;
  postgresVersion: string;
  rounds: number;
  seconds: number;
}

const MAX_MEGABYTES = 220;
/** The maximum p99 at half the rate, in multiples of the p50. */
const MAX_SPREAD = 4;

/** The content of `benchmark/RESULTS.md`. */
export function results({ rows, megabytes, postgresVersion, rounds, seconds }: Facts): string {
  return `# Benchmark

\`npm run bench\`, ${new Date().toISOString().slice(0, 10)}, on ${cpus().length} cores (${cpus()[0]?.model.trim()}), which
the service, PostgreSQL and the load generator share; Node ${process.versions.node}, PostgreSQL ${postgresVersion} with its
default settings. The service runs in production mode. ${CONNECTIONS} clients are independent of each other: each waits for
its response and pauses for a random time. 1,000 customers with 5 addresses. ${rounds} rounds of ${seconds} seconds, in turns
with the baseline; the tables have the medians. CPU is the processor time per response, all threads and connections
together.

## At full load

${table([
  ['', 'req/s', 'CPU µs', 'service µs', 'PostgreSQL µs', 'baseline', 'req/s', 'CPU µs', 'rate ×', 'CPU ×', 'goal'],
  ...rows.map(fullLoad),
])}

## At half the rate, at random times

${table([
  ['', 'req/s', 'p50 ms', 'p99 ms', 'p99 : p50', 'goal', 'baseline', 'req/s', 'p50 ms', 'p99 ms', 'p99 : p50'],
  ...rows.map(({ operation, halfLoads, baselineHalfLoads }) => {
    const { p50, p99 } = typical(halfLoads);
    const goal = `≤ ${MAX_SPREAD} ${p99 / p50 <= MAX_SPREAD ? 'met' : 'MISSED'}`;
    const baseline = baselineHalfLoads.length > 0 ? latencies(baselineHalfLoads) : ['', '', '', ''];
    return [operation.title, ...latencies(halfLoads), goal, baselineTitles[operation.baseline], ...baseline];
  }),
])}

Resident memory of the service after the run: ${megabytes.toFixed(0)} MB (goal: at most ${MAX_MEGABYTES} MB, ${megabytes <= MAX_MEGABYTES ? 'met' : 'MISSED'}).
`;
}

function latencies(measures: Measure[]): string[] {
  const { rate, p50, p99 } = typical(measures);
  return [number(rate), number(p50), number(p99), (p99 / p50).toFixed(1)];
}

/** A row in words. */
export function line({ operation, measures }: Row): string {
  const { rate, p50, p99, processor } = typical(measures);
  const cpu = processor ? `, ${sum(processor).toFixed(0)} µs` : '';
  return `${operation.title}: ${number(rate)} req/s${cpu}, p50 ${number(p50)} ms, p99 ${number(p99)} ms`;
}

function fullLoad(row: Row): string[] {
  const { operation, measures, baselines } = row;
  const [own, base] = [typical(measures), typical(baselines)];
  const rate = median(measures.map((one, round) => one.rate / (baselines[round]?.rate ?? NaN)));
  const processor = own.processor && base.processor ? sum(own.processor) / sum(base.processor) : undefined;
  const { maxProcessor, minRate } = operation;
  return [
    operation.title,
    number(own.rate),
    ...(own.processor ? [sum(own.processor), own.processor.server, own.processor.postgres] : ['', '', '']).map(whole),
    baselineTitles[operation.baseline],
    number(base.rate),
    whole(base.processor && sum(base.processor)),
    rate.toFixed(2),
    processor?.toFixed(2) ?? '',
    [
      maxProcessor && `CPU ≤ ${maxProcessor} ${(processor ?? 0) <= maxProcessor ? 'met' : 'MISSED'}`,
      minRate && `rate ≥ ${minRate} ${rate >= minRate ? 'met' : 'MISSED'}`,
    ]
      .filter(Boolean)
      .join(', '),
  ];
}

/** A table in Markdown that is aligned for the terminal. */
function table(lines: string[][]): string {
  const widths = lines[0]?.map((_, column) => Math.max(...lines.map((cells) => cells[column]?.length ?? 0))) ?? [];
  const text = lines.map(
    (cells) => `| ${widths.map((width, column) => (cells[column] ?? '').padEnd(width)).join(' | ')} |`,
  );
  return [text[0], `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...text.slice(1)].join('\n');
}

function sum({ server, postgres }: Processor): number {
  return server + postgres;
}

function whole(value: number | string | undefined): string {
  return typeof value === 'number' ? value.toFixed(0) : '';
}

function number(value: number): string {
  return value.toFixed(value < 100 ? 1 : 0);
}
