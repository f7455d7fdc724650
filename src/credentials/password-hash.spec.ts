import { hashPassword, verifyPassword } from './password-hash.js';
import { needsRehash } from './password-formats.js';

describe('a password', () => {
  it('is hashed in NFC, with what need not be hashed anew', async () => {
    const hash = await hashPassword('Grüße, Ada'.normalize('NFD'));
    expect(needsRehash(hash)).toBe(false);
    expect(await verifyPassword(hash, 'Grüße, Ada'.normalize('NFC'))).toBe(true);
    expect(await verifyPassword(hash, 'Grüße, Eva')).toBe(false);
  });

  it('is compared with a hash of another format', async () => {
    const bcrypt = '$2y$05$CCCCCCCCCCCCCCCCCCCCC.DkkKf24wLZhcj/2iT2Rkf39nrXoz4cq'; // by bcrypt for Python
    expect(await verifyPassword(bcrypt, 'Grüße, Ada')).toBe(true);
    expect(await verifyPassword(bcrypt, 'Grüße, Eva')).toBe(false);
  });

  it.each([undefined, null, '', 'no hash'])('never matches %j', async (hash) => {
    expect(await verifyPassword(hash, 'no account has this password')).toBe(false);
  });
});
