import { cpus } from 'node:os';
import { type Limit, limitTitles } from './limits.ts';
import { CONNECTIONS, type Measure } from './measure.ts';
import type { Operation } from './operations.ts';

/** One operation, and its limit as measured right before and after it. */
export interface Row {
  operation: Operation;
  measured: Measure;
  limitRate?: number;
}

export interface Facts {
  rows: Row[];
  limits: { limit: Limit; measured: Measure }[];
  megabytes: number;
  postgresVersion: string;
  seconds: number;
}

const REACH_MEGABYTES = 220;

/** The table, in Markdown that is aligned for the terminal. */
export function table({ rows, limits }: Pick<Facts, 'rows' | 'limits'>): string {
  const kinds = [...new Set(limits.map(({ limit }) => limit))];
  const lines = [
    ['', 'req/s', 'p50 ms', 'p99 ms', 'limit', 'ratio', 'reach', 'goal'],
    ...kinds.map((kind) => [limitTitles[kind], ...figures(mean(limits.filter(({ limit }) => limit === kind)))]),
    ...rows.map((row) => {
      const { operation, measured, limitRate } = row;
      const { reach, goal } = operation;
      const limit = limitRate === undefined ? '' : number(limitRate);
      return [
        operation.title,
        ...figures(measured),
        limit,
        ratio(row)?.toFixed(2) ?? '',
        verdict(row, reach),
        verdict(row, goal),
      ];
    }),
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
  const { rows, megabytes, postgresVersion, seconds } = facts;
  const memoryMet = megabytes < REACH_MEGABYTES;
  const missed = (aim: 'reach' | 'goal'): string[] =>
    rows.filter((row) => !isMet(row, row.operation[aim])).map(({ operation }) => operation.title);
  const reaches = [...missed('reach'), ...(memoryMet ? [] : ['memory'])];
  const goals = missed('goal');
  return `# Benchmark

\`npm run bench\`, ${new Date().toISOString().slice(0, 10)}, on ${cpus().length} cores (${cpus()[0]?.model.trim()}), which the
service, PostgreSQL and the load generator share; Node ${process.versions.node}, PostgreSQL ${postgresVersion} with its
default settings. ${CONNECTIONS} connections, ${seconds} seconds a measure after a warm-up. 1,000 customers with 5 addresses.

${table(facts)}

A limit is measured before and after each operation; the ratio is to the mean of the two.

Resident memory of the service after the run: ${megabytes.toFixed(0)} MB (reach: under ${REACH_MEGABYTES} MB, ${memoryMet ? 'met' : 'missed'}).

- ${reaches.length > 0 ? `Reach missed: ${reaches.join(', ')}.` : 'Every reach is met.'}
- ${goals.length > 0 ? `Goal missed: ${goals.join(', ')}.` : 'Every goal is met.'}
`;
}

/** A measure in words. */
export function line(title: string, { rate, p50, p99 }: Measure): string {
  return `${title}: ${number(rate)} req/s, p50 ${number(p50)} ms, p99 ${number(p99)} ms`;
}

function ratio({ measured, limitRate }: Row): number | undefined {
  return limitRate === undefined ? undefined : measured.rate / limitRate;
}

/** Compared as printed. */
function isMet(row: Row, aim = 0): boolean {
  return Number((ratio(row) ?? 0).toFixed(2)) >= aim;
}

function verdict(row: Row, aim: number | undefined): string {
  if (aim === undefined) return '';
  return row.limitRate === undefined ? aim.toFixed(2) : `${aim.toFixed(2)} ${isMet(row, aim) ? 'met' : 'MISSED'}`;
}

function mean(measures: { measured: Measure }[]): Measure {
  const of = (figure: keyof Measure): number =>
    measures.reduce((sum, { measured }) => sum + measured[figure], 0) / measures.length;
  return { rate: of('rate'), p50: of('p50'), p99: of('p99') };
}

function figures({ rate, p50, p99 }: Measure): string[] {
  return [rate, p50, p99].map(number);
}

function number(value: number): string {
  return value.toFixed(value < 100 ? 1 : 0);
}

function pad(text = '', width: number, column: number): string {
  return column ? text.padStart(width) : text.padEnd(width);
}
