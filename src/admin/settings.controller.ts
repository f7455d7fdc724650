import { Body, Controller, Get, Patch } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiTags } from '@nestjs/swagger';
import { Access } from '../sessions/access.js';
import { SettingsChangesDto, SettingsDto } from './settings.dto.js';
import { SettingsService } from './settings.service.js';

@ApiTags('admin')
@Access('staff', { scopes: ['foyer.admin'] })
@Controller('admin/:tenant/settings')
export class SettingsController {
  constructor(private readonly settings: SettingsService) {}

  /** All settings in force. */
  @Get()
  get(): SettingsDto {
    return this.settings.all;
  }

  /** Changes settings; answers all that are in force now. */
  @Patch()
  @ApiConsumes('application/json', 'application/merge-patch+json')
  @ApiBody({ type: SettingsChangesDto, examples: { shop: { value: { activation: 'none', mailFrom: null } } } })
  // As a DTO the body would lose unknown settings before anybody could refuse them.
  async change(@Body() changes: Record<string, unknown> = {}): Promise<SettingsDto> {
    return this.settings.change(changes);
  }
}
