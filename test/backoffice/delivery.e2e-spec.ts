import { gunzipSync } from 'node:zlib';
import { Shop } from '../support/shop.js';

describe('GET /backoffice', () => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await Shop.open({}, { mode: 'production' });
  }, 60_000);
  afterAll(() => shop.close());

  it('redirects to the only tenant', async () => {
    const { status, headers } = await shop.send('GET', '/backoffice');
    expect([status, headers.location]).toEqual([302, '/backoffice/shop']);
  });

  it('returns the document for every path of a view, and asks browsers to revalidate it', async () => {
    for (const path of ['/backoffice/shop', '/backoffice/shop/customers/1?view=timeline']) {
      const { status, headers, text } = await shop.send('GET', path);
      expect(status).toBe(200);
      expect(headers['cache-control']).toBe('no-cache');
      expect(text).toContain('<div id="page">');
      expect(text).not.toMatch(/<script(?![^>]* src=)|<style|style=|foyer-mode/);
    }
  });

  it('allows no inline script or style, and requires trusted types', async () => {
    const { headers } = await shop.send('GET', '/backoffice/shop');
    const policy = String(headers['content-security-policy']);
    expect(policy).not.toContain('unsafe');
    expect(policy.split('; ')).toEqual(
      expect.arrayContaining(["default-src 'none'", "connect-src 'self'", "require-trusted-types-for 'script'"]),
    );
  });

  it('serves a sandboxed document for the previews of mails, which only its own page can embed', async () => {
    const { headers } = await shop.send('GET', '/backoffice/assets/mail-frame');
    const policy = String(headers['content-security-policy']).split('; ');
    expect(policy).toEqual(
      expect.arrayContaining(["default-src 'none'", "frame-ancestors 'self'", 'sandbox allow-scripts']),
    );
    expect(policy.filter((rule) => rule.startsWith('script-src'))).toEqual([
      expect.stringMatching(/^script-src 'sha256-\S+'$/),
    ]);
  });

  it('serves compressed assets that browsers keep for a year', async () => {
    const { text } = await shop.send('GET', '/backoffice/shop');
    const assets = [...text.matchAll(/(?:src|href)="(\/backoffice\/assets\/[^"]+)"/g)].map(([, path]) => path ?? '');
    expect(assets.length).toBeGreaterThanOrEqual(3);
    for (const path of assets) {
      const response = await shop.app.inject({ method: 'GET', url: path, headers: { 'accept-encoding': 'gzip' } });
      expect([path, response.statusCode]).toEqual([path, 200]);
      expect(response.headers['cache-control']).toBe('public, max-age=31536000, immutable');
      expect(response.headers['content-encoding']).toBe('gzip');
      expect(gunzipSync(response.rawPayload).length).toBeGreaterThan(0);
      expect(path).toMatch(/-[\w-]{8}\.\w+$/);
    }
  });

  it('does not exist with BACKOFFICE=off', async () => {
    const other = await Shop.open({}, { backoffice: false });
    const statuses = await Promise.all(
      ['/backoffice', '/backoffice/shop'].map(async (path) => (await other.send('GET', path)).status),
    );
    await other.close();
    expect(statuses).toEqual([404, 404]);
  });
});
