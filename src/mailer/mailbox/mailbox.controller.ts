import { readFileSync } from 'node:fs';
import { EntityManager } from '@mikro-orm/postgresql';
import { Controller, Get, Header, Query, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { normalEmail } from '../../common/email.js';
import { Config } from '../../config/config.js';
import { Access } from '../../sessions/access/access.js';
import { RequestScope } from '../../tenants/request-scope.js';
import { TenantsService } from '../../tenants/tenants.service.js';
import type { MailContent } from '../mail-kinds.js';
import { MailRenderer } from '../mail-renderer.js';
import { OutboxMessage } from '../outbox-message.entity.js';
import { Seal } from '../seal.js';
import { linkPage } from './link-page.js';
import { linkSteps } from './link-steps.js';
import { mailboxPage } from './mailbox-page.js';
import { MailboxLinkDto, MailboxMessageDto, MailboxQueryDto } from './mailbox.dto.js';

interface ShownMail {
  mail: MailboxMessageDto;
  logoUrl: string;
}

/** The mailbox of demo and development shows the mails without a mail server. */
@ApiExcludeController()
@Access('public')
@Controller('mailbox')
export class MailboxController {
  private readonly style = asset('mailbox.css');
  private readonly script = asset('link.js');

  constructor(
    private readonly em: EntityManager,
    private readonly tenants: TenantsService,
    private readonly renderer: MailRenderer,
    private readonly seal: Seal,
    private readonly config: Config,
  ) {}

  /** Returns the latest mails, newest first; `to` selects one address */
  @Get('messages')
  @Header('Cache-Control', 'no-store')
  async messages(@Query() { to }: MailboxQueryDto): Promise<MailboxMessageDto[]> {
    return (await this.latest(to)).map(({ mail }) => mail);
  }

  /** Returns the same mails as a page */
  @Get()
  @Header('Cache-Control', 'no-store')
  async page(@Query() { to }: MailboxQueryDto, @Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    const latest = await this.latest(to);
    // Mails have inline styles and may have a logo. The frames of mails inherit this policy.
    const images = new Set(['data:', ...latest.flatMap(({ logoUrl }) => imageSource(logoUrl))]);
    const allowed = `form-action 'self'; style-src 'self' 'unsafe-inline'; img-src ${[...images].join(' ')}`;
    void reply.headers(pageHeaders(allowed));
    return mailboxPage(
      latest.map(({ mail }) => mail),
      to,
    );
  }

  /** Shows a page that performs the step of a link; the demo's mails link to it */
  @Get('link')
  @Header('Cache-Control', 'no-store')
  link(@Query() { for: purpose, ...link }: MailboxLinkDto, @Res({ passthrough: true }) reply: FastifyReply): string {
    const allowed = "style-src 'self'; script-src 'self'; connect-src 'self'; img-src data:";
    void reply.headers(pageHeaders(`form-action 'none'; ${allowed}`));
    const store = this.config.stores.find(({ tenant }) => tenant === link.tenant)?.code;
    return linkPage(linkSteps[purpose], link, { storefrontClientId: `${link.tenant}-storefront`, store });
  }

  @Get('mailbox.css')
  @Header('Content-Type', 'text/css; charset=utf-8')
  @Header('Cache-Control', 'no-cache')
  styleSheet(): string {
    return this.style;
  }

  @Get('link.js')
  @Header('Content-Type', 'text/javascript; charset=utf-8')
  @Header('Cache-Control', 'no-cache')
  linkScript(): string {
    return this.script;
  }

  /** Mails that were encrypted with another secret are left out. */
  private async latest(to: string | undefined): Promise<ShownMail[]> {
    const messages = await this.em.find(
      OutboxMessage,
      { sealed: { $ne: null }, ...(to && { recipient: normalEmail(to) }) },
      { filters: { tenant: false }, orderBy: { createdAt: 'desc', id: 'desc' }, limit: 100 },
    );
    const mails = messages.flatMap((message) => {
      const content = this.open(message);
      return content ? [{ message, content }] : [];
    });
    return Promise.all(mails.map((mail) => RequestScope.run(this.em, () => this.render(mail.message, mail.content))));
  }

  private open({ sealed, id }: OutboxMessage): MailContent | undefined {
    try {
      return this.seal.open(sealed ?? new Uint8Array(), id) as MailContent;
    } catch {
      return undefined;
    }
  }

  private async render(message: OutboxMessage, content: MailContent): Promise<ShownMail> {
    const { tenant, kind, recipient, createdAt } = message;
    await this.tenants.enter(tenant);
    const { token = null } = content as { token?: string };
    const rendered = await this.renderer.render(kind, content, message.language ?? null);
    const { mailFrom, brand } = this.tenants.settings;
    return { mail: { from: mailFrom, to: recipient, kind, ...rendered, token, createdAt }, logoUrl: brand.logoUrl };
  }
}

/** A handler sets them, because a rejected request gets JSON. `allowed` is the part of the policy that a page needs. */
function pageHeaders(allowed: string): Record<string, string> {
  return {
    'Content-Type': 'text/html; charset=utf-8',
    'Content-Security-Policy': `default-src 'none'; base-uri 'none'; frame-ancestors 'none'; ${allowed}`,
  };
}

/** CSP 3, 2.3.1: the source of a logo. A host with another character, such as a semicolon, would end the directive. */
function imageSource(logoUrl: string): string[] {
  if (logoUrl === '') return [];
  const { origin } = new URL(logoUrl);
  return /^https:\/\/[\w.:[\]-]+$/.test(origin) ? [origin] : [];
}

/** Reads a file of this folder. */
function asset(name: string): string {
  return readFileSync(new URL(name, import.meta.url), 'utf8');
}
