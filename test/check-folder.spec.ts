import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const SCRIPT = path.join(import.meta.dirname, '../scripts/check-folder.ts');

describe('a build', () => {
  let parent: string;
  beforeEach(() => (parent = mkdtempSync(path.join(tmpdir(), 'foyer-folder-'))));
  afterEach(() => rmSync(parent, { recursive: true }));

  const check = (folder: string): { status: number | null; stderr: string } => {
    const copy = path.join(parent, folder, 'scripts/check-folder.ts');
    cpSync(SCRIPT, copy);
    return spawnSync(process.execPath, [copy], { encoding: 'utf8' });
  };

  it.each(['a folder (1)', "it's #1 + [2] & $3"])('is possible in a folder named %j', (folder) => {
    expect(check(folder)).toMatchObject({ status: 0, stderr: '' });
  });

  it.each([
    ['Größe', 'ö ß'],
    ['a%41', '%'],
    ['😀', '😀'],
  ])('is rejected in a folder named %j, with the characters to avoid', (folder, characters) => {
    const { status, stderr } = check(folder);
    expect(status).toBe(1);
    expect(stderr).toContain(`the compiler does not support ${characters} in a path. Move the folder`);
  });
});
