import { EntityManager } from '@mikro-orm/postgresql';
import { Controller, Get, Header, Query } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { normalEmail } from '../common/email.js';
import { Access } from '../sessions/access/access.js';
import { RequestScope } from '../tenants/request-scope.js';
import { TenantsService } from '../tenants/tenants.service.js';
import type { MailContent } from './mail-kinds.js';
import { MailRenderer } from './mail-renderer.js';
import { MailboxLinkDto, MailboxMessageDto, MailboxQueryDto } from './mailbox.dto.js';
import { OutboxMessage } from './outbox-message.entity.js';
import { Seal } from './seal.js';

/** The mailbox of demo and development shows the mails without a mail server. */
@ApiExcludeController()
@Access('public')
@Controller('mailbox')
export class MailboxController {
  constructor(
    private readonly em: EntityManager,
    private readonly tenants: TenantsService,
    private readonly renderer: MailRenderer,
    private readonly seal: Seal,
  ) {}

  /** Returns the latest mails, newest first; `to` selects one address */
  @Get('messages')
  @Header('Cache-Control', 'no-store')
  async messages(@Query() { to }: MailboxQueryDto): Promise<MailboxMessageDto[]> {
    const messages = await this.em.find(
      OutboxMessage,
      { sealed: { $ne: null }, ...(to && { recipient: normalEmail(to) }) },
      { filters: { tenant: false }, orderBy: { createdAt: 'desc', id: 'desc' }, limit: 100 },
    );
    return Promise.all(messages.map((message) => RequestScope.run(this.em, () => this.read(message))));
  }

  /** Returns the same mails as a page with links */
  @Get()
  @Header('Content-Type', 'text/html; charset=utf-8')
  @Header('Cache-Control', 'no-store')
  async page(@Query() query: MailboxQueryDto): Promise<string> {
    const messages = await this.messages(query);
    return page(`<p>Mails of this demo stay here; nothing leaves the machine.</p>
      ${messages.map(letter).join('') || '<p>No mail yet.</p>'}`);
  }

  /** Shows the request of a storefront for the token; the demo's mails link to it */
  @Get('link')
  @Header('Content-Type', 'text/html; charset=utf-8')
  @Header('Cache-Control', 'no-store')
  link(@Query() { for: purpose, token }: MailboxLinkDto): string {
    return page(`<article><h2>Your storefront would take over here</h2>
      <p>This link leads to the storefront of the tenant, which would now send</p>
      ${calls[purpose].map((call) => `<pre>${escape(call)}</pre>`).join('<p>or, with the Glue API,</p>')}
      <p>with the token</p><pre>${escape(token)}</pre></article>`);
  }

  private async read(message: OutboxMessage): Promise<MailboxMessageDto> {
    const { tenant, id, kind, recipient, sealed, createdAt } = message;
    await this.tenants.enter(tenant);
    const content = this.seal.open(sealed ?? new Uint8Array(), id) as MailContent<typeof kind>;
    const { token = null } = content as { token?: string };
    const mail = await this.renderer.render(kind, content, message.language ?? null);
    return { from: this.tenants.settings.mailFrom, to: recipient, kind, ...mail, token, createdAt };
  }
}

/** The requests that a storefront sends: with the Emporix API, and with the Glue API if it has the step too. */
const calls: Record<MailboxLinkDto['for'], string[]> = {
  'password-reset': [
    'POST /customer/{tenant}/password/reset/update {"token": "…", "password": "…"} with an anonymous token',
    'PATCH /customer-restore-password/mine {"data": {"type": "customer-restore-password", "attributes": ' +
      '{"restorePasswordKey": "…", "password": "…", "confirmPassword": "…"}}}',
  ],
  'email-change': [
    'POST /customer/{tenant}/me/accounts/internal/email/change/confirm {"token": "…"} with an anonymous token',
    'POST /customer-email-confirmation {"data": {"type": "customer-email-confirmation", "attributes": ' +
      '{"confirmationKey": "…"}}}',
  ],
  'opt-in': [
    'GET /customer/{tenant}/signup/optin/{token} with an anonymous token',
    'POST /customer-confirmation {"data": {"type": "customer-confirmation", "attributes": {"registrationKey": "…"}}}',
  ],
  erasure: ['POST /customer/{tenant}/erasure/confirm {"token": "…"} with an anonymous token'],
  'link-identity': ['POST /customer/{tenant}/me/identities/confirm {"token": "…"} with an anonymous token'],
};

function letter({ to, kind, subject, text, createdAt }: MailboxMessageDto): string {
  const body = escape(text).replace(/https?:\/\/\S+/g, (url) => `<a href="${url}">${url}</a>`);
  return `<article><h2>${escape(subject)}</h2>
    <p class="facts">${escape(kind)} to <b>${escape(to)}</b>, ${createdAt.toISOString()}</p><pre>${body}</pre></article>`;
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

function page(body: string): string {
  return `<!doctype html><html lang="en"><meta charset="utf-8">
<title>Foyer mailbox</title><style>
body{font:16px/1.5 system-ui,sans-serif;max-width:50rem;margin:2rem auto;padding:0 1rem;color:#222;background:#faf9f7}
article{background:#fff;border:1px solid #ddd;border-radius:8px;padding:0 1.2rem;margin:1rem 0}
h2{font-size:1.1rem;margin-bottom:0}.facts{color:#666;margin-top:0}pre{white-space:pre-wrap;font:inherit}
a{overflow-wrap:anywhere}
</style><h1>Mailbox</h1>${body}</html>`;
}
