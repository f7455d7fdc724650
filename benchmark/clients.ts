import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Pool } from 'undici';
import { type Measure, type Processor, type Span, summary } from './measure.ts';

/** Clients of a closed loop, each with one connection. */
export const CONNECTIONS = 32;

/** The mean pause of a client between a response and its next request, in milliseconds. */
const MEAN_PAUSE = 2;

/** Connections of an open loop. More requests than this wait, and their wait counts. */
const MAX_CONNECTIONS = 256;

export interface Request {
  method?: 'GET' | 'POST';
  path: string;
  headers?: Record<string, string>;
  body?: string;
  /** Receives the body of a successful response. */
  onResponse?: (body: string) => void;
}

/** The requests of a load. */
export interface Load {
  url: string;
  /** Returns the next request. */
  next: () => Request;
  /** Text that every correct response contains. */
  expected: string;
}

/** The processor time that the server and PostgreSQL have taken so far, in microseconds. */
export type ReadProcessor = () => Processor | undefined;

/**
 * A closed loop at full load: every client has one connection, waits for its response, pauses for a random time, and
 * sends its next request. The pauses keep the clients out of step with each other.
 *
 * @throws Error with the first wrong response
 */
export async function closedLoop(load: Load, { warmUp, seconds }: Span, read: ReadProcessor): Promise<Measure> {
  const meter = new Meter(warmUp, seconds, read);
  const clients = Array.from({ length: CONNECTIONS }, async () => {
    const connection = new Client(load.url);
    try {
      while (!meter.ended) {
        const start = performance.now();
        await send(connection, load);
        meter.add(start);
        await sleep(Math.random() * 2 * MEAN_PAUSE);
      }
    } finally {
      await connection.close();
    }
  });
  await Promise.all(clients);
  return meter.measure();
}

/**
 * An open loop: requests arrive at random times (a Poisson process), whether or not earlier ones have been answered. A
 * latency counts from the time at which the request was due.
 *
 * @param rate requests per second
 * @throws Error with the first wrong response
 */
export async function openLoop(
  load: Load,
  rate: number,
  { warmUp, seconds }: Span,
  read: ReadProcessor,
): Promise<Measure> {
  const meter = new Meter(warmUp, seconds, read);
  const pool = new Pool(load.url, { connections: MAX_CONNECTIONS });
  const open = new Set<Promise<void>>();
  let failure: unknown;
  try {
    let due = performance.now();
    while (!meter.ended && failure === undefined) {
      due += (-Math.log(1 - Math.random()) * 1000) / rate;
      const wait = due - performance.now();
      if (wait >= 1) await sleep(wait);
      const at = due;
      const request = send(pool, load).then(
        () => meter.add(at),
        (error: unknown) => (failure = error),
      );
      const tracked: Promise<void> = request.then(() => void open.delete(tracked));
      open.add(tracked);
    }
    await Promise.all(open);
  } finally {
    await pool.close();
  }
  if (failure instanceof Error) throw failure;
  return meter.measure();
}

/** Sends requests, a few at a time, until there were so many responses; nothing is measured. */
export async function sendAll(load: Load, amount: number): Promise<void> {
  let sent = 0;
  const clients = Array.from({ length: CONNECTIONS }, async () => {
    const connection = new Client(load.url);
    try {
      while (sent++ < amount) await send(connection, load);
    } finally {
      await connection.close();
    }
  });
  await Promise.all(clients);
}

async function send(connection: Client | Pool, { next, expected }: Load): Promise<void> {
  const { method = 'GET', path, headers, body, onResponse } = next();
  const response = await connection.request({ method, path, headers, body });
  const text = await response.body.text();
  if (response.statusCode > 299 || !text.includes(expected)) {
    throw new Error(`Wrong response to ${method} ${path}: ${response.statusCode} ${text}`);
  }
  onResponse?.(text);
}

/** Collects the latencies between the warm-up and the end, and the processor time in between. */
class Meter {
  private readonly times: number[] = [];
  private readonly from: number;
  private readonly until: number;
  private readonly seconds: number;
  private before: Processor | undefined;
  private after: Processor | undefined;

  constructor(warmUp: number, seconds: number, read: ReadProcessor) {
    this.seconds = seconds;
    this.from = performance.now() + warmUp * 1000;
    this.until = this.from + seconds * 1000;
    setTimeout(() => (this.before = read()), warmUp * 1000);
    setTimeout(() => (this.after = read()), (warmUp + seconds) * 1000);
  }

  get ended(): boolean {
    return performance.now() >= this.until;
  }

  /** @param start when the request was sent or due */
  add(start: number): void {
    const now = performance.now();
    if (now >= this.from && now < this.until) this.times.push(now - start);
  }

  measure(): Measure {
    const measured = summary(this.times, this.seconds);
    const { before, after, times } = this;
    if (!before || !after) return measured;
    const each = (of: keyof Processor): number => (after[of] - before[of]) / times.length;
    return { ...measured, processor: { server: each('server'), postgres: each('postgres') } };
  }
}
