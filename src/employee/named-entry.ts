import type { EntityManager } from '@mikro-orm/postgresql';
import { type ActorKind, type Changes, actions } from '../history/history-entry.entity.js';
import { employeeNames } from './employee-names.js';

/** The types of actions, and that of a mail. */
export const timelineActions = [...actions, 'mail_queued'] as const;

export type TimelineAction = (typeof timelineActions)[number];

/** A row of the history, or a mail. */
export interface EntryRow {
  id: string;
  /** In PostgreSQL's text form. */
  at: string;
  customer_id: string | null;
  actor_kind: ActorKind;
  actor: string;
  address: string | null;
  action: TimelineAction;
  changes: Changes & { status?: string };
}

/** An entry with the current name of the employee who acted, if one is set. */
export interface NamedEntry extends EntryRow {
  actorName: string | undefined;
}

/** Adds the names of the employees among the actors. */
export async function withActorNames(em: EntityManager, rows: EntryRow[]): Promise<NamedEntry[]> {
  const names = await employeeNames(
    em,
    rows.map(({ actor_kind: kind, actor: id }) => ({ kind, id })),
  );
  return rows.map((row) => ({ ...row, actorName: names.get(row.actor) }));
}
