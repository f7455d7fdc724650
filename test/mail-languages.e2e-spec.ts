import { EntityManager } from '@mikro-orm/postgresql';
import { Outbox } from '../src/mailer/outbox.service.js';
import { RequestScope } from '../src/tenants/request-scope.js';
import { TenantsService } from '../src/tenants/tenants.service.js';
import { assignCustomer, newCompany } from './support/companies.js';
import { rows } from './support/rows.js';
import { type LoggedInCustomer, type Person, Shop } from './support/shop.js';
import { MailServer, type ReceivedMail } from './support/smtp.js';
import { waitUntil } from './support/wait-until.js';

describe('the language of a mail', () => {
  let smtp: MailServer;
  let shop: Shop;

  beforeAll(async () => {
    smtp = await MailServer.listen();
    const brand = { name: 'Café Ümlaut', replyTo: 'service@shop.example' };
    shop = await Shop.open({ activation: 'none', preferredLanguage: 'fr_CH', brand }, { smtpUrl: smtp.url });
    await shop.addTenant('portuguese', { activation: 'none', preferredLanguage: 'pt_PT' });
    await shop.addTenant('strict', { activation: 'none', strict: true, preferredLanguage: 'es' });
  });
  afterAll(async () => {
    await shop.close();
    await smtp.close();
  });

  /** The mail to that address which the server receives next, after `act`. */
  const mailAfter = async ({ email }: { email: string }, act: () => Promise<unknown>): Promise<ReceivedMail> => {
    const before = smtp.mailsTo(email).length;
    await act();
    return waitUntil('the mail arrives', () => smtp.mailsTo(email)[before]);
  };

  const reset = async (person: Person, tenant = 'shop'): Promise<ReceivedMail> => {
    const visitor = await shop.visitor(tenant);
    return mailAfter(person, () => visitor.post('/password/reset', 204, { email: person.email }));
  };

  /** Asserts that both parts and the header have that language. */
  function expectLanguage({ headers, text, html }: ReceivedMail, language: string, words: string): void {
    expect(headers['content-language']).toEqual([language]);
    expect(text).toContain(words);
    expect(html).toContain(`<html lang="${language}" dir="ltr">`);
    expect(html).toContain(words);
  }

  const RESET: [string, string][] = [
    ['de', 'Sie können jetzt ein neues Passwort'],
    ['es', 'Ya puede establecer una nueva contraseña'],
    ['fr', 'Vous pouvez maintenant définir'],
    ['it', 'ora può impostare una nuova password'],
    ['nl', 'U kunt nu een nieuw wachtwoord'],
    ['pl', 'mogą Państwo teraz ustawić nowe hasło'],
    ['en', 'You can now set a new password'],
  ];
  const wordsIn = (language: string): string => RESET.find(([tag]) => tag === language)?.[1] ?? 'no such language';

  it.each([
    ['de_AT', 'de'],
    ['es-MX', 'es'],
    ['IT', 'it'],
    ['nl_BE', 'nl'],
    ['pl', 'pl'],
    ['en_GB', 'en'],
    // The language of the tenant.
    ['pt_BR', 'fr'],
    ['not a tag', 'fr'],
  ])('of a customer who prefers %s is %s', async (preferredLanguage, language) => {
    const ada = await shop.signUp({ customerDetails: { preferredLanguage } });
    expectLanguage(await reset(ada), language, wordsIn(language));
  });

  it('is English if there are no texts in the languages of the customer and the tenant', async () => {
    const ada = shop.person();
    await (
      await shop.visitor('portuguese')
    ).post('/signup', 201, {
      ...ada,
      customerDetails: { preferredLanguage: 'sv_SE' },
    });
    expectLanguage(await reset(ada, 'portuguese'), 'en', wordsIn('en'));
  });

  it('follows the profile', async () => {
    const { id, email, password } = await shop.signUp({ customerDetails: { preferredLanguage: 'de' } });
    const ada: LoggedInCustomer = await shop.logIn({ id, email, password });
    expectLanguage(await reset(ada), 'de', wordsIn('de'));
    await ada.patch('/me', 200, { preferredLanguage: 'nl_NL' });
    expectLanguage(await reset(ada), 'nl', wordsIn('nl'));
    await ada.patch('/me', 200, { preferredLanguage: null });
    expectLanguage(await reset(ada), 'fr', wordsIn('fr'));
  });

  it('is that of the owner of the account for a sign-up attempt', async () => {
    const ada = shop.person();
    const signUp = async (preferredLanguage: string) => {
      const visitor = await shop.visitor('strict');
      return mailAfter(ada, () => visitor.post('/signup', 201, { ...ada, customerDetails: { preferredLanguage } }));
    };
    expectLanguage(await signUp('it'), 'it', 'completare la registrazione');
    shop.advanceClock(3601);
    await rows(shop, `update outbox set created_at = created_at - interval '2 hours'`);
    expectLanguage(await signUp('nl'), 'it', 'Il suo account non è stato modificato.');
  });

  it('is that of the Admin who is notified of a new member', async () => {
    const registrationId = 'HRB 1';
    const company = await newCompany(shop, { legalInfo: { registrationId } });
    const admin = await shop.signUp({ customerDetails: { preferredLanguage: 'pl' } });
    await rows(shop, 'update customers set confirmed_at = now() where id = $1', [admin.id]);
    await assignCustomer(shop, admin, company, 'Admin');
    const details = { firstName: 'Grace', lastName: 'Hopper', company: 'ABC', preferredLanguage: 'de' };
    const mail = await mailAfter(admin, () =>
      shop.signUp({ customerDetails: { ...details, b2b: { companyRegistrationId: registrationId } } }),
    );
    expectLanguage(mail, 'pl', 'Grace Hopper');
    expect(mail.text).toContain('Państwa firmy');
  });

  it('of a recipient who is no customer is the given one, otherwise that of the tenant', async () => {
    const em = shop.app.get(EntityManager);
    const add = (email: string, language?: string) =>
      RequestScope.run(em, async () => {
        await shop.app.get(TenantsService).enter('shop');
        const to = { email, customerId: undefined, confirmed: true, language };
        await em.transactional(() => shop.app.get(Outbox).add('activated', to, {}));
      });
    for (const [given, language, words] of [
      [undefined, 'fr', 'Votre compte a été activé.'],
      ['es_MX', 'es', 'Su cuenta se ha activado.'],
    ] as const) {
      const bob = shop.person();
      expectLanguage(await mailAfter(bob, () => add(bob.email, given)), language, words);
    }
  });

  it('does not change the headers of a mail', async () => {
    const ada = await shop.signUp({ customerDetails: { preferredLanguage: 'pl' } });
    const { headers, text, html } = await reset(ada);
    const [{ id } = { id: '' }] = await rows<{ id: string }>(shop, 'select id from outbox where recipient = $1', [
      ada.email,
    ]);
    expect(headers).toMatchObject({
      'auto-submitted': ['auto-generated'],
      'x-auto-response-suppress': ['All'],
      'content-language': ['pl'],
      'message-id': [`<${id}@shop.foyer>`],
      'reply-to': ['service@shop.example'],
      'content-type': [expect.stringMatching(/^multipart\/alternative;/) as string],
    });
    expect(headers.subject?.[0]).toMatch(/^=\?UTF-8\?/);
    expect(text).toContain('\n-- \nCafé Ümlaut');
    expect(html).toContain('Café Ümlaut');
  });
});
