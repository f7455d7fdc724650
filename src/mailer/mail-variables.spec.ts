import { variablesOf } from './mail-variables.js';

describe('the new address in a notice', () => {
  it.each(['ada@new.example', "o'hara+shop@new.example", 'jörg@xn--bcher-kva.example'])('is %s', (newEmail) => {
    expect(variablesOf('email-change-notice', { newEmail }, 'Acme')).toMatchObject({ newEmail, hasNewEmail: 'yes' });
  });

  it.each(['"http://evil.example/login"@x.example', 'evil.example/login@x.example', '"https:evil.example"@x.example'])(
    'is left out if it looks like a link: %s',
    (newEmail) => {
      const shown = { newEmail: '', hasNewEmail: 'no' };
      expect(variablesOf('email-change-notice', { newEmail }, 'Acme')).toMatchObject(shown);
      expect(variablesOf('email-changed', { newEmail }, 'Acme')).toMatchObject(shown);
    },
  );
});
