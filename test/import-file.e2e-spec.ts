import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type RunResult, runInProcess } from './support/command-line.js';
import { dropDatabase, sql } from './support/database.js';
import { newShopDatabase } from './support/server.js';
import { Shop } from './support/shop.js';

/** The hash of `Grüße, Ada`; from `src/passwords/password-formats.spec.ts`. */
const passwordHash = '$2b$05$CCCCCCCCCCCCCCCCCCCCC.DkkKf24wLZhcj/2iT2Rkf39nrXoz4cq';
const hash = '6b5cf6462464e4509cd84343f61914a08fd708fd';

interface Summary {
  rows: number;
  imported: number;
  present: number;
  rejected: number;
  report?: string;
}

describe('the import of a file', () => {
  let database: string;
  let folder: string;
  beforeEach(async () => {
    database = await newShopDatabase();
    folder = mkdtempSync(join(tmpdir(), 'foyer-import-'));
  });
  afterEach(async () => {
    rmSync(folder, { recursive: true });
    await dropDatabase(database);
  });

  function file(name: string, lines: (string | object)[]): string {
    const path = join(folder, name);
    writeFileSync(path, lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n'));
    return path;
  }

  const foyer = (...args: string[]): Promise<RunResult> =>
    runInProcess(args, { env: { DATABASE_URL: database }, cwd: folder });

  async function runImport(path: string, ...options: string[]): Promise<{ code: number; summary: Summary }> {
    const { code, out, err } = await foyer('import', path, '--tenant', 'shop', '--json', ...options);
    if (!out) throw new Error(`foyer import ended with ${code}: ${err}`);
    return { code, summary: JSON.parse(out) as Summary };
  }

  function rejections(
    path: string,
  ): { line: number; code: number; message: string; details?: object[]; item?: object }[] {
    const text = readFileSync(path, 'utf8').trim();
    return text.split('\n').map((line) => JSON.parse(line) as ReturnType<typeof rejections>[number]);
  }

  const customers = async (): Promise<number> => {
    const [row] = await sql<{ count: number }>('select count(*)::int as count from customers', [], database);
    return row?.count ?? 0;
  };

  const item = (i: number): object => ({
    id: `C-${i}`,
    firstName: `Ada ${i}`,
    account: { email: `ada.${i}@example.com`, passwordHash },
  });

  it('imports a thousand rows, and none when it is repeated', async () => {
    const path = file(
      'people.ndjson',
      Array.from({ length: 1000 }, (_, i) => item(i)),
    );
    expect(await runImport(path)).toMatchObject({
      code: 0,
      summary: { rows: 1000, imported: 1000, present: 0, rejected: 0 },
    });
    expect(await customers()).toBe(1000);
    expect(await runImport(path)).toMatchObject({
      code: 0,
      summary: { rows: 1000, imported: 0, present: 1000, rejected: 0 },
    });
    expect(await customers()).toBe(1000);
    expect(existsSync(`${path}.rejected.ndjson`)).toBe(false);
    const [entry] = await sql('select actor_kind, action from history where customer_id = $1', ['C-1'], database);
    expect(entry).toEqual({ actor_kind: 'operator', action: 'customer_imported' });

    const shop = await Shop.open({}, { databaseUrl: database });
    try {
      await shop.logIn({ id: 'C-999', email: 'ada.999@example.com', password: 'Grüße, Ada' });
    } finally {
      await shop.app.close();
    }
  });

  it('continues after an interruption', async () => {
    const items = Array.from({ length: 450 }, (_, i) => item(i));
    await runImport(file('first.ndjson', items.slice(0, 250)));
    const { code, summary } = await runImport(file('all.ndjson', items));
    expect({ code, ...summary }).toMatchObject({ code: 0, imported: 200, present: 250 });
  });

  it('reports rejected rows with line and reason, and imports the others', async () => {
    const path = file('people.ndjson', [item(1), '{"id": ', '', '[]', { ...item(2), id: 'not a number' }, item(3)]);
    const { code, summary } = await runImport(path);
    expect({ code, ...summary }).toMatchObject({ code: 1, rows: 5, imported: 2, rejected: 3 });
    expect(summary.report).toBe(`${path}.rejected.ndjson`);
    expect(rejections(`${path}.rejected.ndjson`)).toMatchObject([
      { line: 2, code: 400, message: 'the line is not valid JSON' },
      { line: 4, code: 400, message: 'the item must be a JSON object' },
      { line: 5, code: 400, message: 'id must have 1 to 66 letters, digits, _ or -' },
    ]);
    const other = join(folder, 'elsewhere.ndjson');
    expect(await runImport(path, '--report', other)).toMatchObject({ code: 1, summary: { present: 2, report: other } });
    expect(rejections(other)).toHaveLength(3);
  });

  it('rejects unknown fields, and reports the items without their hashes', async () => {
    const account = { email: 'eve@example.com', passwordHash, legacyAuth: { algorithm: 'salted-sha1', hash }, more: 1 };
    const path = file('people.ndjson', [
      { ...item(1), adresses: [], frstName: 'Ada' },
      { mixins: { anything: { at: 'all' } }, account },
      { ...item(3), mixins: { anything: { at: 'all' } } },
    ]);
    expect(await runImport(path)).toMatchObject({ code: 1, summary: { imported: 1, rejected: 2 } });
    expect(rejections(`${path}.rejected.ndjson`)).toEqual([
      {
        line: 1,
        code: 400,
        message: 'adresses is not known',
        details: [{ message: 'adresses is not known' }, { message: 'frstName is not known' }],
        item: {
          id: 'C-1',
          firstName: 'Ada 1',
          account: { email: 'ada.1@example.com' },
          adresses: [],
          frstName: 'Ada',
        },
      },
      {
        line: 2,
        code: 400,
        message: 'account.more is not known',
        item: {
          mixins: { anything: { at: 'all' } },
          account: { email: 'eve@example.com', legacyAuth: { algorithm: 'salted-sha1' }, more: 1 },
        },
      },
    ]);
  });

  it('reads numbers, booleans and quoted strings in the mixins of a CSV as JSON values', async () => {
    const cells = ['20', '"""20"""', 'true', '-1.5', '007', '12345678901234567890', 'gold', 'null'];
    const path = file('people.csv', [
      `email,passwordHash,${cells.map((_, i) => `mixins.loyalty.m${i}`).join(',')}`,
      `ada@example.com,${passwordHash},${cells.join(',')}`,
    ]);
    expect(await runImport(path)).toMatchObject({ code: 0, summary: { imported: 1 } });
    const [row] = await sql<{ mixins: object }>('select mixins from customers', [], database);
    const [m0, m1, m2, m3, m4, m5, m6, m7] = [20, '20', true, -1.5, '007', '12345678901234567890', 'gold', 'null'];
    expect(row?.mixins).toEqual({ loyalty: { m0, m1, m2, m3, m4, m5, m6, m7 } });
  });

  it('reads the fields of the Glue API from columns of the same names', async () => {
    const path = file('people.csv', [
      'email,passwordHash,reference,salutation,gender,dateOfBirth,confirmed',
      `ada@example.com,${passwordHash},DE--21,Mrs,Female,1815-12-10,FALSE`,
      `eve@example.com,${passwordHash},AT--7,,,,true`,
      `bob@example.com,${passwordHash},DE--21,,,,`,
      `cleo@example.com,${passwordHash},,,,,perhaps`,
      `dan@example.com,${passwordHash},,,,1815-02-30,`,
    ]);
    const { code, summary } = await runImport(path);
    expect({ code, ...summary }).toMatchObject({ code: 1, rows: 5, imported: 2, present: 0, rejected: 3 });
    expect(rejections(`${path}.rejected.ndjson`)).toMatchObject([
      { line: 4, code: 409, message: "The customer reference 'DE--21' is taken." },
      { line: 5, code: 400, message: 'confirmed must be a boolean value' },
      { line: 6, code: 400, message: 'dateOfBirth must be a date that exists: YYYY-MM-DD' },
    ]);
    const found = await sql(
      `select reference, title, gender, date_of_birth::text, must_confirm, may_log_in
        from customers c order by reference`,
      [],
      database,
    );
    expect(found).toEqual([
      { reference: 'AT--7', title: null, gender: null, date_of_birth: null, must_confirm: false, may_log_in: true },
      {
        ...{ reference: 'DE--21', title: 'MRS', gender: 'Female', date_of_birth: '1815-12-10' },
        ...{ must_confirm: true, may_log_in: false },
      },
    ]);
    expect(await runImport(path)).toMatchObject({ code: 1, summary: { imported: 0, present: 2, rejected: 3 } });
  });

  it('maps CSV columns by name', async () => {
    await sql(
      `insert into password_migrations values ('shop', current_date + 30, current_date + 20, true)`,
      [],
      database,
    );
    const path = file('people.csv', [
      '\uFEFFid,email,firstName,passwordHash,b2b.companyRegistrationId,mixins.loyalty.level,legacyAuth.algorithm,legacyAuth.hash,legacyAuth.context.salt',
      `C-1,ada@example.com,"Ada, ""the first""\nof two lines",${passwordHash},123-456,gold,,,`,
      `C-2,eve@example.com,,,,,salted-sha1,${hash},NaCl`,
      '',
      'C-3,bob@example.com,Bob',
      `,cleo@example.com,Cleo,,,,,,`,
    ]);
    const { code, summary } = await runImport(path);
    expect({ code, ...summary }).toMatchObject({ code: 1, rows: 4, imported: 2, rejected: 2 });
    expect(rejections(`${path}.rejected.ndjson`).sort((a, b) => a.line - b.line)).toMatchObject([
      { line: 6, message: 'the row has 3 cells, but there are 9 columns' },
      { line: 7, message: expect.stringContaining('Exactly one of') },
    ]);
    const rows = await sql(
      `select c.id, c.first_name, c.company_registration_id, c.mixins, a.email, a.legacy_auth
        from customers c join accounts a on a.customer_id = c.id order by c.id`,
      [],
      database,
    );
    expect(rows).toEqual([
      {
        id: 'C-1',
        first_name: 'Ada, "the first"\nof two lines',
        company_registration_id: '123-456',
        mixins: { loyalty: { level: 'gold' } },
        email: 'ada@example.com',
        legacy_auth: null,
      },
      {
        id: 'C-2',
        first_name: null,
        company_registration_id: null,
        mixins: {},
        email: 'eve@example.com',
        legacy_auth: { algorithm: 'salted-sha1', hash, context: { salt: 'NaCl' } },
      },
    ]);
  });

  it('rejects another customer with a taken number, reference or e-mail, in the same run or a later one', async () => {
    const path = file('people.csv', [
      'id,reference,email,passwordHash',
      `C-1,DE--1,Ada@example.com,${passwordHash}`,
      `C-2,DE--2,ada@EXAMPLE.com,${passwordHash}`,
      `C-1,DE--3,eve@example.com,${passwordHash}`,
      `,DE--4,ada@example.com,${passwordHash}`,
      `C-1,DE--1,ada@example.com,${passwordHash}`,
      `,,ada@example.com,${passwordHash}`,
    ]);
    for (const imported of [1, 0]) {
      const { summary } = await runImport(path);
      expect(summary).toMatchObject({ imported, present: 3 - imported, rejected: 3 });
      expect(rejections(`${path}.rejected.ndjson`)).toMatchObject([
        { line: 3, code: 409, message: "Duplicate account 'ada@example.com' for tenant 'shop'." },
        { line: 4, code: 409, message: "The customer number 'C-1' is taken." },
        { line: 5, code: 409, message: "Duplicate account 'ada@example.com' for tenant 'shop'." },
      ]);
    }
  });

  it('rejects the number of a deleted customer, and does not count it as present', async () => {
    const path = file('people.ndjson', [item(1)]);
    await sql(`insert into taken_numbers values ('shop', 'C-1', now())`, [], database);
    expect(await runImport(path)).toMatchObject({ code: 1, summary: { present: 0, rejected: 1 } });
  });

  it('stores nothing in a dry run', async () => {
    await runImport(file('first.ndjson', [item(1)]));
    const path = file('people.ndjson', [item(1), item(2), {}]);
    const { code, summary } = await runImport(path, '--dry-run');
    expect({ code, ...summary }).toMatchObject({ code: 1, dryRun: true, imported: 1, present: 1, rejected: 1 });
    expect(await customers()).toBe(1);
    expect((await foyer('import', path, '--tenant', 'shop', '--dry-run')).out).toContain('would be imported=1\n');
  });

  it.each([
    ['an unknown column', ['email,mail', 'ada@example.com,x'], "'mail' is not known. Known columns: email, "],
    ['a column with control characters', ['email,\u001b[2J', 'ada@example.com,x'], "column '\\u001b[2J' is not known"],
    ['a column that names __proto__', ['email,mixins.__proto__.admin', 'ada@example.com,1'], 'are reserved'],
    ['semicolons as separators', ['email;passwordHash', 'ada@example.com;x'], "Use --delimiter ';'"],
    ['a column that occurs twice', ['email,passwordHash,email', 'ada@example.com,x,eve@example.com'], 'occurs twice'],
    ['a file without titles', [`ada@example.com,${passwordHash}`], "The column 'ada@example.com' is not known"],
    ['a hash in place of a title', [`email,${passwordHash}`], 'Column 2 has no title'],
  ])('stops at %s and stores nothing', async (_what, lines, reason) => {
    const { code, out, err } = await foyer('import', file('people.csv', lines), '--tenant', 'shop');
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toContain(reason);
    expect(await customers()).toBe(0);
  });

  it.each(['people.csv', 'people.ndjson'])('reports that the file %s does not exist', async (name) => {
    const { code, err } = await foyer('import', join(folder, name), '--tenant', 'shop');
    expect(code).toBe(1);
    expect(err).toMatch(/^[^\n]*ENOENT[^\n]*\n$/);
  });
});
