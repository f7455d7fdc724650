import { IsNotEmpty, IsString, MaxLength } from 'class-validator';
import type { AuthoredNote } from './customer-notes.service.js';

export class NewNoteDto {
  /**
   * The text of the note: plain text, not HTML. The customer's export contains the text.
   * @example 'Prefers to be called in the morning'
   */
  @IsString()
  @IsNotEmpty()
  @MaxLength(4000)
  text!: string;
}

export class AuthorDto {
  /** The kind of author. */
  kind!: 'employee' | 'service' | 'operator' | 'customer';
  /** The employee id or the client id. */
  id!: string;
  /** The current name of an employee. Absent if none is set, or if the employee was deleted. */
  name?: string;
}

/** A note about a customer. */
export class NoteDto {
  /** The id of the note. */
  id!: string;
  /** The text of the note: plain text, not HTML. */
  text!: string;
  /** The employee or service that wrote the note. */
  author!: AuthorDto;
  /** When the note was added. */
  createdAt!: Date;

  static of({ id, text, author, authorName: name, createdAt }: AuthoredNote): NoteDto {
    return { id, text, author: { ...author, name }, createdAt: new Date(createdAt) };
  }
}
