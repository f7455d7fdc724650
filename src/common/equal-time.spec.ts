import { jest } from '@jest/globals';

jest.unstable_mockModule('node:timers/promises', () => ({ setTimeout: waiting }));
const ends: (() => void)[] = [];
function waiting(milliseconds: number): Promise<void> {
  expect(milliseconds).toBeGreaterThanOrEqual(100);
  return new Promise((end) => ends.push(end));
}
const { inEqualTime } = await import('./equal-time.js');

describe('what is done in equal time', () => {
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
