import type { MailTexts } from '../mail-text.js';

const greeting = '{hasFirstName, select, yes {Hola, {firstName}:} other {Hola:}}';
const ignore = 'Si no lo ha solicitado, ignore este correo.';
const notYou = 'Si no ha sido usted, restablezca su contraseña de inmediato y póngase en contacto con nosotros.';
const check = 'Compruebe que ha sido usted.';
const named = '{hasMemberName, select, yes { llamada {memberName}} other {}}';

export const es: MailTexts = {
  'opt-in': {
    subject: 'Confirme su dirección de correo electrónico',
    preheader: 'Falta un paso para completar su registro en {shop}.',
    paragraphs: [greeting, 'Confirme su dirección de correo electrónico para completar su registro.'],
    button: 'Confirmar dirección',
    notes: [
      '{repeated, select, yes {Su cuenta tiene la contraseña del primer registro. Podrá establecer una nueva después de ' +
        'confirmar la dirección.} other {}}',
      'Si no se ha registrado, ignore este correo.',
    ],
  },
  'password-reset': {
    subject: 'Establezca una nueva contraseña',
    preheader: 'Use el enlace para establecer una nueva contraseña en {shop}.',
    paragraphs: [greeting, 'Ya puede establecer una nueva contraseña para su cuenta.'],
    button: 'Establecer nueva contraseña',
    notes: [`${ignore} Su contraseña no cambiará.`],
  },
  'initial-password': {
    subject: 'Establezca su contraseña',
    preheader: 'Su cuenta en {shop} está lista.',
    paragraphs: [greeting, 'Tiene una cuenta en nuestra tienda. Establezca su contraseña.'],
    button: 'Establecer contraseña',
    notes: [],
  },
  'email-change': {
    subject: 'Confirme su nueva dirección de correo electrónico',
    preheader: 'Falta un paso para completar el cambio en {shop}.',
    paragraphs: [greeting, 'Confirme que esta es su nueva dirección de correo electrónico.'],
    button: 'Confirmar dirección',
    notes: [ignore],
  },
  'email-change-notice': {
    subject: 'Su dirección de correo electrónico va a cambiar',
    preheader: 'Hemos recibido una solicitud para cambiar la dirección de correo electrónico de su cuenta.',
    paragraphs: [
      greeting,
      'Hemos recibido una solicitud para cambiar la dirección de correo electrónico de su cuenta{hasNewEmail, select, ' +
        'yes { a {newEmail}} other {}}.',
      'Si no lo ha solicitado, restablezca su contraseña de inmediato. Así también se cancela el cambio.',
    ],
    notes: [],
  },
  'email-changed': {
    subject: 'Su dirección de correo electrónico ha cambiado',
    preheader: check,
    paragraphs: [
      greeting,
      '{hasNewEmail, select, yes {La dirección de correo electrónico de su cuenta ahora es {newEmail}.} other {La ' +
        'dirección de correo electrónico de su cuenta ha cambiado.}}',
      '{hasLink, select, yes {Si no lo ha solicitado, deshaga el cambio. El enlace es válido hasta el {until, date, ' +
        'long}.} other {Si no lo ha solicitado, póngase en contacto con nosotros.}}',
    ],
    button: 'Deshacer el cambio',
    notes: [
      '{hasLink, select, yes {Así también se cierran todas las sesiones. Además, se eliminan todos los accesos ' +
        'mediante otros servicios y los segundos factores añadidos desde entonces. Después tendrá que establecer una ' +
        'nueva contraseña.} other {}}',
    ],
  },
  'email-change-completed': {
    subject: 'Su cuenta tiene una nueva dirección de correo electrónico',
    preheader: 'Úsela a partir de ahora para iniciar sesión.',
    paragraphs: [
      greeting,
      'Su cuenta tiene ahora esta dirección de correo electrónico. Úsela a partir de ahora para iniciar sesión.',
    ],
    notes: [],
  },
  'link-identity': {
    subject: 'Confirme su inicio de sesión',
    preheader: 'Se ha iniciado sesión con {provider}.',
    paragraphs: [
      greeting,
      'Se ha iniciado sesión con {provider} para esta dirección de correo electrónico, que ya está asociada a una ' +
        'cuenta. Si ha sido usted, confírmelo.',
    ],
    button: 'Confirmar inicio de sesión',
    notes: [
      'Si esta dirección no estaba confirmada, se eliminará la contraseña de la cuenta. Después podrá establecer una ' +
        'nueva.',
      'Si no ha sido usted, ignore este correo. Su cuenta no cambiará.',
    ],
  },
  'identity-linked': {
    subject: 'Ya puede iniciar sesión con {provider}',
    preheader: check,
    paragraphs: [greeting, 'Su cuenta está vinculada a {provider}. Ya puede usarlo para iniciar sesión.', notYou],
    notes: [],
  },
  'identity-unlinked': {
    subject: 'Ya no puede iniciar sesión con {provider}',
    preheader: check,
    paragraphs: [greeting, 'Su cuenta ya no está vinculada a {provider}.', notYou],
    notes: [],
  },
  'signup-attempt': {
    subject: 'Ya tiene una cuenta',
    preheader: 'Se ha solicitado un registro con esta dirección de correo electrónico.',
    paragraphs: [
      greeting,
      'Se ha solicitado un registro con esta dirección de correo electrónico, que ya está asociada a ' +
        'una cuenta. Su cuenta no ha cambiado.',
      'Si ha sido usted, inicie sesión, restablezca su contraseña o busque el correo para confirmar su dirección.',
    ],
    button: 'Ir a la tienda',
    notes: ['Si no ha sido usted, ignore este correo.'],
  },
  'awaiting-activation': {
    subject: 'Hemos recibido su registro',
    preheader: 'Le avisaremos cuando su cuenta esté activada.',
    paragraphs: [
      greeting,
      'Gracias por registrarse. Estamos revisando su registro.',
      'Le avisaremos cuando su cuenta esté activada.',
    ],
    notes: [],
  },
  'password-changed': {
    subject: 'Su contraseña ha cambiado',
    preheader: check,
    paragraphs: [greeting, 'La contraseña de su cuenta ha cambiado.', notYou],
    notes: [],
  },
  'password-reset-completed': {
    subject: 'Tiene una nueva contraseña',
    preheader: check,
    paragraphs: [
      greeting,
      'Se ha establecido una nueva contraseña para su cuenta con un enlace que le enviamos por correo.',
      notYou,
    ],
    notes: [],
  },
  'new-device-login': {
    subject: 'Inicio de sesión desde un nuevo dispositivo',
    preheader: check,
    paragraphs: [
      greeting,
      'Se ha iniciado sesión en su cuenta desde un nuevo dispositivo el {at, date, long} ({at, time, short} UTC).',
      notYou,
    ],
    notes: [],
  },
  'account-on-hold': {
    subject: 'Su cuenta está suspendida',
    preheader: 'Póngase en contacto con nosotros.',
    paragraphs: [
      greeting,
      'Su cuenta está suspendida por el momento. Si tiene preguntas, póngase en contacto con nosotros.',
    ],
    notes: [],
  },
  erasure: {
    subject: 'Confirme la eliminación de su cuenta',
    preheader: 'La eliminación no se puede deshacer.',
    paragraphs: [
      greeting,
      'Ha solicitado la eliminación de su cuenta y de todos sus datos. La eliminación no se puede deshacer.',
    ],
    button: 'Eliminar mi cuenta',
    notes: [
      'Si no lo ha solicitado, no abra el enlace. Su cuenta no cambiará. Cambie su contraseña, porque es posible que ' +
        'otra persona esté usando su cuenta.',
    ],
  },
  'account-erased': {
    subject: 'Su cuenta se ha eliminado',
    preheader: 'Sus datos también se han eliminado.',
    paragraphs: [
      greeting,
      'Su cuenta y todos sus datos se han eliminado. Este es nuestro último correo sobre su cuenta.',
    ],
    notes: [],
  },
  'second-factor-code': {
    subject: 'Su código de verificación',
    preheader: 'Introduzca el código para continuar en {shop}.',
    paragraphs: [greeting, 'Su código de verificación es {code}. Es válido durante {minutes, number} minutos.'],
    notes: [
      'Introdúzcalo solo en nuestra tienda y no lo comparta con nadie. Si no lo ha solicitado, es posible que otra ' +
        'persona esté usando su cuenta. En ese caso, cambie su contraseña.',
    ],
  },
  welcome: {
    subject: 'Le damos la bienvenida a {shop}',
    preheader: 'Gracias por registrarse.',
    paragraphs: [greeting, 'Gracias por registrarse.'],
    button: 'Ir a la tienda',
    notes: [],
  },
  activated: {
    subject: 'Su cuenta está activa',
    preheader: 'Ya puede iniciar sesión en {shop}.',
    paragraphs: [greeting, 'Su cuenta se ha activado. Ya puede iniciar sesión.'],
    notes: [],
  },
  declined: {
    subject: 'No podemos activar su cuenta',
    preheader: 'Si tiene preguntas, póngase en contacto con nosotros.',
    paragraphs: [
      greeting,
      'Gracias por registrarse. Hemos revisado su registro y no podemos activar su cuenta.',
      'Si tiene preguntas, póngase en contacto con nosotros.',
    ],
    notes: [],
  },
  'company-member': {
    subject: '{pending, select, yes {Una persona desea unirse a su empresa} other {Su empresa tiene un nuevo miembro}}',
    preheader: '{pending, select, yes {Acepte o rechace la solicitud.} other {Compruebe de quién se trata.}}',
    paragraphs: [
      greeting,
      `{pending, select, yes {Una persona${named} desea unirse a su empresa.} ` +
        `other {Una persona${named} se ha unido a su empresa.}}`,
      '{pending, select, yes {Hasta que acepte la solicitud, esta persona no tendrá acceso a su empresa. Inicie sesión ' +
        'para aceptarla o rechazarla.} other {Si no conoce a esta persona, póngase en contacto con nosotros.}}',
    ],
    button: 'Ir a la tienda',
    notes: [],
  },
  'migration-reminder': {
    subject: 'Inicie sesión una vez',
    preheader: 'Conserve su contraseña actual.',
    paragraphs: [
      greeting,
      'Tenemos una nueva tienda. Inicie sesión una vez antes del {until, date, long} para conservar su contraseña actual.',
    ],
    button: 'Iniciar sesión',
    notes: [],
  },
  'employee-invitation': {
    subject: 'Establezca su contraseña del back office',
    preheader: 'Ya tiene acceso al back office de {shop}.',
    paragraphs: [greeting, 'Ya tiene acceso al back office de {shop}. Establezca su contraseña.'],
    button: 'Establecer contraseña',
    notes: ['Si no esperaba este correo, ignórelo.'],
  },
  'employee-password-reset': {
    subject: 'Establezca una nueva contraseña del back office',
    preheader: 'Use el enlace para establecer una nueva contraseña del back office de {shop}.',
    paragraphs: [greeting, 'Ya puede establecer una nueva contraseña para el back office de {shop}.'],
    button: 'Establecer nueva contraseña',
    notes: [`${ignore} Su contraseña no cambiará.`],
  },
  'activation-notice': {
    subject: '{count, plural, one {# cliente espera} other {# clientes esperan}} la activación',
    preheader: 'Abra la lista de espera de {shop}.',
    paragraphs: [
      greeting,
      '{count, plural, one {# cliente de {shop} espera} other {# clientes de {shop} esperan}} la activación de su cuenta.',
    ],
    button: 'Abrir la lista de espera',
    notes: ['Recibe este correo porque esta dirección figura en el ajuste activationNotice.'],
  },
};
