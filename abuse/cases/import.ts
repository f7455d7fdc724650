import { pbkdf2Sync, randomBytes } from 'node:crypto';
import { type Case, assertEqual, assert } from '../case.ts';

const hashOf = (password: string): string => {
  const salt = randomBytes(16);
  const hash = pbkdf2Sync(password.normalize('NFC'), salt, 10_000, 32, 'sha256');
  return `1:10000:${salt.toString('base64')}:${hash.toString('base64')}`;
};

export const importing: Case[] = [
  {
    number: 59,
    title: 'a service imports 200 rows, two thirds of them invalid, then 201 rows; an imported customer logs in',
    async run(world) {
      const token = await world.serviceToken('customer.import_manage customer.customer_manage customer.customer_read');
      const people = Array.from({ length: 200 }, () => world.newPerson());
      const row = (index: number): object => {
        const { email, password } = people[index]!;
        const passwordHash = hashOf(password);
        const valid = { contactEmail: email, firstName: 'Ada', account: { email, passwordHash } };
        if (index % 3 === 0) return valid;
        if (index % 3 === 1) return { ...valid, account: { email, passwordHash: '$md5$00112233445566778899' } };
        return [
          { ...valid, account: { email: 'nobody', passwordHash } },
          { ...valid, account: undefined },
        ][index % 2]!;
      };
      const rows = people.map((_, index) => row(index));
      const response = await world.call('POST', '/customers/import', { token, json: rows });
      assertEqual('status of the import', response.status, 207);
      const results = response.body as { index: number; code: number }[];
      assertEqual(
        'order of the results',
        results.map(({ index }) => index),
        people.map((_, index) => index),
      );
      for (const { index, code } of results) assertEqual(`status of row ${index}`, code, index % 3 === 0 ? 201 : 400);
      const repeated = await world.call('POST', '/customers/import', { token, json: [row(0)] });
      assertEqual('status of a row that is imported again', (repeated.body as { code: number }[])[0]?.code, 409);
      const tooMany = await world.call('POST', '/customers/import', { token, json: [...rows, row(0)] });
      assertEqual('status of 201 rows', tooMany.status, 400);
      const email = world.newPerson().email;
      const legacyAuth = { algorithm: 'rot13', hash: 'abc' };
      const unknown = await world.call('POST', '/customers/import', {
        token,
        json: [{ account: { email, legacyAuth } }],
      });
      assertEqual('status of a row with an unknown algorithm', (unknown.body as { code: number }[])[0]?.code, 400);
      const person = people[0]!;
      assertEqual(
        'status of a login with a wrong password',
        (await world.tryLogin({ ...person, password: 'not this one' })).status,
        400,
      );
      await world.logIn(person);
      const { milliseconds } = await world.tryLogin(person);
      await world.glueLogIn(person);
      assert('the second login takes less than 5 s', milliseconds < 5000);
      assertEqual('number of mails to an imported customer', (await world.mailsTo(person.email)).length, 0);
      return (
        'the response is 207 with one result for each row; an invalid row does not stop the others; ' +
        'the customer can log in before and after the imported hash is replaced ' +
        '(expired windows, crashes: test/password-migration.e2e-spec.ts)'
      );
    },
  },
];
