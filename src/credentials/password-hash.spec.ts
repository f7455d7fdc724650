import { availableParallelism } from 'node:os';
import { Failure } from '../common/failure.js';
import { hashPassword, verifyPassword } from './password-hash.js';
import { needsRehash } from '../passwords/password-formats.js';

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

  it('is compared at once, however many wait for costly hashes, which are not worked at for longer than seconds', async () => {
    const slow = `$2y$10$${'C'.repeat(21)}.DkkKf24wLZhcj/2iT2Rkf39nrXoz4cq`;
    const hash = await hashPassword('Ada');
    const waiting = Array.from({ length: 60 }, () => verifyPassword(slow, 'Ada').catch((error: unknown) => error));
    expect(await Promise.race([verifyPassword(hash, 'Ada'), Promise.all(waiting)])).toBe(true);
    const answers = await Promise.all(waiting);
    expect(answers).toContainEqual(new Failure('overloaded'));
    expect(answers).toContain(false);
  }, 30_000);

  it('is released with others, of which there are no more than still wait', async () => {
    const groups: number[] = [];
    let group = 0;
    const count = (): void => {
      if (++group === 1) process.nextTick(() => groups.push(group) && (group = 0));
    };
    const passwords = Array.from({ length: 2 * availableParallelism() + 12 }, (_, n) => `Ada ${n}`);
    await Promise.all(passwords.map((password) => hashPassword(password).then(count)));
    // 6 are done while 6 wait; then 3 while 3 wait; then 2 while 1 waits.
    expect(groups.slice(0, 3)).toEqual([6, 3, 2]);
  });

  it.each([undefined, null, '', 'no hash'])('never matches %j', async (hash) => {
    expect(await verifyPassword(hash, 'no account has this password')).toBe(false);
  });
});
