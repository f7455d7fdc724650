import { Body, Controller, Get, HttpCode, Put } from '@nestjs/common';
import { ApiBody, ApiTags } from '@nestjs/swagger';
import { Access, CalledBy, Loaded } from '../sessions/access.js';
import { ConsentsDto, NewConsentsDto } from './consents.dto.js';
import { type ConsentRow, ConsentsService, consentsInForce } from './consents.service.js';

const inForce = { name: 'consents', expression: consentsInForce('s.tenant', 's.customer_id') };

@ApiTags('consents')
@Controller('customer/:tenant/me/consents')
export class OwnConsentsController {
  constructor(private readonly consents: ConsentsService) {}

  /** The caller's latest decision on each text. */
  @Get()
  @Access('customer', { scopes: ['customer.consent_view'], load: inForce })
  get(@Loaded() rows: ConsentRow[]): ConsentsDto {
    return ConsentsDto.of(rows);
  }

  /** Records which version of which text the caller accepts or withdraws. What is so already is not recorded again. */
  @Put()
  @HttpCode(204)
  @Access('customer', { scopes: ['customer.consent_manage'], inPerson: true })
  @ApiBody({
    type: NewConsentsDto,
    examples: { terms: { value: { consents: [{ id: 'terms', version: '2026-11', accepted: true }] } } },
  })
  async put(@CalledBy('id') customerId: string, @Body() { consents }: NewConsentsDto): Promise<void> {
    await this.consents.record(customerId, consents);
  }
}
