import { runWithTimeout } from '../../test/support/run-with-timeout.js';
import { isCommonPassword } from './common-passwords.js';

describe('a common password', () => {
  it.each([
    ['a popular word', ['password', '123456', 'qwerty', 'iloveyou', 'letmein', 'trustno1', 'dragon', 'monkey']],
    ['in any letter case and Unicode form', ['PassWord', 'ILOVEYOU', 'ｐａｓｓｗｏｒｄ']],
    ['surrounded by digits and symbols', ['password123', 'Summer2026!', '#dragon77', '123monkey', 'password123456789']],
    ['written with look-alike characters', ['P@ssw0rd', 'p4$$w0rd123', '1etmein', 'Adm1n1strator!']],
    ['split by separators', ['i love you', 'pass-word', 'let.me_in', 'new york']],
    ['repeated, or a combination of two', ['dragondragon', 'passpass', 'blackdragon', 'sexymonkey1']],
    ['a keyboard sequence', ['qwertyuiop', 'asdfghjkl', '1qaz2wsx', 'qazwsxedc', '1q2w3e4r5t', 'zaq12wsx', 'йцукен']],
    ['one sequence or several', ['abcdefgh', '987654321', 'abc123', '123qwe456', 'a1b2c3d4', '112233', 'aabbccdd']],
    ['a repetition of a few characters', ['aaaaaa', '121212', 'abcabcabc', '111222']],
    ['only digits, for example a date', ['24121990', '1990-12-24', '010203']],
    ['a word in another language', ['passwort', 'hallo123', 'contrasena', 'azerty', 'schatzi', 'bonjour1', 'gfhjkm']],
  ])('is %s', (_what, passwords) => {
    expect(passwords.filter((password) => !isCommonPassword(password))).toEqual([]);
  });

  it('is the name of the shop or of the customer', () => {
    const context = ['acme', 'Blue Fjord', 'ada.lovelace1815', 'x48201973'];
    const candidates = [
      'acme2026!',
      'ACME-acme',
      'bluefjord',
      'Blue Fjord 1',
      'ada.lovelace',
      'AdaLovelace1815!',
      'x48201973!',
      'Lovelace99',
    ];
    const common = candidates.filter((password) => isCommonPassword(password, context));
    expect(common).toEqual(candidates.slice(0, -1));
    expect(candidates.some((password) => isCommonPassword(password))).toBe(false);
  });

  it.each([
    'old secret words',
    'correct horse battery staple',
    'my dragon ate the password',
    'xK9#mPq2vL',
    'Tr0ub4dor&3',
    'dragon4829107463',
    'фиолетовый бегемот',
    '静かな湖の白い舟',
    'qwertz7kV!mx',
  ])('is not “%s”', (password) => {
    expect(isCommonPassword(password, ['shop', 'ada'])).toBe(false);
  });

  it('is detected quickly even if the password is long', () => {
    for (const password of ['a'.repeat(1024), 'ab1'.repeat(300), 'qwe'.repeat(300), '1a!'.repeat(340)]) {
      runWithTimeout(() => isCommonPassword(password, [password]));
    }
  });
});
