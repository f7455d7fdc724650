import { availableParallelism } from 'node:os';
import { Failure } from '../common/failure.js';
import { hashPassword, verifyPassword } from './password-hash.js';
import { needsRehash } from '../passwords/password-formats.js';

describe('a password', () => {
  it('is hashed in NFC with the current parameters', async () => {
    const hash = await hashPassword('Grüße, Ada'.normalize('NFD'));
    expect(needsRehash(hash)).toBe(false);
    expect(await verifyPassword(hash, 'Grüße, Ada'.normalize('NFC'))).toBe(true);
    expect(await verifyPassword(hash, 'Grüße, Eva')).toBe(false);
  });

  it('is verified against a hash of another format', async () => {
    const bcrypt = '$2y$05$CCCCCCCCCCCCCCCCCCCCC.DkkKf24wLZhcj/2iT2Rkf39nrXoz4cq'; // by bcrypt for Python
    expect(await verifyPassword(bcrypt, 'Grüße, Ada')).toBe(true);
    expect(await verifyPassword(bcrypt, 'Grüße, Eva')).toBe(false);
  });

  it('is verified at once while costly hashes wait, which are rejected after seconds', async () => {
    const slow = `$2y$10$${'C'.repeat(21)}.DkkKf24wLZhcj/2iT2Rkf39nrXoz4cq`;
    const hash = await hashPassword('Ada');
    const waiting = Array.from({ length: 60 }, () => verifyPassword(slow, 'Ada').catch((error: unknown) => error));
    expect(await Promise.race([verifyPassword(hash, 'Ada'), Promise.all(waiting)])).toBe(true);
    const results = await Promise.all(waiting);
    expect(results).toContainEqual(new Failure('overloaded'));
    expect(results).toContain(false);
  }, 30_000);

  it('is released in batches no larger than the number of waiting ones', async () => {
    const groups: number[] = [];
    let group = 0;
    const count = (): void => {
      if (++group === 1) process.nextTick(() => groups.push(group) && (group = 0));
    };
    const passwords = Array.from({ length: availableParallelism() + 12 }, (_, n) => `Ada ${n}`);
    await Promise.all(passwords.map((password) => hashPassword(password).then(count)));
    // 6 are done while 6 wait; 7, if one core is left to the main thread.
    expect(groups[0]).toBeGreaterThanOrEqual(6);
  });

  it.each([undefined, null, '', 'no hash'])('never matches the hash %j', async (hash) => {
    expect(await verifyPassword(hash, 'no account has this password')).toBe(false);
  });
});
