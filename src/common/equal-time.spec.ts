import { syncBuiltinESMExports } from 'node:module';
import timers from 'node:timers/promises';
import { inEqualTime } from './equal-time.js';

describe('inEqualTime', () => {
  const ends: (() => void)[] = [];
  beforeAll(() => {
    jest.spyOn(timers, 'setTimeout').mockImplementation((milliseconds) => {
      expect(milliseconds).toBeGreaterThanOrEqual(100);
      return new Promise<never>((end) => ends.push(end as () => void));
    });
    syncBuiltinESMExports();
  });
  afterAll(() => {
    jest.restoreAllMocks();
    syncBuiltinESMExports();
  });

  it('resolves when the time is over, not when the work is done', async () => {
    let resolved = false;
    const result = inEqualTime(async () => {}).then(() => (resolved = true));
    await new Promise(setImmediate);
    expect(resolved).toBe(false);
    ends.forEach((end) => end());
    await result;
  });

  it('rejects with the error of the work', async () => {
    await expect(inEqualTime(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
  });
});
