import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { mailKinds } from '../src/mailer/mail-kinds.js';
import { builtInTexts } from '../src/mailer/texts/built-in-texts.js';
import { type RunResult, runInProcess } from './support/command-line.js';
import { rows } from './support/rows.js';
import { Shop } from './support/shop.js';

const welcome = `welcome:
  subject: Servus bei {shop}
  preheader: ""
  paragraphs:
    - "{hasFirstName, select, yes {Servus {firstName}!} other {Servus!}}"
  button: Zum Shop
  notes: []
`;

describe('mail texts on the command line', () => {
  let shop: Shop;
  let cwd: string;
  beforeAll(async () => {
    shop = await Shop.open();
  });
  beforeEach(() => {
    cwd = mkdtempSync(join(tmpdir(), 'foyer-story-'));
  });
  afterEach(async () => {
    rmSync(cwd, { recursive: true });
    await rows(shop, 'delete from mail_texts');
  });
  afterAll(() => shop.close());

  const foyer = (...args: string[]): Promise<RunResult> => {
    const env = { DATABASE_URL: shop.config.databaseUrl ?? '', STORES: 'DE=shop' };
    return runInProcess(['mail', ...args, '--tenant', 'shop'], { env, cwd, shop });
  };
  const write = (file: string, text: string): void => writeFileSync(join(cwd, file), text);
  const stored = () => rows(shop, 'select kind, language, version from mail_texts order by kind, language');

  it('are stored if they have changed, and written as they were', async () => {
    write('de-AT.yaml', welcome);
    const first = await foyer('push', '.', '--json');
    expect({ ...first, out: JSON.parse(first.out) as unknown }).toEqual({
      code: 0,
      err: '',
      out: [{ file: 'de-AT.yaml', kind: 'welcome', language: 'de-AT' }],
    });
    expect((await foyer('push', '.')).out).toBe('No text has changed.\n');
    expect(await stored()).toEqual([{ kind: 'welcome', language: 'de-AT', version: 1 }]);
    write('de-AT.yaml', welcome.replace('Zum Shop', 'In den Shop'));
    expect((await foyer('push', '.')).out).toContain('de-AT.yaml');
    expect(await stored()).toEqual([{ kind: 'welcome', language: 'de-AT', version: 2 }]);
    const pulled = await foyer('pull', 'texts');
    expect(pulled).toMatchObject({ code: 0, err: '' });
    expect(readdirSync(join(cwd, 'texts'))).toEqual(['de-AT.yaml']);
    expect(readFileSync(join(cwd, 'texts/de-AT.yaml'), 'utf8')).toBe(
      welcome.replace('Zum Shop', 'In den Shop').replace('    - "{has', '    - "{has'),
    );
  });

  it('start from the built-in ones, which do not become own ones without a change', async () => {
    expect((await foyer('pull', '.')).out).toContain('Use --all');
    await foyer('pull', '.', '--all');
    expect(readdirSync(cwd).sort()).toEqual(
      Object.keys(builtInTexts)
        .map((language) => `${language}.yaml`)
        .sort(),
    );
    const en = parse(readFileSync(join(cwd, 'en.yaml'), 'utf8')) as Record<string, unknown>;
    expect(Object.keys(en).sort()).toEqual([...mailKinds].sort());
    expect((await foyer('push', '.')).out).toBe('No text has changed.\n');
    expect(await stored()).toEqual([]);
  });

  it('are all rejected if one is invalid; each error names the file, the kind and the part', async () => {
    write('de-AT.yaml', welcome);
    write('fr.yaml', welcome.replace('{shop}', '{boutique}') + 'newsletter:\n  subject: x\n');
    write('it.yaml', welcome.replace('notes', 'note'));
    write('nl.yaml', 'welcome: [');
    write('de_DE.yaml', welcome);
    write('pl.yaml', '- x');
    write('es.yml', welcome);
    const { code, out, err } = await foyer('push', '.');
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err.trim().split('\n')).toEqual([
      'es.yml: the name must end in .yaml',
      'de_DE.yaml: the name must be a language tag such as de-AT.yaml',
      expect.stringMatching(/^fr.yaml: newsletter: the kind must be one of opt-in, /),
      'it.yaml: welcome: note is not known',
      expect.stringMatching(/^nl.yaml: .* at line 1, column \d+/),
      'pl.yaml: the file must have texts by kind of mail',
      expect.stringMatching(
        /^fr.yaml: welcome: subject has the unknown variable \{boutique\} at line 1, column 12: use /,
      ),
      'Nothing was changed.',
    ]);
    expect(await stored()).toEqual([]);
    expect((await foyer('push', 'nowhere')).err).toContain('nowhere must be a folder with files such as de-AT.yaml.');
  });

  it.each<[title: string, yaml: string | Buffer, error: string]>([
    ['too many aliases', bomb(), 'Excessive alias count'],
    ['an alias of nothing', 'welcome: *nothing', 'Unresolved alias'],
    ['a tag of code', 'welcome: !!js/function "x"', 'Unresolved tag'],
    ['a key twice', welcome + welcome, 'Map keys must be unique'],
    ['two documents', `${welcome}---\n${welcome}`, 'Source contains multiple documents'],
    ['brackets without an end', '['.repeat(20_000), 'Maximum call stack size exceeded'],
    ['another encoding', Buffer.from(welcome, 'utf16le'), ''],
    [
      'half of a character',
      welcome.replace('Zum', '\\uD800').replace(/button: (.*)/, 'button: "$1"'),
      'welcome: button contains a character',
    ],
    ['too many bytes', '#'.repeat(2_000_001), 'the file must have at most 2000000 bytes'],
    ['a kind of the prototype', welcome.replace('welcome', '__proto__'), '__proto__: the kind must be one of'],
  ])('with %s are rejected, and nothing is stored', async (_title, yaml, error) => {
    writeFileSync(join(cwd, 'de.yaml'), yaml);
    const { code, out, err } = await foyer('push', '.');
    expect({ code, out, err }).toEqual({ code: 1, out: '', err: expect.stringContaining(`de.yaml: ${error}`) });
    const lines = err.trim().split('\n');
    expect([lines.length, lines.at(-1)]).toEqual([2, 'Nothing was changed.']);
    expect(await stored()).toEqual([]);
  });

  it('may have Windows line ends and a byte-order mark, and be a link to a file', async () => {
    write('text', `\ufeff${welcome.replaceAll('\n', '\r\n')}`);
    symlinkSync(join(cwd, 'text'), join(cwd, 'de-AT.yaml'));
    expect(await foyer('push', '.')).toMatchObject({ code: 0, err: '' });
    expect(await stored()).toEqual([{ kind: 'welcome', language: 'de-AT', version: 1 }]);
  });

  it('name what is no file, or cannot be written', async () => {
    mkdirSync(join(cwd, 'de.yaml'));
    symlinkSync(join(cwd, 'nothing'), join(cwd, 'fr.yaml'));
    expect((await foyer('push', '.')).err).toBe(
      'de.yaml: it must be a file\nfr.yaml: it must be a file\nNothing was changed.\n',
    );
    expect(await foyer('pull', '.', '--all')).toEqual({
      code: 1,
      out: '',
      err: 'de.yaml cannot be written (EISDIR).\n',
    });
    write('file', '');
    expect((await foyer('pull', 'file', '--all')).err).toBe('file cannot be written (EEXIST).\n');
  });
});

/** Aliases that expand to 9^9 items. */
function bomb(): string {
  const list = (item: string): string => `[${Array.from({ length: 9 }, () => item).join(', ')}]`;
  const names = [...'abcdefghi'];
  return names.map((name, index) => `${name}: &${name} ${list(index ? `*${names[index - 1]}` : 'x')}\n`).join('');
}
