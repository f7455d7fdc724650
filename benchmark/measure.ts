/** The figures of one load. */
export interface Measure {
  /** Responses per second. */
  rate: number;
  /** Milliseconds. */
  p50: number;
  p99: number;
  /** Microseconds of processor time per response, by process; absent where the system does not report it. */
  processor?: Processor;
}

/** By process. A server's processor time includes all its threads, PostgreSQL's includes all its connections. */
export interface Processor {
  server: number;
  postgres: number;
}

/** Seconds that do not count, then seconds that do. */
export interface Span {
  warmUp: number;
  seconds: number;
}

/** @param times milliseconds that each response took */
export function summary(times: number[], seconds: number): Measure {
  if (times.length === 0) throw new Error('No response in time');
  const sorted = times.sort((a, b) => a - b);
  const percentile = (share: number): number => sorted[Math.ceil(sorted.length * share) - 1] ?? NaN;
  return { rate: sorted.length / seconds, p50: percentile(0.5), p99: percentile(0.99) };
}

/** The medians of several measures. */
export function typical(measures: Measure[]): Measure {
  const of = (figure: (measure: Measure) => number): number => median(measures.map(figure));
  const { rate, p50, p99 } = { rate: of((one) => one.rate), p50: of((one) => one.p50), p99: of((one) => one.p99) };
  if (!measures.every(({ processor }) => processor)) return { rate, p50, p99 };
  const each = (which: keyof Processor): number => of(({ processor }) => processor?.[which] ?? NaN);
  return { rate, p50, p99, processor: { server: each('server'), postgres: each('postgres') } };
}

export function median(numbers: number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] ?? NaN) + (sorted[Math.ceil(middle)] ?? NaN)) / 2;
}
