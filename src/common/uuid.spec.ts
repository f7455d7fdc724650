import { isUuid, namedUuid } from './uuid.js';

describe('the UUID of a name', () => {
  it('is that of RFC 9562, appendix A.4', () => {
    const dns = '6ba7b810-9dad-11d1-80b4-00c04fd430c8';
    expect(namedUuid(dns, 'www.example.com')).toBe('2ed6657d-e927-568b-95e1-2665a8aea6a2');
  });

  it('depends on the namespace and the name', () => {
    const [one, other] = ['0e1f2d3c-4b5a-4c6d-8e7f-901234567890', '1e1f2d3c-4b5a-4c6d-8e7f-901234567890'];
    const uuids = [namedUuid(one, 'Admin'), namedUuid(one, 'Buyer'), namedUuid(other, 'Admin')];
    expect(uuids.every(isUuid)).toBe(true);
    expect(new Set(uuids).size).toBe(3);
    expect(namedUuid(one.toUpperCase(), 'Admin')).toBe(namedUuid(one, 'Admin'));
  });
});
