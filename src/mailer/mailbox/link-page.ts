import { randomBytes } from 'node:crypto';
import { type Html, html } from '../../common/html.js';
import type { Call, Link, LinkStep } from './link-steps.js';
import { page } from './page.js';

/** The clients that the requests of a page use. */
export interface LinkClients {
  storefrontClientId: string;
  /** The code of the tenant's store in the Glue API, if it has one. */
  store: string | undefined;
}

/** An API with the requests that perform a step. */
interface Choice {
  id: 'emporix' | 'glue';
  name: string;
  requests: { title: string; text: string }[];
}

/** The page behind a link: performs its step with one click, and shows the requests and responses. */
export function linkPage(step: LinkStep, link: Link, clients: LinkClients): string {
  const choices = choicesOf(step, link, clients);
  return page(
    step.title,
    html`<header>
        <a class="back" href="/mailbox">Mailbox</a>
        <h1>${step.title}</h1>
        <p>${step.explanation} In production, a page of your storefront does this.</p>
      </header>
      <main>
        <form class="card" data-success="${step.success}">
          ${choices.length > 1 ? [switchOf(choices)] : []} ${step.setsPassword ? [passwordField()] : []}
          <button class="${step.final ? 'primary final' : 'primary'}">${step.action}</button>
          <p class="outcome" role="status"></p>
        </form>
        <section class="card">
          <h2>Link</h2>
          <dl class="facts">
            <dt>Tenant</dt>
            <dd>${link.tenant}</dd>
            <dt>Token</dt>
            <dd><code id="token">${link.token}</code> <button type="button" id="copy">Copy the token</button></dd>
          </dl>
        </section>
        ${choices.map(requestsOf)}
      </main>
      <noscript><p>The button requires JavaScript.</p></noscript>
      <script type="module" src="/mailbox/link.js"></script>`,
  );
}

function switchOf(choices: Choice[]): Html {
  return html`<fieldset class="switch">
    <legend>API</legend>
    ${choices.map(
      ({ id, name }, index) =>
        html`<label><input type="radio" name="api" value="${id}" ${index === 0 ? 'checked' : ''} />${name}</label>`,
    )}
  </fieldset>`;
}

/** Filled in, so that one click is enough. The password meets the rules of every tenant. */
function passwordField(): Html {
  const suggestion = `New-${randomBytes(9).toString('base64url')}-7`;
  return html`<label class="field"
    >New password <input name="password" value="${suggestion}" required autocomplete="off" spellcheck="false"
  /></label>`;
}

function requestsOf({ id, name, requests }: Choice): Html {
  return html`<section class="card requests" data-api="${id}">
    <h2>Requests to the ${name}</h2>
    ${requests.map(
      ({ title, text }) =>
        html`<article class="exchange">
          <h3>${title}</h3>
          <pre class="request" tabindex="0" role="group" aria-label="Request">${text}</pre>
          <pre class="response" tabindex="0" role="group" aria-label="Response" hidden></pre>
        </article>`,
    )}
  </section>`;
}

function choicesOf(
  { action, emporix, glue }: LinkStep,
  link: Link,
  { storefrontClientId, store }: LinkClients,
): Choice[] {
  const query = new URLSearchParams({ tenant: link.tenant, client_id: storefrontClientId });
  const visitor = `GET /customerlogin/auth/anonymous/login?${query.toString()}`;
  const authorization = 'Authorization: Bearer {access_token}';
  const choices: Choice[] = [
    {
      id: 'emporix',
      name: 'Emporix API',
      requests: [
        { title: 'Get an anonymous token', text: visitor },
        { title: action, text: textOf(emporix(link), authorization, 'application/json') },
      ],
    },
  ];
  if (glue && store !== undefined) {
    const text = textOf(glue(link.token), `Store: ${store}`, 'application/vnd.api+json');
    choices.push({ id: 'glue', name: 'Glue API', requests: [{ title: action, text }] });
  }
  return choices;
}

/** A request as HTTP/1.1 writes it, with a space and the URL instead of the version. `link.js` reads and sends it. */
function textOf({ method, path, body }: Call, header: string, contentType: string): string {
  const head = [`${method} ${path}`, header];
  return body
    ? [...head, `Content-Type: ${contentType}`, '', JSON.stringify(body, null, 2)].join('\n')
    : head.join('\n');
}
