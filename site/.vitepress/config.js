import { readFileSync } from 'node:fs';
import { defineConfig } from 'vitepress';

/** The side bar follows the index of the pages. @returns {import('vitepress').DefaultTheme.SidebarItem[]} */
function sidebar() {
  const index = readFileSync(new URL('../../docs/README.md', import.meta.url), 'utf8');
  return index
    .split(/^## /m)
    .slice(1)
    .map((section) => {
      const [text = '', ...lines] = section.split('\n');
      const items = lines.flatMap((line) => {
        const [, name, path] = /^- \[(.+?)\]\((\S+\.md)\)/.exec(line) ?? [];
        return name && path
          ? [{ text: name, link: new URL(path, 'http://site/docs/').pathname.replace(/(README)?\.md$/, '') }]
          : [];
      });
      return { text, items };
    });
}

/** Builds `pages/`, a copy of the documentation. The build fails if a link to another page is broken. */
export default defineConfig({
  title: 'Foyer',
  description: 'A self-hosted customer-account service for headless commerce',
  srcDir: './pages',
  outDir: './dist',
  cacheDir: './.cache',
  rewrites: (id) => id.replace(/(^|\/)README\.md$/, '$1index.md'),
  // Files without a page, which `test/documentation.spec.ts` checks, and the demo on the reader's machine.
  ignoreDeadLinks: [/LICENSE$/, /\.env\.example$/, /^http:\/\/localhost/],
  lastUpdated: false,
  themeConfig: {
    nav: [
      { text: 'Quickstart', link: '/' },
      { text: 'Documentation', link: '/docs/' },
    ],
    sidebar: sidebar(),
    search: { provider: 'local' },
    outline: 'deep',
  },
});
