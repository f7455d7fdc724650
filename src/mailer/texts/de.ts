import type { MailTexts } from '../mail-text.js';

// The first paragraph continues the sentence that the greeting begins, so it starts in lower case.
const greeting = '{hasFirstName, select, yes {Guten Tag {firstName},} other {Guten Tag,}}';
const ignore = 'Wenn Sie das nicht angefordert haben, ignorieren Sie bitte diese E-Mail.';
const notYou = 'Wenn Sie das nicht waren, setzen Sie bitte sofort Ihr Passwort zurück und wenden Sie sich an uns.';
const check = 'Bitte prüfen Sie, ob Sie das waren.';
const named = '{hasMemberName, select, yes { mit dem Namen {memberName}} other {}}';

export const de: MailTexts = {
  'opt-in': {
    subject: 'Bitte bestätigen Sie Ihre E-Mail-Adresse',
    preheader: 'Nur noch ein Schritt, um Ihre Registrierung bei {shop} abzuschließen.',
    paragraphs: [greeting, 'bitte bestätigen Sie Ihre E-Mail-Adresse, um Ihre Registrierung abzuschließen.'],
    button: 'E-Mail-Adresse bestätigen',
    notes: [
      '{repeated, select, yes {Für Ihr Konto gilt das Passwort der ersten Registrierung. Sobald Sie die Adresse ' +
        'bestätigt haben, können Sie ein neues festlegen.} other {}}',
      'Wenn Sie sich nicht registriert haben, ignorieren Sie bitte diese E-Mail.',
    ],
  },
  'password-reset': {
    subject: 'Legen Sie ein neues Passwort fest',
    preheader: 'Mit dem Link legen Sie ein neues Passwort für {shop} fest.',
    paragraphs: [greeting, 'Sie können jetzt ein neues Passwort für Ihr Konto festlegen.'],
    button: 'Neues Passwort festlegen',
    notes: [`${ignore} Ihr Passwort bleibt unverändert.`],
  },
  'initial-password': {
    subject: 'Legen Sie Ihr Passwort fest',
    preheader: 'Ihr Konto bei {shop} ist bereit.',
    paragraphs: [greeting, 'Sie haben ein Konto in unserem Shop. Bitte legen Sie Ihr Passwort fest.'],
    button: 'Passwort festlegen',
    notes: [],
  },
  'email-change': {
    subject: 'Bitte bestätigen Sie Ihre neue E-Mail-Adresse',
    preheader: 'Nur noch ein Schritt, um die Änderung bei {shop} abzuschließen.',
    paragraphs: [greeting, 'bitte bestätigen Sie, dass dies Ihre neue E-Mail-Adresse ist.'],
    button: 'E-Mail-Adresse bestätigen',
    notes: [ignore],
  },
  'email-change-notice': {
    subject: 'Ihre E-Mail-Adresse soll geändert werden',
    preheader: 'Für die E-Mail-Adresse Ihres Kontos wurde eine Änderung angefordert.',
    paragraphs: [
      greeting,
      '{hasNewEmail, select, yes {die E-Mail-Adresse Ihres Kontos soll in {newEmail} geändert werden.} other {die ' +
        'E-Mail-Adresse Ihres Kontos soll geändert werden.}}',
      'Wenn Sie das nicht angefordert haben, setzen Sie bitte sofort Ihr Passwort zurück. Damit brechen Sie auch die ' +
        'Änderung ab.',
    ],
    notes: [],
  },
  'email-changed': {
    subject: 'Ihre E-Mail-Adresse wurde geändert',
    preheader: check,
    paragraphs: [
      greeting,
      '{hasNewEmail, select, yes {die E-Mail-Adresse Ihres Kontos wurde in {newEmail} geändert.} other {die ' +
        'E-Mail-Adresse Ihres Kontos wurde geändert.}}',
      '{hasLink, select, yes {Wenn Sie das nicht angefordert haben, machen Sie die Änderung bitte rückgängig. Der Link ' +
        'ist bis zum {until, date, long} gültig.} other {Wenn Sie das nicht angefordert haben, wenden Sie sich bitte ' +
        'an uns.}}',
    ],
    button: 'Änderung rückgängig machen',
    notes: [
      '{hasLink, select, yes {Damit werden auch alle Sitzungen beendet. Außerdem werden alle Anmeldungen über ' +
        'andere Dienste entfernt, ebenso die zweiten Faktoren, die seitdem hinzugefügt wurden. Danach werden Sie ' +
        'gebeten, ein neues Passwort festzulegen.} other {}}',
    ],
  },
  'email-change-completed': {
    subject: 'Ihr Konto hat eine neue E-Mail-Adresse',
    preheader: 'Melden Sie sich ab jetzt mit dieser Adresse an.',
    paragraphs: [greeting, 'Ihr Konto hat jetzt diese E-Mail-Adresse. Bitte melden Sie sich damit an.'],
    notes: [],
  },
  'link-identity': {
    subject: 'Bitte bestätigen Sie Ihre Anmeldung',
    preheader: 'Es gab eine Anmeldung mit {provider}.',
    paragraphs: [
      greeting,
      'es gab eine Anmeldung mit {provider} für diese E-Mail-Adresse, zu der es bereits ein Konto gibt. Wenn Sie das ' +
        'waren, bestätigen Sie bitte die Anmeldung.',
    ],
    button: 'Anmeldung bestätigen',
    notes: [
      'Wenn diese Adresse bisher nicht bestätigt war, wird dabei das Passwort des Kontos entfernt. Danach können Sie ' +
        'ein neues festlegen.',
      'Wenn Sie das nicht waren, ignorieren Sie bitte diese E-Mail. Ihr Konto bleibt unverändert.',
    ],
  },
  'identity-linked': {
    subject: 'Sie können sich jetzt mit {provider} anmelden',
    preheader: check,
    paragraphs: [greeting, 'Ihr Konto ist jetzt mit {provider} verknüpft. Sie können sich damit anmelden.', notYou],
    notes: [],
  },
  'identity-unlinked': {
    subject: 'Sie können sich nicht mehr mit {provider} anmelden',
    preheader: check,
    paragraphs: [greeting, 'Ihr Konto ist nicht mehr mit {provider} verknüpft.', notYou],
    notes: [],
  },
  'signup-attempt': {
    subject: 'Sie haben bereits ein Konto',
    preheader: 'Es gab eine Registrierung mit dieser E-Mail-Adresse.',
    paragraphs: [
      greeting,
      'es gab eine Registrierung mit dieser E-Mail-Adresse, zu der es bereits ein Konto gibt. Ihr Konto wurde nicht ' +
        'geändert.',
      'Wenn Sie das waren, melden Sie sich an, setzen Sie Ihr Passwort zurück oder suchen Sie die E-Mail, mit der Sie ' +
        'Ihre Adresse bestätigen.',
    ],
    button: 'Zum Shop',
    notes: ['Wenn Sie das nicht waren, ignorieren Sie bitte diese E-Mail.'],
  },
  'awaiting-activation': {
    subject: 'Wir haben Ihre Registrierung erhalten',
    preheader: 'Wir benachrichtigen Sie, sobald Ihr Konto freigeschaltet ist.',
    paragraphs: [
      greeting,
      'vielen Dank für Ihre Registrierung. Wir prüfen sie gerade.',
      'Wir benachrichtigen Sie, sobald Ihr Konto freigeschaltet ist.',
    ],
    notes: [],
  },
  'password-changed': {
    subject: 'Ihr Passwort wurde geändert',
    preheader: check,
    paragraphs: [greeting, 'das Passwort Ihres Kontos wurde geändert.', notYou],
    notes: [],
  },
  'password-reset-completed': {
    subject: 'Sie haben ein neues Passwort',
    preheader: check,
    paragraphs: [
      greeting,
      'für Ihr Konto wurde ein neues Passwort festgelegt. Dazu wurde ein Link verwendet, den wir Ihnen per E-Mail ' +
        'gesendet haben.',
      notYou,
    ],
    notes: [],
  },
  'new-device-login': {
    subject: 'Anmeldung mit einem neuen Gerät',
    preheader: check,
    paragraphs: [
      greeting,
      'am {at, date, long} um {at, time, short} Uhr (UTC) gab es eine Anmeldung bei Ihrem Konto mit einem neuen Gerät.',
      notYou,
    ],
    notes: [],
  },
  'account-on-hold': {
    subject: 'Ihr Konto ist gesperrt',
    preheader: 'Bitte wenden Sie sich an uns.',
    paragraphs: [greeting, 'Ihr Konto ist zurzeit gesperrt. Wenn Sie Fragen haben, wenden Sie sich bitte an uns.'],
    notes: [],
  },
  erasure: {
    subject: 'Bitte bestätigen Sie die Löschung Ihres Kontos',
    preheader: 'Die Löschung kann nicht rückgängig gemacht werden.',
    paragraphs: [
      greeting,
      'Sie haben die Löschung Ihres Kontos und all Ihrer Daten angefordert. Die Löschung kann nicht rückgängig gemacht ' +
        'werden.',
    ],
    button: 'Mein Konto löschen',
    notes: [
      'Wenn Sie das nicht angefordert haben, öffnen Sie den Link bitte nicht. Ihr Konto bleibt dann unverändert. Ändern ' +
        'Sie bitte Ihr Passwort, denn möglicherweise nutzt eine andere Person Ihr Konto.',
    ],
  },
  'account-erased': {
    subject: 'Ihr Konto wurde gelöscht',
    preheader: 'Auch Ihre Daten wurden gelöscht.',
    paragraphs: [
      greeting,
      'Ihr Konto und all Ihre Daten wurden gelöscht. Dies ist unsere letzte E-Mail zu Ihrem Konto.',
    ],
    notes: [],
  },
  'second-factor-code': {
    subject: 'Ihr Bestätigungscode',
    preheader: 'Geben Sie den Code ein, um bei {shop} fortzufahren.',
    paragraphs: [greeting, 'Ihr Bestätigungscode lautet {code}. Er ist {minutes, number} Minuten gültig.'],
    notes: [
      'Geben Sie ihn nur in unserem Shop ein und teilen Sie ihn niemandem mit. Wenn Sie ihn nicht angefordert haben, ' +
        'nutzt möglicherweise eine andere Person Ihr Konto. Ändern Sie dann bitte Ihr Passwort.',
    ],
  },
  welcome: {
    subject: 'Willkommen bei {shop}',
    preheader: 'Vielen Dank für Ihre Registrierung.',
    paragraphs: [greeting, 'vielen Dank für Ihre Registrierung.'],
    button: 'Zum Shop',
    notes: [],
  },
  activated: {
    subject: 'Ihr Konto ist freigeschaltet',
    preheader: 'Sie können sich jetzt bei {shop} anmelden.',
    paragraphs: [greeting, 'Ihr Konto wurde freigeschaltet. Sie können sich jetzt anmelden.'],
    notes: [],
  },
  declined: {
    subject: 'Wir können Ihr Konto nicht freischalten',
    preheader: 'Wenn Sie Fragen haben, wenden Sie sich bitte an uns.',
    paragraphs: [
      greeting,
      'vielen Dank für Ihre Registrierung. Wir haben sie geprüft und können Ihr Konto leider nicht freischalten.',
      'Wenn Sie Fragen haben, wenden Sie sich bitte an uns.',
    ],
    notes: [],
  },
  'company-member': {
    subject:
      '{pending, select, yes {Eine Person möchte Ihrer Firma beitreten} other {Ihre Firma hat ein neues Mitglied}}',
    preheader: '{pending, select, yes {Bitte entscheiden Sie über die Anfrage.} other {Bitte prüfen Sie, wer es ist.}}',
    paragraphs: [
      greeting,
      `{pending, select, yes {eine Person${named} möchte Ihrer Firma beitreten.} ` +
        `other {eine Person${named} ist Ihrer Firma beigetreten.}}`,
      '{pending, select, yes {Bis Sie der Anfrage zustimmen, besteht kein Zugriff auf Ihre Firma. Melden Sie sich an, ' +
        'um der Anfrage zuzustimmen oder sie abzulehnen.} other {Wenn Sie diese Person nicht kennen, wenden Sie sich ' +
        'bitte an uns.}}',
    ],
    button: 'Zum Shop',
    notes: [],
  },
  'migration-reminder': {
    subject: 'Bitte melden Sie sich einmal an',
    preheader: 'So behalten Sie Ihr bisheriges Passwort.',
    paragraphs: [
      greeting,
      'wir haben einen neuen Shop. Bitte melden Sie sich vor dem {until, date, long} einmal an, um Ihr bisheriges ' +
        'Passwort zu behalten.',
    ],
    button: 'Anmelden',
    notes: [],
  },
  'employee-invitation': {
    subject: 'Legen Sie Ihr Passwort für das Backoffice fest',
    preheader: 'Sie haben jetzt Zugang zum Backoffice von {shop}.',
    paragraphs: [greeting, 'Sie haben jetzt Zugang zum Backoffice von {shop}. Bitte legen Sie Ihr Passwort fest.'],
    button: 'Passwort festlegen',
    notes: ['Wenn Sie diese E-Mail nicht erwartet haben, ignorieren Sie sie bitte.'],
  },
  'employee-password-reset': {
    subject: 'Legen Sie ein neues Passwort für das Backoffice fest',
    preheader: 'Mit dem Link legen Sie ein neues Passwort für das Backoffice von {shop} fest.',
    paragraphs: [greeting, 'Sie können jetzt ein neues Passwort für das Backoffice von {shop} festlegen.'],
    button: 'Neues Passwort festlegen',
    notes: [`${ignore} Ihr Passwort bleibt unverändert.`],
  },
  'activation-notice': {
    subject: '{count, plural, one {# Kunde wartet} other {# Kunden warten}} auf die Freischaltung',
    preheader: 'Öffnen Sie die Warteliste von {shop}.',
    paragraphs: [
      greeting,
      'bei {shop} {count, plural, one {wartet # Kunde} other {warten # Kunden}} auf die Freischaltung.',
    ],
    button: 'Warteliste öffnen',
    notes: ['Sie erhalten diese E-Mail, weil diese Adresse in der Einstellung activationNotice steht.'],
  },
};
