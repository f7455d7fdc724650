import { commonWords } from './common-words.js';

/** Sequences of neighbouring keys or of consecutive characters. They are read in both directions. */
const rows = [
  'abcdefghijklmnopqrstuvwxyz',
  '01234567890',
  'qwertyuiop[]asdfghjkl',
  'qwertzuiopü',
  'azertyuiop',
  'asdfghjkl;',
  'qsdfghjklm',
  'zxcvbnm,./',
  'yxcvbnm',
  'wxcvbn',
  'йцукенгшщзхъ',
  'фывапролджэ',
  'ячсмитьбю',
  '!@#$%^&*()_+',
  // Columns of the keyboard, and zigzags.
  ...['1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik,9ol.0p;/', 'qazwsxedcrfvtgbyhnujmikolp', 'qazxswedcvfrtgbnhyujm'],
  ...['1q2w3e4r5t6y7u8i9o0p', 'qawsedrftgyhujikolp', 'azsxdcfvgbhnjmk', '12qw34er56ty78ui90op'],
  // Every second digit, and patterns on the numeric keypad.
  ...['1357924680', '147258369', '159357', '789456123', '147896325', '123698745', '1346798520'],
];

/** All sequences of three keys. */
const steps = new Set([...rows, ...rows.map((row) => [...row].reverse().join(''))].flatMap(triples));

/** Characters that people write instead of a letter. */
const lookalikes: Record<string, string> = {
  '@': 'a',
  4: 'a',
  3: 'e',
  '€': 'e',
  1: 'i',
  '!': 'i',
  0: 'o',
  $: 's',
  5: 's',
  7: 't',
};

/** The maximum number of digits and signs around a word that do not form a sequence. */
const MAX_AROUND = 5;

/** The longest pair of common words that still counts as common. */
const MAX_PAIR_LENGTH = 14;

/**
 * Whether a password is among those that attackers try first. These are common words, words of the context and keyboard
 * patterns; in any case, surrounded by digits and signs, repeated, or with look-alikes for letters. NIST SP 800-63B-4
 * 3.1.1.2 requires a comparison of the whole password, so a phrase that contains a common word is accepted.
 *
 * @param context names that an attacker would try here: the shop's, the customer's own
 */
export function isCommonPassword(password: string, context: string[] = []): boolean {
  const text = squeezed(password);
  const own = new Set(
    context.flatMap((name) => [squeezed(name), core(squeezed(name))]).filter((word) => word.length > 2),
  );
  const isWord = (word: string): boolean => commonWords.has(word) || own.has(word);
  const unit = /^(.+?)\1+$/u.exec(text)?.[1] ?? text;
  if (unit.length <= 3 && unit !== text) return true;
  return [text, unit].some((form) => isWalk(form) || isDerived(form, isWord));
}

/** Normalises case and Unicode form, and removes the separators between words. */
function squeezed(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s._-]+/gu, '');
}

/** Removes the digits and signs around a word. */
function core(text: string): string {
  return text.replace(/^[^\p{L}]+|[^\p{L}]+$/gu, '');
}

/** Whether the text is only a keyboard pattern, a sequence, a date, or a few repeated characters. */
function isWalk(text: string): boolean {
  if (/^\d{1,8}$/.test(text) || new Set(text).size <= 2) return true;
  const [even, odd] = [0, 1].map((first) => [...text].filter((_, index) => index % 2 === first).join(''));
  return [[text], [text.replace(/(.)\1+/gu, '$1')], [even ?? '', odd ?? '']].some((parts) =>
    parts.every((part) => part.length > 2 && strayIn(part) * 4 <= part.length),
  );
}

/** Counts the characters that belong to no sequence of three or more keys. */
function strayIn(text: string): number {
  let stray = 0;
  for (let at = 0; at < text.length;) {
    const length = walkFrom(text, at);
    if (length === 0) stray++;
    at += Math.max(length, 1);
  }
  return stray;
}

function walkFrom(text: string, start: number): number {
  let end = start;
  while (end + 3 <= text.length && isStep(text.slice(end, end + 3))) end++;
  return end === start ? 0 : end + 2 - start;
}

function isStep(triple: string): boolean {
  return steps.has(triple) || (triple[0] === triple[1] && triple[1] === triple[2]);
}

function triples(row: string): string[] {
  return Array.from({ length: row.length - 2 }, (_, at) => row.slice(at, at + 3));
}

/** Whether the text is a common word, with no more around it than an attacker would try. */
function isDerived(text: string, isWord: (word: string) => boolean): boolean {
  const [, before = '', within = '', after = ''] = /^([^\p{L}]*)(.*?)([^\p{L}]*)$/su.exec(text) ?? [];
  const forms = [
    { word: text, around: [] },
    { word: text.replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, ''), around: [] },
    { word: before + within, around: [after] },
    { word: within + after, around: [before] },
    { word: within, around: [before, after] },
  ];
  return forms.some(({ word, around }) => {
    const odd = around.filter((part) => !isWalk(part)).join('');
    if (odd.length > MAX_AROUND || word === '') return false;
    return [...new Set([word, readable(word), readable(word, 'l')])].some(
      (form) => isWord(form) || isPair(form, isWord) || (around.length > 0 && isWalk(form)),
    );
  });
}

function isPair(text: string, isWord: (word: string) => boolean): boolean {
  if (text.length > MAX_PAIR_LENGTH) return false;
  for (let at = 2; at <= text.length - 2; at++) {
    if (isWord(text.slice(0, at)) && isWord(text.slice(at))) return true;
  }
  return false;
}

/** Replaces look-alikes by letters. @param one the letter that replaces a 1 */
function readable(text: string, one = 'i'): string {
  return [...text]
    .map((character) => (character === '1' || character === '|' ? one : (lookalikes[character] ?? character)))
    .join('');
}
