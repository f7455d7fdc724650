import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsString, MaxLength } from 'class-validator';
import { IsTime, MayBeAbsent } from '../common/validation.js';
import { PagingQueryDto } from '../emporix/paging.dto.js';
import { HistoryEntryDto } from '../employee/history.dto.js';
import type { NamedEntry } from '../employee/named-entry.js';
import { type Action, actions } from '../history/history-entry.entity.js';
import type { AuditFilter } from './audit.service.js';

export class AuditQueryDto extends PagingQueryDto {
  /**
   * Selects the actions of this actor: an employee id, a client id, the name of an operator, a customer number, or
   * `foyer` for the service itself.
   * @example demo-erp
   */
  @MayBeAbsent()
  @IsString()
  @MaxLength(255)
  actor?: string;
  /**
   * Selects the actions on the customer with this number.
   * @example "4711000815"
   */
  @MayBeAbsent()
  @IsString()
  @MaxLength(255)
  customer?: string;
  /**
   * Selects the actions of this type.
   * @example settings_changed
   */
  @MayBeAbsent()
  @IsIn(actions)
  @ApiPropertyOptional({ enum: actions })
  action?: Action;
  /**
   * Selects the actions at this time or later.
   * @example 2026-11-29T00:00:00Z
   */
  @MayBeAbsent()
  @IsTime()
  since?: Date;
  /**
   * Selects the actions before this time.
   * @example 2026-11-30T00:00:00Z
   */
  @MayBeAbsent()
  @IsTime()
  until?: Date;
}

/** Converts the query to the input of `AuditService`. */
export function filterOf({ actor, customer, action, since, until }: AuditQueryDto): AuditFilter {
  return { actor, customerId: customer, action, since, until };
}

/** An action on a customer or on the tenant. */
export class AuditEntryDto extends HistoryEntryDto {
  /**
   * The id of the entry.
   * @example 4711
   */
  id!: string;
  /**
   * The number of the customer; null for an action on the tenant.
   * @example "4711000815"
   */
  customerNumber!: string | null;

  static override of(entry: NamedEntry): AuditEntryDto {
    return { id: entry.id, customerNumber: entry.customer_id, ...HistoryEntryDto.of(entry) };
  }
}
