import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';

/**
 * Updates the changelog and the OpenAPI documents for `npm run release`. `npm version` runs this file twice, with the new
 * version in the variable `npm_new_version`: with `check` before it writes anything, and with `write` before it commits
 * and tags.
 */
const FILE = 'CHANGELOG.md';
const UNRELEASED = '## [Unreleased]\n';

const version = process.env.npm_new_version ?? fail('The version is missing: run "npm run release -- <version>".');
const [introduction = '', sections] = readFileSync(FILE, 'utf8').split(UNRELEASED);
if (sections === undefined) fail(`${FILE} has no section "Unreleased".`);

if (process.argv[2] === 'write') {
  const today = new Date().toISOString().slice(0, 10);
  writeFileSync(FILE, `${introduction}${UNRELEASED}\n## [${version}] - ${today}\n${sections}`);
  for (const document of ['openapi/emporix.json', 'openapi/glue.json']) {
    const content = JSON.parse(readFileSync(document, 'utf8')) as { info: { version: string } };
    content.info.version = version;
    writeFileSync(document, `${JSON.stringify(content, null, 2)}\n`);
  }
} else {
  const [notes = '', ...released] = sections.split(/^## /m);
  if (!/^- \S/m.test(notes)) fail(`${FILE} has no notes in the section "Unreleased": there is nothing to release.`);
  if (released.some((section) => section.startsWith(`[${version}]`))) fail(`${FILE} already has a section ${version}.`);
  const tag = `v${version}`;
  if (execFileSync('git', ['tag', '--list', tag], { encoding: 'utf8' })) fail(`The tag ${tag} already exists.`);
}

function fail(reason: string): never {
  console.error(reason);
  process.exit(1);
}
