import { globSync, readFileSync } from 'node:fs';

/** A fenced block of a page. */
export interface Sample {
  page: string;
  line: number;
  language: string;
  text: string;
  /** Why the sample is not run, from the comment in front of it. */
  notRun: string | undefined;
}

/** The pages for readers. Decisions contain no samples. */
export const pages = ['README.md', ...globSync('docs/**/*.md').sort()];

const BLOCK = /(?:^ *<!-- not run: (.+) -->\n\n)?^( *)```(\w*)\n([^]*?)\n^ *```$/gm;

/** The samples of a page, without diagrams. */
export function samplesOf(page: string): Sample[] {
  const source = readFileSync(page, 'utf8');
  return [...source.matchAll(BLOCK)]
    .map(([, notRun, indent = '', language = '', text = ''], index, all) => ({
      page,
      line: source.slice(0, all[index]?.index).split('\n').length,
      language,
      text: text.replaceAll(`\n${indent}`, '\n').slice(indent.length),
      notRun,
    }))
    .filter(({ language }) => language !== 'mermaid');
}
