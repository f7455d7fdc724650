import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';

const NOTES = '### Added\n\n- A note for the test of releases.\n';
const files = ['package.json', 'package-lock.json', 'CHANGELOG.md', 'scripts'];

describe('npm run release', () => {
  const clone = mkdtempSync(join(tmpdir(), 'foyer-release-'));
  const env = {
    ...process.env,
    PATH: [dirname(process.execPath), process.env.PATH].join(delimiter),
    GIT_CONFIG_GLOBAL: '/dev/null',
    ...Object.fromEntries(
      ['AUTHOR', 'COMMITTER'].flatMap((role) => [
        [`GIT_${role}_NAME`, 'Release Test'],
        [`GIT_${role}_EMAIL`, 'release@example.com'],
      ]),
    ),
  };
  const git = (...args: string[]) => execFileSync('git', args, { cwd: clone, env, encoding: 'utf8' }).trim();
  const read = (name: string) => readFileSync(join(clone, name), 'utf8');
  const versionOf = (name: string) => (JSON.parse(read(name)) as { version: string }).version;

  /** Runs the command, and requires that a failed run leaves the clone as it was. */
  function release(version: string): { status: number | null; output: string } {
    const before = [git('rev-parse', 'HEAD'), git('status', '--porcelain'), git('tag')];
    const { status, stdout, stderr } = spawnSync('npm', ['run', 'release', '--', version], {
      cwd: clone,
      env,
      encoding: 'utf8',
    });
    const after = [git('rev-parse', 'HEAD'), git('status', '--porcelain'), git('tag')];
    if (status !== 0) expect(after).toEqual(before);
    return { status, output: stdout + stderr };
  }

  function commitNotes(): void {
    writeFileSync(join(clone, 'CHANGELOG.md'), read('CHANGELOG.md').replace('## [Unreleased]\n', `$&\n${NOTES}`));
    git('commit', '--quiet', '--all', '--message', 'docs(changelog): a note');
  }

  beforeAll(() => {
    execFileSync('git', ['clone', '--quiet', '--no-tags', process.cwd(), clone], { env });
    for (const file of files) cpSync(file, join(clone, file), { recursive: true });
    git('add', '--all');
    git('commit', '--quiet', '--allow-empty', '--message', 'test(release): the files of the working tree');
    commitNotes();
  });
  afterAll(() => rmSync(clone, { recursive: true, force: true }));

  it('writes the version, the section of the changelog, a commit and an annotated tag', () => {
    const [introduction, rest] = read('CHANGELOG.md').split('## [Unreleased]\n');
    const head = git('rev-parse', 'HEAD');
    const today = new Date().toISOString().slice(0, 10);

    const { status, output } = release('99.0.0');

    expect({ status, output }).toMatchObject({ status: 0 });
    expect(versionOf('package.json')).toBe('99.0.0');
    expect(versionOf('package-lock.json')).toBe('99.0.0');
    for (const document of ['openapi/emporix.json', 'openapi/glue.json']) {
      expect((JSON.parse(read(document)) as { info: object }).info).toMatchObject({ version: '99.0.0' });
    }
    expect(read('CHANGELOG.md')).toBe(`${introduction}## [Unreleased]\n\n## [99.0.0] - ${today}\n${rest}`);
    expect(git('log', '--format=%s', `${head}..HEAD`)).toBe('build(release): version 99.0.0');
    expect(git('cat-file', '-t', 'v99.0.0')).toBe('tag');
    expect(git('rev-parse', 'v99.0.0^{commit}')).toBe(git('rev-parse', 'HEAD'));
    expect(git('status', '--porcelain')).toBe('');
  });

  it('requires notes in the section "Unreleased"', () => {
    expect(release('patch')).toMatchObject({
      status: 1,
      output: expect.stringContaining('has no notes in the section'),
    });
  });

  it('rejects a version that has a section or a tag', () => {
    commitNotes();
    expect(release('99.0.0').output).toContain('CHANGELOG.md already has a section 99.0.0');
    git('tag', 'v99.0.1');
    expect(release('patch').output).toContain('The tag v99.0.1 already exists');
  });

  it('requires a clean working tree', () => {
    writeFileSync(join(clone, 'README.md'), 'changed');
    expect(release('minor')).toMatchObject({ status: 1, output: expect.stringContaining('not clean') });
    git('checkout', '--quiet', 'README.md');
  });

  it('releases the version of package.json if it has no tag yet', () => {
    git('reset', '--quiet', '--hard', 'HEAD~2');
    git('tag', '--delete', 'v99.0.0');
    const version = versionOf('package.json');
    const changelog = read('CHANGELOG.md').split(`## [${version}]`, 1)[0] ?? '';
    writeFileSync(join(clone, 'CHANGELOG.md'), changelog);
    git('commit', '--quiet', '--all', '--allow-empty', '--message', 'docs(changelog): before the first release');

    expect(release(version)).toMatchObject({ status: 0 });

    expect(versionOf('package.json')).toBe(version);
    expect(git('cat-file', '-t', `v${version}`)).toBe('tag');
    expect(read('CHANGELOG.md')).toContain(`## [${version}] - `);
  });
});
