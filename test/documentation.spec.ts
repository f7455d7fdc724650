import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pages as readerPages } from './support/doc-samples.js';

const pages = [...readerPages, 'CONTRIBUTING.md', 'SECURITY.md', 'CHANGELOG.md'];

/** The text of a page without its code. */
const proseOf = (page: string): string =>
  readFileSync(page, 'utf8')
    .replace(/^ *```[^]*?^ *```$/gm, '')
    .replace(/`[^`\n]*`/g, '`');

/** The relative links and pictures of a page. */
const linksOf = (page: string): string[] =>
  [...proseOf(page).matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, link = '']) => (/^\w+:/.test(link) ? [] : [link]));

/** The anchors of the headings of a page, as GitHub and VitePress create them. */
const anchorsOf = (page: string): string[] =>
  [...readFileSync(page, 'utf8').matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s-]/gu, '')
      .replaceAll(' ', '-'),
  );

describe('the documentation', () => {
  it.each(pages)('has no broken link: %s', (page) => {
    const broken = linksOf(page).filter((link) => {
      const [path = '', anchor] = link.split('#');
      const target = path === '' ? page : join(dirname(page), path);
      if (!existsSync(target)) return true;
      const file = statSync(target).isDirectory() ? join(target, 'README.md') : target;
      return anchor !== undefined && !anchorsOf(file).includes(anchor);
    });
    expect(broken).toEqual([]);
  });

  it('has an index that links to every page', () => {
    const indexes = ['docs/README.md', 'docs/decisions/README.md'];
    const linked = new Set(indexes.flatMap((index) => linksOf(index).map((link) => join(dirname(index), link))));
    const missing = pages.filter((page) => page.startsWith('docs/') && !linked.has(page) && page !== 'docs/README.md');
    expect(missing).toEqual([]);
  });

  it('has a README of at most 6 KB', () => {
    expect(statSync('README.md').size).toBeLessThanOrEqual(6 * 1024);
  });
});
