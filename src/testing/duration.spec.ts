import { secondsOf } from './duration.js';

describe('a duration', () => {
  it.each([
    ['90s', 90],
    ['15m', 900],
    ['12h', 43_200],
    ['31d', 2_678_400],
    ['0s', 0],
  ])('%s has %d seconds', (text, seconds) => {
    expect(secondsOf(text)).toBe(seconds);
  });

  it.each(['', '31', 'd', '-1d', '1.5h', '1 h', '1w', '100000d', '1d1h'])('cannot be "%s"', (text) => {
    expect(secondsOf(text)).toBeUndefined();
  });
});
