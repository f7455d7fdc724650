import { cpus } from 'node:os';

/** One search, measured. */
export interface Found {
  title: string;
  q: string | undefined;
  sort: string | undefined;
  /** The number of customers that the slowest run found: on the page, or on all pages if they were counted. */
  rows: number;
  /** Milliseconds of each run, the shortest first. */
  times: number[];
  /** The limit of the median in milliseconds, or the index that must be used. */
  goal: number | string | undefined;
  /** The plan of a repetition of the slowest run. */
  plan: string[];
}

export interface Facts {
  found: Found[];
  sizes: Record<string, number>;
  version: string;
  runs: number;
}

/** A line of the table: title, customers, median, 95th percentile, goal. */
export function row({ title, rows, times, goal, plan }: Found): string[] {
  const at = (share: number): number => times[Math.ceil(times.length * share) - 1] ?? NaN;
  const isMet = typeof goal === 'number' ? at(0.5) < goal : plan.some((line) => line.includes(` ${goal} `));
  const aim = typeof goal === 'number' ? `< ${goal} ms` : goal;
  const verdict = aim === undefined ? '' : `${aim} ${isMet ? 'met' : 'MISSED'}`;
  return [title, rows.toLocaleString('en'), at(0.5).toFixed(1), at(0.95).toFixed(1), verdict];
}

/** The content of `benchmark/SEARCH.md`. */
export function report({ found, sizes, version, runs }: Facts): string {
  const lines = [['', 'customers', 'median ms', 'p95 ms', 'goal'], ...found.map(row)];
  const widths = lines[0]?.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0))) ?? [];
  const text = lines.map(
    (line) =>
      `| ${widths.map((width, column) => (column ? (line[column] ?? '').padStart(width) : (line[column] ?? '').padEnd(width))).join(' | ')} |`,
  );
  const rule = `| ${widths.map((width, column) => (column ? `${'-'.repeat(width - 1)}:` : '-'.repeat(width))).join(' | ')} |`;
  const { many = 0, few = 0 } = sizes;
  return `# Search

\`npm run bench:search\`, ${new Date().toISOString().slice(0, 10)}, on ${cpus().length} cores (${cpus()[0]?.model.trim()}); Node ${process.versions.node}, PostgreSQL ${version}
with its default settings. ${many.toLocaleString('en')} customers of one tenant, ${few.toLocaleString('en')} of another. Pages of 60, as employees see
them. Each search runs ${runs} times, each time for another customer. The time is that of the service's method, without
HTTP. The column "customers" counts those on the page, or on all pages for \`X-Total-Count\`.

${[text[0], rule, ...text.slice(1)].join('\n')}

## Plans

The plan of a repetition of the slowest run of each search.

${found.map(({ title, q, sort, plan }) => `### ${title}\n\n${[q && `\`q=${q}\``, sort && `\`sort=${sort}\``].filter(Boolean).join(', ')}\n\n\`\`\`\n${plan.join('\n')}\n\`\`\`\n`.replace('\n\n\n\n', '\n\n')).join('\n')}`;
}
