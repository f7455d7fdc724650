import { readFileSync } from 'node:fs';
import { serviceScopes } from '../src/employee/employee-scopes.js';
import { expectErrorMessage } from './support/errors.js';
import { Shop } from './support/shop.js';

interface Document {
  paths: Record<string, Record<string, { operationId?: string }>>;
}

/** The operations of a document, such as `get /customers getCustomers`. */
const operationsOf = ({ paths }: Document): string[] =>
  Object.entries(paths)
    .flatMap(([path, item]) =>
      Object.entries(item).map(([method, { operationId }]) => `${method} ${path} ${operationId}`),
    )
    .sort();

describe('the public pages', () => {
  describe('in development', () => {
    let shop: Shop;
    beforeAll(async () => (shop = await Shop.open()));
    afterAll(() => shop.close());

    it('include the documentation of the Emporix API', async () => {
      const page = await shop.send('GET', '/docs');
      expect(page.status).toBe(200);
      expect(page.headers['content-type']).toMatch(/^text\/html/);
      expect(page.text).toContain('<title>Foyer: Emporix API</title>');
      expect((await shop.send('GET', '/docs/assets/swagger-ui-bundle.js')).status).toBe(200);
      expect((await shop.send('GET', '/docs/assets/index.html')).status).toBe(404);
    });

    it('start at /, with the first steps and without credentials', async () => {
      const { status, text, headers } = await shop.send('GET', '/');
      expect([status, headers['cache-control']]).toEqual([200, 'no-store']);
      for (const link of ['/docs', '/docs/glue', '/backoffice', '/mailbox']) expect(text).toContain(`href="${link}"`);
      expect(text).toContain('npm run foyer -- tenant create');
      expect(text).not.toContain('demo.example');
    });

    it.each(['/', '/docs', '/docs/glue'])(
      'have no inline script or style, and load nothing from elsewhere: %s',
      async (path) => {
        const { text, headers } = await shop.send('GET', path);
        const policy = String(headers['content-security-policy']);
        expect(policy).toMatch(/^default-src 'none'; /);
        expect(policy).not.toMatch(/unsafe|https?:/);
        expect(text).not.toMatch(/<script(?![^>]* src="\/docs\/assets\/)|<style| style=| on\w+=/);
      },
    );

    it('include the documentation of the Glue API; each page links to the other', async () => {
      const page = await shop.send('GET', '/docs/glue');
      expect(page.status).toBe(200);
      expect(page.headers['content-type']).toMatch(/^text\/html/);
      expect(page.text).toContain('<title>Foyer: Glue API</title>');
      const { text } = await shop.send('GET', '/docs/glue/json');
      expect(text).toContain('/customer-restore-password/');
      expect(text).not.toContain('/customerlogin/');

      const description = async (path: string): Promise<string> =>
        (await shop.send<{ info: { description: string } }>('GET', path)).body.info.description;
      expect(await description('/docs/json')).toContain('(/docs/glue)');
      expect(await description('/docs/glue/json')).toContain('(/docs)');
    });

    it.each([
      ['/docs/json', 'emporix'],
      ['/docs/glue/json', 'glue'],
    ])('include at %s the operations of openapi/%s.json', async (path, name) => {
      const file = new URL(`../openapi/${name}.json`, import.meta.url);
      const stored = JSON.parse(readFileSync(file, 'utf8')) as Document;
      const { status, body } = await shop.send<Document>('GET', path);
      expect(status).toBe(200);
      // The descriptions come from a plugin of the build, which the tests do not use.
      expect(operationsOf(body)).toEqual(operationsOf(stored));
    });

    it.each(['/docs/json', '/docs/glue/json', '/docs/assets/docs.js', '/docs/assets/docs.css'])(
      'are not sent again to a client that has cached them: %s',
      async (path) => {
        const first = await shop.send('GET', path);
        expect([first.status, first.headers.etag]).toEqual([200, expect.stringMatching(/^"[\w-]{22}"$/)]);
        const headers = { 'if-none-match': `"other", W/${String(first.headers.etag)}` };
        const again = await shop.send('GET', path, { headers });
        expect([again.status, again.text, again.headers.etag]).toEqual([304, '', first.headers.etag]);
        expect((await shop.send('GET', path, { headers: { 'if-none-match': '"other"' } })).text).toBe(first.text);
      },
    );

    it.each(['/docs/json', '/docs/glue/json'])('state the version of the release: %s', async (path) => {
      const file = new URL('../package.json', import.meta.url);
      const { version } = JSON.parse(readFileSync(file, 'utf8')) as { version: string };
      const { body } = await shop.send<{ info: { version: string } }>('GET', path);
      expect(body.info.version).toBe(version);
    });

    it('include an OpenAPI document with a security scheme for each kind of token', async () => {
      const { body } = await shop.send<{ openapi: string; components: { securitySchemes: unknown } }>(
        'GET',
        '/docs/json',
      );
      expect(body.openapi).toMatch(/^3\./);
      const scopes = Object.fromEntries(serviceScopes.map((scope) => [scope, expect.any(String) as string]));
      const flow = { tokenUrl: '/oauth/token', scopes };
      const from = (what: string): string => expect.stringContaining(what) as string;
      const bearer = { type: 'http', scheme: 'bearer' };
      expect(body.components.securitySchemes).toEqual({
        AnonymousAccessToken: { ...bearer, description: from('GET /customerlogin/auth/anonymous/login') },
        CustomerAccessToken: { ...bearer, description: from('POST /customer/{tenant}/login') },
        OAuth2: {
          type: 'oauth2',
          description: from('demo-service'),
          flows: { clientCredentials: flow, password: flow },
        },
      });
    });

    it('include health checks', async () => {
      for (const path of ['/health/live', '/health/ready']) {
        expect(await shop.send('GET', path)).toMatchObject({ status: 200, body: { status: 'ok' } });
      }
    });

    it('include a mailbox with links and without scripts', async () => {
      const { email, password } = await shop.signUp({
        customerDetails: { firstName: '<script>alert(1)</script>\r\nBcc: eve@example.com' },
      });
      await (await shop.visitor()).post('/password/reset', 204, { email, password });
      const { token } = await shop.mailTo(email, 'password-reset');
      const page = await shop.send('GET', '/mailbox');
      expect(page.status).toBe(200);
      expect(page.headers['content-type']).toMatch(/^text\/html/);
      expect(page.text).toContain(`<a href="http://localhost:8080/password/reset?token=${token}" target="_blank">`);
      expect(page.text).not.toContain('<script>');
      const other = await shop.send('GET', `/mailbox?to=${encodeURIComponent(shop.person().email)}`);
      expect(other.text).toContain('No mail yet.');
    });
  });

  describe('in production', () => {
    let shop: Shop;
    beforeAll(async () => (shop = await Shop.open({}, { mode: 'production' })));
    afterAll(() => shop.close());

    it.each(['/mailbox', '/mailbox/messages'])('do not include the mailbox: %s', async (path) => {
      expectErrorMessage(await shop.send('GET', path), 404);
    });

    it.each(['/docs', '/docs/glue'])('include the documentation: %s', async (path) => {
      expect((await shop.send('GET', path)).status).toBe(200);
    });

    it.each(['/', '/start-page.css'])('do not include the start page: %s', async (path) => {
      expect((await shop.send('GET', path)).status).toBe(404);
    });
  });

  describe('with DOCS=off', () => {
    let shop: Shop;
    beforeAll(async () => (shop = await Shop.open({}, { docs: false })));
    afterAll(() => shop.close());

    it.each([
      '/docs',
      '/docs/glue',
      '/docs/json',
      '/docs/glue/json',
      '/docs/assets/docs.js',
      '/docs/assets/swagger-ui.css',
    ])('do not include the documentation: %s', async (path) => {
      expectErrorMessage(await shop.send('GET', path), 404);
    });

    it('are not listed in the metadata of the authorization server', async () => {
      const { body } = await shop.send('GET', '/.well-known/oauth-authorization-server');
      expect(body).toHaveProperty('token_endpoint');
      expect(body).not.toHaveProperty('service_documentation');
    });

    it('include a start page without links to it', async () => {
      const { status, text } = await shop.send('GET', '/');
      expect([status, text.includes('/docs')]).toEqual([200, false]);
    });
  });
});
