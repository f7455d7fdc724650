import autocannon from 'autocannon';

/** What the clients ask, over and over. */
export interface Load {
  url: string;
  /** The requests of one connection, asked in turn. */
  requests: (connection: number) => autocannon.Request[];
  /** Stands in every right answer. */
  answer: string;
}

export interface Measure {
  /** Answers per second. */
  rate: number;
  /** Milliseconds. */
  p50: number;
  p99: number;
  /** Microseconds of processor time that each answer took, by process, where they are known. */
  processor?: Processor;
}

/** By process. */
export type Processor = Record<'service' | 'postgres', number>;

/** Seconds that are thrown away, then seconds that count. */
export interface Span {
  warmUp: number;
  seconds: number;
}

export const CONNECTIONS = 32;

/**
 * Asks over all connections for the whole span without a pause, so that nothing left over from the warm-up is worked
 * on unmeasured, and counts the answers after the warm-up.
 *
 * @param processor tells the processor time so far, in microseconds
 * @throws Error with the first wrong answer
 */
export async function measure(
  load: Load,
  { warmUp, seconds }: Span,
  processor: () => Processor | undefined = () => undefined,
): Promise<Measure> {
  const times: number[] = [];
  let [before, after]: (Processor | undefined)[] = [];
  setTimeout(() => (before = processor()), warmUp * 1000);
  setTimeout(() => (after = processor()), (warmUp + seconds) * 1000);
  const from = performance.now() + warmUp * 1000;
  const until = from + seconds * 1000;
  await ask(load, { duration: warmUp + seconds }, (milliseconds) => {
    const now = performance.now();
    if (now >= from && now < until) times.push(milliseconds);
  });
  const measured = summary(times, seconds);
  if (!before || !after) return measured;
  const each = (of: keyof Processor): number => ((after?.[of] ?? NaN) - (before?.[of] ?? NaN)) / times.length;
  return { ...measured, processor: { service: each('service'), postgres: each('postgres') } };
}

/**
 * Asks over all connections, in seconds or until there were so many answers.
 *
 * @throws Error with the first wrong answer
 */
export async function ask(
  { url, requests, answer }: Load,
  span: { duration: number } | { amount: number },
  onAnswer: (milliseconds: number) => void = () => undefined,
): Promise<void> {
  let connection = 0;
  let status = 0;
  let wrong: string | undefined;
  await new Promise<void>((resolve, reject) => {
    const instance = autocannon(
      {
        url,
        connections: CONNECTIONS,
        ...span,
        bailout: 1,
        setupClient: (client) => client.setRequests(requests(connection++)),
        // Called right after the event `response` of the same answer; autocannon's `onResponse` is slow.
        verifyBody: (body) => {
          if (status >= 200 && status <= 299 && String(body).includes(answer)) return true;
          wrong ??= `${status} ${String(body)}`;
          return false;
        },
      },
      (error: Error | null, result) => {
        if (error) reject(error);
        else if (wrong) reject(new Error(`Wrong answer: ${wrong}`));
        else if (result.errors > 0) reject(new Error(`${result.errors} requests failed, ${result.timeouts} too late`));
        else resolve();
      },
    );
    // autocannon's own histogram knows only whole milliseconds.
    instance.on('response', (_client, statusCode, _bytes, milliseconds) => {
      status = statusCode;
      onAnswer(milliseconds);
    });
  });
}

/** @param times milliseconds that each of the answers took */
export function summary(times: number[], seconds: number): Measure {
  if (times.length === 0) throw new Error('No answer in time');
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
  return { rate, p50, p99, processor: { service: each('service'), postgres: each('postgres') } };
}

export function median(numbers: number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] ?? NaN) + (sorted[Math.ceil(middle)] ?? NaN)) / 2;
}

/** The part of the list that is one connection's own. */
export function shareOf<T>(list: T[], connection: number): T[] {
  return list.filter((_item, index) => index % CONNECTIONS === connection);
}
