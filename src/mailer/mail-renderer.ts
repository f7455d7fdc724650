import { Injectable } from '@nestjs/common';
import type { IntlMessageFormat } from 'intl-messageformat';
import { TenantsService } from '../tenants/tenants.service.js';
import { type MailWords, htmlOf, textOf } from './mail-frame.js';
import type { MailContent, MailKind } from './mail-kinds.js';
import { lookUpLanguage } from './mail-language.js';
import type { MailText } from './mail-text.js';
import { type MailVariables, variablesOf } from './mail-variables.js';
import { builtInTexts } from './texts/built-in-texts.js';

/** A mail that can be sent. */
export interface RenderedMail {
  /** A BCP 47 tag. */
  language: string;
  subject: string;
  text: string;
  html: string;
}

/** The language of the last resort. */
const FALLBACK = 'en';

type Message = Pick<IntlMessageFormat, 'format'>;

/** A text whose ICU messages are parsed. */
interface ParsedText {
  subject: Message;
  preheader: Message;
  paragraphs: Message[];
  button?: Message;
  notes: Message[];
}

/** Renders mails in the language of the customer and the form of the tenant. */
@Injectable()
export class MailRenderer {
  /** As many as there are built-in texts. */
  private readonly parsed = new Map<MailText, ParsedText>();

  constructor(private readonly tenants: TenantsService) {}

  /**
   * Renders a mail of the current tenant.
   *
   * @param language the language that the customer prefers; that of the tenant if there is no text in this language
   */
  async render<Kind extends MailKind>(
    kind: Kind,
    content: MailContent<Kind>,
    language: string | null,
  ): Promise<RenderedMail> {
    const { brand, preferredLanguage } = this.tenants.settings;
    const shop = brand.name || this.tenants.current;
    const wanted = [language, preferredLanguage];
    const found = lookUpLanguage(wanted, Object.keys(builtInTexts)) ?? FALLBACK;
    const text = (builtInTexts[found] ?? builtInTexts[FALLBACK])?.[kind];
    if (!text) throw new Error(`There is no text for ${kind}`);
    const { link } = content as { link?: string };
    const words = wordsOf(await this.parse(text, found), variablesOf(kind, content, shop), found, link);
    return {
      language: found,
      subject: words.subject,
      text: textOf(words, shop, brand),
      html: htmlOf(words, shop, brand),
    };
  }

  private async parse(text: MailText, language: string): Promise<ParsedText> {
    const known = this.parsed.get(text);
    if (known) return known;
    const { IntlMessageFormat: Format } = await import('intl-messageformat');
    const message = (source: string): Message => new Format(source, language, FORMATS, OPTIONS);
    const parsed = {
      subject: message(text.subject),
      preheader: message(text.preheader),
      paragraphs: text.paragraphs.map(message),
      ...(text.button !== undefined && { button: message(text.button) }),
      notes: text.notes.map(message),
    };
    this.parsed.set(text, parsed);
    return parsed;
  }
}

/** HTML in a message is text. */
const OPTIONS = { ignoreTag: true };

/** The time zone of the reader is unknown. These values are merged into the library's styles. */
const IN_UTC = Object.fromEntries(['short', 'medium', 'long', 'full'].map((style) => [style, { timeZone: 'UTC' }]));

const FORMATS = { date: IN_UTC, time: IN_UTC };

function wordsOf(
  { subject, preheader, paragraphs, button, notes }: ParsedText,
  variables: MailVariables,
  language: string,
  link: string | undefined,
): MailWords {
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
