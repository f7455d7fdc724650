import type { Formatters, IntlMessageFormat, Options } from 'intl-messageformat';
import { LRUCache } from 'lru-cache';
import type { FormattedText } from './mail-frame.js';
import type { MailText } from './mail-text.js';
import type { MailVariables } from './mail-variables.js';

/** An ICU message that is parsed. */
export type Message = Pick<IntlMessageFormat, 'format' | 'getAst'>;

/** A text whose ICU messages are parsed. */
export interface ParsedText {
  subject: Message;
  preheader: Message;
  paragraphs: Message[];
  button?: Message;
  notes: Message[];
}

/** Parses the messages of one language. @throws SyntaxError with a `location` */
export type ParseMessage = (source: string) => Message;

/**
 * Returns the parser of a language. ICU messages are imported at the first mail, because few processes send mails.
 *
 * @param language a BCP 47 tag. A language without data has the rules of English
 */
export async function messageParser(language: string): Promise<ParseMessage> {
  const { IntlMessageFormat: Format } = await import('intl-messageformat');
  return (source) => new Format(source, [language, 'en'], undefined, OPTIONS);
}

export async function parseText(text: MailText, language: string): Promise<ParsedText> {
  const parse = await messageParser(language);
  return {
    subject: parse(text.subject),
    preheader: parse(text.preheader),
    paragraphs: text.paragraphs.map(parse),
    ...(text.button !== undefined && { button: parse(text.button) }),
    notes: text.notes.map(parse),
  };
}

/** @param link the target of the button; undefined if the mail has none */
export function formatText(
  { subject, preheader, paragraphs, button, notes }: ParsedText,
  variables: MailVariables,
  language: string,
  link: string | undefined,
): FormattedText {
  const format = (message: Message): string => String(message.format(variables)).trim();
  const written = (messages: Message[]): string[] => messages.map(format).filter((text) => text !== '');
  return {
    language,
    subject: format(subject),
    preheader: format(preheader),
    paragraphs: written(paragraphs),
    ...(button && link !== undefined && { link: { url: link, label: format(button) } }),
    notes: written(notes),
  };
}

/**
 * The formatters of all messages. Each has data outside of the heap, so a message has none of its own. Times are in UTC,
 * because the time zone of the reader is unknown.
 */
const formatters: Formatters = {
  getNumberFormat: shared((...args: Parameters<Formatters['getNumberFormat']>) => new Intl.NumberFormat(...args)),
  getDateTimeFormat: shared(
    (...[locales, options]: Parameters<Formatters['getDateTimeFormat']>) =>
      new Intl.DateTimeFormat(locales, { ...options, timeZone: 'UTC' }),
  ),
  getPluralRules: shared((...args: Parameters<Formatters['getPluralRules']>) => new Intl.PluralRules(...args)),
};

/** HTML in a message is text. */
const OPTIONS: Options = { ignoreTag: true, captureLocation: true, formatters };

function shared<Args extends unknown[], Formatter extends object>(
  create: (...args: Args) => Formatter,
): (...args: Args) => Formatter {
  const created = new LRUCache<string, Formatter>({ max: 200 });
  return (...args) => {
    const key = JSON.stringify(args);
    const formatter = created.get(key) ?? create(...args);
    created.set(key, formatter);
    return formatter;
  };
}
