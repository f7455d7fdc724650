import { IntlMessageFormat } from 'intl-messageformat';
import { type MailKind, exampleContents, mailKinds } from '../mail-kinds.js';
import type { MailText } from '../mail-text.js';
import { mailVariables } from '../mail-variable-types.js';
import { builtInTexts } from './built-in-texts.js';

/** A part of a parsed message: of a choice, `options` has the messages. */
interface MessagePart {
  type: number;
  value?: string;
  options?: Record<string, { value: MessagePart[] }>;
}

/** The types of the parts that name a variable: argument, number, date, time, select and plural. */
const NAMING = [1, 2, 3, 4, 5, 6];

function* namesIn(parts: MessagePart[]): Generator<string> {
  for (const { type, value = '', options = {} } of parts) {
    if (NAMING.includes(type)) yield value;
    for (const option of Object.values(options)) yield* namesIn(option.value);
  }
}

const parsed = (message: string, language: string): MessagePart[] =>
  new IntlMessageFormat(message, language, undefined, { ignoreTag: true }).getAst();

const messagesOf = ({ subject, preheader, paragraphs, button, notes }: MailText): string[] => [
  subject,
  preheader,
  ...paragraphs,
  ...(button === undefined ? [] : [button]),
  ...notes,
];

const textOf = (kind: MailKind, language: string): MailText => {
  const text = builtInTexts[language]?.[kind];
  if (!text) throw new Error(`${kind} has no text in ${language}`);
  return text;
};

/** The variables of a text. Not every language has the first name in its greeting. */
const variablesIn = (kind: MailKind, language: string): string[] => {
  const names = messagesOf(textOf(kind, language)).flatMap((message) => [...namesIn(parsed(message, language))]);
  return [...new Set(names)].filter((name) => !/^(hasF|f)irstName$/.test(name)).sort();
};

const languages = Object.keys(builtInTexts);

describe('the built-in texts', () => {
  it('exist in seven languages', () =>
    expect(languages.toSorted()).toEqual(['de', 'en', 'es', 'fr', 'it', 'nl', 'pl']));

  describe.each(languages)('in %s', (language) => {
    it('exist for every kind, and for nothing else', () =>
      expect(Object.keys(builtInTexts[language] ?? {}).sort()).toEqual(mailKinds.toSorted()));

    it.each(mailKinds)('of %s use only the variables of the kind, the same ones in each language', (kind) => {
      for (const message of messagesOf(textOf(kind, language))) {
        expect(mailVariables(kind).map(({ name }) => name)).toEqual(
          expect.arrayContaining([...namesIn(parsed(message, language))]),
        );
      }
      expect(variablesIn(kind, language)).toEqual(variablesIn(kind, 'en'));
    });

    it.each(mailKinds)('of %s have a button if and only if the kind has a link', (kind) =>
      expect(textOf(kind, language).button !== undefined).toBe('link' in exampleContents[kind]),
    );

    it.each(mailKinds)('of %s differ from those in the other languages', (kind) => {
      const { subject, paragraphs } = textOf(kind, language);
      for (const other of languages.filter((candidate) => candidate !== language)) {
        const text = textOf(kind, other);
        expect(subject).not.toBe(text.subject);
        for (const paragraph of paragraphs) expect(text.paragraphs).not.toContain(paragraph);
      }
    });

    it.each(mailKinds)('of %s have the typography of print', (kind) => {
      for (const message of messagesOf(textOf(kind, language))) {
        // A straight apostrophe would also begin a quotation in ICU messages.
        expect(message).not.toMatch(/['"]|\.\.|\s-\s| {2}|^\s|\s$/);
        if (language === 'fr') expect(message).not.toMatch(/[^\u00a0\u202f][;:!?]/);
      }
    });
  });
});
