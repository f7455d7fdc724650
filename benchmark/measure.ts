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
}

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
 * @throws Error with the first wrong answer
 */
export async function measure({ url, requests, answer }: Load, { warmUp, seconds }: Span): Promise<Measure> {
  const times: number[] = [];
  const from = performance.now() + warmUp * 1000;
  const until = from + seconds * 1000;
  let connection = 0;
  let status = 0;
  let wrong: string | undefined;
  await new Promise<void>((resolve, reject) => {
    const instance = autocannon(
      {
        url,
        connections: CONNECTIONS,
        duration: warmUp + seconds,
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
      const now = performance.now();
      if (now >= from && now < until) times.push(milliseconds);
    });
  });
  return summary(times, seconds);
}

/** @param times milliseconds that each of the answers took */
export function summary(times: number[], seconds: number): Measure {
  if (times.length === 0) throw new Error('No answer in time');
  const sorted = times.sort((a, b) => a - b);
  const percentile = (share: number): number => sorted[Math.ceil(sorted.length * share) - 1] ?? NaN;
  return { rate: sorted.length / seconds, p50: percentile(0.5), p99: percentile(0.99) };
}

/** The part of the list that is one connection's own. */
export function shareOf<T>(list: T[], connection: number): T[] {
  return list.filter((_item, index) => index % CONNECTIONS === connection);
}
