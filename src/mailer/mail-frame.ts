import type { Brand } from '../tenants/tenant-settings.js';

/** The words of a mail, without markup. */
export interface MailWords {
  /** A BCP 47 tag. */
  language: string;
  subject: string;
  preheader: string;
  paragraphs: string[];
  link?: { url: string; label: string };
  notes: string[];
}

/** Returns the plain text of a mail. Its lines are not wrapped, because clients wrap them to the width of the screen. */
export function textOf({ paragraphs, link, notes }: MailWords, shop: string, { footer }: Brand): string {
  const signature = ['-- ', shop, ...(footer ? [footer] : [])].join('\n');
  return [...paragraphs, ...(link ? [`${link.label}:\n${link.url}`] : []), ...notes, signature].join('\n\n') + '\n';
}

/**
 * Returns the HTML of a mail. It has tables and inline styles, because many clients know nothing else; the style element
 * is for dark mode. It is readable without images.
 */
export function htmlOf(words: MailWords, shop: string, brand: Brand): string {
  const { language, subject, preheader, paragraphs, link, notes } = words;
  const name = escape(shop);
  const header = brand.logoUrl
    ? `<img src="${escape(brand.logoUrl)}" alt="${name}" height="40" style="display:block;border:0;height:40px;font-weight:bold">`
    : `<strong>${name}</strong>`;
  const button = link
    ? `<p style="margin:24px 0"><a href="${escape(link.url)}" style="display:inline-block;padding:12px 24px;border-radius:6px;` +
      `background:${brand.color};color:${textColorOn(brand.color)};font-weight:bold;text-decoration:none">${escape(link.label)}</a></p>`
    : '';
  return `<!doctype html>
<html lang="${escape(language)}" dir="${directionOf(language)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escape(subject)}</title>
<style>${DARK}</style>
</head>
<body style="margin:0;padding:0;background:#f4f4f5">
<div style="display:none">${escape(preheader)}</div>
<table role="presentation" class="page" width="100%" cellpadding="0" cellspacing="0" style="background:#f4f4f5">
<tr><td align="center" style="padding:24px 12px">
<table role="presentation" class="card" width="100%" cellpadding="0" cellspacing="0" style="max-width:560px;background:#ffffff;border-radius:8px">
<tr><td class="text" style="padding:28px 28px 8px;${FONT};font-size:18px">${header}</td></tr>
<tr><td class="text" style="padding:8px 28px 20px;${FONT}">
${paragraphs.map(paragraph).join('\n')}
${button}
${notes.map(paragraph).join('\n')}
</td></tr>
</table>
<p class="footer" style="max-width:560px;margin:16px 0 0;${FONT};font-size:13px;color:#52525b">${lines(brand.footer || shop)}</p>
</td></tr>
</table>
</body>
</html>
`;
}

const FONT =
  'font-family:system-ui,-apple-system,Segoe UI,Roboto,Arial,sans-serif;font-size:16px;line-height:1.5;color:#18181b';

const DARK =
  ':root{color-scheme:light dark}@media (prefers-color-scheme:dark){body,.page{background:#18181b!important}' +
  '.card{background:#27272a!important}.text{color:#fafafa!important}.footer{color:#d4d4d8!important}}';

const paragraph = (text: string): string => `<p style="margin:0 0 16px;overflow-wrap:anywhere">${lines(text)}</p>`;

const lines = (text: string): string => escape(text).replaceAll('\n', '<br>');

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

const RIGHT_TO_LEFT = ['ar', 'dv', 'fa', 'he', 'ku', 'ps', 'ug', 'ur', 'yi'];

function directionOf(language: string): 'ltr' | 'rtl' {
  return RIGHT_TO_LEFT.includes(language.split('-')[0] ?? '') ? 'rtl' : 'ltr';
}
