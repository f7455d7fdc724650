import type { NamedEntry } from './customer-support.service.js';

export class ActorDto {
  /** The kind of actor. A `customer` is an Admin of the customer's company. */
  kind!: 'employee' | 'service' | 'operator' | 'customer';
  /** Employee id, client id, the operator's name, or customer number. */
  id!: string;
  /** The name of an employee. Absent if none is set, or if the employee was deleted. */
  name?: string;
  /** The network address that the request came from. */
  address!: string | null;
}

export class ChangesDto {
  /** The names of the changed fields, the type of the removed second factor, or the provider of the unlinked identity. */
  fields?: string[];
  /** The previous values of `active`, `standing`, `onHold`, `type` and `restriction`. Other values are not stored. */
  from?: Record<string, unknown>;
  /** The new values of the same fields. */
  to?: Record<string, unknown>;
  /** The id of the address that was added, changed or removed. */
  address?: string;
  /**
   * The kind of the mail that was sent again.
   * @example opt-in
   */
  mail?: string;
  /** The id of the note that was added or removed. */
  note?: string;
  /**
   * Why an employee activated, declined, deactivated or acted for the customer, set a hold, changed the login e-mail, or
   * removed a second factor.
   */
  reason?: string;
}

/** One staff action on a customer. */
export class HistoryEntryDto {
  /** The time of the action. */
  at!: Date;
  /**
   * The type of the action, for programs.
   * @example customer_changed
   */
  action!: string;
  /** The person or the service that acted. */
  actor!: ActorDto;
  /** What the action changed. */
  changes!: ChangesDto;

  static of({ at, action, actorKind, actor, actorName: name, address, changes }: NamedEntry): HistoryEntryDto {
    return { at, action, actor: { kind: actorKind, id: actor, name, address: address ?? null }, changes };
  }
}
