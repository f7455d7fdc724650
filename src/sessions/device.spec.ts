import { deviceOf } from './device.js';

describe('a device', () => {
  it('is the trimmed User-Agent', () => {
    expect(deviceOf(' Mozilla/5.0 (X11; Linux x86_64) ')).toBe('Mozilla/5.0 (X11; Linux x86_64)');
  });

  it('is truncated to 200 characters', () => {
    expect(deviceOf('a'.repeat(201))).toBe('a'.repeat(200));
    expect(deviceOf('a'.repeat(199) + '😀')).toBe('a'.repeat(199) + '\ufffd');
  });

  it('contains no character that cannot be stored', () => {
    expect(deviceOf('curl\0/8\ud83d')).toBe('curl/8\ufffd');
  });

  it.each([undefined, '', ' ', '\0'])('is null for %j', (userAgent) => {
    expect(deviceOf(userAgent)).toBeNull();
  });
});
