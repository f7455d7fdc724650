import { execFile, execFileSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { BROWSER_ARGUMENTS, browserPath } from '../support/browser.js';

const ROOT = join(import.meta.dirname, '../..');

/** The packages of the storefront itself. */
const STOREFRONT = ['jest', 'vitest', '@playwright/test', 'typescript'];

/** The longest run of a test runner, with a start of the service, on a busy machine. */
const LONGEST = 180_000;

/** The folders of programs, without those of this project: there, `node` is the one that is installed on the machine. */
const MACHINE = (process.env.PATH ?? '').split(delimiter).filter((folder) => !folder.includes('node_modules'));
const machineNode = MACHINE.map((folder) => join(folder, 'node')).find((path) => existsSync(path)) ?? process.execPath;

/** The samples of docs/testing.md: the name in the comment before the block, and the text. */
const samples = new Map(
  [...readFileSync(join(ROOT, 'docs/testing.md'), 'utf8').matchAll(/<!-- (\S+) -->\n\n```\w+\n(.*?)```/gs)].map(
    ([, name = '', text = '']) => [name, text],
  ),
);

interface Manifest {
  bin: { foyer: string };
  dependencies: Record<string, string>;
}

/**
 * The package as `npm pack` creates it. Its dependencies are links to those of this project, but only those that its
 * `package.json` declares: an installation from the registry would take a minute.
 */
describe('the package, in an empty project', () => {
  let project: string;
  let packed: string[];

  beforeAll(() => {
    project = mkdtempSync(join(tmpdir(), 'foyer-storefront-'));
    execFileSync(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', 'tsconfig.testing.json'], {
      cwd: ROOT,
    });
    // Without the scripts, which would build the service again.
    const options = ['--json', '--ignore-scripts', '--pack-destination', project];
    const output = execFileSync('npm', ['pack', ...options], { cwd: ROOT, encoding: 'utf8' });
    const [pack] = JSON.parse(output) as [{ filename: string; files: { path: string }[] }];
    packed = pack.files.map(({ path }) => path);
    execFileSync('tar', ['-xzf', pack.filename], { cwd: project });
    const home = join(project, 'node_modules/foyer');
    cpSync(join(project, 'package'), home, { recursive: true });
    const { bin, dependencies } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8')) as Manifest;
    for (const name of Object.keys(dependencies)) link(name, home);
    for (const name of STOREFRONT) link(name, project);
    mkdirSync(join(project, 'node_modules/.bin'));
    chmodSync(join(home, bin.foyer), 0o755);
    symlinkSync(join(home, bin.foyer), join(project, 'node_modules/.bin/foyer'));
    writeFileSync(join(project, 'package.json'), '{ "private": true }');
    for (const [name, text] of samples) writeFileSync(join(project, name), text);
  }, LONGEST);

  afterAll(() => rmSync(project, { recursive: true, force: true }));

  /** Links a package of this project into another one. */
  function link(name: string, home: string): void {
    const target = join(home, 'node_modules', name);
    mkdirSync(dirname(target), { recursive: true });
    symlinkSync(join(ROOT, 'node_modules', name), target);
  }

  /** Runs a program in the project. @returns its output. @throws Error with the output if it fails */
  async function run(program: string, ...words: string[]): Promise<string> {
    const { HOME, LD_LIBRARY_PATH } = process.env;
    const env = { PATH: MACHINE.join(delimiter), HOME, LD_LIBRARY_PATH, CI: '1', NO_COLOR: '1' };
    const { stdout, stderr } = await promisify(execFile)(program, words, { cwd: project, env, timeout: LONGEST });
    return stdout + stderr;
  }

  it('has the built service and nothing else', () => {
    expect(packed).toEqual(expect.arrayContaining(['dist/src/main.js', 'dist/src/testing/start-foyer.d.cts']));
    expect(packed.filter((path) => !/^dist\/|^(package\.json|README\.md|LICENSE)$/.test(path))).toEqual([]);
    expect(packed.filter((path) => /\.map$|\.spec\./.test(path))).toEqual([]);
  });

  it(
    'works in Jest',
    async () => {
      expect(await run(machineNode, 'node_modules/jest/bin/jest.js', 'account.test.js')).toContain('1 passed');
    },
    LONGEST,
  );

  // Vitest 5 itself requires Node 22.
  it(
    'works in Vitest',
    async () => {
      const words = ['node_modules/vitest/vitest.mjs', 'run', 'session.test.ts'];
      expect(await run(process.execPath, ...words)).toContain('1 passed');
    },
    LONGEST,
  );

  it(
    'works in Playwright',
    async () => {
      const launchOptions = { executablePath: await browserPath(), args: BROWSER_ARGUMENTS };
      const config = `export default ${JSON.stringify({ use: { launchOptions } })}`;
      writeFileSync(join(project, 'playwright.config.mjs'), config);
      const words = ['node_modules/@playwright/test/cli.js', 'test', 'password.spec.ts'];
      expect(await run(machineNode, ...words)).toContain('1 passed');
    },
    LONGEST,
  );

  it(
    'works in node:test',
    async () => {
      expect(await run(machineNode, '--test', 'sign-up.test.mjs')).toMatch(/pass 1\b/);
    },
    LONGEST,
  );

  it(
    'works in another language, as a command',
    async () => {
      expect(await run('python3', 'account_test.py')).toBe('');
    },
    LONGEST,
  );

  it.each([
    ['ECMAScript', 'types.mts'],
    ['CommonJS', 'types.cts'],
  ])(
    'has types for modules in %s',
    async (_form, file) => {
      const text = `import { type Foyer, startFoyer } from 'foyer/testing';
      export const token = async (): Promise<string> => (await startFoyer({ port: 0 })).customers.ada.token;
      export const link = async (foyer: Foyer): Promise<string | null> => (await foyer.mails.next('')).link;
      // @ts-expect-error Ben cannot log in.
      export const none = (foyer: Foyer): string => foyer.customers.ben.token;\n`;
      writeFileSync(join(project, file), text);
      // A check of TypeScript's own declarations would take most of the time.
      const options = ['--noEmit', '--strict', '--skipDefaultLibCheck', '--target', 'es2022', '--module', 'nodenext'];
      expect(await run(machineNode, 'node_modules/typescript/bin/tsc', ...options, file)).toBe('');
    },
    LONGEST,
  );
});
