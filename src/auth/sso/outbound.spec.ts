import { testConfig } from '../../../test/support/config.js';
import { Outbound, isInternal } from './outbound.js';

describe('an address in the settings of a tenant', () => {
  it.each([
    '0.0.0.0',
    '10.1.2.3',
    '127.0.0.1',
    '169.254.169.254',
    '172.31.0.1',
    '192.168.1.1',
    '100.64.0.1',
    '255.255.255.255',
    '::1',
    '::',
    'fd00::1',
    'fe80::1',
    '::ffff:10.0.0.1',
    '::ffff:0:10.0.0.1',
    '64:ff9b:1::a00:1',
    '2002:a00:1::1',
    '2001:0:a00:1::1',
    'fec0::1',
    'no address',
  ])('is rejected if it is %s', (address) => expect(isInternal(address)).toBe(true));

  it.each(['1.1.1.1', '93.184.216.34', '172.32.0.1', '2606:4700::1111'])('is accepted if it is %s', (address) => {
    expect(isInternal(address)).toBe(false);
  });

  it.each(['http://example.com/', 'https://127.0.0.1/', 'https://[::1]/', 'https://localhost/', 'https://10.0.0.1/'])(
    'is not called in production if it is %s',
    async (url) => {
      const outbound = new Outbound(testConfig('', { mode: 'production' }));
      await expect(outbound.fetch(url)).rejects.toThrow(/not (an address )?on the internet/);
    },
  );
});
