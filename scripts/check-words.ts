import { readFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';

/*
 * Reports words that this project does not use, in the code, the pages and the OpenAPI documents. They are unusual in
 * technical English, or there is a standard term for them (`docs/glossary.md`). Part of `npm run lint`.
 */

const PATHS = [
  'src',
  'backoffice',
  'clients',
  'examples',
  'test',
  'tour',
  'abuse',
  'benchmark',
  'soak',
  'docs',
  'openapi',
  'scripts',
  'README.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  '.github',
];

/** Common passwords, merged migrations, and this list. */
const EXEMPT = ['src/passwords/common-words.ts', 'src/migrations/', 'scripts/check-words.ts'];

const WORDS = [
  'askers?',
  'comers?',
  'whence',
  'whoever',
  'somebody',
  'made up',
  '(?:is|are) needed',
  'heeded',
  'let be',
  'told',
  'carry on',
  'carries on',
  'goes on',
  'lives on',
  'shut out',
  'lapsed',
  '(?:first|second) dialect',
  'dead (?:tokens?|sessions?)',
  '(?:tokens?|sessions?) (?:is|are) dead',
];

const forbidden = new RegExp(`\\b(?:${WORDS.join('|')})\\b`, 'i');

/** The words of a line, with those of `camelCase` and `snake_case` names separated. */
function wordsOf(line: string): string {
  return line.replace(/([a-z])([A-Z])/g, '$1 $2').replace(/[_-]+/g, ' ');
}

const files = execFileSync('git', ['ls-files', '--', ...PATHS], { encoding: 'utf8' })
  .split('\n')
  .filter(Boolean);
const findings = files
  .filter((file) => !EXEMPT.some((path) => file.startsWith(path)))
  .flatMap((file) =>
    readFileSync(file, 'utf8')
      .split('\n')
      .flatMap((line, index) => {
        const [word] = forbidden.exec(wordsOf(line)) ?? [];
        return word ? [`${file}:${index + 1}: "${word}"`] : [];
      }),
  );

for (const finding of findings) console.error(finding);
if (findings.length > 0) {
  console.error(`${findings.length} uses of words that docs/glossary.md replaces.`);
  process.exitCode = 1;
}
