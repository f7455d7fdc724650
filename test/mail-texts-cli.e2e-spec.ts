import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
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
    const { code, out, err } = await foyer('push', '.');
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err.trim().split('\n')).toEqual([
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
});
