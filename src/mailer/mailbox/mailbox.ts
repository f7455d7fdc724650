import { EntityManager, type FilterQuery } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { normalEmail } from '../../common/email.js';
import { RequestScope } from '../../tenants/request-scope.js';
import { TenantsService } from '../../tenants/tenants.service.js';
import type { MailContent, MailKind } from '../mail-kinds.js';
import { MailRenderer } from '../mail-renderer.js';
import { OutboxMessage } from '../outbox-message.entity.js';
import { Sealer } from '../sealer.js';
import type { MailboxMail } from './mailbox-page.js';

/** A mail with what it contains. */
export interface MailboxEntry extends MailboxMail {
  id: string;
  /** The link, if the mail has one. */
  link: string | null;
  /** The token of the link, if it has one. */
  token: string | null;
  /** The code of a second factor, if the mail has one. */
  code: string | null;
  /** The URL of the tenant's logo, or an empty text. */
  logoUrl: string;
}

/** The mails of all tenants that are not sent because there is no mail server. */
@Injectable()
export class Mailbox {
  constructor(
    private readonly em: EntityManager,
    private readonly tenants: TenantsService,
    private readonly renderer: MailRenderer,
    private readonly sealer: Sealer,
  ) {}

  /** Returns the latest 100 mails, newest first. @param to an address; all addresses if omitted */
  async latest(to: string | undefined): Promise<MailboxEntry[]> {
    return this.find(to ? { recipient: normalEmail(to) } : {}, 'desc', 100);
  }

  /**
   * Returns the oldest mail to an address.
   *
   * @param kind any kind if omitted
   * @param except the ids of mails to leave out
   */
  async oldest(to: string, kind: MailKind | undefined, except: string[]): Promise<MailboxEntry | undefined> {
    const where = { recipient: normalEmail(to), id: { $nin: except }, ...(kind && { kind }) };
    const [mail] = await this.find(where, 'asc', 1);
    return mail;
  }

  /** Mails that were encrypted with another secret are left out. */
  private async find(where: FilterQuery<OutboxMessage>, order: 'asc' | 'desc', limit: number): Promise<MailboxEntry[]> {
    const messages = await this.em.find(
      OutboxMessage,
      { $and: [{ sealed: { $ne: null } }, where] },
      { filters: { tenant: false }, orderBy: { createdAt: order, id: order }, limit, disableIdentityMap: true },
    );
    const mails = messages.flatMap((message) => {
      const content = this.open(message);
      return content ? [{ message, content }] : [];
    });
    return Promise.all(mails.map((mail) => RequestScope.run(this.em, () => this.render(mail.message, mail.content))));
  }

  private open({ sealed, id }: OutboxMessage): MailContent | undefined {
    try {
      return this.sealer.open(sealed ?? new Uint8Array(), id) as MailContent;
    } catch {
      return undefined;
    }
  }

  private async render(
    { tenant, id, kind, recipient, language, createdAt }: OutboxMessage,
    content: MailContent,
  ): Promise<MailboxEntry> {
    await this.tenants.enter(tenant);
    const rendered = await this.renderer.render(kind, content, language ?? null);
    const { link = null, token = null, code = null } = content as { link?: string; token?: string; code?: string };
    const { mailFrom, brand } = this.tenants.settings;
    const { logoUrl } = brand;
    return { id, from: mailFrom, to: recipient, kind, ...rendered, link, token, code, createdAt, logoUrl };
  }
}
