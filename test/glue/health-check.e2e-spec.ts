import { Readiness } from '../../src/health/readiness.js';
import { Glue, GlueClient, glueResponse, invalidToken } from '../support/glue.js';
import { Shop } from '../support/shop.js';

describe('the health check', () => {
  let shop: Shop | undefined;
  afterEach(() => shop?.close());

  const open = async (glueHealthCheck: boolean): Promise<GlueClient> => {
    shop = await Shop.open({ activation: 'none' }, { glueHealthCheck });
    return new Glue(shop).unauthenticated;
  };
  const expected = (statusCode: number, attributes: object, query = '') => {
    const links = { self: `http://foyer.test/health-check${query}` };
    return glueResponse(statusCode, {
      data: [{ type: 'health-check', id: null, attributes: { statusCode, ...attributes }, links }],
      links,
    });
  };
  const healthy = {
    status: 'healthy',
    message: null,
    healthCheckServiceResponses: [{ name: 'database', status: true, message: null }],
  };

  it('is disabled by default', async () => {
    const message = 'HealthCheck endpoints are disabled for all applications.';
    const disabled = expected(403, { status: null, message, healthCheckServiceResponses: [] });
    expect(await (await open(false)).send('GET', '/health-check')).toEqual(disabled);
  });

  it('reports the database', async () => {
    const client = await open(true);
    expect(await client.send('GET', '/health-check')).toEqual(expected(200, healthy));
    for (const query of ['?services=database', '?services=search, database']) {
      expect(await client.send('GET', `/health-check${query.replace(' ', '%20')}`)).toEqual(
        expected(200, healthy, query),
      );
    }
  });

  it('rejects other services', async () => {
    const message = 'Requested services not found.';
    const unknown = expected(400, { status: null, message, healthCheckServiceResponses: [] }, '?services=search,zed');
    expect(await (await open(true)).send('GET', '/health-check?services=search,zed')).toEqual(unknown);
  });

  it.each<[string, () => Promise<string>]>([
    ['The database is read-only', () => Promise.resolve('The database is read-only')],
    [
      'The database is not available',
      () => Promise.reject(Object.assign(new Error('connect'), { code: 'ECONNREFUSED' })),
    ],
  ])('reports why the database is not ready: %s', async (message, problem) => {
    const client = await open(true);
    if (shop) jest.spyOn(shop.app.get(Readiness), 'problem').mockImplementation(problem);
    const healthCheckServiceResponses = [{ name: 'database', status: false, message }];
    const unhealthy = { status: 'unhealthy', message: null, healthCheckServiceResponses };
    expect(await client.send('GET', '/health-check')).toEqual(expected(503, unhealthy));
  });

  it('rejects an invalid token', async () => {
    await open(true);
    if (shop) expect(await new GlueClient(shop, 'bad').send('GET', '/health-check')).toEqual(invalidToken);
  });
});
