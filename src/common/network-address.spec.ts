import { canonicalAddress, clientAddress, networkOf, proxyMatcher } from './network-address.js';

describe('the canonical form of a network address', () => {
  it.each([
    ['203.0.113.7', '203.0.113.7'],
    ['203.0.113.7:50001', '203.0.113.7'],
    [' 203.0.113.7 ', '203.0.113.7'],
    ['2001:db8::7', '2001:db8::7'],
    ['2001:0DB8:0:0:0:0:0:7', '2001:db8::7'],
    ['[2001:db8::7]', '2001:db8::7'],
    ['[2001:db8::7]:50001', '2001:db8::7'],
    ['fe80::1%eth0', 'fe80::1'],
    ['[fe80::1%25eth0]:443', 'fe80::1'],
    ['::ffff:203.0.113.9', '203.0.113.9'],
    ['::FFFF:cb00:7109', '203.0.113.9'],
    ['[::ffff:203.0.113.9]:50001', '203.0.113.9'],
    ['::1', '::1'],
  ])('of %s is %s', (text, canonical) => {
    expect(canonicalAddress(text)).toBe(canonical);
    expect(canonicalAddress(canonical)).toBe(canonical);
  });

  it.each([
    [undefined],
    [''],
    ['unknown'],
    ['_hidden'],
    ['localhost'],
    ['1'],
    ['0x7f.1'],
    ['010.0.0.1'],
    ['203.0.113.256'],
    ['203.0.113.7:'],
    ['203.0.113.7:123456'],
    ['203.0.113.7, 203.0.113.8'],
    ['[203.0.113.7'],
    ['[2001:db8::7]x'],
    ['2001:db8::7::1'],
    ['<script>'],
    ['1'.repeat(300)],
  ])('does not exist for %s', (text) => {
    expect(canonicalAddress(text)).toBeUndefined();
  });
});

describe('the network of an address', () => {
  it('is an IPv4 address itself', () => {
    expect(networkOf('203.0.113.7')).toBe('203.0.113.7');
  });

  it('is the /64 of an IPv6 address', () => {
    expect(networkOf('2001:db8:0:1:2:3:4:5')).toBe('2001:db8:0:1::/64');
    expect(networkOf('2001:db8:0:1:ffff:ffff:ffff:ffff')).toBe('2001:db8:0:1::/64');
    expect(networkOf('2001:db8:0:2::')).toBe('2001:db8:0:2::/64');
    expect(networkOf('::1')).toBe('::/64');
  });
});

describe('trusted proxies', () => {
  it.each([
    ['10.0.0.1', '10.0.0.1', true],
    ['10.0.0.1', '10.0.0.2', false],
    ['10.0.0.0/8', '10.200.0.1:4711', true],
    ['10.0.0.0/8', '::ffff:10.1.2.3', true],
    ['10.0.0.0/8', '11.0.0.1', false],
    ['::ffff:10.0.0.1', '10.0.0.1', true],
    ['::ffff:10.0.0.0/104', '10.7.7.7', true],
    ['::ffff:10.0.0.0/104', '11.7.7.7', false],
    ['2001:db8::/32', '[2001:db8:7::1]:4711', true],
    ['2001:db8::/32', '2001:db9::1', false],
    ['::/0', '203.0.113.7', false],
    ['0.0.0.0/0', '2001:db8::1', false],
    ['10.0.0.0/8', 'unknown', false],
  ])('with %s: %s is trusted: %s', (proxy, address, trusted) => {
    expect(proxyMatcher([proxy])(address)).toBe(trusted);
  });

  it('match any of several addresses', () => {
    const trusts = proxyMatcher(['10.0.0.1', '2001:db8::1']);
    expect(['10.0.0.1', '2001:db8::1', '10.0.0.2'].map(trusts)).toEqual([true, true, false]);
  });
});

describe('the address of a client', () => {
  it('is that of the connection if no proxy is trusted', () => {
    expect(clientAddress({ ip: '::ffff:203.0.113.9' })).toBe('203.0.113.9');
  });

  it('is the last one reported by the trusted proxies', () => {
    expect(clientAddress({ ip: '203.0.113.7:50001', ips: ['10.0.0.1', '203.0.113.7:50001'] })).toBe('203.0.113.7');
  });

  it('is that of the proxy if the proxy reports none', () => {
    expect(clientAddress({ ip: 'x'.repeat(300), ips: ['10.0.0.1', 'x'.repeat(300)] })).toBe('10.0.0.1');
  });

  it('is unknown on a Unix socket', () => {
    expect(clientAddress({ ip: undefined as unknown as string })).toBeUndefined();
  });
});
