import fc from 'fast-check';
import { textColorOn, themes } from '../src/mailer/mail-frame.js';
import { type MailKind, exampleContents, mailKinds } from '../src/mailer/mail-kinds.js';
import { builtInTexts } from '../src/mailer/texts/built-in-texts.js';
import { mailValidator } from './support/html-validate.js';
import { renderMail, variantsOf } from './support/mails.js';
import { Shop } from './support/shop.js';

const KIB = 1024;
const LOGO = 'https://cdn.example/logo.png?a=1&b=2';

const languages = Object.keys(builtInTexts);
const everyMail = languages.flatMap((language) => mailKinds.map((kind): [MailKind, string] => [kind, language]));

const linkOf = (content: object): string | undefined => (content as { link?: string }).link;

/** Each attribute value and text is escaped, so `&` in a link is `&#38;`. */
const unescaped = (html: string): string =>
  html.replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)));

const occurrences = (text: string, part: string): number => text.split(part).length - 1;

/** WCAG 2.2, "relative luminance". */
function luminance(color: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5]
    .map((start) => Number.parseInt(color.slice(start, start + 2), 16) / 255)
    .map((channel) => (channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** WCAG 2.2, "contrast ratio". */
function contrast(color: string, other: string): number {
  const [darker = 0, lighter = 0] = [luminance(color), luminance(other)].toSorted((a, b) => a - b);
  return (lighter + 0.05) / (darker + 0.05);
}

describe('the form of mails', () => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await Shop.open();
    const footer = 'Acme & Sons Ltd\n1 "High" Street\nLondon <UK>';
    await shop.addTenant('acme', { brand: { name: `Ada's <b>Shop</b> & "Co"`, logoUrl: LOGO, footer } });
  });
  afterAll(() => shop.close());

  it.each(everyMail)('%s in %s is valid HTML of at most 20 KiB', async (kind, language) => {
    for (const tenant of ['shop', 'acme']) {
      const variants = variantsOf(kind);
      for (const content of new Set([variants[0], variants.at(-1)])) {
        if (!content) continue;
        const { html } = await renderMail(shop, kind, content, language, tenant);
        const { results } = await mailValidator.validateString(html);
        expect(results.flatMap(({ messages }) => messages.map(({ ruleId, message }) => ({ ruleId, message })))).toEqual(
          [],
        );
        expect(Buffer.byteLength(html)).toBeLessThanOrEqual(20 * KIB);
      }
    }
  });

  it.each(everyMail)('%s in %s names the shop, and has its link once in each part', async (kind, language) => {
    for (const content of variantsOf(kind)) {
      const mail = await renderMail(shop, kind, content, language, 'acme');
      const [html, link] = [unescaped(mail.html), linkOf(content)];
      expect(mail).toMatchObject({ language });
      expect(mail.html).toContain(`<html lang="${language}" dir="ltr">`);
      for (const part of [html, mail.text]) expect(part).toContain(`Ada's <b>Shop</b> & "Co"`);
      for (const part of [html, mail.text]) expect(occurrences(part, 'https://shop.example/')).toBe(link ? 1 : 0);
      if (link) expect(html).toContain(`href="${link}"`);
      if (link) expect(mail.text.split('\n')).toContain(link);
      for (const part of [mail.subject, mail.text, mail.html]) {
        expect(part).not.toMatch(/\b(undefined|null|NaN|Invalid|1970)\b/);
        expect(part.replace(/<style>.*<\/style>/, '')).not.toMatch(/[{}]/);
      }
      expect(mail.text).not.toMatch(/\n{3}| {2}| \.|\.\./);
    }
  });

  it('escapes the text of the tenant, and is readable without the logo', async () => {
    const { html, text } = await renderMail(shop, 'welcome', exampleContents.welcome, 'en', 'acme');
    expect(html).not.toMatch(/<b>|<UK>/);
    expect(html).toMatch(/<img [^>]*src="https:\/\/cdn\.example\/logo\.png\?a=1&#38;b=2" alt="Ada&#39;s &#60;b&#62;/);
    expect(html).toContain('Acme &#38; Sons Ltd<br>1 &#34;High&#34; Street<br>London &#60;UK&#62;');
    expect(text).toMatch(/\n-- \nAda's <b>Shop<\/b> & "Co"\nAcme & Sons Ltd\n1 "High" Street\nLondon <UK>\n$/);
  });

  it('has the name of the tenant if the shop has no name, and no image', async () => {
    const { subject, html, text } = await renderMail(shop, 'welcome', exampleContents.welcome, 'en');
    expect(subject).toBe('Welcome to shop');
    expect(html).not.toContain('<img');
    expect(text).toMatch(/\n-- \nshop\n$/);
    await shop.addTenant('blank', { brand: { name: '  ' } });
    expect((await renderMail(shop, 'welcome', exampleContents.welcome, 'en', 'blank')).subject).toBe(
      'Welcome to blank',
    );
  });

  it('has tables for the layout only, and hides the preheader', async () => {
    const { html } = await renderMail(shop, 'welcome', exampleContents.welcome, 'en');
    expect(occurrences(html, '<table ')).toBe(occurrences(html, '<table role="presentation" '));
    expect(html).toMatch(/<div style="display:none[^"]*">Thank you for your registration\.<\/div>/);
  });

  it('has a contrast of at least 4.5 in light and dark', async () => {
    for (const { page, card, text, footer } of Object.values(themes)) {
      expect(contrast(text, card)).toBeGreaterThanOrEqual(4.5);
      expect(contrast(footer, page)).toBeGreaterThanOrEqual(4.5);
    }
    const { html } = await renderMail(shop, 'welcome', exampleContents.welcome, 'en', 'acme');
    const fixed = Object.values(themes).flatMap((colors) => Object.values(colors));
    const button = ['#1d4ed8', '#ffffff'];
    expect([...fixed, ...button]).toEqual(expect.arrayContaining(html.match(/#[\da-f]{6}\b/g) ?? ['none']));
  });

  it('has text on a button of any color with a contrast of at least 4.5', () => {
    const color = fc.integer({ min: 0, max: 0xffffff }).map((value) => `#${value.toString(16).padStart(6, '0')}`);
    fc.assert(
      fc.property(color, (value) => contrast(textColorOn(value), value) >= 4.5),
      { numRuns: 2000, examples: [['#000000'], ['#ffffff'], ['#767676'], ['#777777'], ['#ff0000']] },
    );
    expect(textColorOn('#FFFF00')).toBe('#000000');
  });

  it.each([
    ['en', 'before December 31, 2026 to', 'December 6, 2026', /November 29, 2026 at 12:00\sPM \(UTC\)/],
    ['de', 'vor dem 31. Dezember 2026 einmal', '6. Dezember 2026', /am 29\. November 2026 um 12:00 Uhr \(UTC\)/],
    ['fr', 'avant le 31 décembre 2026 pour', '6 décembre 2026', /le 29 novembre 2026 à 12:00 \(UTC\)/],
    ['es', 'antes del 31 de diciembre de 2026 para', '6 de diciembre de 2026', /29 de noviembre de 2026 \(12:00 UTC\)/],
    ['it', 'del giorno 31 dicembre 2026 per', '6 dicembre 2026', /29 novembre 2026 alle ore 12:00 \(UTC\)/],
    ['nl', 'vóór 31 december 2026 één', '6 december 2026', /29 november 2026 om 12:00 uur \(UTC\)/],
    ['pl', 'przed 31 grudnia 2026 r., aby', '6 grudnia 2026 r.', /29 listopada 2026 r\. o godz\. 12:00 \(UTC\)/],
  ])('has dates and times in %s', async (language, until, undo, at) => {
    const text = async (kind: MailKind) => (await renderMail(shop, kind, exampleContents[kind], language)).text;
    expect(await text('migration-reminder')).toContain(until);
    expect(await text('email-changed')).toContain(undo);
    expect(await text('new-device-login')).toMatch(at);
    expect(await text('second-factor-code')).toMatch(/123456\..* 30 min/i);
  });
});
