import type { MailKind } from './mail-kinds.js';

/**
 * The text of a kind of mail in one language. Each part is an ICU message over the variables of the kind. A paragraph
 * or note that is empty for the given variables is left out.
 */
export interface MailText {
  subject: string;
  /** What a list of mails shows beside the subject. */
  preheader: string;
  paragraphs: string[];
  /** The label of the link, for kinds with a link. */
  button?: string;
  /** What follows the link. */
  notes: string[];
}

/** The texts of one language. */
export type MailTexts = Record<MailKind, MailText>;
