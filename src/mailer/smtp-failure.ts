/** The mail was encrypted with a different secret from that of this process. */
export class UnreadableMailError extends Error {
  constructor() {
    super('The mail is encrypted with another FOYER_SECRET');
  }
}

/** The properties of an error of nodemailer. The text of a reply may name the recipient. */
interface SmtpFailure {
  code?: string;
  responseCode?: number;
  /** The command that the server replied to: `CONN` for the greeting, `AUTH PLAIN`, `MAIL FROM`, `RCPT TO`, `DATA` … */
  command?: string;
  response?: string;
  message?: string;
}

/** RFC 4954 6: the server requires a login, or rejected it. */
const LOGIN_CODES = [530, 534, 535, 538];

/** The SMTP commands for one mail. All other commands concern the connection. */
const MAIL_COMMANDS = ['MAIL FROM', 'RCPT TO', 'DATA'];

/** RFC 3463 3.2 and 3.8: the address of the sender, or the policy of the server. Postfix rejects a sender at `RCPT TO`. */
const SENDER_REJECTION = /^5\d\d[ -]5\.(1\.[78]|7\.\d+)\b/;

/** Error messages of Node and OpenSSL. Nodemailer keeps only the messages of these errors, not the codes. */
const tlsFailures: [RegExp, string][] = [
  [/self[- ]signed certificate/i, 'The certificate of the mail server is self-signed'],
  [/certificate has expired/i, 'The certificate of the mail server has expired'],
  [/does not match certificate/i, 'The certificate of the mail server is for another host than that of SMTP_URL'],
  [/unable to (verify|get)/i, 'The issuer of the certificate of the mail server is not trusted'],
  [
    /:SSL routines:|before secure TLS connection/,
    'TLS with the mail server failed: check the scheme and the port of SMTP_URL',
  ],
];

/**
 * Whether the mail will never be accepted: a 5yz reply (RFC 5321 4.2.1) to this recipient or content. A rejection of the
 * sender, the login or the connection concerns all mails. It ends when the operator of Foyer or of the mail server has
 * fixed the reason.
 */
export function isPermanent(error: unknown): boolean {
  const { command, responseCode = 0, response = '' } = error as SmtpFailure;
  if (responseCode < 500 || LOGIN_CODES.includes(responseCode)) return false;
  return command === 'DATA' || (command === 'RCPT TO' && !SENDER_REJECTION.test(response));
}

/** The three digits at the start of a reply (RFC 5321 4.2), or null. A server can send a longer number. */
export function smtpCodeOf(response: string | undefined): number | null {
  const [, code] = /^([2-5]\d\d)(?!\d)/.exec(response ?? '') ?? [];
  return code === undefined ? null : Number(code);
}

/** Why a mail was not sent, for the log. The reason contains no text of the server, which may name the recipient. */
export function failureReason(error: unknown): string {
  if (error instanceof UnreadableMailError) return error.message;
  const { code = '', command = '', responseCode = 0, response, message = '' } = error as SmtpFailure;
  const tlsFailure = !response && tlsFailures.find(([text]) => text.test(message));
  if (tlsFailure) return tlsFailure[1];
  if (code === 'EAUTH') {
    return responseCode >= 500
      ? 'The mail server rejects the user name or the password of SMTP_URL'
      : 'The login at the mail server failed';
  }
  if (LOGIN_CODES.includes(responseCode)) return 'The mail server requires a user name and a password in SMTP_URL';
  // RFC 5321 4.2.1: the same mail may be accepted later.
  const isTemporary = responseCode >= 400 && responseCode < 500;
  if (isTemporary && MAIL_COMMANDS.includes(command)) return 'The mail server does not accept the mail at the moment';
  if (command === 'DATA') return 'The mail server rejects the content of the mail';
  if (command === 'RCPT TO') {
    return responseCode >= 500 && !isPermanent(error)
      ? 'The mail server rejects the sender or the connection'
      : 'The mail server rejects the recipient';
  }
  if (command === 'MAIL FROM') return 'The mail server rejects the sender: check the tenant setting mailFrom';
  if (responseCode > 0) return 'The mail server rejects the connection';
  return connectionErrors[code] ?? 'The mail was not sent';
}

const connectionErrors: Record<string, string> = {
  EDNS: 'The host of SMTP_URL has no address',
  ETIMEDOUT: 'The mail server does not respond in time',
  ETLS: 'TLS with the mail server failed',
  ESOCKET: 'The mail server cannot be reached',
  EPROTOCOL: 'The server of SMTP_URL sends no valid SMTP replies',
  ECONNECTION: 'The mail server closed the connection',
};
