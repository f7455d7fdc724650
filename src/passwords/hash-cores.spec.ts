import { HashCores } from './hash-cores.js';

/** The free cores after each second, in which the main thread was busy for that share of the time. */
function freeAfter(cores: number, ...shares: number[]): number[] {
  let share = 0;
  const second = () => ({ active: 1000 * share, idle: 1000 * (1 - share), utilization: share });
  const hashCores = new HashCores(cores, second);
  return shares.map((next) => {
    share = next;
    return hashCores.free;
  });
}

describe('the cores for hashes', () => {
  it('are all cores while the main thread has time', () => {
    expect(freeAfter(4, 0.1, 0.7)).toEqual([4, 4]);
  });

  it('are one fewer while the main thread is busy, and all again afterwards', () => {
    expect(freeAfter(4, 0.9, 0.2)).toEqual([3, 4]);
  });

  it('are at least one', () => {
    expect(freeAfter(1, 1)).toEqual([1]);
  });

  it('do not change within a second', () => {
    const hashCores = new HashCores(2, () => ({ active: 999, idle: 0, utilization: 1 }));
    expect(hashCores.free).toBe(2);
  });
});
