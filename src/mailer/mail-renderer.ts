import { Injectable, Logger } from '@nestjs/common';
import { TenantsService } from '../tenants/tenants.service.js';
import { type FormattedText, toHtml, toPlainText } from './mail-frame.js';
import type { MailContent, MailKind } from './mail-kinds.js';
import { lookUpLanguage, lookupRange } from './mail-language.js';
import { type ParsedText, parseText, formatText } from './mail-messages.js';
import { findFlaw } from './mail-text-check.js';
import type { MailText } from './mail-text.js';
import { variablesOf } from './mail-variables.js';
import { OwnTexts } from './own-texts.js';
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

/** Renders mails in the language of the customer, with the texts and in the form of the tenant. */
@Injectable()
export class MailRenderer {
  private readonly logger = new Logger('mailer');
  /** As many as there are built-in texts. */
  private readonly parsed = new Map<MailText, ParsedText>();

  constructor(
    private readonly tenants: TenantsService,
    private readonly ownTexts: OwnTexts,
  ) {}

  /**
   * Renders a mail of the current tenant, with its own text if there is one in the language. If that text fails with
   * the content, or the mail would lack its link or code, the built-in text is used.
   *
   * @param language the language that the customer prefers; that of the tenant if there is no text in this language
   */
  async render<Kind extends MailKind>(
    kind: Kind,
    content: MailContent<Kind>,
    language: string | null,
  ): Promise<RenderedMail> {
    const wanted = [language, this.tenants.settings.preferredLanguage, FALLBACK];
    const own = await this.ownTexts.find(kind, lookupRange(wanted));
    const found = lookUpLanguage(wanted, [...own.keys(), ...Object.keys(builtInTexts)]) ?? FALLBACK;
    const text = own.get(found);
    if (text) {
      try {
        const formatted = this.format(kind, await this.ownTexts.parse(text, found), content, found);
        const flaw = findFlaw(formatted, (content as { code?: string }).code);
        if (flaw) throw new Error(flaw.message);
        return this.frame(formatted);
      } catch {
        // The error may contain the message.
        const { current: tenant } = this.tenants;
        this.logger.warn(
          { tenant, kind, language: found },
          "The tenant's own text cannot be rendered: the built-in one is sent",
        );
      }
    }
    const builtIn = lookUpLanguage(wanted, Object.keys(builtInTexts)) ?? FALLBACK;
    return this.frame(this.format(kind, await this.parseBuiltIn(kind, builtIn), content, builtIn));
  }

  /** Renders a mail of the current tenant with a text that is not stored. */
  async renderText<Kind extends MailKind>(
    kind: Kind,
    content: MailContent<Kind>,
    text: MailText,
    language: string,
  ): Promise<RenderedMail> {
    return this.frame(this.format(kind, await parseText(text, language), content, language));
  }

  private format<Kind extends MailKind>(
    kind: Kind,
    parsed: ParsedText,
    content: MailContent<Kind>,
    language: string,
  ): FormattedText {
    const { link } = content as { link?: string };
    return formatText(parsed, variablesOf(kind, content, this.shopName), language, link);
  }

  private frame(formatted: FormattedText): RenderedMail {
    const { language, subject } = formatted;
    const { brand } = this.tenants.settings;
    const { shopName } = this;
    return {
      language,
      subject,
      text: toPlainText(formatted, shopName, brand),
      html: toHtml(formatted, shopName, brand),
    };
  }

  private async parseBuiltIn(kind: MailKind, language: string): Promise<ParsedText> {
    const text = builtInTexts[language]?.[kind];
    if (!text) throw new Error(`There is no text for ${kind}`);
    const parsed = this.parsed.get(text) ?? (await parseText(text, language));
    this.parsed.set(text, parsed);
    return parsed;
  }

  /** The name of the current tenant's shop. */
  get shopName(): string {
    return this.tenants.settings.brand.name.trim() || this.tenants.current;
  }
}
