import { RequestMethod } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import type { Mode } from '../../src/config/config.js';
import { TestingController } from '../../src/testing/testing.controller.js';
import { Shop } from '../support/shop.js';

/** The method and the path of each route of the test mode. */
const routes = Object.entries(Object.getOwnPropertyDescriptors(TestingController.prototype)).flatMap(
  ([name, { value: handler }]): [method: string, path: string][] => {
    const path = Reflect.getMetadata(PATH_METADATA, handler as object) as string | undefined;
    const method = RequestMethod[Reflect.getMetadata(METHOD_METADATA, handler as object) as number];
    if (name === 'constructor' || path === undefined || method === undefined) return [];
    return [[method, `/testing/${path}`.replace(/\/+$/, '')]];
  },
);

describe.each<Mode>(['demo', 'development', 'production'])('the mode %s', (mode) => {
  let shop: Shop;
  beforeAll(async () => (shop = await Shop.open({}, { mode })));
  afterAll(() => shop.close());

  it.each(routes)('has no route %s %s', async (method, path) => {
    const body = method === 'POST' ? {} : undefined;
    expect((await shop.send(method, path, { body })).status).toBe(404);
  });
});

it('the test mode has these routes', () => {
  expect(routes.map((route) => route.join(' '))).toEqual([
    'GET /testing',
    'POST /testing/reset',
    'GET /testing/clock',
    'POST /testing/clock',
    'GET /testing/mails/next',
    'POST /testing/customers',
  ]);
});
