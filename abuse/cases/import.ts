import { pbkdf2Sync, randomBytes } from 'node:crypto';
import { type Case, expect, hold } from '../case.ts';

const hashOf = (password: string): string => {
  const salt = randomBytes(16);
  const hash = pbkdf2Sync(password.normalize('NFC'), salt, 10_000, 32, 'sha256');
  return `1:10000:${salt.toString('base64')}:${hash.toString('base64')}`;
};

export const importing: Case[] = [
  {
    number: 59,
    tries: '200 rows, a third of them bad; 201 rows; an unknown algorithm; the first logins',
    async run(world) {
      const token = await world.staff('customer.import_manage customer.customer_manage customer.customer_read');
      const people = Array.from({ length: 200 }, () => world.stranger());
      const row = (index: number): object => {
        const { email, password } = people[index]!;
        const passwordHash = hashOf(password);
        const good = { contactEmail: email, firstName: 'Ada', account: { email, passwordHash } };
        if (index % 3 === 0) return good;
        if (index % 3 === 1) return { ...good, account: { email, passwordHash: '$md5$00112233445566778899' } };
        return [
          { ...good, account: { email: 'nobody', passwordHash } },
          { ...good, account: undefined },
        ][index % 2]!;
      };
      const rows = people.map((_, index) => row(index));
      const answer = await world.call('POST', '/customers/import', { token, json: rows });
      expect('the answer', answer.status, 207);
      const results = answer.body as { index: number; code: number }[];
      expect(
        'in order',
        results.map(({ index }) => index),
        people.map((_, index) => index),
      );
      for (const { index, code } of results) expect(`row ${index}`, code, index % 3 === 0 ? 201 : 400);
      const again = await world.call('POST', '/customers/import', { token, json: [row(0)] });
      expect('the same once more', (again.body as { code: number }[])[0]?.code, 409);
      const more = await world.call('POST', '/customers/import', { token, json: [...rows, row(0)] });
      expect('201 rows', more.status, 400);
      const email = world.stranger().email;
      const legacyAuth = { algorithm: 'rot13', hash: 'abc' };
      const unknown = await world.call('POST', '/customers/import', {
        token,
        json: [{ account: { email, legacyAuth } }],
      });
      expect('an unknown algorithm', (unknown.body as { code: number }[])[0]?.code, 400);
      const person = people[0]!;
      expect('a wrong password', (await world.tryLogin({ ...person, password: 'not this one' })).status, 400);
      await world.logIn(person);
      const { milliseconds } = await world.tryLogin(person);
      await world.glueLogIn(person);
      hold('the second login', milliseconds < 5000);
      expect('mails', (await world.mailsTo(person.email)).length, 0);
      return (
        '207 by index, no bad row stops another; the old hash logs in, before and after it is replaced ' +
        '(expired windows, crashes: test/password-migration.e2e-spec.ts)'
      );
    },
  },
];
