import { runWithTimeout } from '../../test/support/run-with-timeout.js';
import type { Failure } from '../common/failure.js';
import { endOfPattern } from './pattern.js';

function errorOf(q: string, enclosed = false): string | undefined {
  try {
    endOfPattern(q, 0, enclosed);
    return undefined;
  } catch (error) {
    return (error as Failure).findings[0]?.message;
  }
}

describe('endOfPattern', () => {
  it.each([
    ['ABC next:1', 'ABC'],
    ['(Yoghurt im) next:1', '(Yoghurt im)'],
    ['a[ )]b\\ c next:1', 'a[ )]b\\ c'],
    ['[]) ]+ next:1', '[]) ]+'],
    ['[^]\\]]x[[:alpha:] ] next:1', '[^]\\]]x[[:alpha:] ]'],
    ['^(a|b)?c{2,50}?$', '^(a|b)?c{2,50}?$'],
    ['(?:ab)+{x}', '(?:ab)+{x}'],
  ])('finds the blank after the pattern of %s', (q, pattern) => {
    expect(q.slice(0, endOfPattern(q, 0, false))).toBe(pattern);
  });

  it.each([
    ['AB CD)', 'AB CD'],
    ['(a) \\) [)]) next:1', '(a) \\) [)]'],
  ])('finds the closing parenthesis after the pattern of %s', (q, pattern) => {
    expect(q.slice(0, endOfPattern(q, 0, true))).toBe(pattern);
  });

  it.each([
    ['', "q, at character 1: a regular expression is missing after '~'"],
    ['***=a', "q, at character 1: a regular expression cannot start with '***'"],
    ['a(b', "q, at character 2: '(' is not closed"],
    ['ab)', "q, at character 3: ')' has no matching '('"],
    ['a[b', "q, at character 2: '[' is not closed, or contains '[.', '[=' or an unknown class"],
    ['[[.a.]]', "q, at character 1: '[' is not closed, or contains '[.', '[=' or an unknown class"],
    ['[^]', "q, at character 1: '[' is not closed, or contains '[.', '[=' or an unknown class"],
    ['[][.x.][](a+)+]', "q, at character 1: '[' is not closed, or contains '[.', '[=' or an unknown class"],
    ['a\\', "q, at character 2: '\\' must be followed by a character"],
    ['(a)\\1', 'q, at character 4: back-references and \\c are not available'],
    ['[\\1]', 'q, at character 1: back-references and \\c are not available'],
    ['\\c(', 'q, at character 1: back-references and \\c are not available'],
    ['a(?=b)', "q, at character 2: of the groups that start with '(?' only '(?:' is available"],
    ['(?i)a', "q, at character 1: of the groups that start with '(?' only '(?:' is available"],
    ['a{51}', "q, at character 2: '{51}' repeats more than 50 times"],
    ['a{1,255}', "q, at character 2: '{1,255}' repeats more than 50 times"],
    ['a{2', "q, at character 2: '{' must begin a repetition such as {2} or {2,5}"],
    ['(a+)+', "q, at character 5: '+' cannot repeat a group that contains a repetition or '|'"],
    ['(?:a|b)*', "q, at character 8: '*' cannot repeat a group that contains a repetition or '|'"],
    ['((a{2})b){3}', "q, at character 10: '{3}' cannot repeat a group that contains a repetition or '|'"],
    ['((a?))*', "q, at character 7: '*' cannot repeat a group that contains a repetition or '|'"],
    ['x'.repeat(201), 'q, at character 1: a regular expression must be no longer than 200 characters'],
  ])('rejects %s', (q, message) => {
    expect(errorOf(q)).toBe(message);
  });

  it.each(['[[:a:]', '[', '(', '[\\'])('reads hundreds of thousands of adversarial %s in linear time', (part) => {
    runWithTimeout(() => errorOf(part.repeat(300_000)));
  });
});
