import { answered, Glue, refused, tokens } from '../support/glue.js';
import { Shop } from '../support/shop.js';

describe('access tokens', () => {
  let shop: Shop;
  let glue: Glue;
  beforeAll(async () => {
    shop = await Shop.open({ activation: 'none' });
    glue = new Glue(shop);
  });
  afterAll(() => shop.close());

  const logIn = (attributes: Record<string, unknown>) => glue.stranger.send('POST', '/access-tokens', { attributes });
  const failed = refused('003', 'Failed to authenticate user.');

  it('are the answer to e-mail and password', async () => {
    const { email, password } = await glue.customer();
    expect(await logIn({ username: email, password })).toEqual(tokens('access-tokens'));
  });

  it('open what is protected', async () => {
    const ada = await glue.customer();
    expect((await ada.get(ada.path)).data.id).toBe(ada.reference);
  });

  it('live 28800 seconds', async () => {
    const ada = await glue.customer();
    shop.later(28_790);
    await ada.get(ada.path);
    shop.later(20);
    expect(await ada.send('GET', ada.path)).toEqual(refused('001', 'Invalid access token.'));
  });

  it('are refused for a wrong password', async () => {
    const { email } = await glue.customer();
    expect(await logIn({ username: email, password: 'a wrong guess' })).toEqual(failed);
  });

  it('are refused to an unknown e-mail in the same words', async () => {
    expect(await logIn({ username: shop.person().email, password: 'a wrong guess' })).toEqual(failed);
  });

  it('are refused before the e-mail is confirmed', async () => {
    const { email, password } = await glue.registered();
    expect(await logIn({ username: email, password })).toEqual(failed);
  });

  it('are refused once the account is on hold, and the old ones are dead', async () => {
    const ada = await glue.customer();
    const employee = await shop.employee();
    const [{ id = '' } = {}] = await employee.get<{ id: string }[]>(`/customers?q=contactEmail:${ada.email}`);
    await employee.patch(`/customers/${id}`, 200, { onHold: true });
    expect(await logIn({ username: ada.email, password: ada.password })).toEqual(failed);
    expect(await ada.send('GET', ada.path)).toEqual(refused('001', 'Invalid access token.'));
  });

  it('ask for both attributes', async () => {
    expect(await logIn({})).toEqual(
      refused('901', 'username => This field is missing.', 'password => This field is missing.'),
    );
  });

  it('ask for attributes that say something', async () => {
    expect(await logIn({ username: '', password: null })).toEqual(
      refused('901', 'username => This value should not be blank.', 'password => This value should not be blank.'),
    );
  });

  it('ask for an e-mail address', async () => {
    expect(await logIn({ username: 'ada', password: 'some password' })).toEqual(
      refused('901', 'username => This value is not a valid email address.'),
    );
  });

  it('ask for a password that is a text', async () => {
    expect(await logIn({ username: 'ada@example.com', password: 12 })).toEqual(
      refused('901', 'password => This value should be of type string.'),
    );
  });

  it('are given for a password that the policy would not take now', async () => {
    const { email, password } = await shop.signedUp({ password: 'short1' });
    expect(await logIn({ username: email, password })).toEqual(tokens('access-tokens'));
  });

  it('are not to be had by GET', async () => {
    expect(await glue.stranger.send('GET', '/access-tokens')).toEqual(
      answered(404, { errors: [{ status: 404, detail: 'Not Found' }] }),
    );
  });
});
