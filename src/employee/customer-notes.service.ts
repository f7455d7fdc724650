import { EntityManager } from '@mikro-orm/postgresql';
import { Injectable } from '@nestjs/common';
import { Failure } from '../common/failure.js';
import { CustomersService } from '../customers/customers.service.js';
import { transaction } from '../database/database.js';
import { History } from '../history/history.service.js';
import { type Note, NotesService } from '../notes/notes.service.js';
import type { Reach } from '../tenants/reach.js';
import { employeeNames } from './employee-names.js';

/** A note with the name of its author, if the author is an employee who has one. */
export type AuthoredNote = Note & { authorName?: string };

/**
 * The notes of employees and services about the customers to whom their scopes give access. The history contains no
 * text of a note.
 */
@Injectable()
export class CustomerNotesService {
  constructor(
    private readonly em: EntityManager,
    private readonly customers: CustomersService,
    private readonly notes: NotesService,
    private readonly history: History,
  ) {}

  /** Lists the notes about a customer, newest first. @throws Failure `customer_not_found`, `overloaded` */
  async list(customerId: string, reach: Reach): Promise<AuthoredNote[]> {
    await this.customers.assertVisible(customerId, reach);
    return this.withAuthorNames(await this.notes.list(customerId));
  }

  /**
   * Adds a note, with the actor as its author.
   *
   * @throws Failure `customer_not_found`, `collection_full`
   */
  async add(customerId: string, text: string, reach: Reach): Promise<AuthoredNote> {
    const { actor } = reach;
    if (!actor) throw new Failure('access_denied');
    await this.customers.assertVisible(customerId, reach);
    const note = await transaction(this.em, async () => {
      const added = await this.notes.add(customerId, text, actor);
      await this.history.add(customerId, 'note_added', { note: added.id });
      return added;
    });
    const [authored = note] = await this.withAuthorNames([note]);
    return authored;
  }

  /** Deletes a note, also one of another author. @throws Failure `customer_not_found`, `note_not_found` */
  async remove(customerId: string, id: string, reach: Reach): Promise<void> {
    await this.customers.assertVisible(customerId, reach);
    await this.history.runAudited(customerId, 'note_removed', { note: id }, () => this.notes.remove(customerId, id));
  }

  private async withAuthorNames(notes: Note[]): Promise<AuthoredNote[]> {
    const names = await employeeNames(
      this.em,
      notes.map(({ author }) => author),
    );
    return notes.map((note) => ({ ...note, authorName: names.get(note.author.id) }));
  }
}
