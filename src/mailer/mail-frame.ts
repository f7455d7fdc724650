import { LRUCache } from 'lru-cache';
import type { Brand } from '../tenants/tenant-settings.js';

/** The text of a mail, without markup. */
export interface FormattedText {
  /** A BCP 47 tag. */
  language: string;
  subject: string;
  preheader: string;
  paragraphs: string[];
  link?: { url: string; label: string };
  notes: string[];
}

/** Returns the plain text of a mail. Its lines are not wrapped, because clients wrap them to the width of the screen. */
export function toPlainText({ paragraphs, link, notes }: FormattedText, shop: string, { footer }: Brand): string {
  const signature = ['-- ', shop, ...(footer ? [footer] : [])].join('\n');
  return [...paragraphs, ...(link ? [`${link.label}\n${link.url}`] : []), ...notes, signature].join('\n\n') + '\n';
}

/** The fixed colors of each theme. In each, the text has a contrast of at least 4.5 to what it is on. */
export const themes = {
  light: { page: '#f4f4f5', card: '#ffffff', text: '#18181b', footer: '#52525b' },
  dark: { page: '#18181b', card: '#27272a', text: '#fafafa', footer: '#d4d4d8' },
};

/**
 * Returns the HTML of a mail. It has tables and inline styles, because many clients support nothing else; the style
 * element is for dark mode. It is readable without images.
 */
export function toHtml(formatted: FormattedText, shop: string, brand: Brand): string {
  const { language, subject, preheader, paragraphs, link, notes } = formatted;
  const direction = directions.memo(language);
  const content = [...paragraphs.map(paragraph), ...(link ? [button(link, brand.color)] : []), ...notes.map(paragraph)];
  return `<!DOCTYPE html>
<html lang="${escape(language)}" dir="${direction}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>${escape(subject)}</title>
<style>${DARK_MODE_STYLE}</style>
</head>
<body class="page" style="margin:0;padding:0;background:${themes.light.page}">
<div style="display:none;mso-hide:all">${escape(preheader)}</div>
<table role="presentation" class="page" lang="${escape(language)}" dir="${direction}" ${FULL_WIDTH}background:${themes.light.page}">
<tbody><tr><td align="center" style="padding:24px 12px">
<table role="presentation" class="card" ${FULL_WIDTH}max-width:560px;background:${themes.light.card};border-radius:8px">
<tbody><tr><td class="text" style="padding:28px 28px 0;${FONT};font-size:20px;font-weight:bold">${header(shop, brand)}</td></tr>
<tr><td class="text" style="padding:24px 28px 12px;${FONT}">
${content.join('\n')}
</td></tr></tbody>
</table>
<table role="presentation" ${FULL_WIDTH}max-width:560px">
<tbody><tr><td class="footer" style="padding:16px 28px;${FONT};font-size:13px;color:${themes.light.footer}">${lines(brand.footer || shop)}</td></tr></tbody>
</table>
</td></tr></tbody>
</table>
</body>
</html>
`;
}

/** The attributes of a table; the rest of its style follows. */
const FULL_WIDTH = 'width="100%" cellpadding="0" cellspacing="0" style="';

const FONT =
  'font-family:system-ui,-apple-system,Segoe UI,Roboto,Arial,sans-serif;font-size:16px;line-height:1.5;' +
  `overflow-wrap:anywhere;text-align:start;color:${themes.light.text}`;

/** A logo may have dark letters on a transparent background, so it keeps a light background. */
const DARK_MODE_STYLE =
  ':root{color-scheme:light dark}@media (prefers-color-scheme:dark){' +
  `.page{background:${themes.dark.page}!important}.card{background:${themes.dark.card}!important}` +
  `.text{color:${themes.dark.text}!important}.footer{color:${themes.dark.footer}!important}` +
  `.logo{background:${themes.light.card};color:${themes.light.text};padding:6px 10px;border-radius:6px}}`;

/** A client that shows no images shows the alternative text in the style of the cell. */
function header(shop: string, { logoUrl }: Brand): string {
  if (logoUrl === '') return escape(shop);
  const size = 'height:40px;width:auto;max-width:100%;object-fit:contain';
  return `<img class="logo" src="${escape(logoUrl)}" alt="${escape(shop)}" height="40" style="border:0;${size}">`;
}

/** The cell gives the button its color in clients that ignore the padding of links. */
function button({ url, label }: { url: string; label: string }, color: string): string {
  const style = `display:inline-block;padding:12px 24px;color:${textColorOn(color)};font-weight:bold;text-decoration:none`;
  return `<table role="presentation" cellpadding="0" cellspacing="0" style="margin:8px 0 24px">
<tbody><tr><td style="background:${color};border-radius:6px;${FONT}"><a href="${escape(url)}" style="${style}">${lines(label)}</a></td></tr></tbody>
</table>`;
}

const paragraph = (text: string): string => `<p style="margin:0 0 16px">${lines(text)}</p>`;

/**
 * Many languages write "e-mail", which looks broken on two lines. Addresses remain unchanged. Each word is searched
 * only once, because a text without spaces can have 100,000 characters.
 */
const lines = (text: string): string =>
  escape(text)
    .replace(/\S+/g, (word) => (word.includes('@') ? word : word.replace(/\be-mail/gi, ON_ONE_LINE)))
    .replaceAll('\n', '<br>');

const ON_ONE_LINE = '<span style="white-space:nowrap">$&</span>';

/** Escapes text for an element or a quoted attribute. */
function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** White or black, whichever has the higher contrast to the color (WCAG 2.2, "contrast ratio"): at least 4.58. */
export function textColorOn(color: string): '#ffffff' | '#000000' {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((start) => {
    const channel = Number.parseInt(color.slice(start, start + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  const luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  return 1.05 / (luminance + 0.05) >= (luminance + 0.05) / 0.05 ? '#ffffff' : '#000000';
}

/**
 * The direction of the script in which a language is usually written, unless its tag names another script. Cached, because
 * it takes a quarter of the time for the HTML.
 */
const directions = new LRUCache<string, 'ltr' | 'rtl'>({
  max: 200,
  memoMethod: (language) => (new Intl.Locale(language).getTextInfo().direction === 'rtl' ? 'rtl' : 'ltr'),
});
