import { runWithTimeout } from '../../test/support/run-with-timeout.js';
import { Brand } from '../tenants/tenant-settings.js';
import { toHtml } from './mail-frame.js';

describe('the HTML of a mail', () => {
  it.each([
    ['de', 'ltr'],
    ['ku', 'ltr'],
    ['ar', 'rtl'],
    ['ar-Latn', 'ltr'],
    ['ckb', 'rtl'],
    ['he-IL', 'rtl'],
    ['sd', 'rtl'],
    ['uz-Arab', 'rtl'],
    ['zh-Hant', 'ltr'],
  ])('in %s is written %s', (language, direction) => {
    const html = toHtml({ language, subject: 's', preheader: '', paragraphs: ['p'], notes: [] }, 'Acme', new Brand());
    expect(html.match(/dir="\w+"/g)).toEqual([`dir="${direction}"`, `dir="${direction}"`]);
  });

  const htmlOf = (text: string): string =>
    toHtml({ language: 'en', subject: 's', preheader: '', paragraphs: [text], notes: [] }, 'Acme', new Brand());

  it.each([
    ['Your new E-Mail', 'Your new <span style="white-space:nowrap">E-Mail</span>'],
    ['An e-mail\nto a@shop.example', 'An <span style="white-space:nowrap">e-mail</span><br>to a@shop.example'],
    ['e-mail@shop.example', 'e-mail@shop.example'],
    ['we-mail', 'we-mail'],
  ])('keeps the word e-mail on one line, but does not change an address: %j', (text, html) => {
    expect(htmlOf(text)).toContain(`>${html}</p>`);
  });

  it('renders a long text without spaces in linear time', () => {
    const render = (): number => htmlOf('e-mail-'.repeat(200_000)).length;
    expect(runWithTimeout(render)).toBeGreaterThan(1_400_000);
  });
});
