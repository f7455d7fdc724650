import { readFileSync } from 'node:fs';
import { Controller, Get, Header, Query, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Config } from '../../config/config.js';
import { Access } from '../../sessions/access/access.js';
import { linkPage } from './link-page.js';
import { linkSteps } from './link-steps.js';
import { mailboxPage } from './mailbox-page.js';
import { Mailbox, type MailboxEntry } from './mailbox.js';
import { MailboxLinkDto, MailboxMessageDto, MailboxQueryDto } from './mailbox.dto.js';

/** The mailbox of demo and development shows the mails without a mail server. */
@ApiExcludeController()
@Access('public')
@Controller('mailbox')
export class MailboxController {
  private readonly style = asset('mailbox.css');
  private readonly script = asset('link.js');

  constructor(
    private readonly mailbox: Mailbox,
    private readonly config: Config,
  ) {}

  /** Returns the latest mails, newest first; `to` selects one address */
  @Get('messages')
  @Header('Cache-Control', 'no-store')
  async messages(@Query() { to }: MailboxQueryDto): Promise<MailboxMessageDto[]> {
    return (await this.mailbox.latest(to)).map(toMessage);
  }

  /** Returns the same mails as a page */
  @Get()
  @Header('Cache-Control', 'no-store')
  async page(@Query() { to }: MailboxQueryDto, @Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    const latest = await this.mailbox.latest(to);
    // Mails have inline styles and may have a logo. The frames of mails inherit this policy.
    const images = new Set(['data:', ...latest.flatMap(({ logoUrl }) => imageSource(logoUrl))]);
    const allowed = `form-action 'self'; style-src 'self' 'unsafe-inline'; img-src ${[...images].join(' ')}`;
    void reply.headers(pageHeaders(allowed));
    return mailboxPage(latest, to);
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

function toMessage({
  from,
  to,
  kind,
  language,
  subject,
  text,
  html,
  token,
  createdAt,
}: MailboxEntry): MailboxMessageDto {
  return { from, to, kind, language, subject, text, html, token, createdAt };
}

/** Reads a file of this folder. */
function asset(name: string): string {
  return readFileSync(new URL(name, import.meta.url), 'utf8');
}
