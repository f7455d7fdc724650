import type { MailTexts } from '../mail-text.js';

const greeting = '{hasFirstName, select, yes {Beste {firstName},} other {Goedendag,}}';
const ignore = 'Hebt u dit niet aangevraagd? Dan kunt u deze e-mail negeren.';
const notYou = 'Was u dit niet? Stel dan meteen een nieuw wachtwoord in en neem contact met ons op.';
const check = 'Controleer of u dit was.';
const named = '{hasMemberName, select, yes { met de naam {memberName}} other {}}';

export const nl: MailTexts = {
  'opt-in': {
    subject: 'Bevestig uw e-mailadres',
    preheader: 'Nog één stap om uw registratie bij {shop} te voltooien.',
    paragraphs: [greeting, 'Bevestig uw e-mailadres om uw registratie te voltooien.'],
    button: 'E-mailadres bevestigen',
    notes: [
      '{repeated, select, yes {Voor uw account geldt het wachtwoord van de eerste registratie. Nadat u het adres hebt ' +
        'bevestigd, kunt u een nieuw wachtwoord instellen.} other {}}',
      'Hebt u zich niet geregistreerd? Dan kunt u deze e-mail negeren.',
    ],
  },
  'password-reset': {
    subject: 'Stel een nieuw wachtwoord in',
    preheader: 'Gebruik de link om een nieuw wachtwoord voor {shop} in te stellen.',
    paragraphs: [greeting, 'U kunt nu een nieuw wachtwoord voor uw account instellen.'],
    button: 'Nieuw wachtwoord instellen',
    notes: [`${ignore} Uw wachtwoord blijft hetzelfde.`],
  },
  'initial-password': {
    subject: 'Stel uw wachtwoord in',
    preheader: 'Uw account bij {shop} staat klaar.',
    paragraphs: [greeting, 'U hebt een account in onze webwinkel. Stel uw wachtwoord in.'],
    button: 'Wachtwoord instellen',
    notes: [],
  },
  'email-change': {
    subject: 'Bevestig uw nieuwe e-mailadres',
    preheader: 'Nog één stap om de wijziging bij {shop} te voltooien.',
    paragraphs: [greeting, 'Bevestig dat dit uw nieuwe e-mailadres is.'],
    button: 'E-mailadres bevestigen',
    notes: [ignore],
  },
  'email-change-notice': {
    subject: 'Er is een wijziging van uw e-mailadres aangevraagd',
    preheader: 'We hebben een verzoek ontvangen om het e-mailadres van uw account te wijzigen.',
    paragraphs: [
      greeting,
      'We hebben een verzoek ontvangen om het e-mailadres van uw account te wijzigen{hasNewEmail, select, yes { in ' +
        '{newEmail}} other {}}.',
      'Hebt u dit niet aangevraagd? Stel dan meteen een nieuw wachtwoord in. Daarmee annuleert u ook de wijziging.',
    ],
    notes: [],
  },
  'email-changed': {
    subject: 'Uw e-mailadres is gewijzigd',
    preheader: check,
    paragraphs: [
      greeting,
      'Het e-mailadres van uw account is gewijzigd{hasNewEmail, select, yes { in {newEmail}} other {}}.',
      '{hasLink, select, yes {Hebt u dit niet aangevraagd? Maak de wijziging dan ongedaan. De link is geldig tot en met ' +
        '{until, date, long}.} other {Hebt u dit niet aangevraagd? Neem dan contact met ons op.}}',
    ],
    button: 'Wijziging ongedaan maken',
    notes: [
      '{hasLink, select, yes {Daarmee worden ook alle sessies beëindigd. Alle aanmeldingen via andere diensten ' +
        'worden verwijderd, evenals de tweede factoren die sindsdien zijn toegevoegd. Daarna wordt u gevraagd een ' +
        'nieuw wachtwoord in te stellen.} other {}}',
    ],
  },
  'email-change-completed': {
    subject: 'Uw account heeft een nieuw e-mailadres',
    preheader: 'Gebruik het vanaf nu om in te loggen.',
    paragraphs: [greeting, 'Uw account heeft nu dit e-mailadres. Gebruik het vanaf nu om in te loggen.'],
    notes: [],
  },
  'link-identity': {
    subject: 'Bevestig dat u hebt ingelogd',
    preheader: 'Er is ingelogd met {provider}.',
    paragraphs: [
      greeting,
      'Er is ingelogd met {provider} voor dit e-mailadres, waarvoor al een account bestaat. Was u dit? Bevestig het dan.',
    ],
    button: 'Bevestigen',
    notes: [
      'Was dit adres nog niet bevestigd, dan wordt het wachtwoord van het account verwijderd. Daarna kunt u een nieuw ' +
        'wachtwoord instellen.',
      'Was u dit niet? Dan kunt u deze e-mail negeren. Uw account blijft hetzelfde.',
    ],
  },
  'identity-linked': {
    subject: 'U kunt nu inloggen met {provider}',
    preheader: check,
    paragraphs: [greeting, 'Uw account is nu gekoppeld aan {provider}. U kunt daarmee inloggen.', notYou],
    notes: [],
  },
  'identity-unlinked': {
    subject: 'U kunt niet meer inloggen met {provider}',
    preheader: check,
    paragraphs: [greeting, 'Uw account is niet meer gekoppeld aan {provider}.', notYou],
    notes: [],
  },
  'signup-attempt': {
    subject: 'U hebt al een account',
    preheader: 'Er is een registratie met dit e-mailadres aangevraagd.',
    paragraphs: [
      greeting,
      'Er is een registratie aangevraagd met dit e-mailadres, waarvoor al een account bestaat. Uw account is niet gewijzigd.',
      'Was u dit? Log dan in, stel een nieuw wachtwoord in of zoek de e-mail waarmee u uw adres bevestigt.',
    ],
    button: 'Naar de webwinkel',
    notes: ['Was u dit niet? Dan kunt u deze e-mail negeren.'],
  },
  'awaiting-activation': {
    subject: 'We hebben uw registratie ontvangen',
    preheader: 'We laten het u weten zodra uw account is geactiveerd.',
    paragraphs: [
      greeting,
      'Bedankt voor uw registratie. We controleren deze nu.',
      'We laten het u weten zodra uw account is geactiveerd.',
    ],
    notes: [],
  },
  'password-changed': {
    subject: 'Uw wachtwoord is gewijzigd',
    preheader: check,
    paragraphs: [greeting, 'Het wachtwoord van uw account is gewijzigd.', notYou],
    notes: [],
  },
  'password-reset-completed': {
    subject: 'U hebt een nieuw wachtwoord',
    preheader: check,
    paragraphs: [
      greeting,
      'Er is een nieuw wachtwoord voor uw account ingesteld met een link die we u per e-mail hebben gestuurd.',
      notYou,
    ],
    notes: [],
  },
  'new-device-login': {
    subject: 'Ingelogd met een nieuw apparaat',
    preheader: check,
    paragraphs: [
      greeting,
      'Op {at, date, long} om {at, time, short} uur (UTC) is met een nieuw apparaat ingelogd op uw account.',
      notYou,
    ],
    notes: [],
  },
  'account-on-hold': {
    subject: 'Uw account is geblokkeerd',
    preheader: 'Neem contact met ons op.',
    paragraphs: [greeting, 'Uw account is momenteel geblokkeerd. Hebt u vragen? Neem dan contact met ons op.'],
    notes: [],
  },
  erasure: {
    subject: 'Bevestig de verwijdering van uw account',
    preheader: 'Dit kan niet ongedaan worden gemaakt.',
    paragraphs: [
      greeting,
      'U hebt de verwijdering van uw account en al uw gegevens aangevraagd. Dit kan niet ongedaan worden gemaakt.',
    ],
    button: 'Mijn account verwijderen',
    notes: [
      'Hebt u dit niet aangevraagd? Open de link dan niet. Uw account blijft hetzelfde. Wijzig wel uw wachtwoord, want ' +
        'mogelijk gebruikt iemand anders uw account.',
    ],
  },
  'account-erased': {
    subject: 'Uw account is verwijderd',
    preheader: 'Ook uw gegevens zijn verwijderd.',
    paragraphs: [greeting, 'Uw account en al uw gegevens zijn verwijderd. Dit is onze laatste e-mail over uw account.'],
    notes: [],
  },
  'second-factor-code': {
    subject: 'Uw verificatiecode',
    preheader: 'Voer de code in om verder te gaan bij {shop}.',
    paragraphs: [greeting, 'Uw verificatiecode is {code}. De code is {minutes, number} minuten geldig.'],
    notes: [
      'Voer de code alleen in onze webwinkel in en deel deze met niemand. Hebt u de code niet aangevraagd? Dan gebruikt ' +
        'mogelijk iemand anders uw account. Wijzig dan uw wachtwoord.',
    ],
  },
  welcome: {
    subject: 'Welkom bij {shop}',
    preheader: 'Bedankt voor uw registratie.',
    paragraphs: [greeting, 'Bedankt voor uw registratie.'],
    button: 'Naar de webwinkel',
    notes: [],
  },
  activated: {
    subject: 'Uw account is actief',
    preheader: 'U kunt nu inloggen bij {shop}.',
    paragraphs: [greeting, 'Uw account is geactiveerd. U kunt nu inloggen.'],
    notes: [],
  },
  declined: {
    subject: 'We kunnen uw account niet activeren',
    preheader: 'Hebt u vragen? Neem dan contact met ons op.',
    paragraphs: [
      greeting,
      'Bedankt voor uw registratie. We hebben deze gecontroleerd en kunnen uw account niet activeren.',
      'Hebt u vragen? Neem dan contact met ons op.',
    ],
    notes: [],
  },
  'company-member': {
    subject:
      '{pending, select, yes {Iemand wil zich bij uw bedrijf aansluiten} other {Uw bedrijf heeft een nieuw lid}}',
    preheader: '{pending, select, yes {Keur het verzoek goed of wijs het af.} other {Controleer wie het is.}}',
    paragraphs: [
      greeting,
      `{pending, select, yes {Iemand${named} wil zich bij uw bedrijf aansluiten.} ` +
        `other {Iemand${named} heeft zich bij uw bedrijf aangesloten.}}`,
      '{pending, select, yes {Zolang u het verzoek niet hebt goedgekeurd, heeft deze persoon geen toegang tot uw ' +
        'bedrijf. Log in om het verzoek goed te keuren of af te wijzen.} other {Kent u deze persoon niet? Neem dan ' +
        'contact met ons op.}}',
    ],
    button: 'Naar de webwinkel',
    notes: [],
  },
  'migration-reminder': {
    subject: 'Log één keer in',
    preheader: 'Zo behoudt u uw huidige wachtwoord.',
    paragraphs: [
      greeting,
      'We hebben een nieuwe webwinkel. Log vóór {until, date, long} één keer in om uw huidige wachtwoord te behouden.',
    ],
    button: 'Inloggen',
    notes: [],
  },
  'employee-invitation': {
    subject: 'Stel uw wachtwoord voor de backoffice in',
    preheader: 'U hebt nu toegang tot de backoffice van {shop}.',
    paragraphs: [greeting, 'U hebt nu toegang tot de backoffice van {shop}. Stel uw wachtwoord in.'],
    button: 'Wachtwoord instellen',
    notes: ['Had u deze e-mail niet verwacht? Dan kunt u deze negeren.'],
  },
  'employee-password-reset': {
    subject: 'Stel een nieuw wachtwoord voor de backoffice in',
    preheader: 'Gebruik de link om een nieuw wachtwoord voor de backoffice van {shop} in te stellen.',
    paragraphs: [greeting, 'U kunt nu een nieuw wachtwoord voor de backoffice van {shop} instellen.'],
    button: 'Nieuw wachtwoord instellen',
    notes: [`${ignore} Uw wachtwoord blijft hetzelfde.`],
  },
  'activation-notice': {
    subject: '{count, plural, one {# klant wacht} other {# klanten wachten}} op activering',
    preheader: 'Open de wachtlijst van {shop}.',
    paragraphs: [greeting, 'Bij {shop} {count, plural, one {wacht # klant} other {wachten # klanten}} op activering.'],
    button: 'Wachtlijst openen',
    notes: ['U ontvangt deze e-mail omdat dit adres in de instelling activationNotice staat.'],
  },
};
