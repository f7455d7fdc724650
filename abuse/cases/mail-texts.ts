import { MailServer } from '../../test/support/smtp.ts';
import { type Case, assert, assertEqual, inSequence, waitUntil } from '../case.ts';
import type { HttpResponse } from '../http.ts';
import type { World } from '../world.ts';

const text = {
  subject: 'Password for {hasFirstName, select, yes {{firstName}} other {you}}',
  paragraphs: ['{hasFirstName, select, yes {Dear {firstName},} other {Hello,}}'],
  button: 'Set a new password',
};

async function send(world: World, method: string, action: string, json?: object): Promise<HttpResponse> {
  const path = `/admin/${world.tenant}/mails/password-reset/en${action}`;
  return world.http.send(method, path, { token: await world.employeeToken(), json });
}

/** Stores an own text of the reset mail, runs `work`, and deletes the text. */
async function withText<T>(world: World, changes: object, work: () => Promise<T>): Promise<T> {
  assertEqual('status of the own text', (await send(world, 'PUT', '', { ...text, ...changes })).status, 200);
  try {
    return await work();
  } finally {
    await send(world, 'DELETE', '');
  }
}

async function requestReset(world: World, email: string): Promise<void> {
  const { status } = await world.call('POST', '/password/reset', {
    token: await world.visitorToken(),
    json: { email },
  });
  assertEqual('status of the request', status, 204);
}

/** Texts of at most 8 KiB that take a parser or a renderer much time. Only `accepted` ones are valid. */
const hostile = {
  'unclosed choices': '{hasFirstName,select,other{'.repeat(300),
  'nested choices': '{hasFirstName,select,other{'.repeat(200) + 'x' + '}}'.repeat(200),
  braces: '{'.repeat(8000),
  'quoted braces': "'{".repeat(4000),
  variables: '{shop}'.repeat(1300),
  tags: '<b '.repeat(2600),
  'long name': `{${'a'.repeat(8000)}}`,
  options: `{firstName,select,${Array.from({ length: 800 }, (_, option) => `o${option}{}`).join('')}other{x}}`,
  'doubled choices': '{hasFirstName,select,yes{{firstName}{firstName}}other{}}'.repeat(140),
  skeleton: `{firstName,date,::${'y'.repeat(8000)}}`,
};

const accepted = ['variables', 'options'];

/** Cases about a tenant's own texts of mails. */
export const mailTexts: Case[] = [
  {
    number: 104,
    title: 'customers with ICU syntax, markup and headers as names get mails with an own text',
    async run(world) {
      const names = [
        '{shop}',
        '{code}',
        "'{",
        '{n, plural, other {#}}',
        '<b>Ada',
        '{{7*7}}',
        '&lt;',
        'Eve\r\nBcc: eve',
      ];
      await withText(world, {}, async () => {
        for (const firstName of names) {
          const { email } = await world.customer({ customerDetails: { firstName } });
          await requestReset(world, email);
          const json = { token: await world.mailedToken(email, 'password-reset'), password: 'one more quiet river' };
          // After the use of the link, the address is confirmed, and mails to it contain the name.
          await world.call('POST', '/password/reset/update', { token: await world.visitorToken(), json });
          await requestReset(world, email);
          const mails = (await world.mailsTo(email)).filter(({ kind }) => kind === 'password-reset');
          const [greeting] = mails[0]?.text.split('\n') ?? [];
          assertEqual('greeting of the mail', greeting, firstName.includes('\n') ? 'Hello,' : `Dear ${firstName},`);
          assert('the name is not markup', !mails[0]?.html.includes('<b>Ada'));
        }
      });
      return `${names.length - 1} names are text, and a name with a header is left out`;
    },
  },
  {
    number: 105,
    title: 'subjects of own texts that contain line breaks, controls or encoded headers',
    async run(world) {
      const rejected = ['\r\nBcc: eve@abuse.example', '\nX: 1', '\u2028Bcc: eve', '\u0085X: 1', '\u0000', '\u001b[2J'];
      for (const subject of rejected) {
        assertEqual(
          'status of the text',
          (await send(world, 'PUT', '', { ...text, subject: `Hi${subject}` })).status,
          400,
        );
      }
      const smtp = await MailServer.listen();
      try {
        await withText(world, { subject: 'Hi =?utf-8?q?=0D=0ABcc:_eve@abuse.example?= \\r\\nBcc: eve' }, async () => {
          const { email } = await world.customer();
          await world.withProcess({ SMTP_URL: smtp.url }, async (other) => {
            await requestReset(other, email);
            await waitUntil('the mail is sent', () => smtp.mailsTo(email).length > 0);
          });
        });
        const [sent] = smtp.mails;
        assertEqual('recipients of the mail', sent?.recipients.length, 1);
        assert(
          'the mail has one subject and no other recipient',
          !sent?.headers.bcc && sent?.headers.subject?.length === 1,
        );
      } finally {
        await smtp.close();
      }
      return `${rejected.length} subjects are rejected with 400, and an encoded header is text`;
    },
  },
  {
    number: 106,
    title: `${Object.keys(hostile).length} oversized, deeply nested or malformed ICU messages, as PUT and as preview`,
    async run(world) {
      let slowest = 0;
      for (const [name, message] of Object.entries(hostile)) {
        for (const [method, action] of [
          ['PUT', ''],
          ['POST', '/preview'],
        ] as const) {
          // The requests behind it wait for as long as the event loop is blocked.
          const [response, ...others] = await Promise.all([
            send(world, method, action, { ...text, paragraphs: [message] }),
            ...Array.from({ length: 5 }, () => world.http.send('GET', '/health/live')),
          ]);
          assertEqual(`status of ${name}`, response.status, accepted.includes(name) ? 200 : 400);
          assert('the response is small', response.text.length < 50_000, response.text.length);
          slowest = Math.max(slowest, response.milliseconds, ...others.map(({ milliseconds }) => milliseconds));
        }
      }
      await send(world, 'DELETE', '');
      const huge = await send(world, 'PUT', '', { ...text, paragraphs: ['x'.repeat(900_000)] });
      assert('a text of 900 kB is rejected for its size', /at most 8 KiB/.test(huge.text), huge.text);
      const deep = await inSequence(3, () => send(world, 'PUT', '', { ...text, paragraphs: [[[[[]]]]] }));
      assertEqual('statuses of nested lists', [...new Set(deep.map(({ status }) => status))], [400]);
      assert('no request takes a second', slowest < 1000, slowest);
      return `the slowest response took ${slowest.toFixed(0)} ms`;
    },
  },
];
