import type { MailText } from '../src/mailer/mail-text.js';
import { mailKinds } from '../src/mailer/mail-kinds.js';
import { mailVariables } from '../src/mailer/mail-variable-types.js';
import { builtInTexts } from '../src/mailer/texts/built-in-texts.js';
import { LogRecorder } from './support/log-recorder.js';
import { renderMail } from './support/mails.js';
import { recordQueries } from './support/queries.js';
import { validationError } from './support/responses.js';
import { rows } from './support/rows.js';
import { type Body, type Response, Shop } from './support/shop.js';
import { MailServer, type ReceivedMail } from './support/smtp.js';
import { waitUntil } from './support/wait-until.js';

interface Stored extends Body {
  subject: string;
  variables: { name: string; type: string; description: string }[];
  metadata: { version: number };
}

const text: MailText = {
  subject: 'Grüß Gott von {shop}',
  preheader: 'Ein neues Passwort',
  paragraphs: ['{hasFirstName, select, yes {Servus {firstName}!} other {Servus!}}', 'Setz ein <b>neues</b> Passwort.'],
  button: 'Neues Passwort',
  notes: [],
};

describe("a tenant's own texts of mails", () => {
  let smtp: MailServer;
  let shop: Shop;
  let token: string;
  let employee: { id: string };
  beforeAll(async () => {
    smtp = await MailServer.listen();
    shop = await Shop.open({ activation: 'none', brand: { name: 'Acme' } }, { smtpUrl: smtp.url });
    await shop.addTenant('other', { activation: 'none' });
    const client = await shop.employee('admin');
    [employee, token] = [client, client.token ?? ''];
  });
  afterAll(async () => {
    await shop.close();
    await smtp.close();
  });
  beforeEach(() => rows(shop, 'delete from mail_texts'));

  const send = <T = Stored>(
    method: string,
    path: string,
    body?: unknown,
    { tenant = 'shop', bearer = token } = {},
  ): Promise<Response<T>> =>
    shop.send<T>(method, `/admin/${tenant}/mails${path}`, { body, headers: { authorization: `Bearer ${bearer}` } });
  const put = async (path: string, body: unknown): Promise<Stored> => {
    const response = await send('PUT', path, body);
    expect({ status: response.status, text: response.text }).toEqual({ status: 200, text: expect.any(String) });
    return response.body;
  };
  const sourceOf = async (path: string): Promise<unknown> => (await send('GET', path)).body.source;

  /** The reset mail to a new customer with this language, over SMTP. */
  const resetIn = async (preferredLanguage: string): Promise<ReceivedMail> => {
    const { email } = await shop.customer({ customerDetails: { firstName: '<i>{shop}', preferredLanguage } });
    await rows(shop, `update customers set confirmed_at = now() where tenant = 'shop'`);
    await (await shop.visitor()).post('/password/reset', 204, { email });
    const isReset = ({ html }: ReceivedMail): boolean => /reset|passwor/i.test(html);
    return waitUntil('the mail is sent', () => smtp.mailsTo(email).find(isReset));
  };

  it('are listed with the built-in ones', async () => {
    await put('/password-reset/de-AT', text);
    const { body } = await send<Body[]>('GET', '');
    expect(body).toHaveLength(mailKinds.length * Object.keys(builtInTexts).length + 1);
    expect(body.filter(({ source }) => source === 'own')).toEqual([
      { kind: 'password-reset', language: 'de-AT', source: 'own', metadata: { version: 1 } },
    ]);
    expect(body).toContainEqual({ kind: 'welcome', language: 'en', source: 'builtin', metadata: { version: 0 } });
  });

  it('are listed without loading their content, because it can have 10 MB', async () => {
    const statements = await recordQueries(shop);
    await send<Body[]>('GET', '');
    expect(statements.filter((statement) => statement.includes('mail_texts'))).toEqual([
      expect.not.stringMatching(/"text"|\*/),
    ]);
  });

  it('start from the built-in one, whose variables are described', async () => {
    const { body } = await send('GET', '/password-reset/en');
    expect(body).toMatchObject({ ...builtInTexts.en?.['password-reset'], source: 'builtin', metadata: { version: 0 } });
    const described = { name: 'hasFirstName', type: 'choice', description: 'Whether there is a `firstName`.' };
    expect(body.variables).toContainEqual(described);
    expect(await put('/password-reset/en', body)).toMatchObject({ source: 'own', metadata: { version: 1 } });
    for (const kind of mailKinds) {
      for (const { description } of mailVariables(kind)) expect(description).toMatch(/\.$/);
    }
  });

  it('accept each built-in text', async () => {
    for (const [language, texts] of Object.entries(builtInTexts)) {
      for (const kind of mailKinds) await put(`/${kind}/${language}`, texts[kind]);
    }
  });

  it('are sent in the language of the customer until they are deleted; HTML and names are text', async () => {
    await put('/password-reset/de-AT', text);
    const mail = await resetIn('de_AT');
    expect(mail.headers['content-language']).toEqual(['de-AT']);
    expect(mail.headers.subject).toHaveLength(1);
    expect(mail.text).toContain('Servus <i>{shop}!\n\nSetz ein <b>neues</b> Passwort.\n\nNeues Passwort\nhttp');
    expect(mail.html).toContain('<title>Grüß Gott von Acme</title>');
    expect(mail.html).toContain('Servus &#60;i&#62;{shop}!');
    expect(mail.html).toContain('Setz ein &#60;b&#62;neues&#60;/b&#62; Passwort.');
    expect((await resetIn('de_CH')).text).not.toContain('Servus');
    expect((await send('DELETE', '/password-reset/de-AT')).status).toBe(204);
    expect((await resetIn('de_AT')).text).not.toContain('Servus');
    expect((await send('DELETE', '/password-reset/de-AT')).status).toBe(404);
  });

  it('apply at once after a change, and in languages without built-in texts', async () => {
    await put('/password-reset/pt-BR', { ...text, subject: 'Um' });
    expect((await resetIn('pt_BR')).headers.subject).toEqual(['Um']);
    await put('/password-reset/pt-BR', { ...text, subject: 'Dois' });
    expect((await resetIn('pt_BR')).headers.subject).toEqual(['Dois']);
    await put('/password-reset/en', { ...text, subject: 'The last resort' });
    expect((await resetIn('ko_KR')).headers.subject).toEqual(['The last resort']);
  });

  it('are changed only from the version that the change is based on', async () => {
    const change = async (version?: number): Promise<unknown[]> => {
      const metadata = version === undefined ? undefined : { version };
      const { status, body } = await send('PUT', '/password-reset/de', { ...text, metadata });
      return [status, body.metadata ?? body.message];
    };
    expect(await change(1)).toEqual([409, 'metadata.version is stale: the current version is 0.']);
    expect(await change(0)).toEqual([200, { version: 1 }]);
    expect(await change(0)).toEqual([409, 'metadata.version is stale: the current version is 1.']);
    expect(await change(1)).toEqual([200, { version: 2 }]);
    expect(await change()).toEqual([200, { version: 3 }]);
    const both = await Promise.all([change(3), change(3)]);
    expect(both.map(([status]) => status).sort()).toEqual([200, 409]);
  });

  it('are replaced without a version in any case, also by many requests that create one', async () => {
    const created = await Promise.all(Array.from({ length: 8 }, () => send('PUT', '/password-reset/de', text)));
    expect(created.map(({ status }) => status)).toEqual(created.map(() => 200));
    expect(created.map(({ body }) => body.metadata.version).sort()).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it('belong to one tenant', async () => {
    await put('/password-reset/de', text);
    const bearer = (await shop.employee('admin', 'other')).token ?? '';
    const { body } = await send<Body[]>('GET', '', undefined, { tenant: 'other', bearer });
    expect(body.filter(({ source }) => source === 'own')).toEqual([]);
    expect((await send('DELETE', '/password-reset/de', undefined, { tenant: 'other', bearer })).status).toBe(404);
    expect((await send('GET', '', undefined, { tenant: 'other' })).status).toBe(401);
  });

  it.each<[title: string, part: string, change: Partial<MailText>, message: string]>([
    [
      'a syntax error',
      'paragraphs[1]',
      { paragraphs: ['Hello', 'Dear\n {firstName'] },
      'paragraphs[1] has an ICU syntax error at line 2, column 2: a { has no closing }',
    ],
    [
      'a missing other',
      'subject',
      { subject: '{hasFirstName, select, yes {Hi}}' },
      'subject has an ICU syntax error at line 1, column 32: the option other {…} is required',
    ],
    [
      'an unknown variable',
      'notes[0]',
      { notes: ['Dear {lastName}'] },
      'notes[0] has the unknown variable {lastName} at line 1, column 6: use shop, firstName, hasFirstName',
    ],
    [
      'a date format on a text',
      'preheader',
      { preheader: '{firstName, date, long}' },
      'preheader must not use {firstName} with date at line 1, column 1: it is a text: use it as a value or with select',
    ],
    [
      'a choice as a value',
      'subject',
      { subject: 'Hi {hasFirstName}' },
      'subject must not use {hasFirstName} with a value at line 1, column 4: it is yes or no: use it with select',
    ],
    [
      'an unknown option',
      'subject',
      { subject: 'Hi {hasFirstName, select, true {you} other {}}' },
      'subject has the unknown option {true} of {hasFirstName} at line 1, column 4: use yes and other',
    ],
    ['no link', 'button', { button: undefined }, 'button is required: it is the link of the mail password-reset'],
    ['an empty link', 'button', { button: ' ' }, 'button must not be empty: it is the link of the mail'],
    [
      'a subject that may be empty',
      'subject',
      { subject: '{firstName}' },
      'subject must not be empty if hasFirstName is no',
    ],
    [
      'a subject with a header',
      'subject',
      { subject: 'Hi\r\nBcc: eve@abuse.example' },
      'subject must be one line without control characters at line 1, column 3',
    ],
    [
      'a paragraph with a control character',
      'paragraphs[0]',
      { paragraphs: ['One\nTwo\u0007'] },
      'paragraphs[0] must have no control characters at line 2, column 4',
    ],
    [
      'deep choices',
      'subject',
      { subject: '{hasFirstName, select, other {'.repeat(6) + 'x' + '}}'.repeat(6) },
      'subject has choices that are nested more than 5 deep at line 1, column 181',
    ],
    ['a large text', '', { notes: ['é'.repeat(4096)] }, 'the text must have at most 8 KiB'],
    ['large HTML', '', { notes: ["'".repeat(7500)] }, 'the HTML of the mail must have at most 20000 bytes'],
    [
      'a subject that does not fit in a line of the header',
      'subject',
      { subject: 'x'.repeat(901) },
      'subject must have at most 900 bytes in the mail',
    ],
    [
      'an invisible link',
      'button',
      { button: '\u200b\u2060 \u00a0' },
      'button must not be empty: it is the link of the mail',
    ],
    ['an invisible subject', 'subject', { subject: '\u200b' }, 'subject must not be empty'],
    ['no paragraphs', 'paragraphs', { paragraphs: [' '] }, 'paragraphs must not all be empty'],
  ])('are rejected with %s, and the message names the part and the place', async (_title, field, change, message) => {
    const { status, body } = await send('PUT', '/password-reset/en', { ...text, ...change });
    expect({ status, body }).toEqual({ status: 400, body: validationError(field, message) });
    expect(await sourceOf('/password-reset/en')).toBe('builtin');
    const preview = await send('POST', '/password-reset/en/preview', { ...text, ...change });
    expect(preview.body).toEqual(body);
  });

  it('are rejected with more paragraphs than 20, all errors at once, and for an unknown language or kind', async () => {
    const many = await send('PUT', '/password-reset/en', {
      ...text,
      paragraphs: Array.from({ length: 21 }, () => 'x'),
    });
    expect(many.body).toEqual(validationError('paragraphs'));
    const { body } = await send<Body & { details: Body[] }>('PUT', '/password-reset/en', {
      ...text,
      subject: '{x}',
      paragraphs: ['{y}', '{'],
    });
    expect(body.details.map(({ field }) => field)).toEqual(['subject', 'paragraphs[0]', 'paragraphs[1]']);
    for (const language of ['de_AT', 'de-at', 'DE', 'iw', 'de-AT-1996', 'x', 'english', '..%2F']) {
      expect((await send('PUT', `/password-reset/${language}`, text)).body).toEqual(validationError('language'));
    }
    expect((await send('PUT', '/newsletter/de', text)).status).toBe(404);
    expect((await send('GET', '/password-reset/pt')).status).toBe(404);
  });

  it('must contain the code of a second factor in every mail', async () => {
    const code = { ...text, button: undefined };
    const codeIn = (paragraphs: string[], notes: string[] = [], subject = 'Code {code}') =>
      send('PUT', '/second-factor-code/en', { ...code, subject, paragraphs, notes });
    const missing = validationError('paragraphs', expect.stringMatching(/^paragraphs or notes must contain \{code\}/));
    expect((await codeIn(['123456'])).body).toEqual(missing);
    expect((await codeIn(['{hasFirstName, select, yes {{code}} other {The code}}'])).body).toEqual(
      validationError('paragraphs', 'paragraphs or notes must contain {code} if hasFirstName is no'),
    );
    expect((await codeIn(['Your code:'], ['{code}, {minutes, plural, one {# minute} other {# minutes}}'])).status).toBe(
      200,
    );
    const { status, body } = await send('PUT', '/second-factor-code/en', { ...text, paragraphs: ['{code}'] });
    expect({ status, body }).toEqual({
      status: 400,
      body: validationError('button', 'button must be omitted: the mail second-factor-code has no link'),
    });
  });

  it('must use the categories of plurals', async () => {
    const paragraphs = ['{code}: {minutes, plural, on {# minute} =2 {two} few {#} other {# minutes}}'];
    expect((await send('PUT', '/second-factor-code/en', { ...text, button: undefined, paragraphs })).body).toEqual(
      validationError(
        'paragraphs[0]',
        'paragraphs[0] has the unknown option {on} of {minutes} at line 1, column 9: ' +
          'use categories such as one, or numbers such as =1, and other',
      ),
    );
  });

  it('must not contain the end of a link in a mail without a link', async () => {
    const until = 'The link is valid until {until, date, long}.';
    const putUntil = (note: string) => send('PUT', '/email-changed/en', { ...text, notes: [note] });
    expect((await putUntil(until)).body).toEqual(validationError('', 'the text must not use {until} if hasLink is no'));
    expect((await putUntil(`{hasLink, select, yes {${until}} other {}}`)).status).toBe(200);
  });

  it('are limited to 1,000', async () => {
    await rows(
      shop,
      `insert into mail_texts (tenant, kind, language, text, updated_at)
       select 'shop', 'welcome', 'x' || n, '{}', now() from generate_series(1, 1000) n`,
    );
    const { status, body } = await send('PUT', '/password-reset/de', text);
    expect([status, body.message]).toEqual([400, 'A tenant has at most 1000 own mail texts.']);
  });

  it('have a preview that stores nothing', async () => {
    const stored = await send<Body>('POST', '/new-device-login/en/preview');
    expect(stored.body).toEqual({
      subject: 'Login from a new device',
      html: expect.stringContaining('<html lang="en"'),
      text: expect.stringContaining('November 29, 2026 at 12:00'),
    });
    const { status, body } = await send<Body>('POST', '/password-reset/de/preview', text);
    expect([status, body.subject]).toEqual([200, 'Grüß Gott von Acme']);
    expect(body.text).toContain('Servus Ada!');
    expect(await rows(shop, 'select 1 from mail_texts')).toEqual([]);
  });

  it('are sent as a test to the employee who calls, with an example as the link, and not without a limit', async () => {
    const [row] = await rows<{ email: string }>(shop, `select email from employees where id = $1`, [employee.id]);
    const email = row?.email ?? '';
    await put('/password-reset/de-AT', text);
    for (let mail = 0; mail < 30; mail++) {
      expect((await send('POST', '/password-reset/de-AT/test', { email: 'eve@abuse.example' })).status).toBe(202);
    }
    const { status, headers } = await send('POST', '/password-reset/de-AT/test');
    expect([status, Number(headers['retry-after'])]).toEqual([429, 3600]);
    await waitUntil('the mails are sent', () => smtp.mailsTo(email).length === 30);
    const [mail] = smtp.mailsTo(email);
    expect(mail?.headers['content-language']).toEqual(['de-AT']);
    expect(mail?.text).toContain('Servus Ada!');
    expect(mail?.text).toContain('https://shop.example/password/reset?token=example');
    expect(smtp.mailsTo('eve@abuse.example')).toEqual([]);
    expect(await rows(shop, 'select 1 from one_time_tokens where hash is not null and customer_id is null')).toEqual(
      [],
    );
    const service = await shop.serviceClient('foyer.admin');
    const rejected = await send('POST', '/password-reset/de-AT/test', undefined, { bearer: service.token });
    expect([rejected.status, rejected.body.message]).toEqual([
      403,
      expect.stringContaining('use the token of an employee'),
    ]);
  });

  it('fall back to the built-in text if one cannot be rendered; the log does not contain the text', async () => {
    const log = new LogRecorder();
    shop.app.useLogger(log);
    await put('/password-reset/fr', text);
    await rows(shop, `update mail_texts set text = jsonb_set(text, '{subject}', '"Secret {missing}"')`);
    const mail = await resetIn('fr_FR');
    expect(mail.text).not.toContain('Servus');
    const warning = log.entries.find(([, message]) => /own text cannot be rendered/.test(String(message)));
    expect(warning?.[0]).toEqual({ tenant: 'shop', kind: 'password-reset', language: 'fr' });
    expect(JSON.stringify(log.entries)).not.toContain('Secret');
  });

  describe('that are complete with the example, but not with the values of a mail', () => {
    const greeting = { subject: 'Hello', preheader: '', paragraphs: ['Hello'], notes: [] };

    it.each<[part: string, change: Partial<MailText>]>([
      ['subject', { subject: '{provider, select, google {Linked} other {}}' }],
      ['subject of one line', { subject: `{provider, select, google {Linked} other {${'x'.repeat(901)}}}` }],
      ['link', { button: '{provider, select, google {Confirm} other {}}' }],
      ['paragraph', { paragraphs: ['{provider, select, google {Confirm it.} other {}}'] }],
    ])('fall back to the built-in text if the mail has no %s', async (_part, change) => {
      const content = { token: 'x', link: 'https://shop.example/confirm?token=x', provider: 'apple' };
      await put('/link-identity/en', { ...greeting, button: 'Own', ...change });
      const mail = await renderMail(shop, 'link-identity', content, 'en');
      expect(mail.html).not.toContain('Own');
      expect(mail.text).toContain(content.link);
    });

    it('fall back to the built-in text if the mail has no code', async () => {
      const paragraphs = ['{firstName, select, Eve {Hello Eve} other {{code}}}'];
      await put('/second-factor-code/en', { ...greeting, paragraphs });
      const textTo = async (firstName: string): Promise<string> =>
        (await renderMail(shop, 'second-factor-code', { code: '654321', firstName }, 'en')).text;
      expect(await textTo('Ada')).toMatch(/^654321\n/);
      expect(await textTo('Eve')).toMatch(/Hello[^]*654321/);
      expect(await textTo('Eve')).not.toContain('Hello Eve\n\n--');
    });
  });
});
