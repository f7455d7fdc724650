import { ByteBudget, type Release } from './byte-budget.js';

const small = { total: 10, perHolder: 6, maxWaiting: 3, maxWait: 50 };

/** Waits until all promises that can settle have settled. */
const settle = (): Promise<void> => new Promise((done) => setImmediate(done));

describe('a byte budget', () => {
  const overloaded = expect.objectContaining({ code: 'overloaded' }) as unknown;

  it('grants free bytes, and caps a reservation at the share of its holder', async () => {
    const budget = new ByteBudget(small);
    const release = await budget.reserve('a', 1000);
    expect(budget.used).toBe(6);
    release();
    release();
    expect(budget.used).toBe(0);
  });

  it('limits one holder, and leaves the rest for others', async () => {
    const budget = new ByteBudget(small);
    await budget.reserve('a', 6);
    await expect(budget.reserve('a', 1)).rejects.toEqual(overloaded);
    await budget.reserve('b', 4);
    expect(budget.used).toBe(10);
  });

  it('rejects at once if the queue is full, and otherwise after the maximum wait', async () => {
    const budget = new ByteBudget(small);
    await budget.reserve('a', 6);
    const waiting = [1, 2, 3].map(() => budget.reserve('a', 1));
    await expect(budget.reserve('a', 1)).rejects.toEqual(overloaded);
    for (const one of waiting) await expect(one).rejects.toEqual(overloaded);
    expect(budget.used).toBe(6);
  });

  it('grants waiting holders in turn', async () => {
    const budget = new ByteBudget({ ...small, perHolder: 10, maxWait: 5000 });
    const releases: Release[] = [await budget.reserve('a', 10)];
    const order: string[] = [];
    for (const holder of ['a', 'a', 'b']) {
      void budget.reserve(holder, 10).then((release) => {
        order.push(holder);
        releases.push(release);
      });
    }
    for (let count = 0; count < 3; count++) {
      await settle();
      releases.pop()?.();
    }
    await settle();
    releases.pop()?.();
    expect(order).toEqual(['a', 'b', 'a']);
  });

  it('does not let small reservations overtake a large one that waits', async () => {
    const budget = new ByteBudget({ ...small, perHolder: 10, maxWait: 5000 });
    const release = await budget.reserve('a', 5);
    const order: string[] = [];
    void budget.reserve('b', 8).then(() => order.push('large'));
    void budget.reserve('c', 2).then(() => order.push('small'));
    await settle();
    expect(order).toEqual([]);
    release();
    await settle();
    expect(order).toEqual(['large', 'small']);
  });

  it('grants a waiting reservation when the one before it times out', async () => {
    const budget = new ByteBudget({ ...small, perHolder: 10 });
    await budget.reserve('a', 5);
    const large = budget.reserve('b', 8);
    const next = budget.reserve('c', 2);
    await expect(large).rejects.toEqual(overloaded);
    await next;
    expect(budget.used).toBe(7);
  });
});
