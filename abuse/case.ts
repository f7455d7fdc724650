import { isDeepStrictEqual } from 'node:util';
import { setTimeout as sleep } from 'node:timers/promises';
import type { World } from './world.ts';

/** One line of the report. */
export interface Case {
  number: number;
  /** The action of the attacker or the fault, and how often it happens. */
  title: string;
  /**
   * @returns the observed result, for the report
   * @throws CaseFailed if a requirement is not met, NotRun if the case cannot run here
   */
  run: (world: World) => Promise<string>;
}

export class CaseFailed extends Error {}

export class NotRun extends Error {}

/** A case that cannot run from outside, or whose feature is not built. */
export function notRun(number: number, reason: string): Case {
  return { number, title: '', run: () => Promise.reject(new NotRun(reason)) };
}

/** @throws CaseFailed */
export function assertEqual(subject: string, actual: unknown, expected: unknown): void {
  if (!isDeepStrictEqual(actual, expected)) {
    throw new CaseFailed(`${subject}: expected ${abbreviate(expected)}, got ${abbreviate(actual)}`);
  }
}

/**
 * @param requirement what must be true
 * @throws CaseFailed
 */
export function assert(requirement: string, condition: boolean, actual?: unknown): void {
  if (condition) return;
  throw new CaseFailed(`not true: ${requirement}${actual === undefined ? '' : `, got ${abbreviate(actual)}`}`);
}

export function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

/** Calls `work` `count` times, one call after the other. */
export async function inSequence<T>(count: number, work: (index: number) => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  for (let index = 0; index < count; index++) results.push(await work(index));
  return results;
}

/** Calls `work` `count` times at once. */
export async function inParallel<T>(count: number, work: (index: number) => Promise<T>): Promise<T[]> {
  return Promise.all(Array.from({ length: count }, (_, index) => work(index)));
}

function abbreviate(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text?.length > 160 ? `${text.slice(0, 160)} …` : text;
}

/**
 * Checks the condition ten times a second until it is true.
 *
 * @throws CaseFailed after `seconds`
 */
export async function waitUntil(
  requirement: string,
  condition: () => boolean | Promise<boolean>,
  seconds = 20,
): Promise<void> {
  for (const deadline = Date.now() + seconds * 1000; !(await condition()); await sleep(100)) {
    if (Date.now() > deadline) throw new CaseFailed(`still not true after ${seconds} s: ${requirement}`);
  }
}
