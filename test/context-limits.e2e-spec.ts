import { DEFAULT_RATES } from '../src/config/config.js';
import { send } from './support/contexts.js';
import { rows } from './support/rows.js';
import { Shop } from './support/shop.js';

const attribute = (value: string) => ({ key: 'a', value });

describe('context writes', () => {
  it('of one network share an hourly limit of bytes for visitors and customers', async () => {
    const shop = await Shop.open({ activation: 'none' }, { rates: { ...DEFAULT_RATES, storedMegabytes: 0.06 } });
    try {
      const ada = await shop.customer();
      const statuses: number[] = [];
      for (let n = 0; n < 10; n++) {
        const caller = n % 2 ? ada : await shop.visitor().catch(() => ada);
        statuses.push((await send(caller, 'POST', '/me/context/attributes', attribute('x'.repeat(7500)))).status);
      }
      expect(statuses[0]).toBe(201);
      expect(statuses.at(-1)).toBe(429);
      const [{ bytes } = { bytes: 0 }] = await rows<{ bytes: number }>(
        shop,
        'select sum(octet_length(context::text))::int as bytes from session_contexts',
      );
      expect(bytes).toBeLessThan(60_000);
    } finally {
      await shop.close();
    }
  });

  it('of one session are limited to 120 a minute, independently of other sessions', async () => {
    const shop = await Shop.open();
    try {
      const [visitor, other] = [await shop.visitor(), await shop.visitor()];
      const write = async () => send(visitor, 'POST', '/me/context/attributes', attribute('x'));
      const responses = await Promise.all(Array.from({ length: 121 }, write));
      const rejected = responses.filter(({ status }) => status === 429);
      expect(rejected).toHaveLength(1);
      expect(Number(rejected[0]?.headers['retry-after'])).toBeGreaterThan(0);
      expect((await send(visitor, 'DELETE', '/me/context/attributes/a')).status).toBe(429);
      expect((await send(other, 'POST', '/me/context/attributes', attribute('x'))).status).toBe(201);
    } finally {
      await shop.close();
    }
  });
});
