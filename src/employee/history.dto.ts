import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn } from 'class-validator';
import { MayBeAbsent } from '../common/validation.js';
import { PagingQueryDto } from '../emporix/paging.dto.js';
import { type NamedEntry, type TimelineAction, timelineActions } from './named-entry.js';

export class HistoryQueryDto extends PagingQueryDto {
  /**
   * Selects the entries of this type.
   * @example logged_in
   */
  @MayBeAbsent()
  @IsIn(timelineActions)
  @ApiPropertyOptional({ enum: timelineActions })
  action?: TimelineAction;
}

export class ActorDto {
  /**
   * The kind of actor. A `customer` with another number is an Admin of the customer's company. `system` is the service
   * itself.
   */
  kind!: 'employee' | 'service' | 'operator' | 'customer' | 'system';
  /** The employee id, the client id, the operator's name, the customer number, or `foyer`. */
  id!: string;
  /** The name of an employee. Absent if none is set, or if the employee was deleted. */
  name?: string;
  /** The network address that the request came from. */
  address!: string | null;
}

export class ChangesDto {
  /**
   * The names of the changed properties or settings, the type of the second factor, the provider of the identity, or
   * the text of the consent.
   */
  fields?: string[];
  /**
   * The previous values of `active`, `standing`, `onHold`, `type` and `restriction`, and of the `role` and `active` of an
   * employee. Other values are not stored.
   * @example {"active": false}
   */
  from?: Record<string, unknown>;
  /**
   * The new values of the same properties, and the `scopes` of a client.
   * @example {"active": true}
   */
  to?: Record<string, unknown>;
  /** The id of the address that was created, updated or deleted. */
  address?: string;
  /**
   * The kind of mail.
   * @example opt-in
   */
  mail?: string;
  /**
   * The status of a mail: `queued`, `sent`, `failed` (another attempt is due) or `given_up`.
   * @example sent
   */
  status?: string;
  /**
   * The language of the text of a mail.
   * @example de
   */
  language?: string;
  /** The id of the note that was created or deleted. */
  note?: string;
  /**
   * The end of the lock after failed logins.
   * @example 2026-11-30T10:01:00Z
   */
  lockedUntil?: string;
  /** The id of the client that was created, updated or deleted. */
  client?: string;
  /** The id of the employee who was created, updated or deleted. */
  employee?: string;
  /**
   * Why an employee activated, declined, deactivated or acted for the customer, set a hold, changed the login e-mail, or
   * removed a second factor.
   */
  reason?: string;
}

/** An action on a customer. */
export class HistoryEntryDto {
  /** When the action happened. */
  at!: Date;
  /**
   * The type of the action, for programs.
   * @example customer_changed
   */
  action!: string;
  /** The person or the service that acted. */
  actor!: ActorDto;
  /** The changes that the action made. */
  changes!: ChangesDto;

  static of({
    at,
    action,
    actor_kind: kind,
    actor: id,
    actorName: name,
    address,
    changes,
  }: NamedEntry): HistoryEntryDto {
    return { at: new Date(at), action, actor: { kind, id, name, address }, changes };
  }
}
