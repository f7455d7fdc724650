import type { RenderedMail } from '../mail-renderer.js';
import { type Html, html } from '../../common/html.js';
import { page } from './page.js';

/** A mail with its envelope. */
export interface MailboxMail extends RenderedMail {
  /** The sender. */
  from: string;
  to: string;
  kind: string;
  createdAt: Date;
}

/**
 * The page with the mails, newest first. It has no scripts.
 *
 * @param to the address to which the list is restricted
 */
export function mailboxPage(mails: MailboxMail[], to: string | undefined): string {
  const none = html`<p class="card">No mail yet.</p>`;
  return page(
    'Mailbox',
    html`<header>
        <h1>Mailbox</h1>
        <p>The mails of the shop, newest first. They stay on this machine unless it has a mail server.</p>
        <form class="search" role="search">
          <label for="to">Recipient</label>
          <input id="to" name="to" type="search" inputmode="email" maxlength="254" value="${to ?? ''}" />
          <button>Show</button>
          ${to ? [html`<a href="/mailbox">All mails</a>`] : []}
        </form>
      </header>
      <main>${mails.length > 0 ? mails.map(mailOf) : none}</main>`,
  );
}

function mailOf(mail: MailboxMail, index: number): Html {
  const { from, to, kind, language, subject, createdAt } = mail;
  const time = createdAt.toISOString();
  return html`<details class="mail card" ${index === 0 ? 'open' : ''}>
    <summary>
      <h2 lang="${language}">${subject}</h2>
      <span class="recipient">${to}</span>
      <time datetime="${time}">${time.slice(0, 19).replace('T', ' ')} UTC</time>
    </summary>
    <dl class="facts">
      <dt>From</dt>
      <dd>${from}</dd>
      <dt>To</dt>
      <dd>${to}</dd>
      <dt>Kind</dt>
      <dd>${kind}</dd>
      <dt>Language</dt>
      <dd>${languages.of(language) ?? language} (${language})</dd>
    </dl>
    <fieldset class="switch">
      <legend>Part</legend>
      <label><input type="radio" name="part-${String(index)}" value="html" checked />HTML</label>
      <label><input type="radio" name="part-${String(index)}" value="text" />Text</label>
    </fieldset>
    ${frameOf(mail)}
    <pre class="text" lang="${language}">${withLinks(mail.text)}</pre>
  </details>`;
}

const languages = new Intl.DisplayNames('en', { type: 'language' });

/** The HTML in a frame without scripts, whose links open a new page. */
function frameOf(mail: MailboxMail): Html {
  const source = mail.html.replace('<head>', '<head><base target="_blank">');
  return html`<iframe
    class="html"
    title="HTML of “${mail.subject}”"
    loading="lazy"
    sandbox="allow-popups allow-popups-to-escape-sandbox"
    srcdoc="${source}"
  ></iframe>`;
}

function withLinks(text: string): Html[] {
  const parts = text.split(/(https?:\/\/\S+)/);
  return parts.map((part, index) => (index % 2 ? html`<a href="${part}" target="_blank">${part}</a>` : html`${part}`));
}
