import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { type Server, createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../src/common/free-port.js';
import { newSigningKey } from '../src/sessions/signing/signing-keys.ts';
import { type RunResult, runInProcess } from './support/command-line.js';
import { dropDatabase, newMigratedDatabase, sql } from './support/database.js';
import { Service } from './support/server.js';

interface Report {
  url: string;
  passed: boolean;
  checks: { check: string; passed: boolean; expected?: string; got?: string }[];
}

let cwd: string;
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), 'foyer-story-'));
  chmodSync(cwd, 0o755);
});
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

const foyer = (words: string[], env: Record<string, string> = {}, folder = cwd): Promise<RunResult> =>
  runInProcess(words, { env, cwd: folder });

describe('foyer glue:install', () => {
  let DATABASE_URL: string;
  beforeAll(async () => {
    DATABASE_URL = await newMigratedDatabase();
  });
  afterAll(() => dropDatabase(DATABASE_URL));

  const install = async (tenant: string, env: Record<string, string> = {}): Promise<RunResult> =>
    foyer(['glue:install', '--tenant', tenant], { DATABASE_URL, ...env });
  const installed = async (tenant: string, env: Record<string, string> = {}): Promise<unknown> => {
    const { code, out, err } = await foyer(['glue:install', '--tenant', tenant, '--json'], { DATABASE_URL, ...env });
    expect({ code, err }).toEqual({ code: 0, err: '' });
    return JSON.parse(out);
  };

  it('creates the tenant and prints the settings that remain', async () => {
    const { code, out, err } = await install('acme');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain("Tenant 'acme' was created.\nClient 'acme:glue' and its scopes are built in.\n");
    expect(out).toContain('npm run foyer -- key create');
    expect(out).toContain('\n  STORES=ACME=acme\n');
    expect(out).not.toContain('Nothing has changed.');
    expect(await sql('select name from tenants', [], DATABASE_URL)).toEqual([{ name: 'acme' }]);
  }, 30_000);

  it('changes nothing on the second run and reports that', async () => {
    const env = { SIGNING_KEYS: newSigningKey(), STORES: 'DE=berlin' };
    expect(await installed('berlin', env)).toEqual({
      tenant: { name: 'berlin', created: true },
      builtInClient: 'berlin:glue',
      signingKeys: 1,
      changed: true,
    });
    const before = await sql('select * from tenants', [], DATABASE_URL);
    const { code, out } = await install('berlin', env);
    expect(code).toBe(0);
    expect(out).toBe(
      "Tenant 'berlin' already exists.\nClient 'berlin:glue' and its scopes are built in.\nSigning keys: 1.\n" +
        'Stores: STORES contains a store of this tenant.\nNothing has changed.\n',
    );
    expect(await sql('select * from tenants', [], DATABASE_URL)).toEqual(before);
  }, 30_000);

  it('adds the tenant to the stores that are set', async () => {
    expect(await installed('vienna', { STORES: 'DE=acme,US=acme' })).toMatchObject({
      set: 'STORES=DE=acme,US=acme,VIENNA=vienna',
    });
  }, 30_000);

  it('rejects an invalid tenant name', async () => {
    const { code, out, err } = await install('Not-A-Name');
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toContain('name must have');
  }, 30_000);
});

describe('foyer glue:check', () => {
  let demo: Service;
  let DATABASE_URL: string;
  beforeAll(async () => {
    DATABASE_URL = await newMigratedDatabase();
    demo = await Service.spawn({ DATABASE_URL }, { cwd, flags: ['--demo'] });
    await demo.waitForGreeting();
  }, 60_000);
  afterAll(async () => {
    await demo.stop();
    await dropDatabase(DATABASE_URL);
  });

  const check = async (...words: string[]): Promise<{ code: number; report: Report }> => {
    const { code, out, err } = await foyer(['glue:check', '--json', ...words]);
    expect(err).toBe('');
    return { code, report: JSON.parse(out) as Report };
  };
  const failed = ({ checks }: Report): string[] => checks.filter(({ passed }) => !passed).map(({ check }) => check);

  it("passes the checks of the guide as the demo's first customer and stores nothing", async () => {
    const { code, out, err } = await foyer(['glue:check']);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out.trimEnd().split('\n')).toEqual([
      '✓ GET /customers is available',
      '✓ GET /customers/unknown/addresses is available',
      '✓ GET /addresses is available',
      '✓ PATCH /customer-password/unknown is available',
      '✓ POST /customer-forgotten-password is available',
      '✓ PATCH /customer-restore-password/unknown is available',
      '✓ POST /access-tokens is available',
      '✓ POST /refresh-tokens is available',
      '✓ no token is rejected with 403 002',
      '✓ a wrong token is rejected with 401 001',
      '✓ a refresh with a wrong access token is rejected with 401 001',
      '✓ ada@demo.example logs in',
      '✓ GET /customers accepts the token',
      '✓ the current customer is the one who logged in',
      '✓ ?include=addresses shows relationships',
      '✓ the related addresses are included',
      '✓ GET /company-users/mine lists the company users',
      '✓ POST /company-user-access-tokens selects a company user',
      '✓ GET /companies/mine lists the current company',
      '✓ an unknown company user is rejected with 401 003',
      '✓ GET /multi-factor-auth-types lists email',
      '✓ the activation of a second factor without a type is rejected with 400 5902',
      '✓ an unknown second factor is rejected with 400 5906',
      '✓ the confirmation of a second factor without a code is rejected with 403 5900',
      '✓ every response has Content-Language',
      '✓ every 401 response has WWW-Authenticate',
      '✓ every response is application/vnd.api+json',
    ]);
    const url = `${demo.url}/access-tokens`;
    const attributes = { username: 'ada@demo.example', password: 'password123' };
    const login = await demo.send<{ data: { attributes: { accessToken: string } } }>('POST', new URL(url).pathname, {
      body: { data: { type: 'access-tokens', attributes } },
    });
    const token = login.body.data.attributes.accessToken;
    const own = await demo.send<{ data: { id: string }[] }>('GET', '/customers', { token });
    const addresses = await demo.send('GET', `/customers/${own.body.data[0]?.id}/addresses`, { token });
    expect(addresses.body).toMatchObject({ data: [] });
  }, 30_000);

  it('accepts a given server, customer and store', async () => {
    const options = ['--url', `${demo.url}/`, '--username', 'Grace@demo.example', '--password', 'password123'];
    expect(await check(...options, '--store', 'AT')).toMatchObject({
      code: 0,
      report: { url: demo.url, passed: true },
    });
    const elsewhere = await check(...options, '--store', 'XX');
    expect(elsewhere.code).toBe(1);
    expect(elsewhere.report.checks[0]).toEqual({
      check: 'GET /customers is available',
      passed: false,
      expected: 'an error 002',
      got: expect.stringMatching(/^400 .*Store is not valid/) as string,
    });
  }, 30_000);

  it('reports a failed login without printing the password', async () => {
    const { code, out } = await foyer(['glue:check', '--password', 'not the password']);
    expect(code).toBe(1);
    expect(out).toMatch(/✗ ada@demo\.example logs in\n {4}expected {2}tokens\n {4}got {7}401 .*"003"/);
    expect(out).toContain('✓ every response is application/vnd.api+json');
    expect(out).not.toContain('not the password');
  }, 30_000);

  describe('against a server that differs', () => {
    let other: Server;
    let url: string;
    /** Starts a proxy to the demo that changes the responses, and removes one header. */
    const start = async (
      change: (path: string, status: number, text: string) => [number, string, string],
      removed?: string,
    ) => {
      other = createServer((request, response) => {
        const chunks: Buffer[] = [];
        request.on('data', (chunk: Buffer) => chunks.push(chunk));
        request.on('end', () => {
          const { authorization, 'content-type': type } = request.headers;
          const headers = { ...(authorization && { authorization }), ...(type && { 'content-type': type }) };
          const body = chunks.length > 0 ? Buffer.concat(chunks).toString() : undefined;
          void fetch(demo.url + request.url, { method: request.method, headers, body }).then(async (upstream) => {
            const [status, form, text] = change(request.url ?? '', upstream.status, await upstream.text());
            for (const name of ['content-language', 'www-authenticate']) {
              const value = name === removed ? null : upstream.headers.get(name);
              if (value !== null) response.setHeader(name, value);
            }
            response.writeHead(status, { 'content-type': form }).end(text);
          });
        });
      });
      const port = await freePort();
      await new Promise<void>((ready) => other.listen(port, '127.0.0.1', ready));
      url = `http://127.0.0.1:${port}`;
    };
    afterEach(() => new Promise((done) => other.close(done)));
    const JSON_API = 'application/vnd.api+json';

    it('reports a missing endpoint', async () => {
      const notFound = '{"errors":[{"status":404,"detail":"Not Found"}]}';
      await start((path, status, text) =>
        path.startsWith('/customer-restore-password') ? [404, JSON_API, notFound] : [status, JSON_API, text],
      );
      const { code, report } = await check('--url', url);
      expect([code, failed(report)]).toEqual([1, ['PATCH /customer-restore-password/unknown is available']]);
      expect(report.checks[5]?.got).toBe('404 [{"status":404,"detail":"Not Found"}]');
    }, 30_000);

    it('reports a wrong content type or error', async () => {
      await start((path, status, text) => [
        status,
        path === '/customers' ? 'application/json' : JSON_API,
        text.replace('Missing access token.', 'Missing token.'),
      ]);
      const { report } = await check('--url', url);
      expect(failed(report)).toEqual(['no token is rejected with 403 002', `every response is ${JSON_API}`]);
      expect(report.checks.at(-1)?.got).toBe('application/json from GET /customers');
    }, 30_000);

    it.each([
      ['content-language', 'every response has Content-Language', 'none from GET /customers'],
      ['www-authenticate', 'every 401 response has WWW-Authenticate', 'none from DELETE /refresh-tokens'],
    ])(
      'reports responses without %s',
      async (header, rule, got) => {
        await start((_, status, text) => [status, JSON_API, text], header);
        const { report } = await check('--url', url);
        expect(failed(report)).toEqual([rule]);
        expect(report.checks.find(({ check: name }) => name === rule)?.got).toBe(got);
      },
      30_000,
    );

    it('reports wrong errors of companies and second factors', async () => {
      await start((path, status, text) => [
        status,
        JSON_API,
        /^\/(company|multi)/.test(path) ? text.replace(/"code":"\d+"/, '"code":"1"') : text,
      ]);
      const { report } = await check('--url', url);
      expect(failed(report)).toEqual([
        'an unknown company user is rejected with 401 003',
        'the activation of a second factor without a type is rejected with 400 5902',
        'an unknown second factor is rejected with 400 5906',
        'the confirmation of a second factor without a code is rejected with 403 5900',
      ]);
    }, 30_000);

    it('requires an error without a company user, and without the code of an active second factor', async () => {
      await start((path, status, text) => [
        status,
        JSON_API,
        path.endsWith('/company-users/mine') ? '{"data":[]}' : text.replace('"deactivated"', '"activated"'),
      ]);
      const { report } = await check('--url', url);
      expect(failed(report)).toEqual([
        'GET /companies/mine without a company user is rejected with 403 1803',
        'a change of the customer without a code is rejected with 403 5900',
      ]);
    }, 30_000);

    it('reports missing included resources and a wrong customer', async () => {
      await start((path, status, text) => [
        status,
        JSON_API,
        path.includes('include=') ? text.replace('relationships', 'related') : text.replace('"ada@', '"eve@'),
      ]);
      const { report } = await check('--url', url);
      expect(failed(report)).toEqual([
        'the current customer is the one who logged in',
        '?include=addresses shows relationships',
        'the related addresses are included',
      ]);
    }, 30_000);
  });

  it('reports an unreachable server and a missing or invalid URL', async () => {
    const unreachable = await foyer(['glue:check', '--url', 'http://127.0.0.1:9']);
    expect(unreachable).toEqual({ code: 1, out: '', err: 'No server responds at http://127.0.0.1:9.\n' });
    expect(await foyer(['glue:check', '--url', 'nonsense'])).toMatchObject({
      code: 1,
      err: expect.stringContaining('--url must be'),
    });
    const empty = mkdtempSync(join(tmpdir(), 'foyer-story-'));
    expect((await foyer(['glue:check'], {}, empty)).err).toContain('--url is required');
    rmSync(empty, { recursive: true });
  }, 30_000);
});
