import { Body, Controller, Get, Patch } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiTags } from '@nestjs/swagger';
import { ApiReturns } from '../common/openapi.js';
import { Access } from '../sessions/access/access.js';
import { TenantSettings } from '../tenants/tenant-settings.js';
import { SettingsChangesDto } from './settings.dto.js';
import { SettingsService } from './settings.service.js';

@ApiTags('admin')
@Access('staff', { scopes: ['foyer.admin'] })
@Controller('admin/:tenant/settings')
export class SettingsController {
  constructor(private readonly settings: SettingsService) {}

  /** Returns all settings that apply */
  @Get()
  @ApiReturns('The settings.')
  getSettings(): TenantSettings {
    return this.settings.all;
  }

  /**
   * Updates settings
   *
   * @remarks
   * Omitted settings are unchanged. Null resets a setting, or a group of settings, to the default.
   */
  @Patch()
  @ApiConsumes('application/json', 'application/merge-patch+json')
  @ApiBody({
    type: SettingsChangesDto,
    examples: { activation: { value: { activation: 'none' } } },
  })
  // With a DTO, unknown settings would be removed from the body before they could be rejected.
  @ApiReturns('All settings that apply after the update.')
  async updateSettings(@Body() changes: Record<string, unknown> = {}): Promise<TenantSettings> {
    return this.settings.change(changes);
  }
}
