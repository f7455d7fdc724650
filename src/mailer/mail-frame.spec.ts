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
});
