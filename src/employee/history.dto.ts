import type { HistoryEntry } from '../history/history-entry.entity.js';

export class ActorDto {
  /** A `customer` is an administrator of the company. */
  kind!: 'employee' | 'service' | 'operator' | 'customer';
  /** Employee id, client id, the operator's name, or customer number. */
  id!: string;
  /** The network address that the request came from. */
  address!: string | null;
}

export class ChangesDto {
  /** Names of what was changed. Values are kept only where they are not personal: in `from` and `to`. */
  fields?: string[];
  from?: Record<string, unknown>;
  to?: Record<string, unknown>;
  /** Id of the address that it is about. */
  address?: string;
  /** Why an employee acted for the customer. */
  reason?: string;
}

/** One deed of the staff on a customer. */
export class HistoryEntryDto {
  at!: Date;
  /** @example customer_changed */
  action!: string;
  actor!: ActorDto;
  changes!: ChangesDto;

  static of({ at, action, actorKind, actor, address, changes }: HistoryEntry): HistoryEntryDto {
    return { at, action, actor: { kind: actorKind, id: actor, address: address ?? null }, changes };
  }
}
