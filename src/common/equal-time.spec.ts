import { syncBuiltinESMExports } from 'node:module';
import timers from 'node:timers/promises';
import { inEqualTime } from './equal-time.js';

describe('what is done in equal time', () => {
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

  it('is answered when the time is over, not when it is done', async () => {
    let answered = false;
    const answer = inEqualTime(async () => {}).then(() => (answered = true));
    await new Promise(setImmediate);
    expect(answered).toBe(false);
    ends.forEach((end) => end());
    await answer;
  });

  it('fails as the work does', async () => {
    await expect(inEqualTime(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
  });
});
