import { Body, Controller, Get, HttpCode, Put } from '@nestjs/common';
import { ApiBody, ApiTags } from '@nestjs/swagger';
import { ApiReturns } from '../common/openapi.js';
import { Limited } from '../limits/limited.js';
import { limits } from '../limits/limits.js';
import { Access, CalledBy, Projected, RequestOrigin } from '../sessions/access/access.js';
import type { Origin } from '../tenants/request-scope.js';
import type { SessionProjection } from '../sessions/access/session-check.sql.js';
import { ConsentsDto, NewConsentsDto } from './consents.dto.js';
import { type ConsentRow, ConsentsService, consentsInForce } from './consents.service.js';

const inForce: SessionProjection = { expression: consentsInForce('s.tenant', 's.customer_id') };

@ApiTags('consents')
@Controller('customer/:tenant/me/consents')
export class OwnConsentsController {
  constructor(private readonly consents: ConsentsService) {}

  /** Lists the caller's latest decision on each text */
  @Get()
  @Access('customer', { scopes: ['customer.consent_view'], projection: inForce })
  @ApiReturns('The latest decision on each text.')
  listConsents(@Projected() rows: ConsentRow[]): ConsentsDto {
    return ConsentsDto.of(rows);
  }

  /**
   * Records the caller's decisions on texts
   *
   * @remarks
   * A decision accepts a version of a text, or withdraws the consent. A decision that changes nothing is not recorded
   * again.
   */
  @Limited(limits.consents)
  @Put()
  @HttpCode(204)
  @Access('customer', { scopes: ['customer.consent_manage'], denyImpersonation: true })
  @ApiBody({
    type: NewConsentsDto,
    examples: { terms: { value: { consents: [{ id: 'terms', version: '2026-11', accepted: true }] } } },
  })
  @ApiReturns('The decisions are recorded.')
  async recordConsents(
    @CalledBy('id') customerId: string,
    @RequestOrigin() origin: Origin,
    @Body() { consents }: NewConsentsDto,
  ): Promise<void> {
    await this.consents.record(customerId, consents, origin);
  }
}
