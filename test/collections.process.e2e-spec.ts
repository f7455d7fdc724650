import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { brunoEnvironment, brunoFolder, runBruno } from './support/bruno-collection.js';
import { dropDatabase, newMigratedDatabase } from './support/database.js';
import { glueOperations, operations } from './support/document.js';
import { parseHttpFile, runHttpFile } from './support/http-file.js';
import { Service } from './support/server.js';

const JOURNEY = ['visitor', 'signUp', 'employee', 'activate', 'login', 'me', 'logout'];
const httpFiles = globSync('collections/http/**/*.http');

describe('the collections', () => {
  let cwd: string;
  let database: string;
  let demo: Service;
  beforeAll(async () => {
    cwd = mkdtempSync(join(tmpdir(), 'foyer-story-'));
    database = await newMigratedDatabase();
    // Assigned before the wait, so that it is stopped if it does not start in time.
    demo = await Service.spawn({ DATABASE_URL: database }, { cwd, flags: ['--demo'] });
    await demo.waitForGreeting();
  }, 60_000);
  afterAll(async () => {
    await demo.stop();
    await dropDatabase(database);
    rmSync(cwd, { recursive: true, force: true });
  });

  // The e-mail address in the journey contains the time in seconds, and each test signs up a new customer.
  beforeEach(() => sleep(1000 - (Date.now() % 1000)));

  const journey = () => parseHttpFile(readFileSync('collections/http/journey.http', 'utf8'));

  it('play the journey of the .http file, with no other input than the URL', async () => {
    const statuses = await runHttpFile(journey(), { baseUrl: demo.url });
    expect(statuses.map(([name]) => name)).toEqual(JOURNEY);
    expect(statuses.filter(([, status]) => status >= 300)).toEqual([]);
  });

  it('end the session with the last request of the journey', async () => {
    const { variables, requests } = journey();
    const again = requests.filter(({ name }) => name === 'me');
    const statuses = await runHttpFile({ variables, requests: [...requests, ...again] }, { baseUrl: demo.url });
    expect(statuses.at(-1)).toEqual(['me', 401]);
  });

  it('refresh the tokens of the logins, and log out, with no other input than the URL', async () => {
    const { variables, requests } = parseHttpFile(readFileSync('collections/http/emporix/auth.http', 'utf8'));
    const names = ['visitor', 'customer', 'refreshAnonymousToken', 'refreshCustomerToken', 'logOut'];
    const chosen = requests.filter(({ name = '' }) => names.includes(name));
    const statuses = await runHttpFile({ variables, requests: chosen }, { baseUrl: demo.url });
    expect(statuses.map(([name, status]) => [name, status < 300])).toEqual(names.map((name) => [name, true]));
  });

  it('play the journey of the Bruno collection, with the statuses that it asserts', async () => {
    const results = await runBruno(brunoFolder('journey'), { ...brunoEnvironment('demo'), baseUrl: demo.url });
    expect(results).toHaveLength(JOURNEY.length);
    expect(results.filter(({ status, asserted }) => status !== asserted)).toEqual([]);
  });

  it('get a token of each holder in the demo', async () => {
    const results = await runBruno(brunoFolder('tokens'), { ...brunoEnvironment('demo'), baseUrl: demo.url });
    expect(results).toHaveLength(5);
    expect(results.filter(({ status, asserted }) => status !== asserted)).toEqual([]);
  });
});

describe('the files of the collections', () => {
  const names = [...operations, ...glueOperations].map(({ name }) => name).sort();
  const nameOf = (method: string, url: string) =>
    `${method.toUpperCase()} ${url
      .replace('{{baseUrl}}', '')
      .replace(/\?.*/, '')
      .replace(/\{\{(\w+)\}\}/g, '{$1}')}`;

  // A value for the demo would let a DELETE remove the storefront client.
  it('contain no ids of paths', () => {
    for (const file of httpFiles) {
      const { variables, requests } = parseHttpFile(readFileSync(file, 'utf8'));
      const paths = requests.map(({ url }) => url.replace(/\?.*/, '')).join();
      const ids = Object.entries(variables).filter(([name]) => paths.includes(`/{{${name}}}`) && name !== 'tenant');
      expect(ids.filter(([, value]) => value !== '')).toEqual([]);
    }
    const demo = Object.keys(brunoEnvironment('demo')).map((name) => `{${name}}`);
    const parameters = new Set(names.flatMap((name) => name.match(/\{\w+\}/g) ?? []));
    expect(demo.filter((name) => parameters.has(name))).toEqual(['{tenant}']);
  });

  it('contain each operation as a .http request', () => {
    const requests = httpFiles.flatMap((file) => parseHttpFile(readFileSync(file, 'utf8')).requests);
    const found = new Set(requests.map(({ method, url }) => nameOf(method, url)));
    expect([...found].sort()).toEqual(names);
  });

  it('contain each operation as a Bruno request', () => {
    const folders = new Set(globSync('collections/bruno/{emporix,glue}/*/*.bru').map((file) => dirname(file)));
    const requests = [...folders].flatMap((folder) => brunoFolder(relative('collections/bruno', folder)));
    expect(requests.map(({ http }) => nameOf(http.method, http.url)).sort()).toEqual(names);
  });
});
