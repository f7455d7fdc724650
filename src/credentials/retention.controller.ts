import { Body, Controller, Delete, Get, HttpCode, Post } from '@nestjs/common';
import { ApiInternalServerErrorResponse, ApiNotFoundResponse, ApiTags } from '@nestjs/swagger';
import { ApiReturns } from '../common/openapi.js';
import { ErrorMessageDto } from '../emporix/errors.dto.js';
import { Access, CalledBy } from '../sessions/access/access.js';
import type { Reach } from '../tenants/reach.js';
import { NewRetentionDto, RetentionDto } from './retention.dto.js';
import { Retention } from './retention.js';

@ApiTags('import')
@Controller('customer/:tenant/config/password-migration-retention')
export class RetentionController {
  constructor(private readonly retention: Retention) {}

  /**
   * Returns the retention period of imported passwords
   *
   * @remarks
   * Passwords that were imported with `legacyAuth` are valid until the period ends.
   */
  @Get()
  @Access('staff', { scopes: ['customer.import_read'] })
  @ApiNotFoundResponse({ description: 'No retention period is set.', type: ErrorMessageDto })
  @ApiReturns('The retention period.')
  async getPasswordRetention(): Promise<RetentionDto> {
    return RetentionDto.of(await this.retention.get());
  }

  /**
   * Sets the retention period of imported passwords
   *
   * @remarks
   * Replaces the current period, which can be shortened at any time.
   */
  @Post()
  @HttpCode(200)
  @Access('staff', { scopes: ['customer.import_manage'] })
  @ApiInternalServerErrorResponse({ description: 'An unexpected error occurred.', type: ErrorMessageDto })
  @ApiReturns('The retention period that now applies.')
  async setPasswordRetention(@CalledBy('reach') reach: Reach, @Body() body: NewRetentionDto): Promise<RetentionDto> {
    return RetentionDto.of(await this.retention.set(body, reach));
  }

  /**
   * Deletes the retention period of imported passwords
   *
   * @remarks
   * The request is rejected as long as an account has a password that was imported with `legacyAuth`.
   */
  @Delete()
  @HttpCode(204)
  @Access('staff', { scopes: ['customer.import_manage'] })
  @ApiReturns('The retention period is deleted.')
  async deletePasswordRetention(@CalledBy('reach') reach: Reach): Promise<void> {
    await this.retention.remove(reach);
  }
}
