import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { Clock } from '../common/clock.js';
import { assertVersion } from '../common/expected-version.js';
import { Failure, invalid } from '../common/failure.js';
import { forUpdate, transaction, violates } from '../database/database.js';
import { collectionFull } from '../database/maximum.js';
import { History } from '../history/history.service.js';
import { SecurityLog } from '../history/security-log.js';
import { type MailKind, exampleContents, mailKinds } from '../mailer/mail-kinds.js';
import { isLanguageTag } from '../mailer/mail-language.js';
import { MailRenderer, type RenderedMail } from '../mailer/mail-renderer.js';
import { assertMailText } from '../mailer/mail-text-check.js';
import type { MailText } from '../mailer/mail-text.js';
import { Outbox } from '../mailer/outbox.service.js';
import { OwnText } from '../mailer/own-text.entity.js';
import { builtInTexts } from '../mailer/texts/built-in-texts.js';
import type { Caller } from '../sessions/access/caller.js';
import { TenantsService } from '../tenants/tenants.service.js';
import { EmployeesService } from './employees.service.js';

/** Whether a text is that of Foyer or that of the tenant. */
export type TextSource = 'builtin' | 'own';

/** A text of a kind in a language. */
export interface ListedText {
  kind: MailKind;
  language: string;
  source: TextSource;
  /** Increases with each change; 0 for a built-in text. */
  version: number;
}

export interface StoredText extends ListedText {
  text: MailText;
}

/** The time in which test mails are counted, in seconds. */
const HOUR = 3600;

/** The texts of a tenant's mails: its own ones, and the built-in ones that apply where it has none. */
@Injectable()
export class MailTextsService {
  constructor(
    private readonly em: EntityManager,
    private readonly tenants: TenantsService,
    private readonly renderer: MailRenderer,
    private readonly outbox: Outbox,
    private readonly employees: EmployeesService,
    private readonly history: History,
    private readonly securityLog: SecurityLog,
    private readonly clock: Clock,
  ) {}

  /** Lists the texts that apply, sorted by kind and language. */
  async list(): Promise<ListedText[]> {
    // Without the column `text`: the texts of a tenant can have 10 MB in total.
    const own = await this.em.find(OwnText, {}, { fields: ['kind', 'language', 'version'] });
    const listed = own.map(({ kind, language, version }): ListedText => ({ kind, language, source: 'own', version }));
    const builtIn = builtInList().map(({ text: _, ...rest }) => rest);
    return effectiveTexts(listed, builtIn);
  }

  /** Returns the texts that apply, sorted by kind and language. */
  async all(): Promise<StoredText[]> {
    return effectiveTexts((await this.em.find(OwnText, {})).map(ownText), builtInList());
  }

  /** @throws Failure `mail_text_not_found`, `invalid_input` if the language is invalid */
  async get(kind: string, language: string): Promise<StoredText> {
    const known = knownKind(kind, language);
    const own = await this.em.findOne(OwnText, { kind: known, language });
    if (own) return ownText(own);
    const text = builtInTexts[language]?.[known];
    if (!text) throw notFound(kind, language);
    return builtInText(known, language, text);
  }

  /**
   * Creates or replaces the own text.
   *
   * @param expectedVersion the version that the change is based on, 0 for the built-in text; undefined for no check
   * @throws Failure `mail_text_not_found` for an unknown kind, `invalid_input`, `stale_version`, `collection_full`
   */
  async put(kind: string, language: string, text: MailText, expectedVersion?: number): Promise<StoredText> {
    const known = knownKind(kind, language);
    await this.check(known, language, text);
    const put = async (em: EntityManager): Promise<OwnText> => {
      const key = { kind: known, language };
      const present = await em.findOne(OwnText, key, forUpdate);
      assertVersion(expectedVersion, present?.version ?? 0);
      const change = { text, updatedAt: this.clock.now() };
      const own = present ?? em.create(OwnText, { ...key, tenant: this.tenants.current, ...change });
      await em.persist(Object.assign(own, change)).flush();
      await this.history.recordForTenant('mail_text_changed', { mail: kind, language });
      return own;
    };
    try {
      const own = await transaction(this.em, put);
      this.securityLog.record('mail_text_changed', { kind, language });
      return ownText(own);
    } catch (error) {
      if (!violates(error, 'mail_texts_pkey')) throw collectionFull(error) ?? error;
      // A concurrent request has created it. A change without a version replaces it, unless its transaction has failed.
      if (expectedVersion === undefined && !this.em.isInTransaction()) return this.put(kind, language, text);
      throw new Failure('stale_version', { cause: error, facts: { version: '1' } });
    }
  }

  /** Deletes the own text, so that the built-in one applies. @throws Failure `mail_text_not_found`, `invalid_input` */
  async remove(kind: string, language: string): Promise<void> {
    await transaction(this.em, async (em) => {
      const removed = await em.nativeDelete(OwnText, { kind: knownKind(kind, language), language });
      if (removed === 0) throw notFound(kind, language);
      await this.history.recordForTenant('mail_text_removed', { mail: kind, language });
    });
    this.securityLog.record('mail_text_removed', { kind, language });
  }

  /**
   * Renders the example content.
   *
   * @param text the text to render; the one that applies if omitted
   * @throws Failure `mail_text_not_found`, `invalid_input`
   */
  async preview(kind: string, language: string, text?: MailText): Promise<RenderedMail> {
    const known = knownKind(kind, language);
    if (text) await this.check(known, language, text);
    const shown = text ?? (await this.get(kind, language)).text;
    return this.renderer.renderText(known, exampleContents[known], shown, language);
  }

  /**
   * Sends a mail with the example content to the employee who calls.
   *
   * @throws Failure `employee_required` for a service, `mail_text_not_found`, `invalid_input`, `too_many_requests`
   */
  async sendTest(kind: string, language: string, caller: Caller): Promise<void> {
    if (caller.kind !== 'employee') throw new Failure('employee_required');
    const text = await this.get(kind, language);
    const { email } = await this.employees.get(caller.id);
    const sent = await transaction(this.em, () => this.outbox.addExample(text.kind, email, language));
    if (!sent) throw new Failure('too_many_requests', { facts: { seconds: String(HOUR) } });
  }

  /** @throws Failure `invalid_input` */
  async check(kind: MailKind, language: string, text: MailText): Promise<void> {
    const { brand } = this.tenants.settings;
    await assertMailText(kind, text, language, { name: this.renderer.shopName, brand });
  }
}

function ownText({ kind, language, text, version }: OwnText): StoredText {
  return { kind, language, source: 'own', version, text };
}

function builtInText(kind: MailKind, language: string, text: MailText): StoredText {
  return { kind, language, source: 'builtin', version: 0, text };
}

function builtInList(): StoredText[] {
  return Object.entries(builtInTexts).flatMap(([language, texts]) =>
    mailKinds.map((kind) => builtInText(kind, language, texts[kind])),
  );
}

/** The tenant's own texts, and the built-in ones that they do not replace, sorted by kind and language. */
function effectiveTexts<Text extends ListedText>(own: Text[], builtIn: Text[]): Text[] {
  const replaced = new Set(own.map(keyOf));
  const texts = [...own, ...builtIn.filter((text) => !replaced.has(keyOf(text)))];
  return texts.sort((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1));
}

function keyOf({ kind, language }: ListedText): string {
  return `${kind} ${language}`;
}

/** @throws Failure `invalid_input` if the language is invalid, `mail_text_not_found` for an unknown kind */
function knownKind(kind: string, language: string): MailKind {
  if (!isLanguageTag(language)) {
    throw invalid('language', 'language must be a language tag in its canonical form, such as de, de-AT or zh-Hant');
  }
  const known = mailKinds.find((name) => name === kind);
  if (!known) throw notFound(kind, language);
  return known;
}

function notFound(kind: string, language: string): Failure {
  return new Failure('mail_text_not_found', { facts: { kind, language } });
}
