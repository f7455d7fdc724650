import type { MailTexts } from '../mail-text.js';

// The first paragraph continues the sentence that the greeting begins, so it starts in lower case. A date follows the
// word "giorno", because an article would depend on the number: "il 7", but "l’8".
const greeting = '{hasFirstName, select, yes {Buongiorno {firstName},} other {Buongiorno,}}';
const ignore = 'Se la richiesta non proviene da lei, ignori questa e-mail.';
const notYou = 'Se l’operazione non è stata eseguita da lei, reimposti subito la password e ci contatti.';
const check = 'Verifichi che l’operazione sia stata eseguita da lei.';
const named = '{hasMemberName, select, yes { di nome {memberName}} other {}}';

export const it: MailTexts = {
  'opt-in': {
    subject: 'Confermi il suo indirizzo e-mail',
    preheader: 'Manca un passaggio per completare la registrazione su {shop}.',
    paragraphs: [greeting, 'confermi il suo indirizzo e-mail per completare la registrazione.'],
    button: 'Conferma l’indirizzo e-mail',
    notes: [
      '{repeated, select, yes {Per il suo account vale la password della prima registrazione. Dopo la conferma ' +
        'dell’indirizzo potrà impostarne una nuova.} other {}}',
      'Se la registrazione non proviene da lei, ignori questa e-mail.',
    ],
  },
  'password-reset': {
    subject: 'Imposti una nuova password',
    preheader: 'Usi il link per impostare una nuova password per {shop}.',
    paragraphs: [greeting, 'ora può impostare una nuova password per il suo account.'],
    button: 'Imposta una nuova password',
    notes: [`${ignore} La sua password rimane invariata.`],
  },
  'initial-password': {
    subject: 'Imposti la sua password',
    preheader: 'Il suo account su {shop} è pronto.',
    paragraphs: [greeting, 'ha un account nel nostro negozio. Imposti la sua password.'],
    button: 'Imposta la password',
    notes: [],
  },
  'email-change': {
    subject: 'Confermi il suo nuovo indirizzo e-mail',
    preheader: 'Manca un passaggio per completare la modifica su {shop}.',
    paragraphs: [greeting, 'confermi che questo è il suo nuovo indirizzo e-mail.'],
    button: 'Conferma l’indirizzo e-mail',
    notes: [ignore],
  },
  'email-change-notice': {
    subject: 'Il suo indirizzo e-mail sta per essere modificato',
    preheader: 'Abbiamo ricevuto una richiesta di modifica dell’indirizzo e-mail del suo account.',
    paragraphs: [
      greeting,
      '{hasNewEmail, select, yes {abbiamo ricevuto una richiesta di sostituire l’indirizzo e-mail del suo account con ' +
        '{newEmail}.} other {abbiamo ricevuto una richiesta di modificare l’indirizzo e-mail del suo account.}}',
      'Se la richiesta non proviene da lei, reimposti subito la password. In questo modo annulla anche la modifica.',
    ],
    notes: [],
  },
  'email-changed': {
    subject: 'Il suo indirizzo e-mail è stato modificato',
    preheader: check,
    paragraphs: [
      greeting,
      '{hasNewEmail, select, yes {l’indirizzo e-mail del suo account è ora {newEmail}.} other {l’indirizzo e-mail del ' +
        'suo account è stato modificato.}}',
      '{hasLink, select, yes {Se la richiesta non proviene da lei, annulli la modifica. Il link è valido fino al giorno ' +
        '{until, date, long}.} other {Se la richiesta non proviene da lei, ci contatti.}}',
    ],
    button: 'Annulla la modifica',
    notes: [
      '{hasLink, select, yes {In questo modo terminano anche tutte le sessioni. Vengono inoltre rimossi tutti gli ' +
        'accessi tramite altri servizi e i secondi fattori aggiunti nel frattempo. Dopo dovrà impostare una nuova ' +
        'password.} other {}}',
    ],
  },
  'email-change-completed': {
    subject: 'Il suo account ha un nuovo indirizzo e-mail',
    preheader: 'Da ora in poi lo usi per accedere.',
    paragraphs: [greeting, 'il suo account ha ora questo indirizzo e-mail. Da ora in poi lo usi per accedere.'],
    notes: [],
  },
  'link-identity': {
    subject: 'Confermi il suo accesso',
    preheader: 'È stato eseguito un accesso con {provider}.',
    paragraphs: [
      greeting,
      'è stato eseguito un accesso con {provider} per questo indirizzo e-mail, già associato a un account. Se l’accesso è ' +
        'stato eseguito da lei, lo confermi.',
    ],
    button: 'Conferma l’accesso',
    notes: [
      'Se questo indirizzo non era ancora confermato, la password dell’account viene rimossa. Dopo potrà impostarne una ' +
        'nuova.',
      'Se l’accesso non è stato eseguito da lei, ignori questa e-mail. Il suo account rimane invariato.',
    ],
  },
  'identity-linked': {
    subject: 'Ora può accedere con {provider}',
    preheader: check,
    paragraphs: [greeting, 'il suo account è ora collegato a {provider}. Può usarlo per accedere.', notYou],
    notes: [],
  },
  'identity-unlinked': {
    subject: 'Non può più accedere con {provider}',
    preheader: check,
    paragraphs: [greeting, 'il suo account non è più collegato a {provider}.', notYou],
    notes: [],
  },
  'signup-attempt': {
    subject: 'Ha già un account',
    preheader: 'È stata richiesta una registrazione con questo indirizzo e-mail.',
    paragraphs: [
      greeting,
      'è stata richiesta una registrazione con questo indirizzo e-mail, già associato a un account. Il suo account non è ' +
        'stato modificato.',
      'Se la richiesta proviene da lei, acceda, reimposti la password o cerchi l’e-mail per confermare l’indirizzo.',
    ],
    button: 'Vai al negozio',
    notes: [ignore],
  },
  'awaiting-activation': {
    subject: 'Abbiamo ricevuto la sua registrazione',
    preheader: 'La avviseremo quando il suo account sarà attivo.',
    paragraphs: [
      greeting,
      'grazie per la registrazione. La stiamo verificando.',
      'La avviseremo quando il suo account sarà attivo.',
    ],
    notes: [],
  },
  'password-changed': {
    subject: 'La sua password è stata modificata',
    preheader: check,
    paragraphs: [greeting, 'la password del suo account è stata modificata.', notYou],
    notes: [],
  },
  'password-reset-completed': {
    subject: 'Ha una nuova password',
    preheader: check,
    paragraphs: [
      greeting,
      'è stata impostata una nuova password per il suo account, con un link che le abbiamo inviato per e-mail.',
      notYou,
    ],
    notes: [],
  },
  'new-device-login': {
    subject: 'Accesso da un nuovo dispositivo',
    preheader: check,
    paragraphs: [
      greeting,
      'è stato eseguito un accesso al suo account da un nuovo dispositivo il giorno {at, date, long} alle ore {at, time, ' +
        'short} (UTC).',
      notYou,
    ],
    notes: [],
  },
  'account-on-hold': {
    subject: 'Il suo account è sospeso',
    preheader: 'Ci contatti.',
    paragraphs: [greeting, 'il suo account è al momento sospeso. Se ha domande, ci contatti.'],
    notes: [],
  },
  erasure: {
    subject: 'Confermi l’eliminazione del suo account',
    preheader: 'L’eliminazione è definitiva.',
    paragraphs: [
      greeting,
      'ha richiesto l’eliminazione del suo account e di tutti i suoi dati. L’eliminazione è definitiva.',
    ],
    button: 'Elimina il mio account',
    notes: [
      'Se la richiesta non proviene da lei, non apra il link. Il suo account rimane invariato. Cambi la password, perché ' +
        'è possibile che un’altra persona usi il suo account.',
    ],
  },
  'account-erased': {
    subject: 'Il suo account è stato eliminato',
    preheader: 'Anche i suoi dati sono stati eliminati.',
    paragraphs: [
      greeting,
      'il suo account e tutti i suoi dati sono stati eliminati. Questa è la nostra ultima e-mail sul suo account.',
    ],
    notes: [],
  },
  'second-factor-code': {
    subject: 'Il suo codice di verifica',
    preheader: 'Inserisca il codice per continuare su {shop}.',
    paragraphs: [greeting, 'il suo codice di verifica è {code}. È valido per {minutes, number} minuti.'],
    notes: [
      'Lo inserisca solo nel nostro negozio e non lo comunichi a nessuno. Se il codice non è stato richiesto da lei, è ' +
        'possibile che un’altra persona usi il suo account. In questo caso cambi la password.',
    ],
  },
  welcome: {
    subject: 'Un benvenuto da {shop}',
    preheader: 'Grazie per la registrazione.',
    paragraphs: [greeting, 'grazie per la registrazione.'],
    button: 'Vai al negozio',
    notes: [],
  },
  activated: {
    subject: 'Il suo account è attivo',
    preheader: 'Ora può accedere a {shop}.',
    paragraphs: [greeting, 'il suo account è stato attivato. Ora può accedere.'],
    notes: [],
  },
  declined: {
    subject: 'Non possiamo attivare il suo account',
    preheader: 'Se ha domande, ci contatti.',
    paragraphs: [
      greeting,
      'grazie per la registrazione. L’abbiamo verificata e non possiamo attivare il suo account.',
      'Se ha domande, ci contatti.',
    ],
    notes: [],
  },
  'company-member': {
    subject:
      '{pending, select, yes {Una persona chiede di unirsi alla sua azienda} other {La sua azienda ha un nuovo membro}}',
    preheader: '{pending, select, yes {Accetti o rifiuti la richiesta.} other {Verifichi di chi si tratta.}}',
    paragraphs: [
      greeting,
      `{pending, select, yes {una persona${named} chiede di unirsi alla sua azienda.} ` +
        `other {una persona${named} fa ora parte della sua azienda.}}`,
      '{pending, select, yes {Finché non accetta la richiesta, questa persona non ha accesso alla sua azienda. Acceda ' +
        'per accettare o rifiutare la richiesta.} other {Se non conosce questa persona, ci contatti.}}',
    ],
    button: 'Vai al negozio',
    notes: [],
  },
  'migration-reminder': {
    subject: 'Acceda una volta',
    preheader: 'Mantenga la sua password attuale.',
    paragraphs: [
      greeting,
      'abbiamo un nuovo negozio. Acceda una volta prima del giorno {until, date, long} per mantenere la sua password ' +
        'attuale.',
    ],
    button: 'Accedi',
    notes: [],
  },
  'employee-invitation': {
    subject: 'Imposti la sua password per il back office',
    preheader: 'Ora ha accesso al back office di {shop}.',
    paragraphs: [greeting, 'ora ha accesso al back office di {shop}. Imposti la sua password.'],
    button: 'Imposta la password',
    notes: ['Se non aspettava questa e-mail, la ignori.'],
  },
  'employee-password-reset': {
    subject: 'Imposti una nuova password per il back office',
    preheader: 'Usi il link per impostare una nuova password per il back office di {shop}.',
    paragraphs: [greeting, 'ora può impostare una nuova password per il back office di {shop}.'],
    button: 'Imposta una nuova password',
    notes: [`${ignore} La sua password rimane invariata.`],
  },
  'activation-notice': {
    subject: '{count, plural, one {# cliente attende} other {# clienti attendono}} l’attivazione',
    preheader: 'Apra la lista d’attesa di {shop}.',
    paragraphs: [
      greeting,
      '{count, plural, one {# cliente di {shop} attende} other {# clienti di {shop} attendono}} l’attivazione dell’account.',
    ],
    button: 'Apri la lista d’attesa',
    notes: ['Riceve questa e-mail perché questo indirizzo è nell’impostazione activationNotice.'],
  },
};
