import { commonWords } from './common-words.js';

/** Keys that lie side by side, and characters that follow each other. They are read in both directions. */
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
  // Down the keyboard, and to and fro.
  ...['1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik,9ol.0p;/', 'qazwsxedcrfvtgbyhnujmikolp', 'qazxswedcvfrtgbnhyujm'],
  ...['1q2w3e4r5t6y7u8i9o0p', 'qawsedrftgyhujikolp', 'azsxdcfvgbhnjmk', '12qw34er56ty78ui90op'],
  // By twos, and the keys of a telephone.
  ...['1357924680', '147258369', '159357', '789456123', '147896325', '123698745', '1346798520'],
];

/** All steps of three keys. */
const steps = new Set([...rows, ...rows.map((row) => [...row].reverse().join(''))].flatMap(triples));

/** What people write in the place of a letter. */
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

/** A word may stand between so many digits and signs that do not follow each other. */
const MOST_AROUND = 5;

/** Of two common words in a row, one letter more is a guess too many. */
const LONGEST_PAIR = 14;

/**
 * Whether a password is among the first that are guessed: a common word, a word of its context, or a way over the
 * keyboard, in any case, with digits and signs around it, twice, or with look-alikes for letters. As NIST SP 800-63B-4
 * 3.1.1.2 asks, the password as a whole is compared: a phrase that holds a common word is as good as any.
 *
 * @param context names that somebody who guesses would try here: the shop's, the customer's own
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

/** In one case and form, without what separates words. */
function squeezed(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s._-]+/gu, '');
}

/** Without the digits and signs around it. */
function core(text: string): string {
  return text.replace(/^[^\p{L}]+|[^\p{L}]+$/gu, '');
}

/** Whether it is nothing but a way over the keyboard, a sequence, a date or few characters again and again. */
function isWalk(text: string): boolean {
  if (/^\d{1,8}$/.test(text) || new Set(text).size <= 2) return true;
  const [even, odd] = [0, 1].map((first) => [...text].filter((_, index) => index % 2 === first).join(''));
  return [[text], [text.replace(/(.)\1+/gu, '$1')], [even ?? '', odd ?? '']].some((parts) =>
    parts.every((part) => part.length > 2 && strayIn(part) * 4 <= part.length),
  );
}

/** How many characters belong to no way of three keys or more. */
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

/** Whether it is a word with no more around it than a guess would put there. */
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
    if (odd.length > MOST_AROUND || word === '') return false;
    return [...new Set([word, readable(word), readable(word, 'l')])].some(
      (form) => isWord(form) || isPair(form, isWord) || (around.length > 0 && isWalk(form)),
    );
  });
}

function isPair(text: string, isWord: (word: string) => boolean): boolean {
  if (text.length > LONGEST_PAIR) return false;
  for (let at = 2; at <= text.length - 2; at++) {
    if (isWord(text.slice(0, at)) && isWord(text.slice(at))) return true;
  }
  return false;
}

/** With letters for what looks like them. @param one what a 1 is read as */
function readable(text: string, one = 'i'): string {
  return [...text]
    .map((character) => (character === '1' || character === '|' ? one : (lookalikes[character] ?? character)))
    .join('');
}
