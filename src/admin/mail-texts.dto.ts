import { ArrayMaxSize, ArrayNotEmpty, IsArray, IsInt, IsNotEmpty, IsString, MaxLength } from 'class-validator';
import { Integer, MayBeAbsent, Nested, NullMeansAbsent } from '../common/validation.js';
import type { RenderedMail } from '../mailer/mail-renderer.js';
import { MAX_TEXT_BYTES } from '../mailer/mail-text-check.js';
import type { MailText } from '../mailer/mail-text.js';
import { type MailVariableType, mailVariables } from '../mailer/mail-variable-types.js';
import type { ListedText, StoredText, TextSource } from './mail-texts.service.js';

const MAX_PARAGRAPHS = 20;

/** Each part is an ICU message over the variables of the kind. HTML is shown as text. */
export class MailTextDto {
  /**
   * The subject: one line.
   * @example 'Set a new password for {shop}'
   */
  @IsString()
  @IsNotEmpty()
  @MaxLength(MAX_TEXT_BYTES)
  subject!: string;
  /**
   * The text that lists of mails show beside the subject: one line. Empty if omitted.
   * @example 'Use the link to set a new password.'
   */
  @MayBeAbsent()
  @IsString()
  @MaxLength(MAX_TEXT_BYTES)
  preheader?: string;
  /**
   * The paragraphs before the button. A paragraph that is empty with the values of a mail is omitted.
   * @example ["{hasFirstName, select, yes {Hello {firstName},} other {Hello,}}", "You can now set a new password."]
   */
  @IsArray()
  @ArrayNotEmpty()
  @ArrayMaxSize(MAX_PARAGRAPHS)
  @IsString({ each: true })
  paragraphs!: string[];
  /**
   * The label of the link: one line. Required for a kind with a link, and not allowed for others.
   * @example 'Set a new password'
   */
  @NullMeansAbsent()
  @IsString()
  @MaxLength(MAX_TEXT_BYTES)
  button?: string;
  /**
   * The paragraphs after the button. None if omitted.
   * @example ["If you did not request this, ignore this e-mail."]
   */
  @MayBeAbsent()
  @IsArray()
  @ArrayMaxSize(MAX_PARAGRAPHS)
  @IsString({ each: true })
  notes?: string[];

  static textOf({ subject, preheader = '', paragraphs, button, notes = [] }: MailTextDto): MailText {
    return { subject, preheader, paragraphs, ...(button !== undefined && { button }), notes };
  }
}

/** The version of the text that a change is based on. */
export class MailTextVersionDto {
  /**
   * The version of the text that `GET` returned; 0 for a built-in text. If it is no longer current, the change is
   * rejected with 409. If omitted or null, the version is not checked.
   * @example 0
   */
  @NullMeansAbsent()
  @IsInt()
  @Integer()
  version?: number;
}

export class MailTextChangeDto extends MailTextDto {
  /** The metadata of the change. */
  @MayBeAbsent()
  @Nested(() => MailTextVersionDto)
  metadata?: MailTextVersionDto;
}

/** The metadata of the text. */
export class MailTextMetadataDto {
  /**
   * The version, which increases with each change; 0 for a built-in text.
   * @example 2
   */
  @Integer()
  version!: number;
}

export class ListedMailTextDto {
  /**
   * The kind of mail.
   * @example password-reset
   */
  kind!: string;
  /**
   * The language tag (BCP 47).
   * @example de-AT
   */
  language!: string;
  /** `builtin` for a built-in text of Foyer, `own` for a text of the tenant. */
  source!: TextSource;
  /** The metadata of the text. */
  metadata!: MailTextMetadataDto;

  static of({ kind, language, source, version }: ListedText): ListedMailTextDto {
    return { kind, language, source, metadata: { version } };
  }
}

/** A variable that a text can use. */
export class MailVariableDto {
  /**
   * The name of the variable.
   * @example firstName
   */
  name!: string;
  /**
   * How the variable can be used. `text`: as a value, and with `select`. `number`: as a value, and with `number` and
   * `plural`. `time`: with `date` and `time`. `choice`: with `select`; the value is `yes` or `no`.
   */
  type!: MailVariableType;
  /**
   * The content of the variable.
   * @example 'The first name of the customer.'
   */
  description!: string;
}

export class StoredMailTextDto extends ListedMailTextDto {
  /** The subject. */
  subject!: string;
  /** The text that lists of mails show beside the subject. */
  preheader!: string;
  /** The paragraphs before the button. */
  paragraphs!: string[];
  /** The label of the link, for a kind with a link. */
  button?: string;
  /** The paragraphs after the button. */
  notes!: string[];
  /** The variables that the text can use. */
  variables!: MailVariableDto[];

  static override of(stored: StoredText): StoredMailTextDto {
    return { ...ListedMailTextDto.of(stored), ...stored.text, variables: mailVariables(stored.kind) };
  }
}

export class MailPreviewDto {
  /**
   * The subject.
   * @example 'Set a new password for Acme'
   */
  subject!: string;
  /** The mail as HTML. */
  html!: string;
  /** The mail as plain text. */
  text!: string;

  static of({ subject, html, text }: RenderedMail): MailPreviewDto {
    return { subject, html, text };
  }
}
