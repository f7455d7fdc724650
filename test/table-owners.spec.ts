import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** Files that name a table of another folder: the name below `src`, the text, and the table. */
const violatingFiles: [title: string, file: string, text: string, table: string][] = [
  ['a statement reads it', 'limits/planted-1.ts', 'export const text = `select 1\n  from customers c`;', 'customers'],
  [
    'a statement joins it after a value',
    'privacy/planted-2.ts',
    'export const text = (rows: string) => `select 1 from ${rows} r join accounts a using (email)`;',
    'accounts',
  ],
  [
    'a condition qualifies a column',
    'auth/planted-3.ts',
    "export const text = 'sessions.ended_at is null';",
    'sessions',
  ],
  [
    'a template qualifies any column',
    'auth/planted-4.ts',
    'export const text = (column: string) => `consents.${column} is null`;',
    'consents',
  ],
  [
    'a query selects from it',
    'customers/search/planted-5.ts',
    "export const query = (db: Queries) => db.selectFrom('addresses as a');",
    'addresses',
  ],
  [
    'a query joins it',
    'companies/planted-6.ts',
    "export const query = (query: Query) => query.leftJoin('accounts', 'email', 'id');",
    'accounts',
  ],
  [
    'a type declares it',
    'addresses/planted-7.ts',
    "export type Tables = Record<'customers', Record<'id', string>>;",
    'customers',
  ],
  [
    'an interface declares it',
    'mailer/planted-8.ts',
    'export interface Tables {\n  one_time_tokens: Record<string, string>;\n}',
    'one_time_tokens',
  ],
  ['a value is its name', 'import/planted-9.ts', "export const table = 'legal_entities';", 'legal_entities'],
  ['a file outside of the folders reads it', 'planted-10.ts', "export const text = 'select from tenants';", 'tenants'],
];

describe('the owner of a table', () => {
  const copy = mkdtempSync(path.join(tmpdir(), 'foyer-tables-'));
  let findings: string[];

  beforeAll(() => {
    const project = path.join(import.meta.dirname, '..');
    cpSync(path.join(project, 'src'), path.join(copy, 'src'), { recursive: true });
    for (const [, file, text] of violatingFiles) writeFileSync(path.join(copy, 'src', file), `${text}\n`);
    const check = path.join(project, 'scripts/check-tables.ts');
    const { stderr, status } = spawnSync(process.execPath, [check], { cwd: copy, encoding: 'utf8' });
    expect(status).toBe(1);
    findings = stderr.split('\n').filter((line) => line.startsWith('src/'));
  }, 60_000);

  afterAll(() => rmSync(copy, { recursive: true }));

  it.each(violatingFiles)('is another folder when %s', (_title, file, _text, table) => {
    const found = findings.filter((line) => line.startsWith(`src/${file}:`));
    expect(found).toEqual([expect.stringContaining(`"${table}" belongs to `)]);
  });

  it('is the folder itself in all other files', () => {
    expect(findings.filter((line) => !line.includes('planted'))).toEqual([]);
  });
});
