/** The name of a setting or of a group of settings, and its description. */
type SettingText = readonly [name: string, description: string];

/**
 * The settings in German, by their paths. The English texts are those of the API. Of `tokenExchange`, which is entered
 * as JSON, only the whole has a text.
 */
export const settingsDe: Record<string, SettingText> = {
  strict: [
    'Strenger Modus',
    'Schließt Sicherheitslücken in den APIs der Hersteller; deren Clients müssen dafür eventuell angepasst werden. Eine Registrierung verrät nicht, ob die E-Mail-Adresse schon ein Konto hat, und muss per Mail bestätigt werden. Eine gesperrte Anmeldung liefert denselben Fehler wie jede andere abgelehnte Anmeldung. Secrets werden nur in Headern angenommen, nicht in der URL. Neue Passwörter haben mindestens 15 Zeichen. Für Gültigkeitsdauern gelten Obergrenzen.',
  ],
  corsOrigins: [
    'Erlaubte Origins (CORS)',
    'Die Origins, deren Seiten Anfragen senden dürfen, genau wie Browser sie senden, eine je Zeile; ein einzelnes * erlaubt alle.',
  ],
  activation: [
    'Freischaltung',
    'Was vor der ersten Anmeldung eines neuen Kunden nötig ist: die Freischaltung durch Mitarbeitende (employee), der Link in einer Mail (email), beides (both) oder nichts (none). none entspricht customerActiveOnCreation des Herstellers. Im strengen Modus gilt none als email und employee als both.',
  ],
  declinedNotice: [
    'Mail bei Ablehnung',
    'Ob ein Kunde eine Mail erhält, wenn Mitarbeitende oder ein Dienst ihn ablehnen.',
  ],
  customerOnHoldOnCreation: [
    'Neue Kunden sperren',
    'Ob ein neuer Kunde gesperrt ist, bis Mitarbeitende ihn freigeben. Entspricht customerOnHoldOnCreation des Herstellers.',
  ],
  preferredLanguage: [
    'Sprache',
    'Die Sprache eines neuen Kunden, wenn er keine angibt: ein Sprachkürzel nach BCP 47, auch mit Unterstrich.',
  ],
  preferredCurrency: ['Währung', 'Die Währung eines neuen Kunden, wenn er keine angibt (ISO 4217).'],
  preferredSite: ['Site', 'Die Site eines neuen Kunden, wenn er keine angibt.'],
  restrictions: [
    'Beschränkungen',
    'Die erlaubten Werte für die Beschränkung eines Kunden, einer je Zeile. Mitarbeitende und Dienste, deren Scope eine Beschränkung enthält, sehen nur deren Kunden. Eine Beschränkung, die Kunden haben, kann nicht entfernt werden. Entspricht restrictions des Herstellers.',
  ],
  enableSyncBetweenRestrictionsAndSiteCodes: [
    'Beschränkung folgt der Site',
    'Ob ein Kunde ohne Beschränkung die seiner Site erhält. Die Einstellung des Herstellers heißt genauso.',
  ],
  enableRecreationOfDeletedCustomer: [
    'Kundennummern wiederverwenden',
    'Ob die Nummer eines gelöschten Kunden erneut vergeben werden darf. Die Einstellung des Herstellers heißt genauso.',
  ],
  enableAccountCreationEmailConfirmation: [
    'Mail nach der Registrierung',
    'Ob ein neuer Kunde eine Mail erhält, die seine Registrierung bestätigt. Entspricht signUp.enableAccountCreationEmailConfirmation des Herstellers.',
  ],
  enableOrderAddressPropagation: [
    'Adressen aus Bestellungen übernehmen',
    'Ob die Adresse einer Bestellung in das Adressbuch des Kunden kommt. Wird nur für den Bestelldienst gespeichert. Die Einstellung des Herstellers heißt genauso.',
  ],
  companyContactPropagation: [
    'Sichtbarkeit in verbundenen Firmen',
    'Bei welchen Firmen ein Kunde außer der eigenen sichtbar ist: bei übergeordneten (UPWARD), bei untergeordneten (DOWNWARD) oder bei keinen (DISABLED). Rechte hat er dort nicht. Die Einstellung des Herstellers heißt genauso.',
  ],
  companyJoin: [
    'Beitritt zu einer Firma',
    'Wie ein Kunde Mitglied einer bestehenden Firma wird: sofort (open) oder nachdem ein Admin der Firma oder Mitarbeitende zugestimmt haben (approval). Im strengen Modus ist die Zustimmung immer nötig.',
  ],
  emailChange: [
    'Änderung der E-Mail',
    'Wann eine neue E-Mail gilt, die PATCH /customers der Glue-API erhält: nach der Bestätigung mit dem Link in einer Mail an die neue Adresse (confirmed) oder sofort (immediate). Im strengen Modus ist die Bestätigung immer nötig.',
  ],
  newDeviceNotice: [
    'Mail bei neuem Gerät',
    'Ob ein Kunde eine Mail erhält, wenn er sich mit einem neuen Gerät anmeldet: aus einem Netz, das nicht zu denen der letzten zehn Anmeldungen gehört. Bei der ersten Anmeldung gibt es keine Mail.',
  ],
  onHoldNotice: ['Mail bei Sperre', 'Ob ein Kunde eine Mail erhält, wenn Mitarbeitende oder ein Dienst ihn sperren.'],
  identityProviders: [
    'Anmeldung mit anderen Anbietern',
    'Die Anbieter, bei denen sich Kunden mit einem Autorisierungscode anmelden dürfen. Eine Änderung ersetzt die ganze Liste.',
  ],
  tokenExchange: [
    'Token-Austausch',
    'Wie Tokens anderer Systeme geprüft werden. Eine Änderung wird mit dem bisherigen Wert zusammengeführt; null entfernt eine Konfiguration.',
  ],
  ssoCustomerAutoprovisioningDisabled: [
    'Keine neuen Kunden über andere Anbieter',
    'Ob eine Anmeldung mit einer Identität abgelehnt wird, die mit keinem Kunden verknüpft ist. Die Einstellung des Herstellers heißt genauso.',
  ],
  ssoCustomerIdentifierField: [
    'Merkmal eines neuen Kunden',
    'Was nötig ist, um zu einer neuen Identität einen Kunden anzulegen: eine bestätigte E-Mail-Adresse (EMAIL) oder nur die Kennung beim Anbieter (SUBJECT).',
  ],
  ssoSubjectTokenReuse: [
    'Tokens mehrfach austauschen',
    'Ob ein Token eines anderen Systems bis zu seinem Ablauf mehrfach ausgetauscht werden darf. Sonst gilt jedes Token einmal. Der strenge Modus beachtet die Einstellung nicht.',
  ],
  termsVersion: [
    'Version der Bedingungen',
    'Die Version der Bedingungen, denen ein Kunde bei der Registrierung in der Glue-API zustimmt. Sie wird als Einwilligung terms gespeichert.',
  ],
  customerAccess: [
    'Inhalte nur nach Anmeldung',
    'Ressourcen des Shops, für die sich ein Kunde anmelden muss, eine je Zeile. Die Glue-API gibt diese Liste an ihre Storefront.',
  ],
  visitorContextBytes: [
    'Größe des Sitzungskontexts',
    'Die größte erlaubte Größe des Sitzungskontexts eines Besuchers in Bytes als JSON. Der Kontext eines Kunden hat höchstens 64 KiB.',
  ],
  mailFrom: [
    'Absender der Mails',
    'Eine Adresse oder ein Name mit Adresse. Entspricht cust.notification.email.from des Herstellers.',
  ],
  links: ['Links', 'Die Ziele der Links in Mails. Das Token wird ohne Trennzeichen angehängt.'],
  'links.passwordReset': [
    'Neues Passwort',
    'Die Seite, auf der ein Kunde ein neues Passwort setzt. Entspricht customer.passwordreset.redirecturl des Herstellers.',
  ],
  'links.emailChange': [
    'Neue E-Mail bestätigen',
    'Die Seite, die eine neue E-Mail-Adresse bestätigt. Entspricht customer.changeemail.redirecturl des Herstellers.',
  ],
  'links.emailUndo': [
    'Änderung der E-Mail rückgängig machen',
    'Die Seite, auf der die Person mit der alten E-Mail-Adresse eine Änderung der Anmelde-E-Mail rückgängig macht.',
  ],
  'links.optIn': ['Registrierung bestätigen', 'Die Seite, die eine Registrierung bestätigt.'],
  'links.linkIdentity': [
    'Identität bestätigen',
    'Die Seite, auf der die Person, der das Konto gehört, eine Identität eines Anbieters bestätigt.',
  ],
  'links.erasure': [
    'Löschung bestätigen',
    'Die Seite, auf der ein Kunde die Löschung seines Kontos bestätigt. Entspricht customer.deletion.redirecturl des Herstellers.',
  ],
  'links.storefront': [
    'Storefront',
    'Die Storefront. Entspricht storefront.host und storefront.htmlPage des Herstellers.',
  ],
  activationNotice: [
    'Mail über wartende Kunden',
    'Mails an Mitarbeitende mit der Zahl der Kunden, die auf ihre Freischaltung warten.',
  ],
  'activationNotice.to': [
    'Empfänger',
    'Die Adressen, die diese Mails erhalten, eine je Zeile. Ohne Adresse wird keine Mail gesendet.',
  ],
  'activationNotice.every': [
    'Häufigkeit',
    'Wie oft eine Mail gesendet wird, solange Kunden warten: nach jeder Registrierung (signup), jede Stunde (hourly) oder jeden Tag (daily). Höchstens eine Mail je Minute, Stunde oder Tag.',
  ],
  backoffice: ['Backoffice', 'Die Seite für Mitarbeitende.'],
  'backoffice.actForLink': [
    'Shop-Seite zum Handeln für Kunden',
    'Die Seite des Shops, die Mitarbeitende öffnen, um für einen Kunden zu handeln. Das Token des Kunden ersetzt {token}, das hinter dem # stehen muss: Browser senden diesen Teil nicht, also steht das Token in keinem Log eines Servers. Ist das Feld leer, kopieren Mitarbeitende das Token.',
  ],
  brand: ['Marke', 'Das Aussehen der Mails.'],
  'brand.name': ['Name', 'Der Name des Shops. Ist er leer, nennen Mails den Namen des Mandanten.'],
  'brand.logoUrl': [
    'URL des Logos',
    'Das Logo ist in Mails 40 Pixel hoch. Ohne Logo nennen Mails den Namen des Shops.',
  ],
  'brand.color': [
    'Farbe',
    'Die Farbe der Schaltflächen. Ihr Text ist weiß oder schwarz, je nachdem, was besser lesbar ist.',
  ],
  'brand.footer': ['Fußzeile', 'Die letzten Zeilen einer Mail, zum Beispiel Name und Anschrift des Unternehmens.'],
  'brand.replyTo': [
    'Antworten an',
    'Die Adresse für Antworten. Ist sie leer, gehen Antworten an den Absender der Mail.',
  ],
  passwordPolicy: [
    'Regeln für Passwörter',
    'Die Regeln für neue Passwörter in der Glue-API. Im strengen Modus gelten sie auch für die Emporix-API.',
  ],
  'passwordPolicy.shortest': [
    'Mindestlänge',
    'Wie viele Zeichen ein neues Passwort mindestens hat. Im strengen Modus mindestens 15.',
  ],
  'passwordPolicy.longest': [
    'Höchstlänge',
    'Wie viele Zeichen ein neues Passwort höchstens hat. Im strengen Modus immer 128.',
  ],
  'passwordPolicy.refuseCommon': [
    'Häufige Passwörter ablehnen',
    'Ob ein neues Passwort abgelehnt wird, das häufig oder leicht zu erraten ist oder dem Namen des Shops oder des Kunden entspricht. Gilt für die Emporix-API und die Glue-API. Im strengen Modus immer.',
  ],
  'passwordPolicy.requireCharacterClasses': [
    'Zeichenarten verlangen',
    'Ob ein neues Passwort einen Großbuchstaben, einen Kleinbuchstaben, eine Ziffer und ein Sonderzeichen enthalten muss, alle in ASCII. Gilt nur für die Glue-API, mit der Meldung des Herstellers.',
  ],
  lifetimes: [
    'Gültigkeitsdauern',
    'In Sekunden. Im strengen Modus werden zu lange Gültigkeitsdauern gekürzt. Für die Tokens der Glue-API sind sie fest: 8 Stunden für ein Zugriffstoken, 30 Tage für ein Aktualisierungstoken.',
  ],
  'lifetimes.anonymousAccess': ['Zugriffstoken eines Besuchers', 'Wie lange das Zugriffstoken eines Besuchers gilt.'],
  'lifetimes.anonymousRefresh': [
    'Aktualisierungstoken eines Besuchers',
    'Wie lange das Aktualisierungstoken eines Besuchers gilt.',
  ],
  'lifetimes.anonymousSession': [
    'Sitzung eines Besuchers',
    'Wie lange die Sitzung eines Besuchers höchstens dauert. Eine Aktualisierung verlängert sie nicht.',
  ],
  'lifetimes.serviceAccess': [
    'Tokens von Diensten und Mitarbeitenden',
    'Wie lange die Tokens von Diensten und Mitarbeitenden gelten.',
  ],
  'lifetimes.customerAccess': ['Zugriffstoken eines Kunden', 'Wie lange das Zugriffstoken eines Kunden gilt.'],
  'lifetimes.customerRefresh': [
    'Aktualisierungstoken eines Kunden',
    'Wie lange das Aktualisierungstoken eines Kunden gilt.',
  ],
  'lifetimes.customerSession': [
    'Sitzung eines Kunden',
    'Wie lange die Sitzung eines Kunden höchstens dauert. Eine Aktualisierung verlängert sie nicht.',
  ],
  'lifetimes.saasToken': ['SaaS-Token', 'Wie lange das SaaS-Token gilt.'],
  'lifetimes.actingAccess': [
    'Token für einen Kunden',
    'Wie lange das Token gilt, mit dem Mitarbeitende für einen Kunden handeln.',
  ],
  'lifetimes.passwordReset': ['Link für ein neues Passwort', 'Wie lange der Link in der Mail gilt.'],
  'lifetimes.initialPassword': [
    'Link für das erste Passwort',
    'Wie lange der Link gilt, mit dem ein Kunde sein erstes Passwort setzt, den Mitarbeitende oder ein Dienst angelegt haben.',
  ],
  'lifetimes.emailChange': [
    'Link für eine neue E-Mail',
    'Wie lange der Link gilt, der eine neue E-Mail-Adresse bestätigt. Ein Link, der in der Glue-API ohne Passwort angefordert wurde, gilt höchstens 1.800 Sekunden.',
  ],
  'lifetimes.emailUndo': [
    'Link, um die Änderung der E-Mail rückgängig zu machen',
    'Wie lange der Link in der Mail an die alte E-Mail-Adresse gilt.',
  ],
  'lifetimes.optIn': ['Link, um die Registrierung zu bestätigen', 'Wie lange der Link in der Mail gilt.'],
  'lifetimes.linkIdentity': [
    'Link, um eine Identität zu bestätigen',
    'Wie lange der Link in der Mail an die Person gilt, der das Konto gehört.',
  ],
  'lifetimes.erasure': [
    'Link, um die Löschung zu bestätigen',
    'Wie lange der Link gilt, mit dem ein Kunde die Löschung seines Kontos bestätigt.',
  ],
  'lifetimes.exchangeAccess': [
    'Zugriffstoken nach einem Austausch',
    'Wie lange das Zugriffstoken eines Kunden gilt, der ein Token eines anderen Systems ausgetauscht hat.',
  ],
  'lifetimes.exchangeRefresh': [
    'Aktualisierungstoken nach einem Austausch',
    'Wie lange das Aktualisierungstoken eines Kunden gilt, der ein Token eines anderen Systems ausgetauscht hat.',
  ],
};
