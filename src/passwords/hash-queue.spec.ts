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
const count = (list: string[], name: string): number => list.filter((bench) => bench === name).length;

describe('the hash queue', () => {
  /** A queue that runs one hash at a time; at 20 ms each, 100 may wait. */
  const newBench = (options = {}): Bench =>
    new Bench(new HashQueue({ concurrency: () => 1, average: 20, batchSize: 1, ...options }));

  const flood = (bench: Bench, callers: string[], times = 1): void => {
    for (const caller of callers) bench.add(caller, times);
  };

  it('alternates between the addresses of a tenant', async () => {
    const bench = newBench();
    flood(bench, ['acme 1'], 5);
    flood(bench, ['acme 2', 'acme 3']);
    await bench.end(6);
    expect(bench.started.slice(0, 4).sort()).toEqual(['acme 1', 'acme 1', 'acme 2', 'acme 3']);
  });

  it('starts the work of a new client before more work of the client that was just served', async () => {
    const bench = newBench();
    flood(bench, ['acme flood'], 20);
    await bench.end(3);
    flood(bench, ['acme 1', 'other 2']);
    const started = bench.started.length;
    await bench.end(2);
    expect(bench.started.slice(started)).toEqual(['acme 1', 'other 2']);
  });

  it('keeps the order of one address', async () => {
    const bench = newBench();
    const order: number[] = [];
    const works = Array.from({ length: 5 }, (_, index) =>
      bench.queue.run({ tenant: 'acme', address: '1' }, () => Promise.resolve(order.push(index))),
    );
    await Promise.all(works);
    expect(order).toEqual([0, 1, 2, 3, 4]);
  });

  it('rejects the work of an address that floods it, and starts that of another one next', async () => {
    const bench = newBench();
    flood(bench, ['acme 1'], 400);
    await nextTick();
    expect(count(bench.rejected, 'acme 1')).toBe(299);
    flood(bench, ['acme 2']);
    await bench.end(2);
    expect(bench.started.slice(1, 3)).toContain('acme 2');
    expect(bench.rejected).not.toContain('acme 2');
  });

  it('accepts work of another address, however slow the work is', async () => {
    const bench = newBench({ average: 60_000 });
    flood(bench, ['acme 1'], 400);
    flood(bench, ['acme 2']);
    await bench.end(2);
    expect(bench.started.slice(1, 3)).toContain('acme 2');
    expect(bench.rejected).not.toContain('acme 2');
  });

  it('serves another tenant while many addresses of one tenant flood it', async () => {
    const bench = newBench();
    flood(bench, names('acme ', 50), 8);
    flood(bench, ['other 1']);
    await bench.end(4);
    expect(bench.started.slice(1, 5)).toContain('other 1');
    expect(bench.rejected).not.toContain('other 1');
  });

  it('serves another address while one address floods it at many tenants', async () => {
    const bench = newBench();
    flood(
      bench,
      names('tenant', 50).map((tenant) => `${tenant} 1`),
      8,
    );
    flood(bench, ['tenant7 2']);
    await bench.end(4);
    expect(bench.started.slice(1, 5)).toContain('tenant7 2');
    expect(bench.rejected).not.toContain('tenant7 2');
  });

  it('shares capacity equally between addresses that always have work', async () => {
    const bench = newBench();
    for (let time = 0; time < 60; time++) {
      for (const caller of ['acme 1', 'acme 2', 'acme 3']) bench.add(caller, 3);
      await bench.end();
    }
    for (const caller of ['acme 1', 'acme 2', 'acme 3']) {
      expect(count(bench.started, caller)).toBeGreaterThanOrEqual(19);
    }
  });

  it('rejects work only after it has waited too long', async () => {
    const bench = newBench({ maxWait: 20 });
    flood(bench, ['acme 1'], 2);
    await bench.rejections(1);
    expect([bench.started, bench.rejected]).toEqual([['acme 1'], ['acme 1']]);
    await bench.end();
    flood(bench, ['acme 1']);
    await bench.end();
    expect(bench.done).toEqual(['acme 1', 'acme 1']);
  });

  it('releases results in batches that are no larger than the number of waiting requests', async () => {
    const bench = newBench({ average: 1, batchSize: 4 });
    flood(bench, ['acme 1'], 10);
    const released: number[] = [];
    for (let time = 0; time < 10; time++) {
      await bench.end();
      released.push(bench.done.length);
    }
    expect(released).toEqual([0, 0, 0, 4, 4, 4, 7, 8, 9, 10]);
  });

  it('releases the result of a caller with nothing else in the queue at once', async () => {
    const bench = newBench({ average: 1, batchSize: 4 });
    flood(bench, ['acme 1'], 10);
    flood(bench, ['acme 2']);
    await bench.end(3);
    expect(bench.done).toEqual(['acme 2']);
    await bench.end(3);
    expect(bench.done).toEqual(['acme 2', 'acme 1', 'acme 1', 'acme 1', 'acme 1']);
  });

  it('releases a batch when the work that it waits for is rejected', async () => {
    const bench = newBench({ average: 1, batchSize: 4, maxWait: 20 });
    flood(bench, ['acme 1'], 5);
    await bench.end();
    expect(bench.done).toEqual([]);
    await bench.rejections(3);
    expect(bench.done).toEqual(['acme 1']);
  });

  it('continues after work that fails', async () => {
    const queue = new HashQueue({ concurrency: () => 1, average: 1, batchSize: 1 });
    const caller = { tenant: 'acme', address: '1' };
    const failed = queue.run(caller, () => Promise.reject(new Error('no memory')));
    const next = queue.run(caller, () => Promise.resolve('done'));
    await expect(failed).rejects.toThrow('no memory');
    expect(await next).toBe('done');
  });
});
