import { RejectionPace } from './rejection-pace.js';

const PER_MINUTE = 60;
const start = Date.UTC(2026, 10, 29);

/** The waits of rejections at one time, in milliseconds. */
const waits = (pace: RejectionPace, network: string, times: number, now = start): number[] =>
  Array.from({ length: times }, () => pace.next(network, now));

describe('the pace of rejections', () => {
  it('lets those of half a minute leave at once, and delays further ones at the steady rate', () => {
    const pace = new RejectionPace(PER_MINUTE);
    expect(waits(pace, 'a', 30)).toEqual(Array(30).fill(0));
    expect(waits(pace, 'a', 3)).toEqual([1000, 2000, 3000]);
    expect(waits(pace, 'b', 1)).toEqual([0]);
  });

  it('delays none by more than ten seconds', () => {
    const pace = new RejectionPace(PER_MINUTE);
    expect(waits(pace, 'a', 100).at(-1)).toBe(10_000);
    expect(waits(pace, 'a', 1, start + 5000)).toEqual([6000]);
  });

  it('forgets after a quiet time', () => {
    const pace = new RejectionPace(PER_MINUTE);
    waits(pace, 'a', 40);
    expect(waits(pace, 'a', 31, start + 40_000).filter((wait) => wait > 0)).toEqual([1000]);
  });

  it('remembers a limited number of networks', () => {
    const pace = new RejectionPace(PER_MINUTE, 2);
    waits(pace, 'a', 40);
    waits(pace, 'b', 1);
    waits(pace, 'c', 1);
    expect(waits(pace, 'a', 1)).toEqual([0]);
  });

  it('adds no delay if the clock of the process is set back', () => {
    const pace = new RejectionPace(PER_MINUTE);
    const clock = jest.spyOn(Date, 'now').mockReturnValue(start + 86_400_000);
    pace.next('a');
    clock.mockReturnValue(start);
    expect(pace.next('a')).toBe(0);
    clock.mockRestore();
  });
});
