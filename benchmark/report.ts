import { cpus } from 'node:os';
import { limitTitles } from './limits.ts';
import { CONNECTIONS, type Measure, median, typical } from './measure.ts';
import type { Operation } from './operations.ts';

/** One operation in rounds, and its limit as measured before, between and after them. */
export interface Row {
  operation: Operation;
  measures: Measure[];
  /** One more than the measures, or none. */
  limits: Measure[];
}

export interface Facts {
  rows: Row[];
  megabytes: number;
  postgresVersion: string;
  rounds: number;
  seconds: number;
}

const REACH_MEGABYTES = 220;

/** The table, in Markdown that is aligned for the terminal. */
export function table({ rows }: Pick<Facts, 'rows'>): string {
  const kinds = [...new Set(rows.map(({ operation }) => operation.limit))];
  const lines = [
    ['', 'req/s', 'p50 ms', 'p99 ms', 'service µs', 'PostgreSQL µs', 'limit', 'ratio', 'reach', 'goal'],
    ...kinds.flatMap((kind) => {
      const limits = rows.filter(({ operation }) => operation.limit === kind).flatMap((row) => row.limits);
      return limits.length > 0 ? [[limitTitles[kind], ...figures(limits)]] : [];
    }),
    ...rows.map((row) => [
      row.operation.title,
      ...figures(row.measures),
      row.limits.length > 0 ? number(typical(row.limits).rate) : '',
      ratio(row)?.toFixed(2) ?? '',
      verdict(row, row.operation.reach),
      verdict(row, row.operation.goal),
    ]),
  ];
  const widths = lines[0]?.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0))) ?? [];
  const text = lines.map(
    (line) => `| ${widths.map((width, column) => pad(line[column], width, column)).join(' | ')} |`,
  );
  const rule = `| ${widths.map((width, column) => (column ? `${'-'.repeat(width - 1)}:` : '-'.repeat(width))).join(' | ')} |`;
  return [text[0], rule, ...text.slice(1)].join('\n');
}

/** `benchmark/RESULTS.md`. */
export function results(facts: Facts): string {
  const { rows, megabytes, postgresVersion, rounds, seconds } = facts;
  const memoryMet = megabytes < REACH_MEGABYTES;
  const missed = (aim: 'reach' | 'goal'): string[] =>
    rows.filter((row) => !isMet(row, row.operation[aim])).map(({ operation }) => operation.title);
  const reaches = [...missed('reach'), ...(memoryMet ? [] : ['memory'])];
  const goals = missed('goal');
  return `# Benchmark

\`npm run bench\`, ${new Date().toISOString().slice(0, 10)}, on ${cpus().length} cores (${cpus()[0]?.model.trim()}), which the
service, PostgreSQL and the load generator share; Node ${process.versions.node}, PostgreSQL ${postgresVersion} with its
default settings. ${CONNECTIONS} connections; ${rounds} rounds of ${seconds} seconds, each after a warm-up. 1,000 customers with 5 addresses.

${table(facts)}

The limit is measured before and after each round. The ratio of a round is to the mean of the two; the table has the
medians. µs is the processor time that one answer takes, all threads and connections together.

Resident memory of the service after the run: ${megabytes.toFixed(0)} MB (reach: under ${REACH_MEGABYTES} MB, ${memoryMet ? 'met' : 'missed'}).

- ${reaches.length > 0 ? `Reach missed: ${reaches.join(', ')}.` : 'Every reach is met.'}
- ${goals.length > 0 ? `Goal missed: ${goals.join(', ')}.` : 'Every goal is met.'}
`;
}

/** A row in words. */
export function line(row: Row): string {
  const { rate, p50, p99 } = typical(row.measures);
  const words = `${row.operation.title}: ${number(rate)} req/s, p50 ${number(p50)} ms, p99 ${number(p99)} ms`;
  const share = ratio(row);
  return share === undefined ? words : `${words}, ${share.toFixed(2)} of ${number(typical(row.limits).rate)}`;
}

function ratio({ measures, limits }: Row): number | undefined {
  if (limits.length === 0) return undefined;
  const around = (round: number): number => ((limits[round]?.rate ?? NaN) + (limits[round + 1]?.rate ?? NaN)) / 2;
  return median(measures.map(({ rate }, round) => rate / around(round)));
}

/** Compared as printed. */
function isMet(row: Row, aim = 0): boolean {
  return Number((ratio(row) ?? 0).toFixed(2)) >= aim;
}

function verdict(row: Row, aim: number | undefined): string {
  if (aim === undefined) return '';
  return row.limits.length === 0 ? aim.toFixed(2) : `${aim.toFixed(2)} ${isMet(row, aim) ? 'met' : 'MISSED'}`;
}

function figures(measures: Measure[]): string[] {
  const { rate, p50, p99, processor } = typical(measures);
  return [...[rate, p50, p99].map(number), ...[processor?.service, processor?.postgres].map(whole)];
}

function whole(value: number | undefined): string {
  return value?.toFixed(0) ?? '';
}

function number(value: number): string {
  return value.toFixed(value < 100 ? 1 : 0);
}

function pad(text = '', width: number, column: number): string {
  return column ? text.padStart(width) : text.padEnd(width);
}
