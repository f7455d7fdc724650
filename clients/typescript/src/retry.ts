/** How requests are retried after 429 and 5xx. Only GET is retried, because a repeated POST could take effect twice. */
export interface RetryOptions {
  /** The maximum number of requests for one call; 3 if omitted. 1 turns retries off. */
  attempts?: number;
  /** The maximum wait before a retry in seconds; 10 if omitted. A call that would have to wait longer fails at once. */
  maxWait?: number;
  /** The timeout of each request in seconds; 30 if omitted. */
  timeout?: number;
}

/** The longest delay of `setTimeout` in seconds. A longer timer fires at once. */
const MAX_TIMER = 2_147_483;

/**
 * Wraps `fetch` with a timeout and retries. A retry waits as long as `Retry-After` requires. Without this header, the
 * first retry waits about 0.5 s, and each further one twice as long.
 */
export function withRetries(
  send: typeof fetch,
  { attempts = 3, maxWait = 10, timeout = 30 }: RetryOptions = {},
): (request: Request) => Promise<Response> {
  return async (request) => {
    for (let attempt = 1; ; attempt++) {
      // Negated, so that NaN does not mean endless retries.
      const isLast = !(attempt < attempts) || request.method !== 'GET';
      const response = await send(request, { signal: firstOf(request.signal, AbortSignal.timeout(timeout * 1000)) });
      if (isLast || (response.status !== 429 && response.status < 500)) return response;
      // Random, so that clients that failed at the same time do not retry at the same time.
      const wait = retryAfter(response) ?? (0.25 + Math.random() / 2) * 2 ** (attempt - 1);
      if (wait > Math.min(maxWait, MAX_TIMER)) return response;
      // A body that has failed cannot be cancelled.
      await response.body?.cancel().catch(() => undefined);
      await pause(wait, request.signal);
    }
  };
}

/** The seconds in the header `Retry-After`, which contains a number or a date; undefined without a valid header. */
export function retryAfter({ headers }: Response): number | undefined {
  const value = headers.get('Retry-After');
  if (value === null) return undefined;
  if (/^\d+$/.test(value)) return Number(value);
  // `Date.parse` accepts almost any text that contains a number, such as `-5`.
  const seconds = value.endsWith(' GMT') ? (Date.parse(value) - Date.now()) / 1000 : NaN;
  return Number.isNaN(seconds) ? undefined : Math.max(0, seconds);
}

/** A signal that aborts as soon as one of the signals does. `AbortSignal.any` requires browsers from 2024 or later. */
function firstOf(...signals: AbortSignal[]): AbortSignal {
  const controller = new AbortController();
  for (const signal of signals) {
    if (signal.aborted) controller.abort(signal.reason);
    signal.addEventListener('abort', () => controller.abort(signal.reason), { once: true });
  }
  return controller.signal;
}

/** @throws the reason of the signal if it aborts */
async function pause(seconds: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  await new Promise<void>((resolve, reject) => {
    const abort = (): void => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', abort);
      resolve();
    }, seconds * 1000);
    signal.addEventListener('abort', abort, { once: true });
  });
}
