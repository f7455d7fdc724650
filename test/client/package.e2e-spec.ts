import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { launchBrowser } from '../support/browser.js';
import { samplesOf } from '../support/doc-samples.js';
import { Shop } from '../support/shop.js';

const run = promisify(execFile);

const SERVICE = 'http://127.0.0.1:3000';
const PACKAGE = resolve('clients/typescript');

const PROGRAM = `
import { Foyer, isFoyerError } from 'foyer-client';
import { getProfile } from 'foyer-client/emporix';
import { Glue, listAccessTokens } from 'foyer-client/glue';

const [url = '', email = '', password = ''] = process.argv.slice(2);
const foyer = new Foyer({ url, tenant: 'shop', clientId: 'shop-storefront' });
const reason = await foyer.logIn({ email, password: 'not the password' }).catch((error: unknown) =>
  isFoyerError(error) && error.name === 'EmporixError' ? error.type : 'unknown',
);
await foyer.logIn({ email, password });
const { contactEmail } = await foyer.call(getProfile);
const { data } = await new Glue({ url }).call(listAccessTokens);
// @ts-expect-error: the type of the profile is known
export const wrong = (): string | undefined => contactEmail?.toFixed();
console.log(JSON.stringify([reason, contactEmail, data]));
`;

const TSCONFIG = {
  compilerOptions: {
    ...{ target: 'ES2022', lib: ['ES2022', 'DOM', 'DOM.Iterable'], module: 'NodeNext', strict: true },
    ...{ typeRoots: [resolve('node_modules/@types')], types: ['node'], outDir: 'out' },
    // A check of TypeScript's own declarations would take most of the time.
    skipDefaultLibCheck: true,
  },
};

const ADA = { email: 'ada@demo.example', password: 'password123', customerDetails: { firstName: 'Ada' } };

/** The samples of the page in a language, as one text. */
const samples = (language: string): string =>
  samplesOf('docs/typescript-client.md')
    .filter((sample) => sample.language === language)
    .map(({ text }) => text)
    .join('\n');

/** Serves the files of a folder. */
const serveFiles = (folder: string): Server =>
  createServer(({ url = '' }, response) => {
    response.setHeader('Content-Type', url.endsWith('.js') ? 'text/javascript' : 'text/html');
    const file = join(folder, url === '/' ? 'index.html' : url);
    if (existsSync(file)) response.end(readFileSync(file));
    else response.writeHead(404).end();
  });

describe('the package of the TypeScript client', () => {
  let shop: Shop;
  let url: string;
  let project: string;
  beforeAll(async () => {
    shop = await Shop.open({ activation: 'none' }, { stores: [{ code: 'DE', tenant: 'demo' }] });
    await shop.addTenant('demo', { activation: 'none' });
    await shop.app.listen(0, '127.0.0.1');
    url = `http://127.0.0.1:${(shop.app.getHttpServer().address() as AddressInfo).port}`;
    await (await shop.visitor('demo')).post('/signup', 201, ADA);
    project = mkdtempSync(join(tmpdir(), 'foyer-client-'));
  });
  afterAll(async () => {
    rmSync(project, { recursive: true, force: true });
    await shop.close();
  });

  it('is packed, installed into an empty project, compiled and used, also by the samples of its page', async () => {
    const built = await run('npm', ['run', '--silent', 'build'], { cwd: PACKAGE });
    expect(built.stdout).toMatch(/the session part has \d+\.\d KB gzip of at most 15/);
    await run('npm', ['pack', '--silent', '--pack-destination', project], { cwd: PACKAGE });
    const [archive = ''] = readdirSync(project);
    writeFileSync(join(project, 'package.json'), JSON.stringify({ private: true, type: 'module' }));
    writeFileSync(join(project, 'tsconfig.json'), JSON.stringify(TSCONFIG));
    writeFileSync(join(project, 'main.ts'), PROGRAM);
    writeFileSync(join(project, 'samples.ts'), samples('ts').replaceAll(SERVICE, url));
    // Offline: it has no dependencies.
    await run('npm', ['install', '--offline', '--no-audit', '--no-fund', `./${archive}`], { cwd: project });
    expect(readdirSync(join(project, 'node_modules')).filter((name) => !name.startsWith('.'))).toEqual([
      'foyer-client',
    ]);
    await run(resolve('node_modules/.bin/tsc'), ['-p', project]);

    const { email, password } = await shop.signUp();
    const program = await run(process.execPath, [join(project, 'out/main.js'), url, email, password]);
    expect(JSON.parse(program.stdout)).toEqual(['bad_request', email, []]);

    const { stdout } = await run(process.execPath, [join(project, 'out/samples.js')]);
    expect(stdout).toMatch(/^Ada [\w-]+\nundefined\nThis address has an account\.\nada@demo\.example\n$/);
  }, 180_000);

  it('is loaded by a page without a bundler', async () => {
    writeFileSync(join(project, 'index.html'), samples('html').replaceAll(SERVICE, url));
    const files = serveFiles(project).listen(0, '127.0.0.1');
    await once(files, 'listening');
    const browser = await launchBrowser();
    try {
      const page = await browser.newPage();
      await page.goto(`http://127.0.0.1:${(files.address() as AddressInfo).port}`);
      await page.getByText('Ada', { exact: true }).waitFor();
    } finally {
      await browser.close();
      files.close();
    }
  }, 60_000);
});
