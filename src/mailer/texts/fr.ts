import type { MailTexts } from '../mail-text.js';

const greeting = '{hasFirstName, select, yes {Bonjour {firstName},} other {Bonjour,}}';
const ignore = 'Si vous n’êtes pas à l’origine de cette demande, ignorez cet e-mail.';
const notYou =
  'Si vous n’êtes pas à l’origine de cette action, réinitialisez immédiatement votre mot de passe et contactez-nous.';
const check = 'Veuillez vérifier que vous en êtes à l’origine.';
const named = '{hasMemberName, select, yes { nommée {memberName}} other {}}';

export const fr: MailTexts = {
  'opt-in': {
    subject: 'Veuillez confirmer votre adresse e-mail',
    preheader: 'Encore une étape pour finaliser votre inscription chez {shop}.',
    paragraphs: [greeting, 'Veuillez confirmer votre adresse e-mail pour finaliser votre inscription.'],
    button: 'Confirmer mon adresse e-mail',
    notes: [
      '{repeated, select, yes {Le mot de passe de votre compte est celui de la première inscription. Vous pourrez en ' +
        'définir un nouveau après avoir confirmé l’adresse.} other {}}',
      'Si vous n’avez pas demandé cette inscription, ignorez cet e-mail.',
    ],
  },
  'password-reset': {
    subject: 'Définissez un nouveau mot de passe',
    preheader: 'Utilisez le lien pour définir un nouveau mot de passe chez {shop}.',
    paragraphs: [greeting, 'Vous pouvez maintenant définir un nouveau mot de passe pour votre compte.'],
    button: 'Définir un nouveau mot de passe',
    notes: [`${ignore} Votre mot de passe reste inchangé.`],
  },
  'initial-password': {
    subject: 'Définissez votre mot de passe',
    preheader: 'Votre compte chez {shop} est prêt.',
    paragraphs: [greeting, 'Vous avez un compte dans notre boutique. Veuillez définir votre mot de passe.'],
    button: 'Définir mon mot de passe',
    notes: [],
  },
  'email-change': {
    subject: 'Veuillez confirmer votre nouvelle adresse e-mail',
    preheader: 'Encore une étape pour finaliser la modification chez {shop}.',
    paragraphs: [greeting, 'Veuillez confirmer qu’il s’agit de votre nouvelle adresse e-mail.'],
    button: 'Confirmer mon adresse e-mail',
    notes: [ignore],
  },
  'email-change-notice': {
    subject: 'Votre adresse e-mail va être modifiée',
    preheader: 'Nous avons reçu une demande de modification de l’adresse e-mail de votre compte.',
    paragraphs: [
      greeting,
      '{hasNewEmail, select, yes {Nous avons reçu une demande pour remplacer l’adresse e-mail de votre compte par ' +
        '{newEmail}.} other {Nous avons reçu une demande pour modifier l’adresse e-mail de votre compte.}}',
      'Si vous n’êtes pas à l’origine de cette demande, réinitialisez immédiatement votre mot de passe. Cela annule ' +
        'aussi la modification.',
    ],
    notes: [],
  },
  'email-changed': {
    subject: 'Votre adresse e-mail a été modifiée',
    preheader: check,
    paragraphs: [
      greeting,
      '{hasNewEmail, select, yes {L’adresse e-mail de votre compte a été remplacée par {newEmail}.} other {L’adresse ' +
        'e-mail de votre compte a été modifiée.}}',
      '{hasLink, select, yes {Si vous n’êtes pas à l’origine de cette modification, annulez-la. Le lien est valable ' +
        'jusqu’au {until, date, long}.} other {Si vous n’êtes pas à l’origine de cette modification, contactez-nous.}}',
    ],
    button: 'Annuler la modification',
    notes: [
      '{hasLink, select, yes {L’annulation met aussi fin à toutes les sessions. Elle supprime toutes les connexions' +
        ' par d’autres services ainsi que les seconds facteurs ajoutés depuis. Vous définirez ensuite un nouveau mot ' +
        'de passe.} other {}}',
    ],
  },
  'email-change-completed': {
    subject: 'Votre compte a une nouvelle adresse e-mail',
    preheader: 'Utilisez-la désormais pour vous connecter.',
    paragraphs: [
      greeting,
      'Votre compte est maintenant associé à cette adresse e-mail. Utilisez-la désormais pour vous connecter.',
    ],
    notes: [],
  },
  'link-identity': {
    subject: 'Veuillez confirmer votre connexion',
    preheader: 'Une connexion avec {provider} a eu lieu.',
    paragraphs: [
      greeting,
      'Une connexion avec {provider} a eu lieu pour cette adresse e-mail, qui est déjà associée à un compte. Si ' +
        'vous en êtes à l’origine, confirmez-la.',
    ],
    button: 'Confirmer la connexion',
    notes: [
      'Si cette adresse n’était pas encore confirmée, le mot de passe du compte sera supprimé. Vous pourrez ensuite en ' +
        'définir un nouveau.',
      'Si vous n’en êtes pas à l’origine, ignorez cet e-mail. Votre compte reste inchangé.',
    ],
  },
  'identity-linked': {
    subject: 'Vous pouvez maintenant vous connecter avec {provider}',
    preheader: check,
    paragraphs: [
      greeting,
      'Votre compte est maintenant associé à {provider}. Vous pouvez l’utiliser pour vous connecter.',
      notYou,
    ],
    notes: [],
  },
  'identity-unlinked': {
    subject: 'Vous ne pouvez plus vous connecter avec {provider}',
    preheader: check,
    paragraphs: [greeting, 'Votre compte n’est plus associé à {provider}.', notYou],
    notes: [],
  },
  'signup-attempt': {
    subject: 'Vous avez déjà un compte',
    preheader: 'Une inscription a été demandée avec cette adresse e-mail.',
    paragraphs: [
      greeting,
      'Une inscription a été demandée avec cette adresse e-mail, qui est déjà associée à un compte. ' +
        'Votre compte n’a pas été modifié.',
      'Si vous en êtes à l’origine, connectez-vous, réinitialisez votre mot de passe ou recherchez l’e-mail qui permet ' +
        'de confirmer votre adresse.',
    ],
    button: 'Aller à la boutique',
    notes: ['Si vous n’en êtes pas à l’origine, ignorez cet e-mail.'],
  },
  'awaiting-activation': {
    subject: 'Nous avons reçu votre demande d’inscription',
    preheader: 'Nous vous préviendrons dès que votre compte sera activé.',
    paragraphs: [
      greeting,
      'Merci pour votre inscription. Nous sommes en train de l’examiner.',
      'Nous vous préviendrons dès que votre compte sera activé.',
    ],
    notes: [],
  },
  'password-changed': {
    subject: 'Votre mot de passe a été modifié',
    preheader: check,
    paragraphs: [greeting, 'Le mot de passe de votre compte a été modifié.', notYou],
    notes: [],
  },
  'password-reset-completed': {
    subject: 'Vous avez un nouveau mot de passe',
    preheader: check,
    paragraphs: [
      greeting,
      'Un nouveau mot de passe a été défini pour votre compte, à l’aide d’un lien que nous vous avons envoyé par e-mail.',
      notYou,
    ],
    notes: [],
  },
  'new-device-login': {
    subject: 'Connexion depuis un nouvel appareil',
    preheader: check,
    paragraphs: [
      greeting,
      'Une connexion à votre compte depuis un nouvel appareil a eu lieu le {at, date, long} à {at, time, short} (UTC).',
      notYou,
    ],
    notes: [],
  },
  'account-on-hold': {
    subject: 'Votre compte est suspendu',
    preheader: 'Veuillez nous contacter.',
    paragraphs: [greeting, 'Votre compte est actuellement suspendu. Si vous avez des questions, contactez-nous.'],
    notes: [],
  },
  erasure: {
    subject: 'Veuillez confirmer la suppression de votre compte',
    preheader: 'Cette suppression est définitive.',
    paragraphs: [
      greeting,
      'Vous avez demandé la suppression de votre compte et de toutes vos données. Cette suppression est définitive.',
    ],
    button: 'Supprimer mon compte',
    notes: [
      'Si vous n’êtes pas à l’origine de cette demande, n’ouvrez pas le lien. Votre compte reste inchangé. Modifiez votre ' +
        'mot de passe, car il est possible qu’une autre personne utilise votre compte.',
    ],
  },
  'account-erased': {
    subject: 'Votre compte a été supprimé',
    preheader: 'Vos données ont également été supprimées.',
    paragraphs: [
      greeting,
      'Votre compte et toutes vos données ont été supprimés. Ceci est notre dernier e-mail au sujet de votre compte.',
    ],
    notes: [],
  },
  'second-factor-code': {
    subject: 'Votre code de vérification',
    preheader: 'Saisissez le code pour continuer chez {shop}.',
    paragraphs: [greeting, 'Votre code de vérification est {code}. Il est valable {minutes, number} minutes.'],
    notes: [
      'Saisissez-le uniquement dans notre boutique et ne le communiquez à personne. Si vous ne l’avez pas demandé, il est ' +
        'possible qu’une autre personne utilise votre compte. Dans ce cas, modifiez votre mot de passe.',
    ],
  },
  welcome: {
    subject: 'Bienvenue chez {shop}',
    preheader: 'Merci pour votre inscription.',
    paragraphs: [greeting, 'Merci pour votre inscription.'],
    button: 'Aller à la boutique',
    notes: [],
  },
  activated: {
    subject: 'Votre compte est activé',
    preheader: 'Vous pouvez maintenant vous connecter chez {shop}.',
    paragraphs: [greeting, 'Votre compte a été activé. Vous pouvez maintenant vous connecter.'],
    notes: [],
  },
  declined: {
    subject: 'Nous ne pouvons pas activer votre compte',
    preheader: 'Si vous avez des questions, contactez-nous.',
    paragraphs: [
      greeting,
      'Merci pour votre inscription. Nous l’avons examinée et nous ne pouvons pas activer votre compte.',
      'Si vous avez des questions, contactez-nous.',
    ],
    notes: [],
  },
  'company-member': {
    subject:
      '{pending, select, yes {Une personne souhaite rejoindre votre entreprise} other {Votre entreprise a un nouveau ' +
      'membre}}',
    preheader: '{pending, select, yes {Acceptez ou refusez la demande.} other {Vérifiez de qui il s’agit.}}',
    paragraphs: [
      greeting,
      `{pending, select, yes {Une personne${named} souhaite rejoindre votre entreprise.} ` +
        `other {Une personne${named} a rejoint votre entreprise.}}`,
      '{pending, select, yes {Tant que vous n’avez pas accepté la demande, cette personne n’a pas accès à votre ' +
        'entreprise. Connectez-vous pour accepter ou refuser la demande.} other {Si vous ne connaissez pas cette personne, ' +
        'contactez-nous.}}',
    ],
    button: 'Aller à la boutique',
    notes: [],
  },
  'migration-reminder': {
    subject: 'Veuillez vous connecter une fois',
    preheader: 'Conservez votre mot de passe actuel.',
    paragraphs: [
      greeting,
      'Nous avons une nouvelle boutique. Connectez-vous une fois avant le {until, date, long} pour conserver votre mot de ' +
        'passe actuel.',
    ],
    button: 'Se connecter',
    notes: [],
  },
  'employee-invitation': {
    subject: 'Définissez votre mot de passe pour le back-office',
    preheader: 'Vous avez désormais accès au back-office de {shop}.',
    paragraphs: [greeting, 'Vous avez désormais accès au back-office de {shop}. Veuillez définir votre mot de passe.'],
    button: 'Définir mon mot de passe',
    notes: ['Si vous n’attendiez pas cet e-mail, ignorez-le.'],
  },
  'employee-password-reset': {
    subject: 'Définissez un nouveau mot de passe pour le back-office',
    preheader: 'Utilisez le lien pour définir un nouveau mot de passe pour le back-office de {shop}.',
    paragraphs: [greeting, 'Vous pouvez maintenant définir un nouveau mot de passe pour le back-office de {shop}.'],
    button: 'Définir un nouveau mot de passe',
    notes: [`${ignore} Votre mot de passe reste inchangé.`],
  },
  'activation-notice': {
    subject: '{count, plural, one {# client attend} other {# clients attendent}} l’activation',
    preheader: 'Ouvrez la liste d’attente de {shop}.',
    paragraphs: [
      greeting,
      '{count, plural, one {# client de {shop} attend l’activation de son compte.} other {# clients de {shop} ' +
        'attendent l’activation de leur compte.}}',
    ],
    button: 'Ouvrir la liste d’attente',
    notes: ['Vous recevez cet e-mail car cette adresse figure dans le paramètre activationNotice.'],
  },
};
