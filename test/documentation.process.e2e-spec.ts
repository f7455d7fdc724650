import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import type { DemoFacts } from '../src/demo/demo.js';
import { childEnvironment } from './support/child-environment.js';
import { runInProcess } from './support/command-line.js';
import { CommandServer } from './support/command-server.js';
import { type Sample, pages, samplesOf } from './support/doc-samples.js';
import { parseHttpFile, runHttpFile } from './support/http-file.js';
import { Service } from './support/server.js';

/** The pages that create what the samples of other pages use. */
const first = ['docs/demo.md', 'docs/tenants.md'];

/** The files that the samples of `docs/importing.md` import. */
const exports = {
  'emporix.json': 'emporix.json',
  'data/import/common/common/customer.csv': 'spryker.csv',
  'addresses.csv': 'spryker-addresses.csv',
  'export.csv': 'shopware6.csv',
  'customer.csv': 'magento2.csv',
  'customer_address.csv': 'magento2-addresses.csv',
  'export/shop-users-0.json': 'keycloak.json',
  'users.json': 'auth0.ndjson',
  'hashes.ndjson': 'auth0-hashes.ndjson',
};

/** Names of the samples, and the address of the demo of this test. */
const SERVICE = /http:\/\/127\.0\.0\.1:3000|https:\/\/accounts\.example\.com/g;

/** Pages whose samples require a project of its own with the packed packages, which this test does not have. */
const otherProjects = ['docs/example-storefront.md', 'docs/testing.md', 'docs/typescript-client.md'];

const samples = [...first, ...pages.filter((page) => ![...first, ...otherProjects].includes(page))].flatMap(samplesOf);
const run = promisify(execFile);

describe('the samples of the documentation', () => {
  let cwd: string;
  let demo: Service;
  let commands: CommandServer;
  let facts: DemoFacts;
  /** Values that a reader has, by their names in samples. */
  let values: Record<string, string>;

  beforeAll(async () => {
    cwd = mkdtempSync(join(tmpdir(), 'foyer-samples-'));
    // Assigned before the wait, so that it is stopped if it does not start in time.
    demo = await Service.spawn({}, { cwd, flags: ['--demo'] });
    await demo.waitForGreeting();
    facts = JSON.parse(readFileSync(join(cwd, '.foyer/demo.json'), 'utf8')) as DemoFacts;
    commands = await CommandServer.listen();
    provideFiles();
    const visitor = await demo.anonymousToken('demo');
    const body = { email: facts.customers[0]?.email, password: facts.customers[0]?.password };
    const login = await demo.send<{ access_token: string }>('POST', '/customer/demo/login', { token: visitor, body });
    values = {
      SECRET: facts.serviceClientSecret,
      NUMBER: facts.customers[0]?.customerNumber ?? '',
      service: Buffer.from(`${facts.serviceClientId}:${facts.serviceClientSecret}`).toString('base64'),
      customer: login.body.access_token,
    };
  }, 60_000);
  afterAll(async () => {
    await demo.stop();
    commands.close();
    rmSync(cwd, { recursive: true, force: true });
  });

  /** Provides the files in samples, the packages of this repository, and programs for `npm run foyer` and `foyer`. */
  const provideFiles = (): void => {
    for (const [name, source] of Object.entries(exports)) cpSync(`test/imports/${source}`, join(cwd, name));
    for (const { language, text } of samples) {
      if (['csv', 'ndjson'].includes(language)) writeFileSync(join(cwd, `customers.${language}`), `${text}\n`);
    }
    writeFileSync(join(cwd, 'password.txt'), 'a long password\n');
    symlinkSync(resolve('node_modules'), join(cwd, 'node_modules'));
    mkdirSync(join(cwd, 'bin'));
    const foyer = `exec '${process.execPath}' '${resolve('test/support/command-client.ts')}'`;
    const npm = `[ "$1 $2 $3" = 'run foyer --' ] || { echo "npm $*: mark the sample as not run" >&2; exit 1; }; shift 3`;
    writeFileSync(join(cwd, 'bin/foyer'), `#!/bin/sh\n${foyer} "$@"\n`, { mode: 0o755 });
    writeFileSync(join(cwd, 'bin/npm'), `#!/bin/sh\n${npm}\n${foyer} "$@"\n`, { mode: 0o755 });
  };

  /** The token of the admin whom `docs/tenants.md` creates. */
  const adminOf = async (tenant: string): Promise<string> => {
    if (!values[tenant]) {
      const email = `admin-of-samples@${tenant}.example`;
      const create = ['employee', 'create', '--tenant', tenant, email, '--role', 'admin', '--json'];
      const { out } = await runInProcess(create, { cwd });
      const { password } = JSON.parse(out) as { password: string };
      const form = { grant_type: 'password', client_id: `${tenant}-storefront`, username: email, password };
      const { body, text } = await demo.send<{ access_token?: string }>('POST', '/oauth/token', { body: form });
      if (!body.access_token) throw new Error(`${email} cannot log in: ${text}`);
      values[tenant] = body.access_token;
    }
    return values[tenant] ?? '';
  };

  const runners: Record<string, (text: string, sample: Sample) => unknown> = {
    sh: async (text) => {
      const env = {
        ...{ ...childEnvironment, ...values },
        ...(text.includes('$ADMIN') && { ADMIN: await adminOf('acme') }),
        // The command line finds the secret of the demo by itself.
        ...(text.includes('process.env.FOYER_SECRET') && { FOYER_SECRET: 'the secret of a service in production' }),
      };
      const path = `${join(cwd, 'bin')}:${process.env.PATH}`;
      const options = { cwd, env: { ...env, PATH: path, COMMAND_SERVER: commands.url }, timeout: 180_000 };
      const running = run('bash', ['-eu', '-o', 'pipefail', '-c', text], options);
      running.child.stdin?.end();
      await running;
    },
    js: async (text, { page, line }) => {
      const file = join(cwd, `sample-${page.replace(/\W/g, '-')}-${line}.mjs`);
      writeFileSync(file, text);
      await run(process.execPath, [file], { cwd, env: childEnvironment, timeout: 60_000 });
    },
    http: async (text) => {
      const [, tenant = 'demo'] = /^\w+ \/\w+\/(\w+)/.exec(text) ?? [];
      const { requests } = parseHttpFile(text);
      for (const request of requests) {
        request.url = demo.url + request.url;
        if (request.body?.startsWith('{')) request.headers['content-type'] ??= 'application/json';
        request.headers.Authorization ??= `Bearer ${await adminOf(tenant)}`;
      }
      const statuses = await runHttpFile({ variables: {}, requests }, values);
      expect(statuses.filter(([, status]) => status >= 300)).toEqual([]);
    },
    json: (text) => void JSON.parse(text),
    // Imported by the samples of the same page.
    csv: () => undefined,
    ndjson: (text) => text.split('\n').forEach((line) => void JSON.parse(line)),
  };

  it.each(samples.filter(({ notRun }) => !notRun).map((sample) => [sample.page, sample.line, sample] as const))(
    'run: %s, line %i',
    async (_page, _line, sample) => {
      const runner = runners[sample.language];
      if (!runner) throw new Error(`No runner for the language "${sample.language}"`);
      if (sample.page === 'docs/importing.md') await (imports ??= prepareImports());
      await runner(sample.text.replace(SERVICE, demo.url), sample);
    },
    200_000,
  );

  let imports: Promise<void> | undefined;
  /** Creates what the imported files refer to: the retention, the provider and the companies. */
  const prepareImports = async (): Promise<void> => {
    const token = await adminOf('acme');
    const create = async (method: string, path: string, body: object): Promise<void> => {
      const { status, text } = await demo.send(method, path, { token, body });
      if (status >= 300) throw new Error(`${method} ${path}: ${text}`);
    };
    const retentionEndDate = new Date(Date.now() + 1e9).toISOString().slice(0, 10);
    await create('POST', '/customer/acme/config/password-migration-retention', { retentionEndDate });
    const provider = { clientId: 'acme', clientSecret: 'secret', redirectUris: ['https://shop.acme.example/callback'] };
    const google = { name: 'google', issuer: 'https://accounts.google.com', ...provider };
    await create('PATCH', '/admin/acme/settings', { identityProviders: [google] });
    const companies = '/customer-management/acme/legal-entities';
    await create('POST', companies, { id: 'engines', name: 'Engines', type: 'COMPANY' });
    const berlin = { id: 'engines-berlin', name: 'Engines Berlin', type: 'COMPANY' };
    await create('POST', companies, { ...berlin, parentId: 'engines' });
  };

  it('verify the token of a customer', async () => {
    const [sample] = samplesOf('docs/verify-tokens.md').filter(({ language }) => language === 'js');
    const file = join(cwd, 'verify.mjs');
    const call = `console.log(await customerNumber(${JSON.stringify(values.customer)}));`;
    writeFileSync(file, `${sample?.text.replace(SERVICE, demo.url)}\n${call}\n`);
    const { stdout } = await run(process.execPath, [pathToFileURL(file).pathname], { cwd, env: childEnvironment });
    expect(stdout.trim()).toBe(facts.customers[0]?.customerNumber);
  });
});

describe('the exceptions', () => {
  it('are few, and each has a reason', () => {
    const exceptions = samples.filter(({ notRun }) => notRun !== undefined);
    expect(exceptions.length).toBeLessThan(12);
    expect(exceptions.filter(({ notRun = '' }) => notRun.length < 15)).toEqual([]);
  });
});
