import type { MailTexts } from '../mail-text.js';

// Without the first name, which Polish would inflect in a greeting. The first paragraph continues the sentence that the
// greeting begins, so it starts in lower case. Verbs are impersonal, because their past tense would show a gender. The
// name of the shop follows the word "sklep", which is inflected instead of it.
const greeting = 'Dzień dobry,';
const ignore = 'Jeśli to nie Państwa prośba, prosimy zignorować tę wiadomość.';
const notYou = 'Jeśli to nie Państwa działanie, prosimy natychmiast zresetować hasło i skontaktować się z nami.';
const check = 'Prosimy sprawdzić, czy to Państwa działanie.';
const named = '{hasMemberName, select, yes { o imieniu i nazwisku {memberName}} other {}}';

export const pl: MailTexts = {
  'opt-in': {
    subject: 'Prosimy potwierdzić adres e-mail',
    preheader: 'Jeszcze jeden krok do zakończenia rejestracji w sklepie {shop}.',
    paragraphs: [greeting, 'prosimy potwierdzić adres e-mail, aby zakończyć rejestrację.'],
    button: 'Potwierdź adres e-mail',
    notes: [
      '{repeated, select, yes {Do konta przypisane jest hasło z pierwszej rejestracji. Po potwierdzeniu adresu będzie ' +
        'można ustawić nowe.} other {}}',
      'Jeśli to nie Państwa rejestracja, prosimy zignorować tę wiadomość.',
    ],
  },
  'password-reset': {
    subject: 'Prosimy ustawić nowe hasło',
    preheader: 'Link umożliwia ustawienie nowego hasła w sklepie {shop}.',
    paragraphs: [greeting, 'mogą Państwo teraz ustawić nowe hasło do swojego konta.'],
    button: 'Ustaw nowe hasło',
    notes: [`${ignore} Hasło pozostanie bez zmian.`],
  },
  'initial-password': {
    subject: 'Prosimy ustawić hasło',
    preheader: 'Państwa konto w sklepie {shop} jest gotowe.',
    paragraphs: [greeting, 'mają Państwo konto w naszym sklepie. Prosimy ustawić hasło.'],
    button: 'Ustaw hasło',
    notes: [],
  },
  'email-change': {
    subject: 'Prosimy potwierdzić nowy adres e-mail',
    preheader: 'Jeszcze jeden krok do zakończenia zmiany w sklepie {shop}.',
    paragraphs: [greeting, 'prosimy potwierdzić, że to Państwa nowy adres e-mail.'],
    button: 'Potwierdź adres e-mail',
    notes: [ignore],
  },
  'email-change-notice': {
    subject: 'Prośba o zmianę adresu e-mail',
    preheader: 'Otrzymaliśmy prośbę o zmianę adresu e-mail przypisanego do Państwa konta.',
    paragraphs: [
      greeting,
      'otrzymaliśmy prośbę o zmianę adresu e-mail przypisanego do Państwa konta{hasNewEmail, select, yes { na ' +
        '{newEmail}} other {}}.',
      'Jeśli to nie Państwa prośba, prosimy natychmiast zresetować hasło. Spowoduje to również anulowanie zmiany.',
    ],
    notes: [],
  },
  'email-changed': {
    subject: 'Adres e-mail został zmieniony',
    preheader: check,
    paragraphs: [
      greeting,
      'adres e-mail przypisany do Państwa konta został zmieniony{hasNewEmail, select, yes { na {newEmail}} other {}}.',
      '{hasLink, select, yes {Jeśli to nie Państwa prośba, prosimy cofnąć zmianę. Link jest ważny do {until, date, long} ' +
        'r.} other {Jeśli to nie Państwa prośba, prosimy skontaktować się z nami.}}',
    ],
    button: 'Cofnij zmianę',
    notes: [
      '{hasLink, select, yes {Spowoduje to również zakończenie wszystkich sesji. Zostaną też usunięte wszystkie ' +
        'logowania przez inne usługi oraz dodane od tego czasu drugie składniki uwierzytelniania. Następnie trzeba ' +
        'będzie ustawić nowe hasło.} other {}}',
    ],
  },
  'email-change-completed': {
    subject: 'Nowy adres e-mail Państwa konta',
    preheader: 'Od teraz służy on do logowania.',
    paragraphs: [greeting, 'ten adres e-mail jest teraz przypisany do Państwa konta. Od teraz służy on do logowania.'],
    notes: [],
  },
  'link-identity': {
    subject: 'Prosimy potwierdzić logowanie',
    preheader: 'Nastąpiło logowanie przez {provider}.',
    paragraphs: [
      greeting,
      'nastąpiło logowanie przez {provider} z użyciem tego adresu e-mail, do którego jest już przypisane konto. Jeśli to ' +
        'Państwa logowanie, prosimy je potwierdzić.',
    ],
    button: 'Potwierdź logowanie',
    notes: [
      'Jeśli ten adres nie był jeszcze potwierdzony, hasło do konta zostanie usunięte. Następnie będzie można ustawić ' +
        'nowe.',
      'Jeśli to nie Państwa logowanie, prosimy zignorować tę wiadomość. Konto pozostanie bez zmian.',
    ],
  },
  'identity-linked': {
    subject: 'Można się teraz logować przez {provider}',
    preheader: check,
    paragraphs: [greeting, 'Państwa konto jest teraz połączone z kontem {provider}. Można się tak logować.', notYou],
    notes: [],
  },
  'identity-unlinked': {
    subject: 'Nie można się już logować przez {provider}',
    preheader: check,
    paragraphs: [greeting, 'Państwa konto nie jest już połączone z kontem {provider}.', notYou],
    notes: [],
  },
  'signup-attempt': {
    subject: 'Mają już Państwo konto',
    preheader: 'Nastąpiła próba rejestracji z użyciem tego adresu e-mail.',
    paragraphs: [
      greeting,
      'nastąpiła próba rejestracji z użyciem tego adresu e-mail, do którego jest już przypisane konto. Państwa konto nie ' +
        'zostało zmienione.',
      'Jeśli to Państwa rejestracja, prosimy się zalogować, zresetować hasło lub odszukać wiadomość, która służy do ' +
        'potwierdzenia adresu.',
    ],
    button: 'Przejdź do sklepu',
    notes: ['Jeśli to nie Państwa rejestracja, prosimy zignorować tę wiadomość.'],
  },
  'awaiting-activation': {
    subject: 'Otrzymaliśmy Państwa rejestrację',
    preheader: 'Powiadomimy Państwa, gdy konto będzie aktywne.',
    paragraphs: [
      greeting,
      'dziękujemy za rejestrację. Sprawdzamy ją.',
      'Powiadomimy Państwa, gdy konto będzie aktywne.',
    ],
    notes: [],
  },
  'password-changed': {
    subject: 'Hasło zostało zmienione',
    preheader: check,
    paragraphs: [greeting, 'hasło do Państwa konta zostało zmienione.', notYou],
    notes: [],
  },
  'password-reset-completed': {
    subject: 'Ustawiono nowe hasło',
    preheader: check,
    paragraphs: [greeting, 'do Państwa konta ustawiono nowe hasło za pomocą linku, który wysłaliśmy e-mailem.', notYou],
    notes: [],
  },
  'new-device-login': {
    subject: 'Logowanie z nowego urządzenia',
    preheader: check,
    paragraphs: [
      greeting,
      '{at, date, long} r. o godz. {at, time, short} (UTC) nastąpiło logowanie do Państwa konta z nowego urządzenia.',
      notYou,
    ],
    notes: [],
  },
  'account-on-hold': {
    subject: 'Państwa konto jest zablokowane',
    preheader: 'Prosimy o kontakt z nami.',
    paragraphs: [greeting, 'Państwa konto jest obecnie zablokowane. W razie pytań prosimy o kontakt z nami.'],
    notes: [],
  },
  erasure: {
    subject: 'Prosimy potwierdzić usunięcie konta',
    preheader: 'Tej operacji nie można cofnąć.',
    paragraphs: [
      greeting,
      'otrzymaliśmy Państwa prośbę o usunięcie konta i wszystkich danych. Tej operacji nie można cofnąć.',
    ],
    button: 'Usuń moje konto',
    notes: [
      'Jeśli to nie Państwa prośba, prosimy nie otwierać linku. Konto pozostanie bez zmian. Prosimy jednak zmienić hasło, ' +
        'ponieważ z konta może korzystać inna osoba.',
    ],
  },
  'account-erased': {
    subject: 'Konto zostało usunięte',
    preheader: 'Państwa dane również zostały usunięte.',
    paragraphs: [
      greeting,
      'Państwa konto i wszystkie dane zostały usunięte. To nasza ostatnia wiadomość w sprawie tego konta.',
    ],
    notes: [],
  },
  'second-factor-code': {
    subject: 'Kod weryfikacyjny',
    preheader: 'Prosimy wpisać kod, aby kontynuować w sklepie {shop}.',
    paragraphs: [greeting, 'Państwa kod weryfikacyjny to {code}. Jest ważny przez {minutes, number} minut.'],
    notes: [
      'Prosimy wpisać go tylko w naszym sklepie i nikomu go nie podawać. Jeśli to nie Państwa prośba, z konta może ' +
        'korzystać inna osoba. W takim przypadku prosimy zmienić hasło.',
    ],
  },
  welcome: {
    subject: 'Witamy w sklepie {shop}',
    preheader: 'Dziękujemy za rejestrację.',
    paragraphs: [greeting, 'dziękujemy za rejestrację.'],
    button: 'Przejdź do sklepu',
    notes: [],
  },
  activated: {
    subject: 'Państwa konto jest aktywne',
    preheader: 'Można się teraz zalogować w sklepie {shop}.',
    paragraphs: [greeting, 'Państwa konto zostało aktywowane. Można się teraz zalogować.'],
    notes: [],
  },
  declined: {
    subject: 'Nie możemy aktywować Państwa konta',
    preheader: 'W razie pytań prosimy o kontakt z nami.',
    paragraphs: [
      greeting,
      'dziękujemy za rejestrację. Sprawdziliśmy ją i nie możemy aktywować Państwa konta.',
      'W razie pytań prosimy o kontakt z nami.',
    ],
    notes: [],
  },
  'company-member': {
    subject: '{pending, select, yes {Prośba o dołączenie do Państwa firmy} other {Państwa firma ma nowego członka}}',
    preheader:
      '{pending, select, yes {Prosimy zatwierdzić lub odrzucić prośbę.} other {Prosimy sprawdzić, kto to jest.}}',
    paragraphs: [
      greeting,
      `{pending, select, yes {osoba${named} prosi o dołączenie do Państwa firmy.} ` +
        `other {osoba${named} należy teraz do Państwa firmy.}}`,
      '{pending, select, yes {Do czasu zatwierdzenia prośby ta osoba nie ma dostępu do Państwa firmy. Aby zatwierdzić lub ' +
        'odrzucić prośbę, prosimy się zalogować.} other {Jeśli nie znają Państwo tej osoby, prosimy skontaktować się z ' +
        'nami.}}',
    ],
    button: 'Przejdź do sklepu',
    notes: [],
  },
  'migration-reminder': {
    subject: 'Prosimy o jednorazowe zalogowanie się',
    preheader: 'Pozwoli to zachować obecne hasło.',
    paragraphs: [
      greeting,
      'mamy nowy sklep. Prosimy zalogować się raz przed {until, date, long} r., aby zachować obecne hasło.',
    ],
    button: 'Zaloguj się',
    notes: [],
  },
  'employee-invitation': {
    subject: 'Prosimy ustawić hasło do panelu obsługi',
    preheader: 'Mają Państwo teraz dostęp do panelu obsługi sklepu {shop}.',
    paragraphs: [greeting, 'mają Państwo teraz dostęp do panelu obsługi sklepu {shop}. Prosimy ustawić hasło.'],
    button: 'Ustaw hasło',
    notes: ['Jeśli nie spodziewali się Państwo tej wiadomości, prosimy ją zignorować.'],
  },
  'employee-password-reset': {
    subject: 'Prosimy ustawić nowe hasło do panelu obsługi',
    preheader: 'Link umożliwia ustawienie nowego hasła do panelu obsługi sklepu {shop}.',
    paragraphs: [greeting, 'mogą Państwo teraz ustawić nowe hasło do panelu obsługi sklepu {shop}.'],
    button: 'Ustaw nowe hasło',
    notes: [`${ignore} Hasło pozostanie bez zmian.`],
  },
  'activation-notice': {
    subject:
      '{count, plural, one {# klient czeka} few {# klienci czekają} many {# klientów czeka} other {# klienta czeka}} na aktywację',
    preheader: 'Prosimy otworzyć listę oczekujących sklepu {shop}.',
    paragraphs: [
      greeting,
      'na aktywację {count, plural, one {czeka # klient} few {czekają # klienci} many {czeka # klientów} other {czeka # klienta}} sklepu {shop}.',
    ],
    button: 'Otwórz listę oczekujących',
    notes: ['Otrzymują Państwo tę wiadomość, ponieważ ten adres jest podany w ustawieniu activationNotice.'],
  },
};
