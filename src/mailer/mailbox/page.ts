import { type Html, html } from '../../common/html.js';

/** An envelope; without an icon, browsers would request `/favicon.ico`. */
const ICON =
  'data:image/svg+xml,' +
  encodeURIComponent(
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><path fill="#1d4ed8" d="M1 3h14v10H1z"/>' +
      '<path fill="none" stroke="#fff" d="m1.5 4 6.5 5 6.5-5"/></svg>',
  );

/** A whole page of the mailbox, or another one in its look. @param styles the URLs of further style sheets */
export function page(title: string, body: Html, styles: string[] = []): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${title} – Foyer</title>
        <link rel="icon" href="${ICON}" />
        ${['/mailbox/mailbox.css', ...styles].map((style) => html`<link rel="stylesheet" href="${style}" />`)}
      </head>
      <body>
        ${body}
      </body>
    </html> `.text;
}
