import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { anyOf } from '../database/database.js';
import { TenantsService } from '../tenants/tenants.service.js';
import type { MailKind } from './mail-kinds.js';
import { type ParsedText, parseText } from './mail-messages.js';
import type { MailText } from './mail-text.js';
import type { OwnTextTables } from './own-text.entity.js';

/** The size of all cached texts as JSON, in bytes. A parsed text takes about twenty times as much. */
const MAX_CACHED_BYTES = 500_000;

/** The own texts of the tenants, for the rendering of mails. */
@Injectable()
export class OwnTexts {
  /** By language and content, so that a change applies at once in every process. */
  private readonly parsed = new LRUCache<string, ParsedText>({
    maxSize: MAX_CACHED_BYTES,
    sizeCalculation: (_, { length }) => length,
  });

  constructor(
    private readonly em: EntityManager,
    private readonly tenants: TenantsService,
  ) {}

  /**
   * Finds the current tenant's own texts of a kind by their key, in one statement.
   *
   * @param languages BCP 47 tags
   * @returns the texts by language
   */
  async find(kind: MailKind, languages: string[]): Promise<Map<string, MailText>> {
    const rows = await this.em
      .getKysely<OwnTextTables>()
      .selectFrom('mail_texts')
      .select(['language', 'text'])
      .where('tenant', '=', this.tenants.current)
      .where('kind', '=', kind)
      .where('language', '=', anyOf(languages))
      .execute();
    return new Map(rows.map(({ language, text }) => [language, text]));
  }

  /** Parses an own text, unless it is cached. */
  async parse(text: MailText, language: string): Promise<ParsedText> {
    const key = `${language} ${JSON.stringify(text)}`;
    const parsed = this.parsed.get(key) ?? (await parseText(text, language));
    this.parsed.set(key, parsed);
    return parsed;
  }
}
