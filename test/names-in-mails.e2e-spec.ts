import { type MailContent, exampleContents, mailKinds } from '../src/mailer/mail-kinds.js';
import { builtInTexts } from '../src/mailer/texts/built-in-texts.js';
import { member } from './support/companies.js';
import { renderMail } from './support/mails.js';
import { rows } from './support/rows.js';
import { type Body, type LoggedInCustomer, Shop } from './support/shop.js';

const PRIZE = 'prize';
/** Every text that a user can choose. None looks like a link. */
const texts = { firstName: PRIZE, lastName: PRIZE, middleName: PRIZE, company: PRIZE, title: 'MR' };

describe('text that a user chose', () => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await Shop.open({ activation: 'none', enableAccountCreationEmailConfirmation: true });
    for (const activation of ['email', 'employee'] as const) {
      await shop.addTenant(activation, { activation, enableAccountCreationEmailConfirmation: true });
    }
    await shop.addTenant('strict', { activation: 'none', strict: true });
  });
  afterAll(() => shop.close());

  const textTo = async (email: string, kind: string): Promise<string> => (await shop.mailTo(email, kind)).text;

  const customer = (): Promise<LoggedInCustomer> => shop.customer({ customerDetails: texts });

  /** Sets the state after the customer has confirmed the address with a mailed link. */
  const confirm = ({ id }: { id: string }) =>
    rows(shop, `update customers set confirmed_at = now() where tenant = 'shop' and id = $1`, [id]);

  const reset = async ({ email }: { email: string }): Promise<string> => {
    await (await shop.visitor()).post('/password/reset', 204, { email });
    return textTo(email, 'password-reset');
  };

  const changeEmail = async (ada: LoggedInCustomer, newEmail: string): Promise<string> => {
    const { email, password } = ada;
    await ada.post('/me/accounts/internal/email/change', 204, { email, password, newEmail });
    return textTo(email, 'email-change-notice');
  };

  it('is in no mail to an address that is not confirmed', async () => {
    const mailed = new Set<string>();
    const signUp = async (tenant: string, person: Body) => (await shop.visitor(tenant)).post('/signup', 201, person);
    const { email } = shop.person();
    const [admin, staff] = [await member(shop, 'Admin'), await shop.serviceClient(undefined, 'employee')];

    for (const tenant of ['email', 'employee']) {
      await signUp(tenant, { ...shop.person({ email }), customerDetails: texts });
    }
    for (const person of [{ ...shop.person({ email }) }, { ...shop.person({ email }), customerDetails: texts }]) {
      await signUp('strict', person);
      shop.advanceClock(3601);
    }
    const [{ id } = { id: '' }] = await rows<{ id: string }>(
      shop,
      `select customer_id as id from accounts where tenant = 'employee' and email = $1`,
      [email],
    );
    await staff.patch(`/customers/${id}`, 200, { active: true });

    for (const caller of [await shop.serviceClient(), await shop.logIn(admin)]) {
      const { email: contactEmail } = shop.person();
      await caller.post('/customers', 201, { contactEmail, ...texts });
      for (const { kind, text } of await shop.mailsTo(contactEmail)) {
        mailed.add(kind);
        expect(text).not.toContain(PRIZE);
      }
    }

    const ada = await customer();
    await reset(ada);
    const newEmail = `${PRIZE}-${shop.person().email}`;
    await changeEmail(ada, newEmail);
    await ada.post('/me/erasure/request', 204);
    for (const to of [email, ada.email, newEmail]) {
      for (const { kind, text, subject } of await shop.mailsTo(to)) {
        mailed.add(kind);
        expect({ kind, text: subject + text }).toEqual({ kind, text: expect.not.stringContaining(PRIZE) as string });
        expect(text).toMatch(/^Hello,\n/);
      }
    }
    expect([...mailed].sort()).toEqual([
      'activated',
      'email-change',
      'email-change-notice',
      'erasure',
      'initial-password',
      'opt-in',
      'password-reset',
      'signup-attempt',
      'welcome',
    ]);
  });

  it('is in mails to the confirmed address, as the first name and the new e-mail', async () => {
    const ada = await customer();
    await confirm(ada);
    expect(await reset(ada)).toMatch(/^Hello prize,\n/);
    const newEmail = shop.person().email;
    expect(await changeEmail(ada, newEmail)).toContain(newEmail);
    expect(await textTo(newEmail, 'email-change')).toMatch(/^Hello,\n/);
  });

  it('is not in a mail to a contact e-mail that is not the confirmed login e-mail', async () => {
    const [ada, staff] = [await customer(), await shop.serviceClient()];
    await confirm(ada);
    const reactivate = async () => {
      for (const active of [false, true]) await staff.patch(`/customers/${ada.id}`, 200, { active });
    };
    await reactivate();
    expect(await textTo(ada.email, 'activated')).toMatch(/^Hello prize,\n/);
    const contactEmail = shop.person().email;
    await (await shop.logIn(ada)).patch('/me', 200, { contactEmail });
    await reactivate();
    expect(await textTo(contactEmail, 'activated')).toMatch(/^Hello,\n/);
  });

  it('is omitted from the greeting if it is long or looks like a link', async () => {
    const ada = await shop.customer();
    await confirm(ada);
    const { token } = ada;
    for (const firstName of ['you won 1,210 USD - claim: https://prize.example/x', 'prize.example', 'p'.repeat(41)]) {
      await shop.send('PATCH', '/customer/shop/me', {
        body: { firstName },
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token ?? ''}` },
      });
      expect(await reset(ada)).toMatch(/^Hello,\n/);
    }
  });

  it.each(mailKinds)('is not in the subject of %s, and no link is in its text, in any language', async (kind) => {
    const chosen = { firstName: 'https://prize.example', memberName: 'prize.example', newEmail: 'n@example.com' };
    const content = { ...exampleContents[kind], ...chosen } as MailContent;
    for (const language of Object.keys(builtInTexts)) {
      const { subject, text, html } = await renderMail(shop, kind, content, language);
      expect(subject).not.toMatch(/prize|n@example/);
      if (language === 'en') expect(text).toMatch(/^Hello,\n/);
      expect(text + html).not.toContain('prize');
    }
  });

  it.each(Object.keys(builtInTexts))('is text in both parts of a mail in %s', async (language) => {
    const memberName = "<b>Ada<b> & {shop} '{'";
    const content = { ...exampleContents['company-member'], memberName };
    const { subject, text, html } = await renderMail(shop, 'company-member', content, language);
    expect(subject).not.toContain('Ada');
    expect(text).toContain(memberName);
    expect(html).toContain('&#60;b&#62;Ada&#60;b&#62; &#38; {shop} &#39;{&#39;');
  });
});
