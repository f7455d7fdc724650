import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Encoding, assertEncoding } from './file-text.js';
import { type FileForm, type Row, readRows } from './import-file.js';

const hash = '$2b$05$CCCCCCCCCCCCCCCCCCCCC.DkkKf24wLZhcj/2iT2Rkf39nrXoz4cq';
const standard: FileForm = { encoding: 'utf-8', delimiter: ',', columnMap: new Map() };

describe('a file to import', () => {
  let folder: string;
  beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'foyer-rows-'))));
  afterAll(() => rmSync(folder, { recursive: true }));

  async function rowsOf(name: string, content: string | Buffer, form: Partial<FileForm> = {}): Promise<Row[]> {
    const path = join(folder, name);
    writeFileSync(path, content);
    await assertEncoding(path, form.encoding ?? 'utf-8');
    const rows: Row[] = [];
    for await (const row of readRows(path, { ...standard, ...form })) rows.push(row);
    return rows;
  }

  const csv = (lines: string[], form?: Partial<FileForm>): Promise<Row[]> =>
    rowsOf('people.csv', lines.join('\n'), form);
  const emails = (rows: Row[]): unknown[] =>
    rows.map(({ item }) => (item as { account?: { email?: string } } | undefined)?.account?.email);
  const firstNames = (rows: Row[]): unknown[] =>
    rows.map(({ item }) => (item as { firstName?: string } | undefined)?.firstName);

  describe('in an encoding', () => {
    const text = 'email,firstName\nada@example.com,Ada\njoerg@example.com,Jörg\n';

    it.each<[string, Encoding, Buffer]>([
      ['UTF-8', 'utf-8', Buffer.from(text)],
      ['UTF-8 with a byte order mark', 'utf-8', Buffer.from(`\uFEFF${text}`)],
      ['ISO-8859-1', 'latin1', Buffer.from(text, 'latin1')],
      ['windows-1252', 'windows-1252', Buffer.from(text, 'latin1')],
      ['UTF-16 of a spreadsheet', 'utf-16', Buffer.from(`\uFEFF${text}`, 'utf16le')],
      ['UTF-16 without a byte order mark', 'utf-16', Buffer.from(text, 'utf16le')],
      ['UTF-16, big-endian', 'utf-16', Buffer.from(`\uFEFF${text}`, 'utf16le').swap16()],
    ])('is read: %s', async (_name, encoding, content) => {
      expect(firstNames(await rowsOf('people.csv', content, { encoding }))).toEqual(['Ada', 'Jörg']);
    });

    it('may have characters that only windows-1252 has', async () => {
      const content = Buffer.from('email,firstName\nada@example.com,\x80\x8a\n', 'latin1');
      for (const encoding of ['latin1', 'windows-1252'] as const) {
        expect(firstNames(await rowsOf('people.csv', content, { encoding }))).toEqual(['€Š']);
      }
    });

    it.each(['people.csv', 'people.ndjson'])('is rejected with the number of an invalid line: %s', async (name) => {
      const content = Buffer.from(text, 'latin1');
      await expect(rowsOf(name, content)).rejects.toThrow('Line 3 is not valid utf-8. Use --encoding');
    });

    it('may contain the replacement character U+FFFD', async () => {
      expect(firstNames(await rowsOf('people.csv', text.replace('Ada', 'A\uFFFDa')))).toEqual(['A\uFFFDa', 'Jörg']);
    });

    it('is rejected with the line number if it is long', async () => {
      const lines = Array.from({ length: 20_000 }, (_, i) => `ada.${i}@example.com,Ädä`);
      const start = Buffer.from(`email,firstName\n${lines.join('\r\n')}\r\n`);
      const end = Buffer.from('joerg@example.com,Jörg\n', 'latin1');
      await expect(rowsOf('people.csv', Buffer.concat([start, end]))).rejects.toThrow('Line 20002 is not valid utf-8');
    });

    it('is rejected with the line number if a line break is read in two parts', async () => {
      const start = 'email,firstName\r\nada@example.com,';
      // The file is read in parts of 64 KiB. The first part ends between CR and LF.
      const padded = `${start}${'a'.repeat(64 * 1024 - start.length - 1)}\r\n`;
      const content = Buffer.concat([Buffer.from(padded), Buffer.from('joerg@example.com,Jörg\r\n', 'latin1')]);
      await expect(rowsOf('people.csv', content)).rejects.toThrow('Line 3 is not valid utf-8');
    });

    it('is rejected if it is UTF-16 and ends within a character', async () => {
      const content = Buffer.from(text, 'utf16le').subarray(0, -1);
      await expect(rowsOf('people.csv', content, { encoding: 'utf-16' })).rejects.toThrow('Line 3 is not valid utf-16');
    });
  });

  it.each(['\n', '\r\n', '\r'])('may have lines that end in %j', async (lineBreak) => {
    const lines = [
      'email,firstName',
      'ada@example.com,Ada',
      `eve@example.com,"E${lineBreak}ve"`,
      'bob@example.com,Bob',
    ];
    const rows = await rowsOf('people.csv', lines.join(lineBreak));
    expect(rows.map(({ line }) => line)).toEqual([2, 3, 5]);
    expect(firstNames(rows)).toEqual(['Ada', `E${lineBreak}ve`, 'Bob']);
  });

  it('is rejected if a line is longer than 10 MiB', async () => {
    await expect(rowsOf('people.ndjson', `{}\n${'x'.repeat(10 * 1024 * 1024 + 70_000)}`)).rejects.toThrow(
      'Line 2 is longer than 10 MiB',
    );
  });

  it.each([
    [';', ';'],
    ['tab', '\t'],
  ])('may have the delimiter %s', async (_name, delimiter) => {
    const rows = await csv([['email', 'firstName'].join(delimiter), ['ada@example.com', 'Ada, "A"'].join(delimiter)], {
      delimiter,
    });
    expect(rows).toMatchObject([{ problem: expect.stringContaining("in column 'firstName'") }]);
    const quoted = ['ada@example.com', '"Ada, ""A"""'].join(delimiter);
    expect(firstNames(await csv([['email', 'firstName'].join(delimiter), quoted], { delimiter }))).toEqual([
      'Ada, "A"',
    ]);
  });

  it.each(['people.ndjson', 'people.jsonl', 'people.JSONL', 'people.json', 'people.Json'])(
    'is read as JSON, by line, if it is named %s',
    async (name) => {
      const rows = await rowsOf(
        name,
        '{"account":{"email":"ada@example.com"}}\n\n{"account":{"email":"eve@example.com"}}',
      );
      expect(emails(rows)).toEqual(['ada@example.com', 'eve@example.com']);
      expect(rows.map(({ line }) => line)).toEqual([1, 3]);
    },
  );

  it('keeps a line separator of Unicode within a JSON line', async () => {
    expect(firstNames(await rowsOf('people.ndjson', '{"firstName":"A\u2028da"}'))).toEqual(['A\u2028da']);
  });

  it('may be a JSON list, on one line or on several', async () => {
    const list = [{ account: { email: 'ada@example.com' } }, { account: { email: 'eve@example.com' } }];
    for (const text of [JSON.stringify(list), JSON.stringify(list, null, 2)]) {
      expect(emails(await rowsOf('people.json', text))).toEqual(['ada@example.com', 'eve@example.com']);
    }
    await expect(rowsOf('people.json', '{\n"users": []\n}')).rejects.toThrow('must be a JSON list of items');
  });

  it('keeps the digits of a number that JavaScript would round, as in a CSV', async () => {
    const texts = ['12345678901234567890', '-12345678901234567890', '1e300', '7', '0.1', '"12345678901234567890"'];
    const rows = await rowsOf('people.ndjson', texts.map((text) => `{"mixins":{"a":{"b":${text}}}}`).join('\n'));
    const numbers = rows.map(({ item }) => (item as { mixins: { a: { b: unknown } } }).mixins.a.b);
    expect(numbers).toEqual([
      ...['12345678901234567890', '-12345678901234567890', '1e300'],
      ...[7, 0.1, '12345678901234567890'],
    ]);
  });

  it('reports a JSON line that is nested too deeply, and reads the next one', async () => {
    const deep = `{"mixins":${'['.repeat(50_000)}${']'.repeat(50_000)}}`;
    const rows = await rowsOf('people.ndjson', `${deep}\n{"firstName":"Ada"}`);
    expect(rows[0]).toEqual({ line: 1, problem: 'the line is nested too deeply' });
    expect(firstNames(rows)).toEqual([undefined, 'Ada']);
    await expect(rowsOf('people.json', `[\n${deep}\n]`)).rejects.toThrow('The file is nested too deeply.');
  });

  it.each(['mixins.shoes.constructor', 'mixins.shoes.__proto__', 'mixins.prototype.size'])(
    'is rejected if a column has a reserved name: %s',
    async (name) => {
      await expect(csv([`email,${name}`, 'ada@example.com,38'])).rejects.toThrow(
        `The column '${name}' must have another name: __proto__, constructor and prototype are reserved.`,
      );
    },
  );

  it('may have columns with names that every object inherits', async () => {
    const [row] = await csv(['email,mixins.toString.valueOf', 'ada@example.com,38']);
    expect(row?.item).toMatchObject({ mixins: { toString: { valueOf: 38 } } });
  });

  it('may have rows without values, which are skipped', async () => {
    const rows = await csv([
      'email,firstName',
      ',',
      'ada@example.com,Ada',
      ' , ',
      '',
      ',,,',
      '"",""',
      'eve@example.com,Eve',
    ]);
    expect(rows.map(({ line }) => line)).toEqual([3, 8]);
  });

  describe('with a malformed quote', () => {
    const problem = /^a quote (in column '\w+'|in the row) is misplaced or not closed; /;

    it.each([
      ['is not closed', '"Eve'],
      ['is not closed, before an empty quoted cell', '"Eve,""'],
      ['is in the middle of a cell', 'E"ve"'],
      ['is single in a cell', 'E"ve'],
      ['is followed by text', '"Eve" Adams'],
    ])('reports only its row if the quote %s', async (_what, cell) => {
      const rows = await csv([
        'email,firstName,passwordHash',
        'ada@example.com,Ada,',
        `eve@example.com,${cell},${hash}`,
        'bob@example.com,"Bob, ""B""",',
        'cleo@example.com,"Cleo",',
        'dan@example.com,Dan,',
      ]);
      expect(emails(rows)).toEqual([
        ...['ada@example.com', undefined, 'bob@example.com', 'cleo@example.com', 'dan@example.com'],
      ]);
      expect(rows[1]).toEqual({ line: 3, problem: expect.stringMatching(problem) });
      expect(JSON.stringify(rows)).not.toContain(hash);
    });

    it('reports only its row at the end of the file, and in a long file', async () => {
      const lines = Array.from({ length: 5000 }, (_, i) => `ada.${i}@example.com,Ada`);
      const rows = await csv(['email,firstName', 'eve@example.com,"Eve', ...lines, 'bob@example.com,"Bob']);
      expect(rows).toHaveLength(5002);
      expect(rows.filter((row) => row.problem)).toMatchObject([{ line: 2 }, { line: 5003 }]);
    });

    it('reports a row of several lines with too many cells by its first line, and reads the next row', async () => {
      const rows = await csv(['email,firstName', 'eve@example.com,"E\nve",x', 'bob@example.com,Bob']);
      expect(rows[0]).toEqual({ line: 2, problem: 'the row has 3 cells, but there are 2 columns' });
      expect(rows.at(-1)).toMatchObject({ line: 4, item: { firstName: 'Bob' } });
    });
  });

  it("reads MySQL's \\N as no value, and removes values that are not required", async () => {
    const [row] = await csv(['email,id,firstName,mixins.a.b,active', 'ada@example.com,\\N,\\N,\\N,\\N']);
    expect(row?.item).toEqual({ account: { email: 'ada@example.com' }, firstName: null, mixins: { a: { b: null } } });
  });

  it('has columns for lists, flags and tags', async () => {
    const [row] = await csv([
      'email,active,onHold,addresses.1.city,addresses.0.city,addresses.0.isDefault,addresses.0.tags,consents.0.id,consents.0.accepted',
      'ada@example.com,1,FALSE,Paris,Berlin,true,"BILLING, SHIPPING",terms,0',
    ]);
    expect(row?.item).toEqual({
      account: { email: 'ada@example.com' },
      active: true,
      onHold: false,
      addresses: [{ city: 'Berlin', isDefault: true, tags: ['BILLING', 'SHIPPING'] }, { city: 'Paris' }],
      consents: [{ id: 'terms', accepted: false }],
    });
  });

  describe('with other names of columns', () => {
    const columnMap = new Map([
      ['E-Mail', 'email'],
      ['Ort', 'addresses.0.city'],
      ['Notiz', null],
    ]);

    it('is read with a map', async () => {
      const rows = await csv(['E-Mail,firstName,Ort,Notiz', 'ada@example.com,Ada,Berlin,x'], { columnMap });
      expect(rows[0]?.item).toEqual({
        account: { email: 'ada@example.com' },
        firstName: 'Ada',
        addresses: [{ city: 'Berlin' }],
      });
      const line = JSON.stringify({ 'E-Mail': 'ada@example.com', firstName: 'Ada', Notiz: 'x' });
      expect((await rowsOf('people.ndjson', line, { columnMap }))[0]?.item).toEqual({
        account: { email: 'ada@example.com' },
        firstName: 'Ada',
      });
    });

    it('adds a column of the map to a list of an item, and changes no other list', async () => {
      const item = { Ort: 'Bonn', addresses: [{ contactName: 'Ada' }, { city: 'Rome' }], consents: { id: 'terms' } };
      const [row] = await rowsOf('people.ndjson', JSON.stringify(item), { columnMap });
      expect(row?.item).toEqual({
        addresses: [{ contactName: 'Ada', city: 'Bonn' }, { city: 'Rome' }],
        consents: { id: 'terms' },
      });
    });

    it('is rejected if it lacks a column of the map, or has two columns with the same name', async () => {
      await expect(csv(['E-Mail,firstName'], { columnMap })).rejects.toThrow("The file has no column 'Ort'");
      await expect(csv(['E-Mail,email,Ort,Notiz'], { columnMap })).rejects.toThrow("The column 'email' occurs twice");
    });
  });
});
