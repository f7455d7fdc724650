import { type Html, html } from '../common/html.js';
import type { DocumentedCaller, DocumentedApi, Field } from './callers.js';

const ICON =
  'data:image/svg+xml,' +
  encodeURIComponent(
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><rect width="16" height="16" rx="3" fill="#0f5f56"/>' +
      '<path fill="none" stroke="#fff" stroke-width="1.5" d="M6 4 3 8l3 4M10 4l3 4-3 4"/></svg>',
  );

const documents: Record<DocumentedApi, { name: string; path: string }> = {
  emporix: { name: 'Emporix API', path: '/docs' },
  glue: { name: 'Glue API', path: '/docs/glue' },
};

/**
 * The page for the document of an API. Swagger UI shows the document, and the bar above it gets tokens.
 *
 * @param hasStartPage whether `/` is the start page
 */
export function documentPage(api: DocumentedApi, callers: DocumentedCaller[], hasStartPage: boolean): string {
  const { name, path } = documents[api];
  const brand = html`Foyer <span>API</span>`;
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>Foyer: ${name}</title>
        <link rel="icon" href="${ICON}" />
        <link rel="stylesheet" href="/docs/assets/swagger-ui.css" />
        <link rel="stylesheet" href="/docs/assets/docs.css" />
      </head>
      <body data-document="${path}/json">
        <header class="bar">
          <h1 class="brand">${hasStartPage ? html`<a href="/">${brand}</a>` : brand}</h1>
          <nav aria-label="Documents">
            ${Object.keys(documents).map((other) => linkTo(other as DocumentedApi, api))}
          </nav>
          <section id="callers" aria-label="Callers" data-api="${api}">
            <p>Send requests as</p>
            ${callers.map(callerForm)}
            <p class="outcome" role="status"></p>
          </section>
        </header>
        <main id="swagger-ui"></main>
        <noscript><p>This page requires JavaScript. The OpenAPI document is at ${path}/json.</p></noscript>
        <script src="/docs/assets/swagger-ui-bundle.js"></script>
        <script type="module" src="/docs/assets/docs.js"></script>
      </body>
    </html> `.text;
}

function linkTo(api: DocumentedApi, current: DocumentedApi): Html {
  const { name, path } = documents[api];
  return html`<a href="${path}" ${api === current ? html`aria-current="page"` : []}>${name}</a>`;
}

/** Only a button if all values are known, otherwise a form that a click opens. */
function callerForm({ kind, label, firstOperation = '', fields }: DocumentedCaller): Html {
  const isComplete = fields.every(({ value }) => value !== undefined);
  if (isComplete) {
    return html`<form class="caller" data-kind="${kind}" data-first-operation="${firstOperation}">
      ${fields.map(({ name, value = '' }) => html`<input type="hidden" name="${name}" value="${value}" />`)}
      <button>${label}</button>
    </form>`;
  }
  return html`<details class="caller" name="caller">
    <summary>${label}</summary>
    <form data-kind="${kind}" data-first-operation="${firstOperation}">
      ${fields.map(fieldInput)}<button>Get a token</button>
    </form>
  </details>`;
}

/** `autocomplete` is off, so that browsers do not store the values. */
function fieldInput({ name, label, optional = false }: Field): Html {
  const type = name === 'password' || name === 'client_secret' ? 'password' : 'text';
  return html`<label
    >${label}${optional ? ' (optional)' : ''}
    <input
      name="${name}"
      type="${type}"
      ${optional ? [] : html`required`}
      autocomplete="off"
      autocapitalize="none"
      spellcheck="false"
      maxlength="512"
  /></label>`;
}
