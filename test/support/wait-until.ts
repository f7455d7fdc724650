import { setTimeout as sleep } from 'node:timers/promises';

/** Waits until `look` returns a truthy value, and returns it. The timeout only guards against hangs. */
export async function waitUntil<T>(
  what: string,
  condition: () => T | Promise<T>,
  { seconds = 15, every = 50 }: { seconds?: number; every?: number } = {},
): Promise<NonNullable<T>> {
  for (const deadline = Date.now() + seconds * 1000; ; await sleep(every)) {
    const found = await condition();
    if (found) return found;
    if (Date.now() > deadline) throw new Error(`Timed out after ${seconds} s: waited until ${what}`);
  }
}
