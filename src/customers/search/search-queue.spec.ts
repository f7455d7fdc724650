import type { EntityManager } from '@mikro-orm/postgresql';
import { Config } from '../../config/config.js';
import { RequestScope } from '../../tenants/request-scope.js';
import { defaultSettings } from '../../tenants/tenant-settings.js';
import { SearchQueue } from './search-queue.js';

describe('the queue of searches', () => {
  let queue: SearchQueue;
  /** The running searches, oldest first: the caller, and a function that ends the search. */
  let running: { caller: string; end: () => void }[];
  beforeEach(() => {
    queue = new SearchQueue(Object.assign(new Config(), { databasePool: 10 }));
    running = [];
  });

  /** Runs a search of `tenant/customer`. @returns its outcome */
  const search = async (caller: string, usesPattern = false): Promise<string> => {
    const [tenant = '', customer = ''] = caller.split('/');
    const work = (): Promise<void> => new Promise((resolve) => running.push({ caller, end: resolve }));
    return RequestScope.run({} as EntityManager, async () => {
      const scope = RequestScope.current!;
      scope.enter(tenant, defaultSettings);
      if (customer.startsWith('employee')) scope.actor = { kind: 'employee', id: customer };
      else scope.customer = customer;
      return queue.run({ usesPattern }, work).then(
        () => 'done',
        (error: Error) => error.message,
      );
    });
  };
  const callers = (): string[] => running.map(({ caller }) => caller);
  const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  /** Ends the oldest search, and lets the next one start. */
  const endOldest = async (): Promise<void> => {
    running.shift()?.end();
    await settle();
  };

  it('runs one per caller, two per tenant and four in total at the same time', async () => {
    for (const caller of ['a/1', 'a/1', 'a/2', 'a/3', 'b/1', 'b/2', 'c/1']) void search(caller);
    await settle();
    expect(callers()).toEqual(['a/1', 'a/2', 'b/1', 'b/2']);
  });

  it('prefers the tenant, then the caller, with the fewest running searches', async () => {
    for (const caller of ['a/1', 'a/1', 'a/2', 'a/3', 'b/1', 'b/2', 'c/1']) void search(caller);
    await settle();
    expect(callers()).toEqual(['a/1', 'a/2', 'b/1', 'b/2']);
    await endOldest();
    expect(callers().at(-1)).toBe('c/1');
    await endOldest();
    expect(callers().at(-1)).toBe('a/1');
  });

  it('runs two pattern searches at the same time, at most one of them for customers', async () => {
    for (const caller of ['a/1', 'b/1', 'a/employee1', 'b/employee2']) void search(caller, true);
    await settle();
    expect(callers()).toEqual(['a/1', 'a/employee1']);
    await endOldest();
    expect(callers()).toEqual(['a/employee1', 'b/1']);
  });

  it('rejects searches beyond 20 queued per caller, 60 per tenant and 200 in total', async () => {
    const rejected: string[] = [];
    const flood = async (caller: string, count: number): Promise<number> => {
      const before = rejected.length;
      for (let n = 0; n < count; n++) void search(caller).then((outcome) => rejected.push(outcome));
      await settle();
      return rejected.length - before;
    };
    expect(await flood('a/1', 60)).toBe(60 - 1 - 20);
    expect(await flood('a/2', 60)).toBe(60 - 1 - 20);
    expect(await flood('a/3', 60)).toBe(40);
    expect(await flood('a/4', 60)).toBe(60);
    for (const tenant of ['b', 'c']) for (const caller of ['1', '2', '3']) await flood(`${tenant}/${caller}`, 21);
    expect(await flood('d/1', 60)).toBe(40);
    expect(await flood('e/1', 60)).toBe(60);
    expect(new Set(rejected)).toEqual(new Set(['overloaded']));
  });
});
