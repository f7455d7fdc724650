import { isDeepStrictEqual } from 'node:util';
import { setTimeout as sleep } from 'node:timers/promises';
import type { World } from './world.ts';

/** One line of the report. */
export interface Case {
  number: number;
  /** What is tried, and how often. */
  tries: string;
  /**
   * @returns what held
   * @throws Difference when something did not, NotRun when it cannot be tried here
   */
  run: (world: World) => Promise<string>;
}

export class Difference extends Error {}

export class NotRun extends Error {}

/** A case that is not to be tried from outside, or not yet there to try. */
export function notRun(number: number, why: string): Case {
  return { number, tries: '', run: () => Promise.reject(new NotRun(why)) };
}

/** @throws Difference */
export function expect(what: string, got: unknown, wanted: unknown): void {
  if (!isDeepStrictEqual(got, wanted)) throw new Difference(`${what}: expected ${short(wanted)}, got ${short(got)}`);
}

/** @throws Difference */
export function hold(what: string, holds: boolean, got?: unknown): void {
  if (!holds) throw new Difference(`${what}${got === undefined ? '' : `, got ${short(got)}`}`);
}

export function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

/** Does work so many times, one after the other. */
export async function times<T>(count: number, work: (index: number) => Promise<T>): Promise<T[]> {
  const done: T[] = [];
  for (let index = 0; index < count; index++) done.push(await work(index));
  return done;
}

/** Does work so many times, all at once. */
export async function atOnce<T>(count: number, work: (index: number) => Promise<T>): Promise<T[]> {
  return Promise.all(Array.from({ length: count }, (_, index) => work(index)));
}

function short(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text?.length > 160 ? `${text.slice(0, 160)} …` : text;
}

/** Waits until it holds; looks ten times a second. @throws Difference after so many seconds */
export async function until(what: string, holds: () => boolean | Promise<boolean>, seconds = 20): Promise<void> {
  for (const deadline = Date.now() + seconds * 1000; !(await holds()); await sleep(100)) {
    if (Date.now() > deadline) throw new Difference(`waited ${seconds} s in vain until ${what}`);
  }
}
