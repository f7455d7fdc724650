import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { temporaryFolder } from './temporary-folder.js';

describe('a temporary folder', () => {
  const before = process.env.TMPDIR;
  let temporary: string;
  beforeEach(() => {
    temporary = mkdtempSync(join(tmpdir(), 'foyer-story-'));
    process.env.TMPDIR = temporary;
  });
  afterEach(() => {
    if (before === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = before;
    rmSync(temporary, { recursive: true });
  });

  it.each(['missing', 'file'])('is in TMPDIR if the folder in memory cannot be used (%s)', (name) => {
    writeFileSync(join(temporary, 'file'), '');
    const folder = temporaryFolder(join(temporary, name, 'memory'));
    expect(dirname(folder)).toBe(temporary);
    expect(statSync(folder).isDirectory()).toBe(true);
  });

  it('cannot be created in a TMPDIR that does not exist', () => {
    process.env.TMPDIR = join(temporary, 'missing');
    expect(() => temporaryFolder(join(temporary, 'memory'))).toThrow(/missing \(ENOENT\): set TMPDIR to a folder/);
  });
});
