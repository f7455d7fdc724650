import { Secret } from 'otpauth';
import { stepOf } from './totp.js';

const secret = Secret.fromLatin1('12345678901234567890').base32;

describe('the codes of an authenticator app', () => {
  // The last six digits of the codes for SHA1 in appendix B of RFC 6238.
  it.each([
    ['1970-01-01T00:00:59Z', '287082', 1],
    ['2005-03-18T01:58:29Z', '081804', 37037036],
    ['2005-03-18T01:58:31Z', '050471', 37037037],
    ['2009-02-13T23:31:30Z', '005924', 41152263],
    ['2033-05-18T03:33:20Z', '279037', 66666666],
    ['2603-10-11T11:33:20Z', '353130', 666666666],
  ])('are those of RFC 6238 at %s', (time, code, step) => {
    expect(stepOf(code, secret, new Date(time))).toBe(step);
  });

  it('belong to the step of their time, not to that of the comparison', () => {
    const at = (seconds: number): Date => new Date(Date.parse('2009-02-13T23:31:30Z') + seconds * 1000);
    expect([-31, -30, 0, 59, 60].map((seconds) => stepOf('005924', secret, at(seconds)))).toEqual([
      ...[undefined, 41152263, 41152263, 41152263, undefined],
    ]);
  });
});
