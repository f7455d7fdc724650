import { setImmediate as nextTick, setTimeout as sleep } from 'node:timers/promises';
import { Failure } from '../common/failure.js';
import { type HashCaller, HashQueue } from './hash-queue.js';

/** Work that ends when the test ends it, in the order in which it started. */
class Bench {
  /** The callers in the order in which their work started. */
  readonly started: string[] = [];
  readonly rejected: string[] = [];
  readonly done: string[] = [];
  private readonly ends: (() => void)[] = [];

  constructor(readonly queue: HashQueue) {}

  /** Adds work of a caller, written as `tenant address`. */
  add(name: string, times = 1): void {
    const [tenant = '', address = ''] = name.split(' ');
    const caller: HashCaller = { tenant, address };
    for (let time = 0; time < times; time++) {
      const work = (): Promise<void> => {
        this.started.push(name);
        return new Promise((end) => this.ends.push(end));
      };
      void this.queue.run(caller, work).then(
        () => this.done.push(name),
        (error: unknown) => {
          expect(error).toEqual(new Failure('overloaded', { facts: { seconds: '2' } }));
          this.rejected.push(name);
        },
      );
    }
  }

  /** Ends part of the running work. */
  async end(times = 1): Promise<void> {
    for (let time = 0; time < times; time++) {
      await nextTick();
      this.ends.shift()?.();
    }
    await nextTick();
  }

  /** Waits until the given amount of work was rejected, but not forever. */
  async rejections(times: number): Promise<void> {
    for (let wait = 0; wait < 100 && this.rejected.length < times; wait++) await sleep(10);
    await nextTick();
  }
}

const names = (prefix: string, count: number): string[] =>
  Array.from({ length: count }, (_, index) => `${prefix}${index + 1}`);
const count = (list: string[], name: string): number => list.filter((each) => each === name).length;

describe('the queue of hashes', () => {
  /** Runs one at a time; at 20 ms each, 100 may wait. */
  const bench = (options = {}): Bench =>
    new Bench(new HashQueue({ concurrency: 1, average: 20, batchSize: 1, ...options }));

  const flood = (each: Bench, callers: string[], times = 1): void => {
    for (const caller of callers) each.add(caller, times);
  };

  it('alternates between the addresses of a tenant', async () => {
    const each = bench();
    flood(each, ['acme 1'], 5);
    flood(each, ['acme 2', 'acme 3']);
    await each.end(6);
    expect(each.started.slice(0, 4).sort()).toEqual(['acme 1', 'acme 1', 'acme 2', 'acme 3']);
  });

  it('keeps the order of one address', async () => {
    const each = bench();
    const order: number[] = [];
    const works = Array.from({ length: 5 }, (_, index) =>
      each.queue.run({ tenant: 'acme', address: '1' }, () => Promise.resolve(order.push(index))),
    );
    await Promise.all(works);
    expect(order).toEqual([0, 1, 2, 3, 4]);
  });

  it('rejects the work of an address that floods it, and starts that of another one next', async () => {
    const each = bench();
    flood(each, ['acme 1'], 400);
    await nextTick();
    expect(count(each.rejected, 'acme 1')).toBe(299);
    flood(each, ['acme 2']);
    await each.end(2);
    expect(each.started.slice(1, 3)).toContain('acme 2');
    expect(each.rejected).not.toContain('acme 2');
  });

  it('has a place for another address, however slow the work is', async () => {
    const each = bench({ average: 60_000 });
    flood(each, ['acme 1'], 400);
    flood(each, ['acme 2']);
    await each.end(2);
    expect(each.started.slice(1, 3)).toContain('acme 2');
    expect(each.rejected).not.toContain('acme 2');
  });

  it('serves another tenant although one tenant’s many addresses flood it', async () => {
    const each = bench();
    flood(each, names('acme ', 50), 8);
    flood(each, ['other 1']);
    await each.end(4);
    expect(each.started.slice(1, 5)).toContain('other 1');
    expect(each.rejected).not.toContain('other 1');
  });

  it('serves another address although one address floods it at many tenants', async () => {
    const each = bench();
    flood(
      each,
      names('tenant', 50).map((tenant) => `${tenant} 1`),
      8,
    );
    flood(each, ['tenant7 2']);
    await each.end(4);
    expect(each.started.slice(1, 5)).toContain('tenant7 2');
    expect(each.rejected).not.toContain('tenant7 2');
  });

  it('shares capacity equally between addresses that always have work', async () => {
    const each = bench();
    for (let time = 0; time < 60; time++) {
      for (const caller of ['acme 1', 'acme 2', 'acme 3']) each.add(caller, 3);
      await each.end();
    }
    for (const caller of ['acme 1', 'acme 2', 'acme 3']) {
      expect(count(each.started, caller)).toBeGreaterThanOrEqual(19);
    }
  });

  it('rejects work that waits too long, and only then', async () => {
    const each = bench({ longestWait: 20 });
    flood(each, ['acme 1'], 2);
    await each.rejections(1);
    expect([each.started, each.rejected]).toEqual([['acme 1'], ['acme 1']]);
    await each.end();
    flood(each, ['acme 1']);
    await each.end();
    expect(each.done).toEqual(['acme 1', 'acme 1']);
  });

  it('releases results in batches that are no larger than the number of waiting requests', async () => {
    const each = bench({ average: 1, batchSize: 4 });
    flood(each, ['acme 1'], 10);
    const released: number[] = [];
    for (let time = 0; time < 10; time++) {
      await each.end();
      released.push(each.done.length);
    }
    expect(released).toEqual([0, 0, 0, 4, 4, 4, 7, 8, 9, 10]);
  });

  it('releases the result of a caller with nothing else in the queue at once', async () => {
    const each = bench({ average: 1, batchSize: 4 });
    flood(each, ['acme 1'], 10);
    flood(each, ['acme 2']);
    await each.end(3);
    expect(each.done).toEqual(['acme 2']);
    await each.end(3);
    expect(each.done).toEqual(['acme 2', 'acme 1', 'acme 1', 'acme 1', 'acme 1']);
  });

  it('releases a batch when the work that it waits for is rejected', async () => {
    const each = bench({ average: 1, batchSize: 4, longestWait: 20 });
    flood(each, ['acme 1'], 5);
    await each.end();
    expect(each.done).toEqual([]);
    await each.rejections(3);
    expect(each.done).toEqual(['acme 1']);
  });

  it('continues after work that fails', async () => {
    const queue = new HashQueue({ concurrency: 1, average: 1, batchSize: 1 });
    const caller = { tenant: 'acme', address: '1' };
    const failed = queue.run(caller, () => Promise.reject(new Error('no memory')));
    const next = queue.run(caller, () => Promise.resolve('done'));
    await expect(failed).rejects.toThrow('no memory');
    expect(await next).toBe('done');
  });
});
