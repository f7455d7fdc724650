import { Body, Controller, Delete, Get, HttpCode, Post } from '@nestjs/common';
import { ApiNotFoundResponse, ApiTags } from '@nestjs/swagger';
import { ErrorMessageDto } from '../common/errors.dto.js';
import { Access } from '../sessions/access.js';
import { NewRetentionDto, RetentionDto } from './retention.dto.js';
import { Retention } from './retention.service.js';

@ApiTags('import')
@Controller('customer/:tenant/config/password-migration-retention')
export class RetentionController {
  constructor(private readonly retention: Retention) {}

  /** For how long passwords count that came with `legacyAuth`. */
  @Get()
  @Access('staff', { scopes: ['customer.import_read'] })
  @ApiNotFoundResponse({ description: 'Nothing is set.', type: ErrorMessageDto })
  async get(): Promise<RetentionDto> {
    return RetentionDto.of(await this.retention.get());
  }

  /** Sets or replaces the period. It may be made shorter at any time. */
  @Post()
  @HttpCode(200)
  @Access('staff', { scopes: ['customer.import_manage'] })
  async set(@Body() body: NewRetentionDto): Promise<RetentionDto> {
    return RetentionDto.of(await this.retention.set(body));
  }

  /** Removes the period, once no account has a `legacyAuth` any more. */
  @Delete()
  @HttpCode(204)
  @Access('staff', { scopes: ['customer.import_manage'] })
  async remove(): Promise<void> {
    await this.retention.remove();
  }
}
